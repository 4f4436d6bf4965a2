"""`maquette tasks follow`: a finished model goes on at its provider; the simulator stands at the other end."""

import pytest
from hosted_cases import CASES
from hosted_line import calling

tripo = calling(next(one for one in CASES if one.id == "tripo"))
RIG, RETARGET = "POST /v3/animations/rig", "POST /v3/animations/retarget"


@pytest.fixture
def made(tripo):
    """Return the command line, and the id of a task whose model is finished."""
    assert tripo.generate().code == 0
    return tripo, tripo.maquette.tasks()[0]["id"]


def follow(line, task, what, *more):
    return line.maquette("tasks", "follow", task, what, "--jsonl", "--out", line.out, *more)


def test_a_model_is_rigged_and_animated(made):
    line, model = made
    said = follow(line, model, "tripo_rig")
    assert (said.code, said.last["event"], said.last["credits"]) == (0, "succeeded", 25.0), said.err
    assert line.out.read_bytes() == b"BLENDER" + line.sim.result
    rig, first = line.maquette.tasks()
    assert (rig["provider"], rig["image"], rig["state"]) == ("tripo_rig", first["image"], "succeeded")
    chosen = ("--set", "animation=preset:biped:run", "--set", "animation_3=preset:biped:jump")
    said = follow(line, rig["id"], "animate", *chosen)
    assert (said.code, said.last["credits"]) == (0, 20.0), said.err
    assert [one.json for one in line.sim.requests(RIG)] == [{"input": first["provider_task"], "model": "v1.0-20240301"}]
    assert [one.json for one in line.sim.requests(RETARGET)] == [
        {
            "input": rig["provider_task"],
            "animations": ["preset:biped:run", "preset:biped:jump"],
            "export_with_geometry": True,
        }
    ]
    assert line.sim.paid == 3 and line.maquette.tasks()[0]["provider_task"] != rig["provider_task"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("tripo_animate",), "Nothing called “tripo_animate” can be made"),
        (("tripo",), "What can: tripo_rig, tripo_texture, tripo_low_poly, tripo_parts"),
        (("rig", "--set", "spec=vrm"), "needs Rig Version"),
        (("rig", "--set", "rig=1"), "There is no option “rig”"),
        (("texture", "--set", "texture=no", "--set", "pbr=no"), "there is nothing to make"),
        (("texture", "--set", "texture_quality=fast"), "needs Texture Version"),
        (("low_poly", "--set", "quad=yes", "--set", "face_limit=15000"), "at most 10,000 with Quads"),
        (("low_poly", "--set", "face_limit=300"), "Face Limit (face_limit) cannot be 300"),
    ],
)
def test_what_cannot_be_made_is_said_before_anything_is_sent(made, arguments, words):
    line, model = made
    said = follow(line, model, *arguments)
    assert (said.code, said.last["kind"]) == (2, "input") and words in said.last["message"]
    assert line.sim.paid == 1 and len(line.maquette.tasks()) == 1


@pytest.mark.parametrize(
    ("rig", "clip", "words"),
    [
        (("spec=mixamo",), "preset:biped:walk", "its own skeleton only"),
        ((), "preset:walk", "Choose one that ends in (v1.0)"),
        (("model_version=v2.5-20260210",), "preset:biped:walk", "does not end in (v1.0)"),
        (("model_version=v2.5-20260210",), "preset:quadruped:walk", "another kind of body"),
    ],
)
def test_a_clip_that_the_rig_does_not_know_is_refused(made, rig, clip, words):
    line, model = made
    assert follow(line, model, "rig", *(part for one in rig for part in ("--set", one))).code == 0
    said = follow(line, line.maquette.tasks()[0]["id"], "animate", "--set", f"animation={clip}")
    assert (said.code, said.last["kind"]) == (2, "input") and words in said.last["message"]
    assert not line.sim.requests(RETARGET) and line.sim.paid == 2


def test_a_clip_for_the_rigs_own_body_is_played(made):
    line, model = made
    body = ("--set", "model_version=v2.5-20260210", "--set", "rig_type=quadruped")
    assert follow(line, model, "rig", *body).code == 0
    rig = line.maquette.tasks()[0]["id"]
    assert follow(line, rig, "animate", "--set", "animation=preset:quadruped:walk").code == 0


def test_nothing_follows_an_unfinished_task_or_another_providers(made, image):
    line, _ = made
    line.sim.fail_tasks()
    assert line.generate("--again").code == 1
    said = follow(line, line.maquette.tasks()[0]["id"], "rig")
    assert (said.code, said.last["message"]) == (2, "Rig needs a finished model, and this task is failed.")
    assert line.maquette("generate", image).code == 0
    said = follow(line, line.maquette.tasks()[0]["id"], "rig")
    assert said.code == 2 and "Only models by Tripo go on" in said.last["message"]


def test_a_step_whose_answer_is_lost_is_found_and_paid_once(made):
    line, model = made
    line.sim.lose_next(RIG)
    said = follow(line, model, "rig")
    assert (said.code, line.sim.paid) == (0, 2), said.err
    assert line.maquette.tasks()[0]["provider_task"] in line.sim.tasks


def test_an_unconfirmed_step_is_not_sent_again_by_itself(made):
    line, model = made
    line.sim.lose_next(RIG)
    line.sim.refuse_next("GET /v3/account/usage", 500, 1000, times=99)
    assert follow(line, model, "rig").code == 4
    said = follow(line, model, "rig")
    assert said.code == 2 and "may already have been charged" in said.last["message"]
    assert follow(line, model, "rig", "--again").code == 0
    assert line.sim.paid == 3


def test_a_step_goes_on_after_its_model_was_removed(made):
    line, model = made
    line.sim.script([line.sim.SCRIPT[0]])
    assert follow(line, model, "rig", "--timeout", "0.3").code == 4
    assert line.maquette("tasks", "forget", model).code == 0
    line.finish()
    assert line.resume().code == 0 and line.sim.paid == 2


def test_an_image_cannot_be_rigged(tripo, image):
    said = tripo.maquette("generate", image, "--provider", "tripo_rig")
    assert said.code == 2 and "needs a finished model: `maquette tasks follow ID tripo_rig`" in said.err
    assert not tripo.sim.seen


def test_steps_are_listed_with_their_options(tripo):
    said = tripo.maquette("providers", "tripo").out
    assert "tasks follow ID WHAT" in said and "tripo_low_poly  Make the same with few faces, for games" in said
    assert "Price: 30 credits" in said and "tripo_animate   Let the rigged model walk, run, dance" in said
    said = tripo.maquette("providers", "tripo_animate").out
    assert "Of a model by tripo_rig. Price: 10 credits a clip." in said
    assert said.startswith("Tripo, Animate: ") and "one of 117, see below" in said and "preset:biped:walk" in said
