"""An animation lasts as long in the artist's scene as it does in its file, whatever both count their frames in."""

import bpy
import models
import numpy as np
import pytest
from test_landing_motion import sliding, walk_and_run
from tidied import opened

from blender_addon.landing import append, motion


def landed_at(blend, fps, base=1.0):
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    scene = bpy.context.scene
    scene.render.fps, scene.render.fps_base = fps, base
    return append.land(blend, scene, (0, 0, 0), select=False).collection


def ends():
    """Return the first and last frame of every curve in the file."""
    curves = [curve for action in bpy.data.actions for curve in motion.curves(action)]
    return {tuple(round(end, 3) for end in curve.range()) for curve in curves}


@pytest.mark.parametrize(("fps", "base"), [(24, 1), (60, 1), (30, 1.001)])
def test_a_second_stays_a_second(fps, base, converted):
    collection = landed_at(converted(sliding("slide").build()), fps, base)
    assert ends() == {(0, round(fps / base, 3))}
    item = next(item for item in collection.objects if item.type == "MESH")
    places = []
    for seconds in (0, 0.25, 0.5, 1):
        frame = seconds * fps / base
        bpy.context.scene.frame_set(int(frame), subframe=frame % 1)
        places.append(item.location.x)
    assert np.array(places) - places[0] == pytest.approx([0, 0.5, 1, 2], abs=1e-4)
    assert not [key for key in collection.keys() if "fps" in key]  # noqa: SIM118 - no dictionary


def test_shapes_keep_pace_with_what_else_moves(converted):
    """Since Blender 4.4 both are in one action."""
    model = sliding("slide")
    mesh = model.root["meshes"][0]
    points = np.full((8, 3), 0.5, np.float32)
    mesh["weights"], mesh["primitives"][0]["targets"] = [0.0], [{"POSITION": model.accessor(points)}]
    animation = model.root["animations"][0]
    weights = model.accessor(np.array([0, 1], np.float32))
    animation["samplers"].append({"input": animation["samplers"][0]["input"], "output": weights})
    animation["channels"].append({"sampler": 1, "target": {"node": 0, "path": "weights"}})
    landed_at(converted(model.build()), 60)
    assert ends() == {(0, 60)}
    bpy.context.scene.frame_set(30)
    assert [one.key_blocks[-1].value for one in bpy.data.shape_keys] == pytest.approx([0.5])


def test_actions_on_tracks_keep_their_speed_and_begin_where_they_did(tmp_path):
    """An FBX says its rate itself, and begins at frame 1."""
    collection = landed_at(walk_and_run(tmp_path, 0, 30, fps=30), 60)
    assert len(bpy.data.actions) == 2 and ends() == {(1, 61)}
    rig = next(item for item in collection.objects if item.type == "ARMATURE")
    (strip,) = rig.animation_data.nla_tracks[0].strips
    assert (strip.frame_start, strip.frame_end, strip.scale) == pytest.approx((1, 61, 1))
    assert (strip.action_frame_start, strip.action_frame_end) == pytest.approx((1, 61))


def test_what_does_not_say_its_rate_is_left_as_it_is(converted, tmp_path):
    """That is what was converted before it was noted down."""
    assert "maquette_fps" not in opened(converted(models.cube().build()))
    collection = opened(converted(sliding("slide").build()))
    del collection["maquette_fps"]
    bpy.data.libraries.write(str(tmp_path / "older.blend"), {collection})
    landed_at(tmp_path / "older.blend", 60)
    assert ends() == {(0, 24)}
