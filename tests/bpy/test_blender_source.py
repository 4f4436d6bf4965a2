"""The source image comes in: by its name, from the clipboard, from a render, as one of many."""

import json
from pathlib import Path

import bpy
import pytest
from enabled import disc, disc_image, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures

from blender_addon.core.errors import InputError
from blender_addon.core.source import check_picture


@pytest.fixture
def chairs(extension, disc):  # noqa: F811
    """Return a folder with a chair's views, and let the scene have chosen Local, which takes all of them."""
    from blender_addon.blender import declared

    declared.ensure()
    bpy.context.scene.maquette.local.detail = "draft"
    for name in ("chair_front", "chair_left", "chair_back", "table"):
        disc.with_name(f"{name}.png").write_bytes(disc.read_bytes())
    return disc.parent


def views():
    chosen = bpy.context.scene.maquette
    return {
        view: Path(path).name for view in ("front", "left", "back", "right") if (path := getattr(chosen, view).path)
    }


CHAIR = {"front": "chair_front.png", "left": "chair_left.png", "back": "chair_back.png"}


def test_a_front_brings_its_views_and_takes_them_along(chairs):
    from blender_addon.blender import slots

    scene = bpy.context.scene
    bpy.ops.maquette.pick_image(filepath=str(chairs / "chair_front.png"))
    assert views() == CHAIR
    assert slots.found(scene) == ("left", "back")
    bpy.ops.maquette.pick_image(filepath=str(chairs / "table.png"))
    assert views() == {"front": "table.png"}
    assert slots.found(scene) == ()


def test_what_was_found_can_be_taken_back_and_a_filled_slot_stays(chairs):
    bpy.context.scene.maquette.left.path = str(chairs / "table.png")
    bpy.ops.maquette.pick_image(filepath=str(chairs / "chair_front.png"))
    assert views() == CHAIR | {"left": "table.png"}
    bpy.ops.maquette.forget_found()
    assert views() == {"front": "chair_front.png", "left": "table.png"}


def test_nothing_is_found_for_a_provider_of_one_image(chairs, monkeypatch):
    from blender_addon.blender import slots
    from blender_addon.providers.local import Local

    monkeypatch.setattr(Local, "views", ("front",))
    bpy.ops.maquette.pick_image(filepath=str(chairs / "chair_front.png"))
    assert views() == {"front": "chair_front.png"}
    bpy.context.scene.maquette.back.path = str(chairs / "chair_back.png")
    assert slots.not_sent(bpy.context.scene, Local) == ("back",), "and that is said"


def test_views_that_the_options_refuse_are_not_filled_in(chairs):
    chosen = bpy.context.scene.maquette
    chosen.provider = "modelslab"
    bpy.ops.maquette.pick_image(filepath=str(chairs / "chair_front.png"))
    assert views() == {"front": "chair_front.png"}, "several images are switched off"
    chosen.modelslab.multi_image = True
    bpy.ops.maquette.pick_image(filepath=str(chairs / "chair_front.png"))
    assert views() == CHAIR


def test_several_files_are_the_views_of_one(chairs):
    picked = {"directory": str(chairs), "files": [{"name": name} for name in CHAIR.values()]}
    assert bpy.ops.maquette.pick_image(**picked) == {"FINISHED"}
    assert views() == CHAIR
    picked["files"] = [{"name": "chair_front.png"}, {"name": "table.png"}]
    with pytest.raises(RuntimeError, match="several subjects"):
        bpy.ops.maquette.pick_image(**picked)
    assert views() == CHAIR


@pytest.mark.parametrize("written", ["{}", '"{}"', "'{}' ", "{uri}", "\n{}\r\n", "file:{posix}", "{}\n{uri}"])
def test_text_names_files(extension, written, tmp_path):  # noqa: F811
    from blender_addon.blender import paste

    path = tmp_path / "old chair.png"
    given = written.format(path, uri=path.as_uri(), posix=path.as_uri().removeprefix("file://"))
    assert set(paste.paths(given)) == {path}


@pytest.mark.parametrize("written", ["chair_front.png", "a list:\n{}", "", "file://", "\0"])
def test_other_text_names_none(extension, written, tmp_path):  # noqa: F811
    from blender_addon.blender import paste

    assert paste.paths(written.format(tmp_path / "chair.png")) == []


def pasted(text):
    """Let the text be on the clipboard, which the bpy module does not have, and paste it."""
    from types import SimpleNamespace

    from blender_addon.blender import paste

    copied = SimpleNamespace(scene=bpy.context.scene, window_manager=SimpleNamespace(clipboard=text))
    return paste.paste(copied, "front")


