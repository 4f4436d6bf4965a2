"""Replace keeps what the artist has animated: actions, tracks and drivers go over; what cannot is kept and named."""

import bpy
import pytest
from enabled import extension  # noqa: F401 - a fixture
from replaced import an_object, choose
from test_blender_landing import ready  # noqa: F401 - a fixture
from test_landing_motion import sliding
from test_landing_tidy import rigged

from blender_addon.landing import append, provenance, removing


def keyed(holder, name, first, last):
    """Key a value at the frames 1 and 11."""
    for frame, value in ((1, first), (11, last)):
        setattr(holder, name, value)
        holder.keyframe_insert(name, frame=frame)


@pytest.fixture
def replaced(ready):  # noqa: F811
    """Return what replaces an object by a new model: the object in its place then, and the warnings."""

    def replace(old):
        name, (running, task) = old.name, ready
        choose(old)
        assert bpy.ops.maquette.replace(task=task) == {"FINISHED"}
        bpy.context.scene.frame_set(11)
        return bpy.data.objects[name], running.assembly.journal.get(task).warnings

    return replace


@pytest.mark.parametrize(
    ("holder", "name"), [("modifiers", "strength"), ("constraints", "influence"), ("", "hide_render")]
)
def test_whatever_is_keyed_on_an_object_stays_keyed(holder, name, replaced):
    def animated(item):
        return getattr(item, holder)[0] if holder else item

    hero = an_object("Hero", "")
    hero.modifiers.new("Push", "DISPLACE")
    hero.constraints.new("LIMIT_DISTANCE")
    keyed(animated(hero), name, 0, 1)
    new, warnings = replaced(hero)
    values = []
    for frame in (1, 11):
        bpy.context.scene.frame_set(frame)
        values.append(getattr(animated(new), name))
    assert values == [0, 1] and not warnings


def test_tracks_and_drivers_go_over(replaced):
    hero, camera = an_object("Hero", ""), bpy.data.objects["Camera"]
    keyed(hero, "location", (0, 0, 0), (5, 0, 0))
    track = hero.animation_data.nla_tracks.new()
    strip = track.strips.new("run", 6, hero.animation_data.action)
    hero.animation_data.action, strip.scale, strip.blend_type = None, 2.0, "ADD"
    driver = hero.driver_add("rotation_euler", 2).driver
    variable = driver.variables.new()
    variable.targets[0].id, variable.targets[0].data_path, driver.expression = hero, "location.x", "var / 10"
    camera.driver_add("location", 0).driver.variables.new().targets[0].id = hero
    new, warnings = replaced(hero)
    (copied,) = new.animation_data.nla_tracks[0].strips
    assert (copied.frame_start, copied.frame_end, copied.blend_type) == (6, 26, "ADD") and not warnings
    bpy.context.scene.frame_set(26)
    assert new.location.x == pytest.approx(5)
    bpy.context.scene.frame_set(27)
    (curve,) = new.animation_data.drivers
    assert curve.driver.variables[0].targets[0].id == new, "what it reads is the new one's"
    assert camera.animation_data.drivers[0].driver.variables[0].targets[0].id == new


def test_what_does_not_fit_is_named_and_stays_in_the_file(replaced):
    hero = an_object("Hero", "")
    hero["glow"] = 0.0
    for frame in (1, 11):
        hero.keyframe_insert('["glow"]', frame=frame)
    action = hero.animation_data.action
    action.name = "shine"
    hero.driver_add('["glow"]').driver.expression = "frame"
    new, warnings = replaced(hero)
    assert new.animation_data is None and action.use_fake_user
    assert [sentence.split(" does")[0] for sentence in warnings] == ["The animation shine", 'The driver of ["glow"]']


def test_of_an_action_that_fits_in_part_the_rest_is_named(replaced):
    hero = an_object("Hero", "")
    keyed(hero, "location", (0, 0, 0), (5, 0, 0))
    hero["glow"] = 0.0
    hero.keyframe_insert('["glow"]', frame=1)
    new, warnings = replaced(hero)
    assert new.location.x == pytest.approx(5) and "Part of the animation HeroAction" in warnings[0]


