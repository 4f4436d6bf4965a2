"""Images of the .blend that are in no file are sent with the very pixels that Blender itself would write."""

import bpy
import numpy as np
import pytest
from enabled import extension  # noqa: F401 - a fixture

from blender_addon.core.errors import InputError
from blender_addon.core.source import check_picture
from blender_addon.worker import pictures as readers

SIZE = 200, 120
FACTS = ("filepath", "filepath_raw", "is_dirty", "file_format", "source", "alpha_mode", "is_float", "depth", "type")


def gradients(opaque=False):
    """Return (H, W, 4) float32 that no line repeats, half of it see-through."""
    width, height = SIZE
    values = np.random.default_rng(7).random((height, width, 4), np.float32)
    values[..., 0] = np.linspace(0, 1, width)
    values[..., 1] = np.linspace(0, 1, height)[:, None]
    if opaque:
        values[..., 3] = 1
    else:
        values[-40:, :, 3], values[40:60, :, 3] = 1, 0
    return values


def image_of(values, name="painted", **given):
    image = bpy.data.images.new(name, *SIZE, **given)
    image.pixels.foreach_set(values.ravel())
    return image


def facts(image):
    return [getattr(image, name) for name in FACTS] + [
        image.colorspace_settings.name,
        len(image.packed_files),
        len(bpy.data.images),
    ]


def sent(image, folder):
    """Return what is written of the image, (H, W, 4), row 0 at the top; nothing about the image changes."""
    from blender_addon.blender import pictures

    before = facts(image)
    path = pictures.written(image, folder / "front")
    assert facts(image) == before
    assert check_picture(path).kind == "PNG" and list(path.parent.iterdir()) == [path]
    return readers.load(path)


def by_blender(image, path, file_format="PNG"):
    """Return what Blender writes of the image, which afterwards is another one."""
    image.filepath_raw, image.file_format = str(path), file_format
    image.save()
    return readers.load(path)


@pytest.mark.parametrize("alpha", [True, False])
@pytest.mark.parametrize("space", ["sRGB", "Non-Color"])
def test_bytes_are_sent_as_they_are(extension, tmp_path, alpha, space):  # noqa: F811
    image = image_of(gradients(), alpha=alpha)
    image.colorspace_settings.name = space
    image.pixels.foreach_set(gradients().ravel())
    found = sent(image, tmp_path)
    wanted = by_blender(image, tmp_path / "wanted.png").astype(int)
    assert np.abs(found - wanted).max() <= (0 if alpha else 1), "what is see-through in an opaque image is on black"
    assert np.array_equal(found[:40], wanted[:40]) or alpha
    assert (found[..., 3].min() == 255) is not alpha


def test_bytes_in_an_unusual_color_space_are_left_to_blender(extension, tmp_path):  # noqa: F811
    image = image_of(gradients(opaque=True))
    image.colorspace_settings.name = "Linear Rec.709"
    image.pixels.foreach_set(gradients(opaque=True).ravel())
    assert np.array_equal(sent(image, tmp_path), by_blender(image, tmp_path / "wanted.png"))


@pytest.mark.parametrize("space", ["Linear Rec.709", "Non-Color"])
def test_light_is_sent_as_it_looks(extension, tmp_path, space):  # noqa: F811
    """Blender rounds a few values the other way. The picture that is compared with is its own of 8 bits a channel."""
    values = gradients()
    values[..., :3] *= values[..., 3:]
    values[100:, :, :3] = 4.0
    image = image_of(values, float_buffer=True, alpha=True)
    image.colorspace_settings.name = space
    image.pixels.foreach_set(values.ravel())
    found = sent(image, tmp_path).astype(int)
    wanted = by_blender(image, tmp_path / "wanted.tga", "TARGA_RAW")
    seen = wanted[..., 3] > 0
    assert np.abs(found - wanted)[seen].max() <= 1 and (found != wanted)[seen].mean() < 0.01
    assert np.array_equal(found[..., 3], wanted[..., 3])


def test_a_painted_file_is_sent_as_painted_and_a_photo_stays_one(extension, tmp_path):  # noqa: F811
    from blender_addon.blender import pictures

    by_blender(image_of(gradients(opaque=True)), tmp_path / "photo.jpg", "JPEG")
    image = bpy.data.images.load(str(tmp_path / "photo.jpg"))
    image.pixels[0] = 0.5
    kind = check_picture(pictures.written(image, tmp_path / "front")).kind
    assert kind == ("PNG" if bpy.app.version < (4, 3) else "JPEG"), "Blender 4.2 saves no copies"
    assert image.is_dirty and image.filepath == str(tmp_path / "photo.jpg")


