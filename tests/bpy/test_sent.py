"""What Will Be Sent: what is shown is what the provider gets, byte for byte, and nothing is sent for showing it."""

import bpy
import models
import numpy as np
import pytest
from enabled import disc, disc_image, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures

from blender_addon.worker import pictures
from blender_addon.worker.cutting import object_alone


def chosen():
    return bpy.context.scene.maquette


def shown(view="front"):
    """Return what the panel shows of the view, once it has been made."""
    from blender_addon.blender import draft, sent, session

    wanted = draft.of(bpy.context.scene)
    assert sent.answer(bpy.context.scene, wanted, view) is None, "it was not made yet"
    running = session.needed()
    for _, thread in list(running.inquiries._open.values()):
        thread.join(60)
    running.inquiries.collect()
    found = sent.answer(bpy.context.scene, wanted, view)
    assert not found.problem
    return found.value


def reason():
    from blender_addon.blender import readiness

    return readiness.reason(bpy.context.scene)


def plain(path, ground=(240, 240, 240), size=(120, 80)):
    """Write a picture of a red box on a plain ground, as PNG: 40 × 40 pixels at (50, 20)."""
    width, height = size
    rows = np.empty((height, width, 3), np.uint8)
    rows[:] = ground
    rows[20:60, 50:90] = (190, 30, 30)
    path.write_bytes(models.png(rows))
    return path


@pytest.mark.parametrize(("cut_out", "crop"), [(False, False), (True, True)])
def test_what_is_shown_is_what_is_sent(tripo, tmp_path, cut_out, crop):  # noqa: F811
    chosen().front.path = str(plain(tmp_path / "box.png"))
    chosen().cut_out, chosen().crop = cut_out, crop
    seen = shown()
    assert tripo.seen == [] and seen.unchanged is not (cut_out or crop)
    content = seen.path.read_bytes()
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    (upload,) = tripo.uploads.values()
    assert upload.data == content


def test_the_background_goes_and_the_object_stays(tmp_path):
    rows = pictures.load(plain(tmp_path / "box.png"))
    alone = object_alone(rows, cut_out=True, crop=True)
    assert alone.shape == (44, 44, 4), "a margin of 2 pixels"
    assert tuple(alone[20, 20]) == (190, 30, 30, 255)
    assert tuple(alone[0, 0]) == (255, 255, 255, 0), "nothing of the ground is left under the alpha"
    cropped = object_alone(rows, cut_out=False, crop=True)
    assert cropped.shape == (44, 44, 4) and tuple(cropped[0, 0]) == (240, 240, 240, 255)


def test_a_background_that_cannot_be_told_is_said_before_anything_is_sent(tripo, tmp_path):  # noqa: F811
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), np.uint8)
    (tmp_path / "noise.png").write_bytes(models.png(noise))
    chosen().front.path, chosen().cut_out = str(tmp_path / "noise.png"), True
    assert reason() == ""
    assert shown().refused.startswith("The background could not be told from the object")
    assert reason().startswith("The background could not be told from the object")
    chosen().cut_out = False
    assert reason() == ""


def test_local_shows_what_it_will_see_and_is_told_nothing(extension, disc):  # noqa: F811
    from blender_addon.blender import declared, draft, session

    declared.ensure()
    session.needed()
    chosen().front.path, chosen().crop = str(disc), True
    seen = shown()
    assert (seen.facts.split(" · ")[:2], seen.unchanged) == (["PNG", "96 × 96 px"], False)
    wanted = draft.of(bpy.context.scene)
    assert draft.treatment(bpy.context.scene, wanted.provider) == (False, False)


def test_a_painted_image_is_shown_when_it_is_asked_for(tripo):  # noqa: F811
    from blender_addon.blender import draft, sent

    chosen().source, chosen().front.image = "IMAGE", disc_image("painted")
    assert sent.source(chosen(), "front") is None
    assert sent.answer(bpy.context.scene, draft.of(bpy.context.scene), "front") is None
    assert bpy.ops.maquette.show_sent() == {"FINISHED"}
    content = shown().path.read_bytes()
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    assert [one.data for one in tripo.uploads.values()] == [content]


def test_who_switches_back_and_forth_keeps_few_files(tripo, tmp_path, monkeypatch):  # noqa: F811
    from pathlib import Path

    from blender_addon.blender import sent

    monkeypatch.setattr(sent, "KEPT", 2)
    for name in ("a", "b", "c"):
        chosen().front.path = str(plain(tmp_path / f"{name}.png"))
        shown()
    assert len(list(Path(sent._place()).iterdir())) == 2
    folder = Path(sent._place())
    sent.unregister()
    assert not folder.exists()


def test_the_button_in_the_panel_says_why_it_cannot_be_pressed(tripo):  # noqa: F811
    chosen().front.path = ""
    with (
        bpy.context.temp_override(maquette_panel=chosen()),
        pytest.raises(RuntimeError, match=r"poll\(\) Choose an image first"),
    ):
        bpy.ops.maquette.generate()
    assert bpy.ops.maquette.generate.poll(), "a script may bring the image"


def test_the_model_is_called_as_the_artist_says(tripo):  # noqa: F811
    from blender_addon.blender import session

    chosen().title = "Crown / Gold"
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    (task,) = session.needed().assembly.journal.all()
    assert (task.name, task.image) == ("Crown / Gold", "disc.png")
    assert "Crown / Gold" in bpy.data.collections
    chosen().front.path = chosen().front.path
    assert chosen().title == "", "another image is another model"
