"""What can be done with an object that Maquette made: the same again, variants, back to where it came from."""

import time

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures
from test_blender_landing import ready, step  # noqa: F401 - a fixture

from blender_addon.core.events import Failed, Ready
from blender_addon.landing import provenance, targets

CREATE = "POST /v3/generation/*"
LIMIT_S = 90.0


def running():
    from blender_addon.blender import session

    return session.needed()


def journal():
    return running().assembly.journal


def model():
    """Return the object with everything done to it that must survive, active and selected."""
    item = next(one for one in bpy.data.objects if provenance.task_of(one))
    item.location, item.name = (1, 2, 3), "Hero"
    bpy.context.view_layer.objects.active = item
    item.select_set(True)
    return item


@pytest.fixture
def made(ready):  # noqa: F811
    """Return the task of a model of Local's that has landed and been moved."""
    _, task = ready
    bpy.ops.maquette.land(task=task)
    provenance.mark([bpy.data.objects["crate"]], {"task": task, "provider": "local"})
    return provenance.task_of(model())


@pytest.fixture
def bought(tripo):  # noqa: F811
    """Return Tripo's simulator and the task of a model that has landed."""
    bpy.ops.maquette.generate()
    return tripo, provenance.task_of(model())


def test_regenerate_puts_a_new_model_in_the_objects_place(extension, disc):  # noqa: F811
    assert bpy.ops.maquette.generate(image=str(disc), provider="local", options='{"detail": "draft"}') == {"FINISHED"}
    made = provenance.task_of(model())
    assert running().textured, "Show Textures is offered from now on"
    assert bpy.ops.maquette.regenerate() == {"FINISHED"}
    new, (task, first) = bpy.data.objects["Hero"], journal().all()
    assert (task.options, task.image, first.id) == (first.options, first.image, made)
    assert provenance.task_of(new) == task.id and tuple(new.location) == (1, 2, 3)
    assert [one.name for one in bpy.data.objects if provenance.task_of(one)] == ["Hero"]
    assert list(targets.every()) == [] and task.stage == "landed"


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("selected", [True, False])
def test_what_takes_an_objects_place_is_selected_and_active_as_that_was(active, selected, made):
    from blender_addon.blender import land, stands

    hero, cube, layer = bpy.data.objects["Hero"], bpy.data.objects["Cube"], bpy.context.view_layer
    cube.select_set(True)
    hero.select_set(selected)
    layer.objects.active = hero if active else cube
    stands.put(running(), hero, made)
    journal().update(made, stage="ready")
    land.land_task(bpy.context, running(), made, asked=False)
    new = bpy.data.objects["Hero"]
    assert len(new.data.polygons) == 1 and layer.objects.active == (new if active else cube)
    assert set(layer.objects.selected) == ({new, cube} if selected else {cube})


def test_only_objects_of_maquettes_can_be_made_again(made):
    bpy.context.view_layer.objects.active = bpy.data.objects["Cube"]
    assert not bpy.ops.maquette.regenerate.poll() and not bpy.ops.maquette.variants.poll()
    bpy.context.view_layer.objects.active = bpy.data.objects["Hero"]
    assert bpy.ops.maquette.regenerate.poll()
    bpy.ops.object.mode_set(mode="EDIT")
    assert not bpy.ops.maquette.regenerate.poll()


@pytest.mark.parametrize("saved", [False, True])
def test_what_is_tried_again_after_a_failed_regenerate_takes_the_objects_place_too(saved, bought, tmp_path):
    from blender_addon.blender import placeholder, stands

    tripo, _ = bought  # noqa: F811
    tripo.refuse_next(CREATE, 403, 2010, "You don't have enough credit")
    with pytest.raises(RuntimeError, match="credits"):
        bpy.ops.maquette.regenerate()
    failed = journal().all()[0].id
    running().assembly.events.put(Failed(failed, "credits", "You have too few credits."))
    step()
    if saved:
        bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "castle.blend"))
        bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "castle.blend"))
        placeholder.look(running(), loaded=True)
        step()
    assert running().stands == {} and bpy.ops.maquette.regenerate.poll(), "nothing waits for the task that failed"
    assert bpy.ops.maquette.retry(task=failed) == {"FINISHED"}
    again = journal().all()[0].id
    assert stands.waits(bpy.data.objects["Hero"]) and running().stands == {again: "Hero"}
    ends = time.monotonic() + LIMIT_S
    while journal().get(again).stage != "landed":
        assert time.monotonic() < ends, "never ended"
        time.sleep(0.05)
        step()
    made = [one for one in bpy.data.objects if provenance.task_of(one)]
    assert [(one.name, provenance.task_of(one), tuple(one.location)) for one in made] == [("Hero", again, (1, 2, 3))]
    assert list(targets.every()) == []