def test_a_path_is_pasted_and_brings_its_views(chairs, monkeypatch):
    assert pasted(f'"{chairs / "chair_front.png"}"') == "chair_front.png"
    assert views() == CHAIR


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("milk, bread", "There is no picture on the clipboard"),
        ("/nowhere/chair.png", "There is no image /nowhere/chair.png"),
        ("https://example.org/chair.png", "Local takes image files only"),
    ],
)
def test_what_cannot_be_pasted_is_said_and_changes_nothing(chairs, text, words):
    with pytest.raises(InputError, match=words):
        pasted(text)
    assert views() == {}


def test_an_address_is_pasted_where_the_provider_takes_one(tripo):  # noqa: F811
    assert pasted(" https://example.org/chair.png\n") == "https://example.org/chair.png"
    with pytest.raises(InputError, match="holds a login"):
        pasted("https://me:secret@example.org/chair.png")


def test_one_step_from_a_file_to_a_model_without_the_views_of_another_one(tripo, chairs):  # noqa: F811
    bpy.ops.maquette.pick_image(filepath=str(chairs / "chair_front.png"))
    bpy.context.scene.maquette.right.path = str(chairs / "chair_back.png")
    before = set(bpy.data.objects)
    assert bpy.ops.maquette.from_image(filepath=str(chairs / "table.png")) == {"FINISHED"}
    assert [one.name for one in set(bpy.data.objects) - before] == ["table"]
    assert views() == {"front": "table.png"}


def test_what_stands_in_the_way_is_said_and_the_image_is_kept(chairs):
    (chairs / "letter.png").write_text("Dear artist")
    with pytest.raises(RuntimeError, match=r"letter\.png"):
        bpy.ops.maquette.from_image(filepath=str(chairs / "letter.png"))
    assert views() == {"front": "letter.png"}
    assert len(bpy.context.window_manager.maquette.tasks) == 0


def test_an_image_of_the_blend_is_the_source_without_views_of_another_one(chairs):
    from blender_addon.blender import captured

    chosen = bpy.context.scene.maquette
    chosen.back.image = disc_image("another")
    captured.use(bpy.context.scene, disc_image("painted").name)
    assert (chosen.source, chosen.front.image.name, chosen.back.image) == ("IMAGE", "painted", None)
    with pytest.raises(RuntimeError, match="There is no image gone in this file"):
        bpy.ops.maquette.from_image(image="gone")


def test_an_image_that_is_not_loaded_is_judged_by_its_file(chairs):
    from blender_addon.blender import pictures

    chosen = bpy.context.scene.maquette
    chosen.source, chosen.front.image = "IMAGE", bpy.data.images.load(str(chairs / "table.png"))
    assert pictures.problem(chosen, "front") == "" and not chosen.front.image.has_data, "nothing was decoded"
    (chairs / "table.png").write_bytes(b"no picture")
    assert "table.png" in pictures.problem(chosen, "front")


def test_a_folder_is_asked_about_with_its_price(tripo, chairs):  # noqa: F811
    from blender_addon.blender import batch
    from blender_addon.blender.from_image import EXTENSIONS
    from blender_addon.providers.tripo import TripoOptions

    (chairs / "notes.txt").write_text("no picture")
    bpy.context.scene.maquette.provider = "tripo"
    subjects = batch.in_folder(chairs, EXTENSIONS.split(";"))
    assert [one["front"].name for one in subjects] == ["chair_front.png", "disc.png", "table.png"]
    cost = 3 * int(TripoOptions.build({}).credits())
    asked = batch.question(bpy.context.scene, subjects)
    assert asked.startswith("3 models will be made") and f"about {cost} credits" in asked
    with pytest.raises(InputError, match="at most 100"):
        batch.question(bpy.context.scene, subjects * 34)


def test_what_was_sent_a_moment_ago_is_left_out_of_many(tripo, disc):  # noqa: F811
    again = disc.with_name("again.png")
    again.write_bytes(disc.read_bytes())
    other = disc_image("other")
    other.pixels = [0.5] * len(other.pixels)
    other.filepath_raw, other.file_format = str(disc.with_name("other.png")), "PNG"
    other.save()
    bpy.ops.maquette.generate(agreed=True)
    subjects = json.dumps([{"front": str(again)}, {"front": str(disc.with_name("other.png"))}])
    with pytest.raises(RuntimeError, match=r"1 were left out.*again\.png"):
        bpy.ops.maquette.generate_many(subjects=subjects)
    assert len(tripo.creates) == 2


