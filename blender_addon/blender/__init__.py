"""IN BLENDER: preferences, properties, panels, operators, handlers.

Importing and registering this package loads neither pydantic nor requests: Blender's start-up pays for no provider.
"""

from __future__ import annotations

import atexit
import sys

import bpy

from .. import core
from .later import put_off

put_off(core, "families", "events", "journal", "orphans", "repeated", "task")
put_off(
    sys.modules[__name__],
    *("about", "account_operators", "account_panel", "accounts", "ahead", "aim", "arrivals", "batch", "begin"),
    *("capture", "captured", "declared", "disk", "draft", "encoding", "inquiry", "land", "last_used"),
    *("model_pictures", "neutral", "option_rows", "paste", "pictures", "placeholder", "preset_menu", "press"),
    *("price", "provider_menu", "readiness", "ring", "sending", "sent", "sent_panel", "shading", "slots"),
    *("snapshot", "spending", "stands", "taking", "thumbnails"),
)

from . import (  # noqa: E402 - they would import what is put off
    command,
    entries,
    from_image,
    generate,
    handlers,
    object_menu,
    panel,
    pick,
    preferences,
    properties,
    source_operators,
    status_bar,
    translations,
    turns,
    watch,
    wheels,
)

CLASSES: tuple[type, ...] = (
    *properties.CLASSES,
    *preferences.CLASSES,
    *pick.CLASSES,
    *from_image.CLASSES,
    *source_operators.CLASSES,
    *generate.CLASSES,
    *watch.CLASSES,
    *panel.CLASSES,
)

PARTS = (
    *("properties", "translations", "declared", "accounts", "thumbnails", "sent", "ahead", "session"),
    *("handlers", "watch", "turns", "command", "batch", "begin", "press", "entries", "status_bar"),
    *("object_menu", "ring"),
)
"""Modules that hold something in Blender that is no class, and take it out in unregister()."""


_registered = False
"""The bpy module's exit calls unregister() twice: ours comes first, and Blender's finds nothing left to do."""


def register() -> None:
    """Register all classes, then what is no class. Whatever fails is raised."""
    global _registered
    _registered = True
    wheels.prefer()
    for one in CLASSES:
        bpy.utils.register_class(one)
    for part in (properties, translations, handlers, turns, command, entries, status_bar, object_menu):
        part.register()
    atexit.register(unregister)  # with classes left, the bpy module of Blender 4.2 crashes at exit and 4.5's hangs


def unregister() -> None:
    """Take everything out again, in the opposite order."""
    global _registered
    if not _registered:
        return
    _registered = False
    atexit.unregister(unregister)
    for name in reversed(PARTS):
        if part := sys.modules.get(f"{__name__}.{name}"):  # else it was never used
            part.unregister()
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
