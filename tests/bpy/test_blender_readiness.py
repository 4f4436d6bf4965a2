"""Why Generate is greyed out: each reason, in the order in which an artist meets them."""

import bpy
import pytest
from enabled import disc, disc_image, extension  # noqa: F401 - fixtures

from blender_addon.core.errors import InputError
from blender_addon.providers.local import Local


@pytest.fixture
def chosen(extension, disc):  # noqa: F811
    """Return the scene's choice: Local, with a picture that is right."""
    from blender_addon.blender import declared

    declared.ensure()
    bpy.context.scene.maquette.front.path = str(disc)
    return bpy.context.scene.maquette


def reason():
    from blender_addon.blender import readiness

    return readiness.reason(bpy.context.scene)


def test_nothing_is_wrong(chosen):
    assert reason() == ""


@pytest.mark.fault("U09")
def test_no_image(chosen):
    chosen.front.path = ""
    assert reason() == "Choose an image first"
    chosen.source = "IMAGE"
    assert reason() == "Choose an image first"


@pytest.mark.fault("U09")
def test_a_file_that_is_gone(chosen, tmp_path):
    chosen.front.path = str(tmp_path / "gone.png")
    assert reason() == "There is no image gone.png. Choose another one."


@pytest.mark.fault("U09")
def test_a_file_that_is_no_picture(chosen, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_text("this is no picture")
    chosen.front.path = str(broken)
    assert "broken.png" in reason()


def test_a_file_is_looked_into_again_only_when_it_has_changed(chosen, disc, tmp_path, monkeypatch):  # noqa: F811
    from blender_addon.blender import pictures

    seen = []
    check = pictures.check_picture
    monkeypatch.setattr(pictures, "check_picture", lambda path: (seen.append(path), check(path))[1])
    assert [reason(), reason(), len(seen)] == ["", "", 1]
    disc.write_text("painted over")
    assert "disc.png" in reason()
    assert len(seen) == 2


def test_another_view_that_cannot_be_used(chosen, tmp_path):
    chosen.left.path = str(tmp_path / "side.png")
    assert "side.png" in reason()


@pytest.mark.fault("U11")
def test_an_image_that_is_no_single_picture(chosen):
    image = disc_image("walk")
    chosen.source, chosen.front.image = "IMAGE", image
    assert reason() == ""
    image.source = "SEQUENCE"
    assert "walk is no single picture" in reason()


@pytest.mark.fault("U10")
def test_an_image_that_is_too_small(chosen):
    chosen.source, chosen.front.image = "IMAGE", bpy.data.images.new("dot", 4, 4)
    assert "dot" in reason()


def test_options_that_do_not_fit_together(chosen, monkeypatch):
    def refuse(values):
        raise InputError("The options do not fit.")

    monkeypatch.setattr(Local.options, "build", refuse)
    assert reason() == "The options do not fit."


@pytest.mark.fault("N01")
def test_a_hosted_provider_needs_online_access(chosen, monkeypatch):
    monkeypatch.setenv("MAQUETTE_LOCAL_API_KEY", "key")
    monkeypatch.setattr(Local, "base_url", "https://example.org")
    bpy.context.preferences.system.use_online_access = False
    assert reason() == "Local needs the network. Allow Online Access in the preferences (System)"
    bpy.context.preferences.system.use_online_access = True
    assert reason() == ""
