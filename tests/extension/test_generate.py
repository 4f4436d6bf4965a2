"""The installed zip makes a model by its operator, in Blender as a module."""

import json

import pytest
from key_search import holding, ways
from simulators.tripo import Tripo


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


@pytest.mark.fault("S01", "S02", "S04")
def test_no_file_of_the_installed_extension_holds_the_key(archive, source_image, fresh_profile, in_bpy, tmp_path):
    with Tripo() as sim:
        sim.answer_next("GET /v3/tasks/*", 500, {"message": sim.key}, {"X-Request-Id": sim.key}, times=1)
        known = {"MAQUETTE_TRIPO_BASE_URL": sim.base_url, "TRIPO_API_KEY": sim.key, "MAQUETTE_POLL_S": "0.01"}
        places = dict.fromkeys(("TMPDIR", "TEMP", "TMP", "XDG_CACHE_HOME"), str(tmp_path))
        ran = in_bpy("generate.py", archive, source_image, "tripo", tmp_path, env=fresh_profile | known | places)
        assert ran.returncode == 0 and sim.paid == 1 and sim.leaks == [], ran.stdout + ran.stderr
    assert ways(ran.stdout + ran.stderr, sim.key) == [] == holding([tmp_path], sim.key)
    names = {path.name for path in tmp_path.rglob("*")}
    assert {"plain.blend", "packed.blend", "userpref.blend", "journal.sqlite", "maquette.log"} <= names
