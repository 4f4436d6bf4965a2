"""`bpy.ops.maquette.generate()` in background mode: from an image to an object, through Local."""

import json

import bpy
import pytest
from enabled import disc, disc_image, extension  # noqa: F401 - fixtures

QUICK = json.dumps({"detail": "draft", "height": 2.0})


def tasks():
    from blender_addon.blender import session

    return session.needed().assembly.journal.all()


@pytest.mark.fault("X17")
def test_an_image_file_becomes_an_object(extension, disc):  # noqa: F811
    before = set(bpy.data.objects)
    assert bpy.ops.maquette.generate(image=str(disc), provider="local", options=QUICK) == {"FINISHED"}
    (made,) = set(bpy.data.objects) - before
    assert made.users_collection[0].name == "disc"
    assert made.dimensions.z == pytest.approx(2.0, rel=0.05)
    assert made.active_material.node_tree.nodes.get("Principled BSDF")
    (task,) = tasks()
    assert (task.stage, task.options["detail"], task.image) == ("landed", "draft", "disc.png")
    (row,) = bpy.context.window_manager.maquette.tasks
    assert (row.name, row.label, row.provider, row.state) == (task.id, "disc", "Local", "succeeded")
    assert row.triangles == task.statistics["triangles"] > 0


def test_a_task_that_started_has_started_whatever_becomes_of_its_placeholder(extension, disc, monkeypatch):  # noqa: F811
    from blender_addon.blender import placeholder, session

    session.needed()

    def fail(*_):
        raise RuntimeError("the image cannot be packed")

    monkeypatch.setattr(placeholder, "wanted", lambda: True)
    monkeypatch.setattr(placeholder, "put", fail)
    assert bpy.ops.maquette.generate(image=str(disc), provider="local", options=QUICK) == {"FINISHED"}
    assert [task.stage for task in tasks()] == ["landed"]


def test_the_scene_is_taken_where_nothing_is_given(extension, disc):  # noqa: F811
    from blender_addon.blender import declared

    declared.ensure()
    chosen = bpy.context.scene.maquette
    chosen.front.path, chosen.local.detail = str(disc), "draft"
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    assert tasks()[0].options["detail"] == "draft"


@pytest.mark.fault("U11")
def test_an_unsaved_image_is_used_and_stays_as_it_is(extension):  # noqa: F811
    from blender_addon.blender import declared

    declared.ensure()
    image = disc_image("Painted: disc")
    facts = (image.source, image.filepath, image.is_dirty, image.packed_file, image.file_format, image.alpha_mode)
    chosen = bpy.context.scene.maquette
    chosen.source, chosen.front.image = "IMAGE", image
    assert bpy.ops.maquette.generate(options=QUICK) == {"FINISHED"}
    assert tasks()[0].image == "Painted_ disc.png"
    assert facts == (
        image.source, image.filepath, image.is_dirty, image.packed_file, image.file_format, image.alpha_mode
    )  # fmt: skip


@pytest.mark.fault("U11")
def test_a_packed_image_is_used(extension):  # noqa: F811
    from blender_addon.blender import declared

    declared.ensure()
    image = disc_image("packed")
    image.pack()
    facts = (image.source, image.filepath, image.is_dirty, image.file_format)
    chosen = bpy.context.scene.maquette
    chosen.source, chosen.front.image = "IMAGE", image
    assert bpy.ops.maquette.generate(options=QUICK) == {"FINISHED"}
    assert image.packed_file
    assert facts == (image.source, image.filepath, image.is_dirty, image.file_format)


@pytest.mark.fault("U09")
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"image": "/nowhere/cat.png"}, "There is no image"),
        ({"image": ""}, "Choose an image first"),
        ({"provider": "nobody"}, "There is no provider “nobody”"),
        ({"options": '{"dept": 2}'}, "There is no option “dept”"),
        ({"options": '{"depth": -2}'}, "Depth (depth) cannot be -2"),
        ({"options": "depth=2"}, "not JSON"),
        ({"options": "[2]"}, "must be a JSON object"),
    ],
    ids=lambda one: str(one)[:20],
)
def test_what_is_wrong_is_one_sentence_and_starts_nothing(given, words, extension, disc):  # noqa: F811
    with pytest.raises(RuntimeError) as caught:
        bpy.ops.maquette.generate(**({"image": str(disc)} | given))
    assert words in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert tasks() == []
    assert len(bpy.data.objects) == 3


def test_an_image_without_anything_on_it_fails_and_is_kept(extension):  # noqa: F811
    from blender_addon.blender import declared

    declared.ensure()
    image = bpy.data.images.new("nothing", 64, 64, alpha=True)
    image.pixels = [0.0] * (64 * 64 * 4)
    chosen = bpy.context.scene.maquette
    chosen.source, chosen.front.image = "IMAGE", image
    with pytest.raises(RuntimeError):
        bpy.ops.maquette.generate(options=QUICK)
    assert tasks()[0].stage == "failed"
    assert len(bpy.data.objects) == 3


def test_a_linked_image_is_found_beside_its_own_blend(extension, disc, tmp_path):  # noqa: F811
    from blender_addon.blender import pictures

    folder = tmp_path / "library"
    folder.mkdir()
    picture = folder / "linked.png"
    picture.write_bytes(disc.read_bytes())
    image = bpy.data.images.load(str(picture))
    image.filepath = "//linked.png"
    bpy.data.libraries.write(str(folder / "library.blend"), {image}, path_remap="NONE")
    bpy.data.images.remove(image)
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    with bpy.data.libraries.load(str(folder / "library.blend"), link=True) as (source, target):
        target.images = source.images
    chosen = bpy.context.scene.maquette
    chosen.source, chosen.front.image = "IMAGE", target.images[0]
    with pictures.files(chosen, ("front",)) as files:
        assert files["front"].samefile(picture)
