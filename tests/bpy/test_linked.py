"""What is linked from another file: its images are not mistaken for our own."""

import bpy
import pytest
from enabled import disc_image, extension  # noqa: F401 - a fixture


@pytest.fixture
def linked(extension, tmp_path):  # noqa: F811
    """Return an image that is linked from another file; one of this file has the same name."""
    image = disc_image("ref")
    path = str(tmp_path / "refs.blend")
    bpy.data.libraries.write(path, {image})
    with bpy.data.libraries.load(path, link=True) as (_, wanted):
        wanted.images = ["ref"]
    assert wanted.images[0] != image and wanted.images[0].name == image.name
    return wanted.images[0]


def test_a_linked_image_is_not_its_namesake_in_this_file(linked):
    from types import SimpleNamespace

    from blender_addon.blender import captured, entries

    pressed = SimpleNamespace()
    entries._draw(SimpleNamespace(operator=lambda *_, **__: pressed), linked)
    captured.use(bpy.context.scene, pressed.image, pressed.library)
    assert bpy.context.scene.maquette.front.image == linked
    captured.use(bpy.context.scene, "ref")
    assert bpy.context.scene.maquette.front.image.library is None