@pytest.fixture(params=["plain", "multi-layer"])
def render(request, tmp_path):
    """Render light, shadow and nothing."""
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.samples, scene.cycles.use_denoising = "CYCLES", 1, False
    scene.render.resolution_x, scene.render.resolution_y = SIZE
    scene.render.resolution_percentage, scene.render.film_transparent = 100, True
    scene.view_settings.exposure = 0.5
    if request.param == "multi-layer":
        scene.view_layers[0].use_pass_z = True
        scene.view_layers.new("second")
        settings = scene.render.image_settings
        if hasattr(settings, "media_type"):
            settings.media_type = "MULTI_LAYER_IMAGE"
        settings.file_format = "OPEN_EXR_MULTILAYER"
    bpy.ops.mesh.primitive_monkey_add()
    bpy.ops.object.camera_add(location=(0, -6, 0), rotation=(1.5708, 0, 0))
    scene.camera = bpy.context.object
    bpy.ops.object.light_add(type="SUN", rotation=(0.9, 0.3, 0))
    bpy.ops.render.render()
    return bpy.data.images["Render Result"]


@pytest.mark.parametrize("output", [("PNG", "16"), ("TIFF", "16"), ("OPEN_EXR", "16"), ("JPEG", "8")])
def test_the_artists_own_output_stays_as_it_was(extension, render, output, tmp_path):  # noqa: F811
    settings = bpy.context.scene.render.image_settings
    if hasattr(settings, "media_type"):
        settings.media_type = "IMAGE"
    settings.file_format, settings.color_depth = output
    sent(render, tmp_path)
    assert (settings.file_format, settings.color_depth) == output


def test_a_render_is_sent_as_it_looks(extension, render, tmp_path):  # noqa: F811
    scene = bpy.context.scene
    settings = scene.render.image_settings
    kept = settings.file_format, settings.color_mode, settings.color_depth
    found = sent(render, tmp_path)
    assert kept == (settings.file_format, settings.color_mode, settings.color_depth)
    if hasattr(settings, "media_type"):
        settings.media_type = "IMAGE"
    settings.file_format, settings.color_mode, settings.color_depth = "PNG", "RGBA", "8"
    render.save_render(str(tmp_path / "wanted.png"), scene=scene)
    wanted = readers.load(tmp_path / "wanted.png")
    assert 0 < (wanted[..., 3] == 255).mean() < 1 and wanted[..., :3].std() > 1, "there is something to compare"
    assert np.array_equal(found, wanted)


def test_the_same_image_gives_the_same_bytes(extension, tmp_path):  # noqa: F811
    from blender_addon.blender import pictures

    image = image_of(gradients())
    one, two = (pictures.written(image, tmp_path / name) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_a_picture_of_many_strips_is_whole(extension, tmp_path, monkeypatch):  # noqa: F811
    from blender_addon.blender import encoding

    monkeypatch.setattr(encoding, "_STRIP_PIXELS", 3 * SIZE[0])
    image = image_of(gradients(), alpha=True)
    assert np.array_equal(sent(image, tmp_path), by_blender(image, tmp_path / "wanted.png"))


def test_another_picture_is_never_sent_for_one_that_is_gone(extension, tmp_path):  # noqa: F811
    chosen = bpy.context.scene.maquette
    chosen.source, chosen.front.image = "IMAGE", image_of(gradients())
    with pytest.raises(RuntimeError, match="were changed before"):
        bpy.ops.maquette.generate(written="long gone")


def test_a_packed_file_is_not_decoded_to_ask_whether_it_is_large(extension, tmp_path):  # noqa: F811
    from blender_addon.blender import ahead

    image = image_of(gradients())
    image.filepath_raw, image.file_format = str(tmp_path / "packed.png"), "PNG"
    image.save()
    packed = bpy.data.images.load(str(tmp_path / "packed.png"))
    packed.pack()
    packed.buffers_free()
    assert not packed.has_data and not ahead._is_large(packed) and not packed.has_data


def test_nothing_is_left_of_what_could_not_be_written(extension, tmp_path):  # noqa: F811
    from blender_addon.blender import pictures

    def stop():
        raise OSError(28, "No space left on device")

    path, rest = pictures.taken(image_of(gradients()), tmp_path / "front")
    with pytest.raises(InputError, match="cannot be written out"):
        rest(stop)
    assert not list(path.parent.iterdir())
