"""Filling the slots of the views, and finding the other views by the name of the front."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import bpy

from ..core.errors import InputError
from ..core.families import siblings
from . import declared, draft, pictures
from .properties import VIEWS


class Found(NamedTuple):
    """Views that were found beside a front, for the artist to see and to take back."""

    front: str
    views: dict[str, str]
    """View → path."""


_found: dict[int, Found] = {}
"""`session_uid` of a scene → what was found for it last."""


def put(scene: bpy.types.Scene, view: str, path: str) -> None:
    """Let the file be that view. A new front takes the views along that were found for the one before."""
    chosen = scene.maquette
    chosen.source = "FILE"
    if view == VIEWS[0] and path != chosen.front.path:
        take_back(scene)
    getattr(chosen, view).path = path
    if view == VIEWS[0]:
        find_others(scene)


def replace(scene: bpy.types.Scene, views: Mapping[str, Path | str]) -> None:
    """Let these be all the views; the others are emptied, for they show something else."""
    chosen = scene.maquette
    chosen.source = "FILE"
    _found.pop(scene.session_uid, None)
    for view in VIEWS:
        getattr(chosen, view).path = str(views.get(view, ""))


def find_others(scene: bpy.types.Scene) -> None:
    """Fill empty slots with the files that are called like the front, for a provider that takes such views."""
    chosen = scene.maquette
    if chosen.source != "FILE" or not chosen.front.path or pictures.link(chosen, VIEWS[0]) or not declared.ready():
        return
    wanted = draft.of(scene)
    try:
        beside = siblings(pictures.file_of(chosen.front.path))
    except OSError:  # with the view's name it would be too long for a file's, or nobody may look there
        return
    new = {view: str(path) for view, path in beside.items() if view in wanted.provider.views}
    new = {view: path for view, path in new.items() if not getattr(chosen, view).path}
    if new and _welcome(wanted, (*wanted.views, *new)):
        for view, path in new.items():
            getattr(chosen, view).path = path
        _found[scene.session_uid] = Found(chosen.front.path, new)


def _welcome(wanted: draft.Draft, views: tuple[str, ...]) -> bool:
    """Tell whether the options go together with these views: nobody has asked for them."""
    try:
        if wanted.options:
            wanted.options.check_views(views)
    except InputError:
        return False
    return True


def found(scene: bpy.types.Scene) -> tuple[str, ...]:
    """Return the views that were found and are still there; nothing once the artist has changed any of them."""
    last, chosen = _found.get(scene.session_uid), scene.maquette
    if last is None or chosen.source != "FILE" or chosen.front.path != last.front:
        return ()
    same = all(getattr(chosen, view).path == path for view, path in last.views.items())
    return tuple(last.views) if same else ()


def take_back(scene: bpy.types.Scene) -> None:
    """Empty the slots that were filled by themselves."""
    for view in found(scene):
        getattr(scene.maquette, view).path = ""
    _found.pop(scene.session_uid, None)


def not_sent(scene: bpy.types.Scene, provider: Any) -> tuple[str, ...]:
    """Return the views that are given and that the provider does not take."""
    return tuple(view for view in VIEWS if view not in provider.views and pictures.given(scene.maquette, view))
