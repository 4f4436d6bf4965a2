"""Why Generate cannot be pressed now: said in the panel, one sentence at a time, before anything is sent."""

from __future__ import annotations

from typing import Any

import bpy

from ..core.errors import InputError
from . import declared, pictures


def current_provider(scene: bpy.types.Scene) -> type[Any]:
    """Return the provider that the scene has chosen; another one when the chosen one is no longer there."""
    from ..providers import find, names

    chosen = scene.maquette.provider
    return find(chosen if chosen in names() else names()[-1])


def reason(scene: bpy.types.Scene) -> str:
    """Return what is missing or wrong, as a sentence; empty when everything is right."""
    chosen, provider = scene.maquette, current_provider(scene)
    if not pictures.given(chosen, "front"):
        return "Choose an image first"
    for view in provider.views:
        if pictures.given(chosen, view) and (problem := pictures.problem(chosen, view)):
            return problem
    try:
        provider.options.build(declared.values(scene, provider))
    except InputError as error:
        return error.message
    if provider.base_url and not bpy.app.online_access:
        return f"{provider.label} needs the network. Allow Online Access in the preferences (System)"
    return ""
