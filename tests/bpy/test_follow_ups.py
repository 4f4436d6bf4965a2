"""What a provider makes of a model that it has made: it takes the object's place, and is asked for once."""

from types import MethodType, SimpleNamespace

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures
from real_shaped import glb
from test_object_menu import bought, journal, running  # noqa: F401 - a fixture

from blender_addon.core.errors import InputError
from blender_addon.landing import provenance

RIG, RETARGET, SEGMENT = "POST /v3/animations/rig", "POST /v3/animations/retarget", "POST /v3/mesh/segment"


def only(files):
    return next(iter(files.values()))


@pytest.fixture
def steps(bought):  # noqa: F811
    """Return Tripo's simulator with a result for each step, and the task of a model that has landed."""
    simulator, task = bought
    simulator.results = {
        "animate_rig": only(glb.animated()),
        "animate_retarget": only(glb.animated()),
        "mesh_segmentation": only(glb.tripo_parts()),
    }
    return simulator, journal().get(task)


def activate(task):
    """Make the object that stands for the whole model of the task active, and return it."""
    item = next(one for one in bpy.data.objects if provenance.task_of(one) == task and one.parent is None)
    bpy.context.view_layer.objects.active = item
    return item


def offered():
    from blender_addon.blender.object_menu import next_steps

    return [one.id for one in next_steps(bpy.context)]


def reason(what):
    from blender_addon.blender import follow_up, snapshot
    from blender_addon.blender.object_menu import made_by
    from blender_addon.providers import find

    snapshot.refresh()
    chosen = follow_up.wanted(bpy.context.scene, find(what))
    return follow_up.obstacle(chosen, snapshot.of(made_by(bpy.context))).sentence


def test_a_model_is_rigged_and_then_walks(steps):
    simulator, first = steps
    assert offered() == ["tripo_rig", "tripo_texture", "tripo_low_poly", "tripo_parts"]
    assert bpy.ops.maquette.follow_up(what="tripo_rig") == {"FINISHED"}
    rig = journal().all()[0]
    assert (rig.stage, rig.follows, rig.image, rig.estimate) == ("landed", first.provider_task, first.image, "25")
    assert [one.json for one in simulator.requests(RIG)] == [{"input": first.provider_task, "model": "v1.0-20240301"}]
    item = activate(rig.id)
    assert (item.name, tuple(item.location)) == ("Hero", (1, 2, 3)), "it stands where the model stood"
    assert not [one for one in bpy.data.objects if provenance.task_of(one) == first.id]
    assert any(one.type == "ARMATURE" and provenance.task_of(one) == rig.id for one in bpy.data.objects)

    assert offered() == ["tripo_animate"] and not reason("tripo_animate")
    chosen = bpy.context.scene.maquette.tripo_animate
    chosen.use_animation_2, chosen.animation_2, chosen.animate_in_place = True, "preset:biped:dance_01", True
    assert bpy.ops.maquette.follow_up(what="tripo_animate") == {"FINISHED"}
    (body,) = [one.json for one in simulator.requests(RETARGET)]
    assert body == {
        "input": rig.provider_task,
        "animations": ["preset:biped:walk", "preset:biped:dance_01"],
        "animate_in_place": True,
        "export_with_geometry": True,
    }
    walk = journal().all()[0]
    assert (walk.stage, walk.credits, len(journal().all())) == ("landed", "20.0", 3)
    assert bpy.data.actions and activate(walk.id).name == "Hero"
    assert simulator.paid == 3


def test_parts_stay_apart_and_the_list_says_what_was_made(steps):
    from blender_addon.blender import snapshot

    assert bpy.ops.maquette.follow_up(what="tripo_parts") == {"FINISHED"}
    parts = journal().all()[0]
    meshes = [one for one in bpy.data.objects if one.type == "MESH" and provenance.task_of(one) == parts.id]
    assert len(meshes) == 2
    assert snapshot.find(parts.id).label == "Separate Parts · disc" and snapshot.find(parts.id).picture
    activate(parts.id)
    assert offered() == ["tripo_low_poly", "tripo_complete"]


def test_only_what_fits_is_offered_and_the_reason_is_said(steps):
    simulator, _ = steps
    bpy.context.scene.maquette.tripo_rig.spec = "unreal"
    assert "needs Rig Version" in reason("tripo_rig")
    with pytest.raises(RuntimeError, match="needs Rig Version"):
        bpy.ops.maquette.follow_up(what="tripo_rig")
    with pytest.raises(RuntimeError, match="cannot be made of this model"):
        bpy.ops.maquette.follow_up(what="tripo_animate")
    with pytest.raises(RuntimeError, match="no step"):
        bpy.ops.maquette.follow_up(what="tripo")
    assert not simulator.requests(RIG)
    bpy.context.scene.maquette.tripo_rig.spec = "mixamo"
    assert bpy.ops.maquette.follow_up(what="tripo_rig") == {"FINISHED"}
    activate(journal().all()[0].id)
    assert "its own skeleton only" in reason("tripo_animate")
    bpy.context.view_layer.objects.active = bpy.data.objects["Cube"]
    assert offered() == [] and not bpy.ops.maquette.follow_up.poll()


def test_a_removed_task_says_so(steps):
    running().assembly.tasks.forget(steps[1].id)
    assert "not kept on this computer" in reason("tripo_rig")
    with pytest.raises(RuntimeError, match="removed"):
        bpy.ops.maquette.follow_up(what="tripo_rig")


def test_an_image_cannot_be_rigged(steps):
    simulator, _ = steps
    with pytest.raises(RuntimeError, match="needs a finished model"):
        bpy.ops.maquette.generate(provider="tripo_rig")
    assert simulator.paid == 1


