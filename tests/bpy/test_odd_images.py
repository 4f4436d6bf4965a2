"""Pictures as they lie about: names as long as can be, packed in formats of old, hidden by macOS, half downloaded."""

import base64
from pathlib import Path

import bpy
import pytest
from enabled import disc, disc_image, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures

from blender_addon.core.errors import InputError
from blender_addon.core.source import check_picture
from blender_addon.providers import find

MANY = [{"front": Path("/chair_front.png"), "left": Path("/chair_left.png")}, {"front": Path("/table.png")}]


@pytest.fixture
def chosen(extension):  # noqa: F811
    from blender_addon.blender import declared

    declared.ensure()
    return bpy.context.scene.maquette


def test_a_name_with_no_room_for_that_of_a_view_is_picked(chosen, disc):  # noqa: F811
    long = disc.with_name("椅" * 83 + ".png")
    long.write_bytes(disc.read_bytes())
    assert bpy.ops.maquette.pick_image(filepath=str(long)) == {"FINISHED"}
    assert (chosen.front.path, chosen.left.path) == (str(long), "")


def test_a_picture_as_text_is_no_path(extension):  # noqa: F811
    from blender_addon.blender import paste

    text = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40).decode()
    assert text.startswith("/9j/") and paste.paths(text) == []


def test_a_folder_holds_what_its_artist_sees(disc):  # noqa: F811
    from blender_addon.blender import batch
    from blender_addon.blender.from_image import EXTENSIONS

    disc.with_name("._disc.png").write_bytes(b"what macOS keeps of disc.png")
    disc.with_name("chair.JFIF").write_bytes(disc.read_bytes())
    found = batch.in_folder(disc.parent, EXTENSIONS.split(";"))
    assert [one["front"].name for one in found] == ["chair.JFIF", "disc.png"]


def test_no_folder_is_not_the_one_that_blender_was_started_in(extension, disc, monkeypatch):  # noqa: F811
    monkeypatch.chdir(disc.parent)
    with pytest.raises(RuntimeError, match="Choose a folder first"):
        bpy.ops.maquette.generate_folder()


@pytest.mark.parametrize("file_format", ["TARGA", "JPEG", "PNG"])
@pytest.mark.parametrize("painted", [False, True])
def test_an_image_in_the_blend_is_written_whatever_its_format(chosen, tmp_path, file_format, painted):
    from blender_addon.blender import pictures

    image = disc_image("disc")
    image.filepath_raw, image.file_format = str(tmp_path / "disc.x"), file_format
    image.save()
    content = (tmp_path / "disc.x").read_bytes()
    bpy.data.images.remove(image)
    image = chosen.front.image = bpy.data.images.load(str(tmp_path / "disc.x"))
    image.pack()
    if painted:
        image.pixels[0] = 0.5
    chosen.source, before = "IMAGE", (image.is_dirty, image.file_format, image.filepath, len(bpy.data.images))
    with pictures.files(chosen, ("front",)) as files:
        picture = check_picture(files["front"])
        assert picture.size == (96, 96) and picture.native
        same = files["front"].read_bytes() == content
    assert same is (not painted and file_format != "TARGA"), "what is packed is not encoded once more"
    assert before == (image.is_dirty, image.file_format, image.filepath, len(bpy.data.images))


def test_a_packed_image_is_not_decoded_to_be_judged(chosen, disc, tmp_path):  # noqa: F811
    from blender_addon.blender import pictures

    image = bpy.data.images.load(str(disc))
    image.pack()
    image.use_fake_user = True
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "packed.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "packed.blend"))
    chosen = bpy.context.scene.maquette
    chosen.source, chosen.front.image = "IMAGE", bpy.data.images[disc.name]
    assert pictures.problem(chosen, "front") == "" and not chosen.front.image.has_data


def test_an_address_that_cannot_be_treated_is_said_beside_generate(tripo):  # noqa: F811
    from blender_addon.blender import readiness

    chosen = bpy.context.scene.maquette
    chosen.source, chosen.front.path, chosen.crop = "FILE", "https://example.org/chair.png", True
    assert "goes to the provider as it is" in readiness.reason(bpy.context.scene)
    chosen.crop = False
    assert readiness.reason(bpy.context.scene) == ""


def test_views_of_many_that_do_not_go_are_said_before_anything_is_started(tripo, monkeypatch):  # noqa: F811
    from blender_addon.blender import batch

    assert "will not get" not in batch.question(bpy.context.scene, MANY)
    monkeypatch.setattr(find("tripo"), "views", ("front",))
    assert "Tripo does not take, and will not get: left." in batch.question(bpy.context.scene, MANY)


def test_views_of_many_that_the_options_refuse_stop_the_question(chosen):

    from blender_addon.blender import batch

    chosen.local.method = "hull"
    with pytest.raises(InputError, match="hull needs a view from a side"):
        batch.question(bpy.context.scene, MANY)
