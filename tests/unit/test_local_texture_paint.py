"""The painting: source colours where a view sees the surface, never the ground's, never through another part."""

from dataclasses import replace

import numpy as np
import pytest
from texture_solids import ball, box, disc, moon, view

from blender_addon.local import projection
from blender_addon.local.raster import rasterise
from blender_addon.local.shapes import Recipe
from blender_addon.local.texture import paint, vertex_normals

SIZE = 512
RECIPE = Recipe(texture_size=SIZE)


def gradient(right, up):
    """Make red run to the right and green upwards; blue stays away, so that a magenta ground would show."""
    return 0.2 + 0.3 * (right + 0.5), 0.4 + 0.5 * up, 0.1


def painted(solid, *views, recipe=RECIPE):
    return paint(solid, {each.name: each for each in views}, recipe, lambda share: None)


def covered(model):
    size = len(model.base_color)
    pixels = model.uvs * size
    pixels[..., 1] = size - pixels[..., 1]
    samples = rasterise(pixels)
    mask = np.zeros((size, size), dtype=bool)
    mask[samples.row, samples.column] = True
    return mask


def colors_at_vertices(model):
    """Read the base color where each vertex lies in the texture, (N, 3); where it lies twice, one of them."""
    size = len(model.base_color)
    spot = np.zeros((len(model.vertices), 2))
    spot[model.faces.reshape(-1)] = model.uvs.reshape(-1, 2)
    column = np.clip((spot[:, 0] * size).astype(int), 0, size - 1)
    row = np.clip(((1 - spot[:, 1]) * size).astype(int), 0, size - 1)
    return model.base_color[row, column].astype(float)


@pytest.fixture(scope="module")
def orb():
    return painted(ball(), view("front", gradient, disc))


def test_what_comes_out_fits_the_model(orb):
    solid = ball()
    assert np.array_equal(orb.vertices, solid.vertices)
    assert np.array_equal(orb.faces, solid.faces)
    assert orb.uvs.shape == (len(solid.faces), 3, 2)
    assert (orb.base_color.shape, orb.base_color.dtype) == ((SIZE, SIZE, 3), np.uint8)
    assert (orb.roughness.shape, orb.roughness.dtype) == ((SIZE, SIZE), np.uint8)
    assert (orb.normal.shape, orb.normal.dtype) == ((SIZE, SIZE, 3), np.uint8)


def test_the_front_has_the_colours_of_the_picture(orb):
    facing = -vertex_normals(ball())[:, 1] > 0.8
    x, _, z = orb.vertices[facing].T
    expected = np.stack(np.broadcast_arrays(*gradient(x, z)), axis=1) * 255
    assert facing.sum() > 300
    assert np.abs(colors_at_vertices(orb)[facing] - expected).max() < 4


def test_no_ground_colour_anywhere(orb):
    """Blue is 0.1 everywhere in the object and 1 in the ground, edge pixels mix the two."""
    assert covered(orb).mean() > 0.4
    assert orb.base_color[..., 2].max() < 0.15 * 255


def glowing_box():
    """Paint a box from a badly cut-out picture: the outermost pixels are still the ground's."""

    def square(right, up, half=0.5):
        return half - np.maximum(np.abs(right), np.abs(up - 0.5))

    glow = view("front", gradient, lambda right, up: square(right, up, 0.495))
    return painted(box(), replace(glow, mask=view("front", gradient, square).mask))


def test_a_glow_round_the_object_stays_out():
    model = glowing_box()
    assert model.base_color[covered(model)][:, 2].max() < 0.15 * 255


def test_the_glow_shows_when_edges_are_trusted(monkeypatch):
    monkeypatch.setattr(projection, "trusted", lambda mask: mask >= 0.5)
    model = glowing_box()
    assert model.base_color[covered(model)][:, 2].max() > 0.8 * 255