def test_what_came_with_the_old_model_goes_with_it_and_the_artists_own_stays(replaced, converted):
    blend = converted(sliding("slide").build(), task="old")
    landed = append.land(blend, bpy.context.scene, (1, 2, 3), select=False)
    root = next(item for item in landed.objects if item.parent is None)
    assert [provenance.task_of(action) for action in bpy.data.actions] == ["old"]
    keyed(root, "location", (0, 0, 0), (0, 5, 0))
    new, warnings = replaced(root)
    assert new.location.y == pytest.approx(5) and not warnings
    assert [provenance.task_of(action) for action in bpy.data.actions] == [""]


def test_what_moves_by_itself_goes_on_doing_so(ready, replaced, converted):  # noqa: F811
    running, task = ready
    blend = converted(sliding("slide").build(), task=task)
    running.assembly.journal.folder_of(task).joinpath("model.blend").write_bytes(blend.read_bytes())
    hero = an_object("Hero", "")
    keyed(hero, "location", (0, 0, 0), (0, 5, 0))
    new, warnings = replaced(hero)
    assert new.location.y == pytest.approx(5) and not warnings
    assert [action.name for action in bpy.data.actions if provenance.task_of(action)] == ["Figure slide"]


def test_the_motion_of_parts_is_not_given_to_the_whole(replaced):
    rig = an_object("Owl rig", "old", kind="ARMATURE")
    wings = [an_object(f"wing {number}", "old", rig) for number in (1, 2)]
    for wing in wings:
        keyed(wing, "location", (0, 0, 0), (0, 0, 5))
    new, warnings = replaced(rig)
    assert new.location.z == 0 and len(warnings) == 2
    assert len(bpy.data.actions) == 2 and all(action.use_fake_user for action in bpy.data.actions)


@pytest.mark.parametrize("moving", [False, True])
def test_poses_go_over_to_a_rig_that_has_the_bones(moving, ready, replaced, converted):  # noqa: F811
    """Where it plays an action of its own, they wait on a track."""
    running, task = ready
    model = rigged()
    if not moving:
        del model.root["animations"]
    blend = converted(model.build(), task="old")
    landed = append.land(blend, bpy.context.scene, (0, 0, 0), select=False)
    rig = next(item for item in landed.objects if item.type == "ARMATURE")
    bone = rig.pose.bones[0].name
    rig.animation_data_clear()
    keyed(rig.pose.bones[bone], "location", (0, 0, 0), (0, 0, 2))
    running.assembly.journal.folder_of(task).joinpath("model.blend").write_bytes(blend.read_bytes())
    _, warnings = replaced(rig.parent)
    (new,) = [item for item in bpy.data.objects if item.type == "ARMATURE"]
    if moving:
        *others, track = new.animation_data.nla_tracks
        for one in others:
            new.animation_data.nla_tracks.remove(one)
        assert track.mute
        track.mute, new.animation_data.action = False, None
        bpy.context.scene.frame_set(11)
    assert new.pose.bones[bone].location.z == pytest.approx(2)
    assert [sentence.partition(";")[0] for sentence in warnings] == ["The new model moves by itself"] * moving


def test_what_an_old_rig_came_with_is_not_played_by_a_new_one(ready, replaced, converted):  # noqa: F811
    running, task = ready
    moving, still = rigged(), rigged()
    del still.root["animations"]
    blend = running.assembly.journal.folder_of(task) / "model.blend"
    blend.write_bytes(converted(still.build(), task=task).read_bytes())
    landed = append.land(converted(moving.build(), task="old"), bpy.context.scene, (0, 0, 0), select=False)
    _, warnings = replaced(next(item for item in landed.objects if item.parent is None))
    assert not bpy.data.actions and not warnings


def test_what_an_action_does_with_another_object_need_not_fit(replaced):
    """Until Blender 4.3 one action plays all of its curves on everything."""
    hero, friend = an_object("Hero", ""), bpy.data.objects["Cube"]
    friend["glow"] = 0.0
    keyed(hero, "location", (0, 0, 0), (5, 0, 0))
    friend.animation_data_create().action = hero.animation_data.action
    if separate := hasattr(hero.animation_data, "action_slot"):
        friend.animation_data.action_slot = hero.animation_data.action.slots.new("OBJECT", "Friend")
    friend.keyframe_insert('["glow"]', frame=1)
    new, warnings = replaced(hero)
    assert new.location.x == pytest.approx(5) and len(warnings) == (not separate)


def test_what_is_taken_out_again_leaves_no_action(converted):
    landed = append.land(converted(sliding("slide").build()), bpy.context.scene, (0, 0, 0), select=False)
    removing.discard(landed.collection, landed.objects)
    assert not bpy.data.actions