def test_a_render_is_written_as_it_is_and_the_output_settings_stay(chairs):
    from blender_addon.blender import captured, pictures, thumbnails

    scene = bpy.context.scene
    scene.render.engine, scene.cycles.samples = "CYCLES", 1
    scene.render.resolution_x = scene.render.resolution_y = 32
    settings = scene.render.image_settings
    if hasattr(settings, "media_type"):
        settings.media_type = "VIDEO"
    settings.file_format = "FFMPEG"
    settings.color_mode = "BW"
    with pytest.raises(RuntimeError, match="Render an image first"):
        bpy.ops.maquette.from_image(image="Render Result")
    bpy.ops.render.render()
    captured.use(scene, "Render Result")
    assert (picture := Path(scene.maquette.front.path)).name == "Render 1.png"
    assert check_picture(picture).size == (32, 32)
    scene.maquette.source, scene.maquette.front.image = "IMAGE", bpy.data.images["Render Result"]
    with pictures.files(scene.maquette, ("front",)) as files:
        assert check_picture(files["front"]).size == (32, 32)
    assert thumbnails.icon(scene.maquette, "front") == 0, "its own would be an empty box"
    assert (settings.file_format, settings.color_mode) == ("FFMPEG", "BW")


def test_what_is_captured_is_framed_and_upright(extension, tmp_path):  # noqa: F811
    from blender_addon.blender import capture

    empty = bytes(4 * 20)
    lower = bytes(4 * 5) + b"\xff\0\0\xff" * 10 + bytes(4 * 5)
    upper = bytes(4 * 9) + b"\0\0\xff\x80" + bytes(4 * 10)
    pixels = empty * 8 + lower + empty * 9 + upper + empty * 3
    assert capture.seen(20, 22, pixels) == (4, 7, 16, 20)
    with pytest.raises(InputError, match="nothing to see"):
        capture.seen(20, 2, empty * 2)
    path = tmp_path / "capture.png"
    path.write_bytes(capture.png(20, 22, pixels))
    image = bpy.data.images.load(str(path))
    assert tuple(image.size) == (20, 22)
    at = lambda x, y: [round(one, 1) for one in image.pixels[4 * (y * 20 + x) : 4 * (y * 20 + x) + 4]]  # noqa: E731
    assert (at(4, 8), at(5, 8), at(14, 8), at(9, 18)) == ([0, 0, 0, 0], [1, 0, 0, 1], [1, 0, 0, 1], [0, 0, 1, 0.5])


def test_only_the_newest_captured_pictures_are_kept(extension, monkeypatch):  # noqa: F811
    from blender_addon.blender import captured

    monkeypatch.setattr(captured, "KEPT", 3)
    for _ in range(12):
        captured.new_file("Viewport").write_bytes(b"picture")
    mine = captured.new_file("Render")
    mine.write_bytes(b"picture")
    names = sorted(one.name for one in mine.parent.iterdir())
    assert names == ["Render 1.png", "Viewport 10.png", "Viewport 11.png", "Viewport 12.png"]


def test_the_shortcuts_are_free_in_object_mode_whatever_keymap_is_chosen(extension):  # noqa: F811
    from blender_addon.blender import entries

    keymaps = ("Object Mode", "Object Non-modal", "3D View", "3D View Generic", "Window", "Screen", "Screen Editing")
    wanted = {(key, *sorted(modifiers)) for _, key, modifiers in entries.SHORTCUTS}
    for config in ("blender_default", "industry_compatible_data"):
        (path,) = (
            one
            for base in bpy.utils.script_paths()
            for one in Path(base).glob(f"presets/keyconfig/keymap_data/{config}.py")
        )
        names = {"__name__": config, "__file__": str(path)}
        exec(compile(path.read_text("utf-8"), path, "exec"), names)
        for name, _, content in names["generate_keymaps"](names["Params"]()):
            for _, key, _ in content["items"] if name in keymaps else ():
                pressed = {one for one in ("alt", "ctrl", "shift", "oskey") if key.get(one)}
                assert (key["type"], *sorted(pressed)) not in wanted, (config, name)


def test_menus_and_shortcuts_come_and_go(extension):  # noqa: F811
    from blender_addon.blender import entries

    keymap = bpy.context.window_manager.keyconfigs.addon.keymaps[entries.KEYMAP]
    menu = bpy.types.VIEW3D_MT_mesh_add
    ours = lambda: [item.idname for item in keymap.keymap_items if item.idname.startswith("maquette.")]  # noqa: E731
    assert ours() == [name for name, *_ in entries.SHORTCUTS]
    assert entries.add_menu in menu._dyn_ui_initialize()
    extension.unregister()
    assert ours() == []
    assert entries.add_menu not in menu._dyn_ui_initialize()
    extension.register()
