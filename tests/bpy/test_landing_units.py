"""A scene whose unit is a centimetre: what is a metre in the model is a metre in the scene, and heights are as said."""

import bpy
import models
import numpy as np
import pytest
from enabled import extension  # noqa: F401 - a fixture
from replaced import in_parts, shown_box
from test_landing_motion import sliding
from test_landing_tidy import rigged

from blender_addon.landing import placeholders, provenance, replacing
from blender_addon.landing.append import land

CM = 0.01


def in_cm():
    """Return the open scene, in centimetres from now on."""
    bpy.context.scene.unit_settings.scale_length = CM
    return bpy.context.scene


def box_of(landed):
    return shown_box(landed.objects)


MODELS = {
    "one": (models.textured().build(), {}),
    "parts": (in_parts("seat", "back"), {"parts": True}),
    "rigged": (rigged().build(), {}),
    "animated": (sliding().build(), {}),
}


@pytest.mark.parametrize("kind", MODELS)
def test_a_metre_is_a_metre_and_the_objects_are_not_scaled(kind, converted):
    content, wanted = MODELS[kind]
    blend = converted(content, **wanted)
    plain = box_of(land(blend, bpy.context.scene, (0, 0, 0), select=False))
    landed = land(blend, in_cm(), (7, 0, 0), select=False)
    np.testing.assert_allclose(box_of(landed), plain / CM + [7, 0, 0], rtol=1e-5, atol=1e-4)
    assert all(tuple(item.scale) == pytest.approx((1, 1, 1)) for item in landed.objects if item.type == "MESH")


def test_it_fits_its_placeholder_whatever_was_made_of_that(converted):
    blend, scene = converted(models.textured().build()), in_cm()
    stand = placeholders.put(scene, "t", "figure", None, (100, 0, 0), None)
    assert 2 * stand.empty_display_size == pytest.approx(100), "a metre"
    stand.scale = 2, 2, 2
    landed = land(blend, scene, (0, 0, 0), select=False, placeholder=stand)
    assert np.ptp(box_of(landed), axis=0) == pytest.approx((200, 200, 200), rel=1e-4)


@pytest.mark.parametrize(("before", "after"), [(CM, CM), (1.0, CM), (CM, 1.0)])
def test_a_new_version_is_as_large_as_the_old_one_whatever_the_unit_has_become(before, after, converted):
    blend, scene = converted(models.textured().build()), bpy.context.scene
    scene.unit_settings.scale_length = before
    old = land(blend, scene, (0, 0, 0), select=False)
    for item in old.objects:
        provenance.mark([item], {"task": "t"})
        item.scale = 1.5, 1.5, 1.5
    size = box_of(old)
    scene.unit_settings.scale_length = after
    new = land(blend, scene, (0, 0, 0), select=False)
    replacing.replace(new.collection, old.objects)
    np.testing.assert_allclose(box_of(new), size, rtol=1e-5, atol=1e-4)


def test_what_the_panel_says_is_metres_for_the_task_and_comes_back(extension):  # noqa: F811
    from blender_addon.blender import batch, declared, draft, use_again
    from blender_addon.providers import find

    declared.ensure()
    scene = in_cm()
    chosen, local, hosted = scene.maquette, find("local"), find("tripo")
    chosen.provider, chosen.use_height, chosen.height = "tripo", True, 180  # shown as 1.8 m
    assert draft.height(scene, hosted) == 1.8
    assert batch._spacing(scene) == pytest.approx(270)
    use_again.use(scene, hosted, {}, {}, 2.5)
    assert chosen.height == pytest.approx(250)
    chosen.local.height = 30
    assert declared.values(scene, local)["height"] == 0.3
    assert declared.set_values(scene, local, {"height": 0.7}) == []
    assert chosen.local.height == pytest.approx(70)