def test_an_object_stands_no_more_for_a_failed_task_that_is_removed(made):
    from blender_addon.blender import stands

    stands.put(running(), bpy.data.objects["Hero"], made)
    journal().update(made, stage="failed")
    running().assembly.events.put(Failed(made, "network", "It failed."))
    step()
    assert [task for _, task in targets.every()] == [made]
    bpy.ops.maquette.remove(task=made)
    step()
    assert list(targets.every()) == []


def test_while_a_new_version_is_made_no_other_is_asked_for(made):
    from blender_addon.blender import snapshot, stands

    journal().update(made, stage="running")
    snapshot.refresh()
    stands.put(running(), bpy.data.objects["Hero"], made)
    assert not bpy.ops.maquette.regenerate.poll()


def test_an_object_of_a_task_that_is_not_here_says_so(made):
    running().assembly.tasks.forget(made)
    with pytest.raises(RuntimeError, match="removed"):
        bpy.ops.maquette.regenerate()


def test_a_provider_without_a_seed_has_no_variants(made):
    assert not bpy.ops.maquette.variants.poll()


def test_variants_have_other_seeds_and_wait_to_be_chosen(bought):
    from blender_addon.blender import snapshot, variants

    tripo, first = bought  # noqa: F811
    assert bpy.ops.maquette.variants(count=2) == {"FINISHED"}
    ends = time.monotonic() + LIMIT_S
    while any(running().assembly.tasks.running(one.id) for one in journal().all()):
        assert time.monotonic() < ends, "never ended"
        time.sleep(0.05)
    bodies = [one.json for one in tripo.requests(CREATE)]
    assert len({one.get("model_seed") for one in bodies}) == len({one.get("texture_seed") for one in bodies}) == 3
    made = journal().all()[:2]
    assert [(one.variant_of, one.stage) for one in made] == [(first, "ready")] * 2
    for one in made:
        running().assembly.events.put(Ready(one.id, ""))
    step()
    assert provenance.task_of(bpy.data.objects["Hero"]) == first
    snapshot.refresh()
    assert {row.name for row in variants.group(first)} == {first, *(one.id for one in made)}
    assert bpy.ops.maquette.replace(task=made[0].id) == {"FINISHED"}
    new = bpy.data.objects["Hero"]
    assert (provenance.task_of(new), tuple(new.location)) == (made[0].id, (1, 2, 3))
    assert len(variants.group(made[0].id)) == 3


def test_no_script_gets_around_the_threshold(bought, monkeypatch):
    from types import SimpleNamespace

    from blender_addon.blender import regenerate, send_again, session, spending

    task = journal().get(bought[1])
    price = regenerate.price_of(running(), task)
    assert regenerate.question(*price, 3) == "About 90 credits. Generate again?"
    monkeypatch.setattr(session, "preferences", lambda: SimpleNamespace(ask_above=29, daily_limit=0))
    monkeypatch.setattr(spending, "bpy", SimpleNamespace(app=SimpleNamespace(background=False), types=bpy.types))
    assert regenerate.question(*price, 3) == "About 90 credits. This costs about 30 credits. Generate all the same?"
    with pytest.raises(Exception, match="about 30 credits"):
        asking = send_again.Paid()
        asking.agreed = False
        asking.permit(running(), task)


def test_textures_are_looked_for_in_a_file_that_was_opened(extension, disc):  # noqa: F811
    from blender_addon.blender import shading

    assert bpy.ops.maquette.generate(image=str(disc), provider="local", options='{"detail": "draft"}') == {"FINISHED"}
    running().textured = None
    assert shading._textured(running())
    model().data.materials.clear()
    assert shading._textured(running()), "it is looked for once a file"
    running().textured = None
    assert not shading._textured(running())


def test_the_kept_picture_of_a_task_is_called_as_it_was(extension, disc):  # noqa: F811
    from blender_addon.blender import neutral

    assert bpy.ops.maquette.generate(image=str(disc), provider="local", options='{"detail": "draft"}') == {"FINISHED"}
    made = provenance.task_of(model())
    assert bpy.ops.maquette.use_again(task=made) == {"FINISHED"}
    chosen = bpy.context.scene.maquette
    assert chosen.front.path.endswith(journal().get(made).views["front"])
    assert f"{neutral.image_name(chosen)}.png" == journal().get(made).image != "front.png"


def test_textures_are_missed_in_solid_shading_without_them():
    from blender_addon.blender import shading

    areas = bpy.data.screens["Layout"].areas
    space = next(area for area in areas if area.type == "VIEW_3D").spaces.active
    assert (space.shading.type, space.shading.color_type, shading.is_plain(space)) == ("SOLID", "MATERIAL", True)
    space.shading.color_type = "TEXTURE"
    assert not shading.is_plain(space)
    space.shading.color_type, space.shading.type = "MATERIAL", "WIREFRAME"
    assert not shading.is_plain(space)
