"""The installed zip makes a model by its operator, in Blender as a module."""

import json


def test_the_operator_lands_a_model(archive, source_image, fresh_profile, in_bpy):
    ran = in_bpy("generate.py", archive, source_image, env=fresh_profile)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = ran.stdout + ran.stderr
    assert "Traceback" not in said and "Exception" not in said, said
    line = next(line for line in ran.stdout.splitlines() if line.startswith("FACTS "))
    facts = json.loads(line.removeprefix("FACTS "))
    assert facts["answer"] == ["FINISHED"]
    assert facts["collections"] == [source_image.stem]
    assert len(facts["meshes"]) == 1
    assert facts["others"] == []
    assert facts["triangles"] > 0