def test_thin_parts_keep_their_own_colour():
    """A bar of five pixels has no pixel as far inside as the others must be; its middle is trusted all the same."""

    def bar(right, up):
        return 2.5 / 256 - np.abs(right) + 0 * up

    colors = projection.clean_colors(view("front", lambda right, up: (0.2, 0.6 * up, 0.1), bar, width=0.25))
    middle = colors[:, colors.shape[1] // 2]
    assert np.abs(middle[8:-8, 1] - 0.6 * (1 - (np.arange(256) + 0.5) / 256)[8:-8]).max() < 0.02
    assert colors[..., 2].max() < 0.15


def test_gutters_are_padded(orb):
    """Every texel within eight texels of a 1024 texture (four here) of a chart has nearly the colour of that chart."""
    inside = covered(orb)
    colors = orb.base_color.astype(float)
    for way in ((4, 0), (-4, 0), (0, 4), (0, -4)):
        beside = np.roll(inside, way, axis=(0, 1)) & ~inside
        beside[:4] = beside[-4:] = beside[:, :4] = beside[:, -4:] = False
        step = np.abs(colors - np.roll(colors, way, axis=(0, 1)))[beside]
        assert step.mean() < 8
    assert colors.min(axis=(0, 1))[1] > 0.3 * 255


def eyes(right, up):
    """Paint two black eyes on pale skin, redder to the viewer's right."""
    black = (np.hypot(np.abs(right) - 0.15, up - 0.55) < 0.08) * 1.0
    return (0.7 + 0.2 * right) * (1 - black), 0.6 * (1 - black), 0.5 * (1 - black)


@pytest.mark.parametrize("back", ["mirror", "plain"])
def test_a_face_does_not_look_out_of_the_back(back):
    solid = ball()
    model = painted(solid, view("front", eyes, disc), recipe=replace(RECIPE, back=back))
    green = colors_at_vertices(model)[:, 1] / 255
    facing = vertex_normals(solid)[:, 1]
    assert np.ptp(green[facing < -0.8]) > 0.5
    assert np.ptp(green[facing > 0.8]) < 0.1


def test_the_back_mirrors_the_front():
    solid = ball()
    model = painted(solid, view("front", lambda right, up: (0.5 + 0.4 * np.tanh(9 * right), 0.3, 0.1), disc))
    red = colors_at_vertices(model)[:, 0] / 255
    facing, x = vertex_normals(solid)[:, 1], model.vertices[:, 0]
    assert red[(facing > 0.7) & (x > 0.3)].min() > 0.75
    assert red[(facing > 0.7) & (x < -0.3)].max() < 0.25


def moon_view():
    """Show a red disc in front of a blue one."""

    def paint_moon(right, up):
        near = (np.hypot(right, up - 0.5) < 0.15) * 1.0
        return 0.8 * near + 0.1, 0.1, 0.8 - 0.7 * near

    return view("front", paint_moon, lambda right, up: 0.35 - np.hypot(right, up - 0.5))


def hidden_red(model):
    solid = moon()
    behind = (solid.vertices[:, 1] > -0.23) & (np.hypot(solid.vertices[:, 0], solid.vertices[:, 2] - 0.5) < 0.1)
    behind &= -vertex_normals(solid)[:, 1] > 0.8
    assert behind.sum() > 20
    return colors_at_vertices(model)[behind, 0] / 255


def test_a_part_in_front_is_not_printed_on_the_part_behind():
    model = painted(moon(), moon_view())
    assert hidden_red(model).max() < 0.25


def test_the_occlusion_test_can_fail(monkeypatch):
    monkeypatch.setattr(projection, "DEPTH_TOLERANCE", 9.0)
    assert hidden_red(painted(moon(), moon_view())).min() > 0.7


def plain(name, *color):
    return view(name, lambda right, up: color, lambda right, up: 0.5 - np.maximum(np.abs(right), np.abs(up - 0.5)))


def test_each_view_colours_its_own_side():
    """A side that has no view takes its opposite's picture; the back has its own here."""
    solid = box()
    model = painted(solid, plain("front", 0.9, 0.1, 0.1), plain("left", 0.1, 0.9, 0.1), plain("back", 0.1, 0.1, 0.9))
    normals = np.cross(*(solid.vertices[solid.faces[:, k]] - solid.vertices[solid.faces[:, 0]] for k in (1, 2)))
    middle = model.uvs.mean(axis=1) * SIZE
    colors = model.base_color[(SIZE - middle[:, 1]).astype(int), middle[:, 0].astype(int)] / 255
    strongest = colors.argmax(axis=1)
    assert (strongest[normals[:, 1] < 0] == 0).all()
    assert (strongest[normals[:, 0] != 0] == 1).all()
    assert (strongest[normals[:, 1] > 0] == 2).all()


def test_the_left_view_is_not_mirrored():
    """Left is the object's own left: seen from +X, the front (−Y) is at the viewer's left."""
    solid = ball()
    side = view("left", lambda right, up: ((right < 0) * 0.8, 0.3, 0.1), disc)
    model = painted(solid, view("front", lambda right, up: (0.4, 0.3, 0.1), disc), side)
    red, facing = colors_at_vertices(model)[:, 0] / 255, vertex_normals(solid)[:, 0]
    assert red[(facing > 0.9) & (model.vertices[:, 1] < -0.1)].min() > 0.7
    assert red[(facing > 0.9) & (model.vertices[:, 1] > 0.1)].max() < 0.1


@pytest.mark.parametrize("size", [256, 1000])
def test_any_texture_size(size):
    model = painted(ball(24), view("front", gradient, disc), recipe=replace(RECIPE, texture_size=size))
    assert model.base_color.shape == (size, size, 3)
    assert model.base_color[..., 2].max() < 0.15 * 255


def test_large_textures_are_painted_in_blocks(monkeypatch, orb):
    monkeypatch.setattr("blender_addon.local.texture.BLOCK", 9000)
    shares = []
    model = paint(ball(), {"front": view("front", gradient, disc)}, RECIPE, shares.append)
    assert np.array_equal(model.base_color, orb.base_color)
    assert len(shares) > 10
    assert shares == sorted(shares)
    assert shares[-1] <= 1
