"""What an artist has animated on an object goes over to the one in its place: actions, NLA tracks and drivers."""

from __future__ import annotations

from collections.abc import Iterator

import bpy

from . import motion, provenance

_DELTAS = ("delta_location", "delta_rotation_euler", "delta_rotation_quaternion", "delta_scale")


def carry(old: bpy.types.Object, new: bpy.types.Object) -> Iterator[str]:
    """Let the new object move, and change, as the old one did, and yield what does not fit it, as sentences.

    What came with the old model stays behind, silently. The new object has the old one's constraints and modifiers.
    """
    if _is_animated(new):
        yield from _let_wait(old, new)
        return
    place = new.matrix_basis.copy()
    _link(old, new)
    if new.animation_data:
        yield from _strip(new)
    if motion.moves(new):
        for name in _DELTAS:  # an action sets the transform and leaves these alone, which Blender adds to it
            setattr(new, name, getattr(old, name))
        new.matrix_basis = place


def leave(old: bpy.types.Object) -> Iterator[str]:
    """Yield which animation of an object nothing else can take over, as sentences."""
    for action in motion.actions_of(old):
        if not motion.is_models(action):
            yield _left(action)
    yield from _undriven(old)


def _let_wait(old: bpy.types.Object, new: bpy.types.Object) -> Iterator[str]:
    """Put the old object's actions onto muted tracks of one that came with motion of its own, and say so."""
    for action in motion.actions_of(old):
        if provenance.task_of(action):
            continue
        if any(_fit(action, old, new)):
            motion.put_aside(new, action, action.name)
            yield f"The new model moves by itself; the animation {action.name} waits on a muted track."
        elif not motion.is_models(action):
            yield _left(action)
    yield from _undriven(old)


def _link(old: bpy.types.Object, new: bpy.types.Object) -> None:
    """Copy all that animates the object, as Link Animation Data does: it plays the same actions then."""
    chosen = [old, new]
    with bpy.context.temp_override(
        object=old, active_object=old, selected_objects=chosen, selected_editable_objects=chosen
    ):
        bpy.ops.object.make_links_data(type="ANIMATION")
    if new.data and new.type != old.type:
        new.data.animation_data_clear()  # of data of another kind
    if new.animation_data and new.animation_data.use_tweak_mode:
        new.animation_data.use_tweak_mode = False


def _strip(new: bpy.types.Object) -> Iterator[str]:
    """Take away what was the old model's or does not fit the object, and yield the latter as sentences."""
    data = new.animation_data
    actions = motion.actions_of(new)
    fitting = {action for action in actions if not provenance.task_of(action) and any(_fit(action, new, new))}
    for action in actions - fitting:
        if not motion.is_models(action):
            yield _left(action)
    for action in fitting:
        if not all(_fit(action, new, new)):
            yield f"Part of the animation {action.name} does not fit the new model."
    if data.action and data.action not in fitting:
        data.action = None
    for track in list(data.nla_tracks):
        if not fitting.intersection(strip.action for strip in motion.within(track.strips) if strip.action):
            data.nla_tracks.remove(track)
    for curve in list(data.drivers):
        if not _resolves(new, curve.data_path):
            yield _no_driver(curve)
            data.drivers.remove(curve)
    if not _is_animated(new):
        new.animation_data_clear()


def _is_animated(item: bpy.types.Object) -> bool:
    data = item.animation_data
    return bool(data and (data.action or data.nla_tracks or data.drivers))


def _fit(action: bpy.types.Action, player: bpy.types.Object, new: bpy.types.Object) -> list[bool]:
    """Tell of each curve that a player of the action plays whether it fits the new object."""
    return [_resolves(new, curve.data_path) for curve in motion.curves(action, player)]


def _resolves(item: bpy.types.Object, path: str) -> bool:
    """Tell whether the object has what a curve animates."""
    try:
        item.path_resolve(path)
    except ValueError:
        return False
    return True


def _left(action: bpy.types.Action) -> str:
    return f"The animation {action.name} does not fit the new model; the file keeps it as an action."


def _undriven(old: bpy.types.Object) -> Iterator[str]:
    yield from map(_no_driver, old.animation_data.drivers if old.animation_data else ())


def _no_driver(curve: bpy.types.FCurve) -> str:
    return f"The driver of {curve.data_path} does not fit the new model; add it again."