def test_a_failed_step_is_tried_again_with_the_same_options(steps):
    simulator, first = steps
    simulator.fail_tasks()
    with pytest.raises(RuntimeError):
        bpy.ops.maquette.follow_up(what="tripo_parts")
    simulator.script(["queued", "success"])
    failed = journal().all()[0]
    assert failed.stage == "failed"
    assert bpy.ops.maquette.retry(task=failed.id, agreed=True) == {"FINISHED"}
    running().assembly.tasks.wait(journal().all()[0].id)
    bodies = [one.json for one in simulator.requests(SEGMENT)]
    assert len(bodies) == 2 and bodies[0] == bodies[1] and bodies[0]["input"] == first.provider_task


def test_a_step_is_made_once_more_in_place(steps):
    assert bpy.ops.maquette.follow_up(what="tripo_rig") == {"FINISHED"}
    activate(journal().all()[0].id)
    assert bpy.ops.maquette.regenerate(agreed=True) == {"FINISHED"}
    second, first = journal().all()[:2]
    assert (second.provider, second.follows, second.options) == (first.provider, first.follows, first.options)
    assert second.stage == "landed" and second.id != first.id


def pressed(what, **state):
    """Return an operator as Blender holds it while its question is open."""
    from blender_addon.blender.follow_up import MAQUETTE_OT_follow_up as operator

    one = SimpleNamespace(what=what, agreed=True, _asked=("", None), **state)
    for name in ("_step", "_ask_about", "question", "act"):
        setattr(one, name, MethodType(getattr(operator, name), one))
    return one


@pytest.mark.parametrize("kept", [True, False], ids=["with its picture", "without"])
def test_the_same_step_is_asked_about_before_it_is_paid_twice(steps, kept):
    assert bpy.ops.maquette.follow_up(what="tripo_parts") == {"FINISHED"}
    if not kept:
        (journal().folder_of(steps[1].id) / "front.png").unlink()
    operator = pressed("tripo_parts")
    asked = operator.question(bpy.context, running(), steps[1])
    assert asked == "The same step with the same options was sent just now. Generate again?"
    assert operator._asked[0] == journal().all()[0].id


def test_a_step_that_may_be_paid_already_is_not_sent_by_who_was_not_asked_about_it(steps):
    simulator, first = steps
    assert bpy.ops.maquette.follow_up(what="tripo_parts") == {"FINISHED"}
    bpy.ops.maquette.land(task=first.id)
    activate(first.id)
    journal().update(journal().all()[0].id, stage="unconfirmed")
    with pytest.raises(RuntimeError, match="may already have been charged"):
        bpy.ops.maquette.follow_up(what="tripo_parts")
    operator = pressed("tripo_parts")
    with pytest.raises(InputError, match="may already have been charged"):
        operator.act(running(), first.id)  # a dialog in which the options were changed to these
    assert len(simulator.requests(SEGMENT)) == 1
    operator.question(bpy.context, running(), first)
    operator.act(running(), first.id)
    assert len(simulator.requests(SEGMENT)) == 2


@pytest.mark.parametrize("what", ["follow_up", "regenerate"])
def test_nothing_is_made_for_an_object_that_is_no_longer_active(steps, what):
    simulator, first = steps
    bpy.ops.maquette.land(task=first.id)
    assert bpy.ops.maquette.follow_up(what="tripo_rig") == {"FINISHED"}
    activate(journal().all()[0].id)
    paid, given = simulator.paid, {"what": "tripo_parts"} if what == "follow_up" else {}
    with pytest.raises(RuntimeError, match="Another object is active now"):
        getattr(bpy.ops.maquette, what)(task=first.id, **given)
    assert simulator.paid == paid


def test_what_was_in_parts_stays_so(steps):
    from blender_addon.core.steps import order
    from blender_addon.providers import find

    assert bpy.ops.maquette.follow_up(what="tripo_low_poly") == {"FINISHED"}
    whole = journal().all()[0]
    bpy.ops.maquette.land(task=steps[1].id)
    activate(steps[1].id)
    assert bpy.ops.maquette.follow_up(what="tripo_parts") == {"FINISHED"}
    activate(journal().all()[0].id)
    assert bpy.ops.maquette.follow_up(what="tripo_low_poly") == {"FINISHED"}
    assert [order(one, find(one.provider))["parts"] for one in (whole, *journal().all()[:2])] == [False, True, True]


def test_no_script_gets_around_the_threshold(steps, monkeypatch):
    from blender_addon.blender import session, spending

    monkeypatch.setattr(session, "preferences", lambda: SimpleNamespace(ask_above=0, daily_limit=60, use_height=False))
    monkeypatch.setattr(spending, "bpy", SimpleNamespace(app=SimpleNamespace(background=False), types=bpy.types))
    with pytest.raises(RuntimeError, match="daily limit is 60"):
        bpy.ops.maquette.follow_up(what="tripo_parts")
    assert not steps[0].requests(SEGMENT)


def test_its_options_are_used_again(steps):
    chosen = bpy.context.scene.maquette.tripo_parts
    chosen.model_version, chosen.split_by_connectivity = "v2.0-20260430", True
    assert bpy.ops.maquette.follow_up(what="tripo_parts") == {"FINISHED"}
    chosen.model_version, chosen.split_by_connectivity = "v1.0-20250506", False
    assert bpy.ops.maquette.use_again(task=journal().all()[0].id) == {"FINISHED"}
    assert (chosen.model_version, chosen.split_by_connectivity) == ("v2.0-20260430", True)
    assert bpy.context.scene.maquette.provider == "tripo"


def test_its_source_image_is_shown(steps):
    from blender_addon.blender import send_again

    assert bpy.ops.maquette.follow_up(what="tripo_rig") == {"FINISHED"}
    assert send_again.views_of(running(), journal().all()[0])["front"].is_file()
