"""IN BLENDER: preferences, properties, panels, operators, handlers.

Importing and registering this package loads neither pydantic nor requests: Blender's start-up pays for no provider.
"""

from __future__ import annotations

import atexit

import bpy

from . import (
    account_operators,
    accounts,
    command,
    declared,
    generate,
    handlers,
    land,
    panel,
    pick,
    preferences,
    price,
    properties,
    replace,
    session,
    task_operators,
    task_panel,
    thumbnails,
    turns,
    watch,
)

CLASSES: tuple[type, ...] = (
    *properties.CLASSES,
    *preferences.CLASSES,
    *account_operators.CLASSES,
    *pick.CLASSES,
    *price.CLASSES,
    *generate.CLASSES,
    *land.CLASSES,
    *replace.CLASSES,
    *task_operators.CLASSES,
    *watch.CLASSES,
    *panel.CLASSES,
    *task_panel.CLASSES,
)

PARTS = (properties, declared, accounts, thumbnails, session, handlers, watch, turns, command)
"""Each has register() and unregister(), and holds something in Blender that is no class."""


_registered = False
"""The bpy module's exit calls unregister() twice: ours comes first, and Blender's finds nothing left to do."""


def register() -> None:
    """Register all classes, then all parts. Whatever fails is raised."""
    global _registered
    _registered = True
    for one in CLASSES:
        bpy.utils.register_class(one)
    for part in PARTS:
        part.register()
    atexit.register(unregister)  # with classes left, the bpy module of Blender 4.2 crashes at exit and 4.5's hangs


def unregister() -> None:
    """Take everything out again, in the opposite order."""
    global _registered
    if not _registered:
        return
    _registered = False
    atexit.unregister(unregister)
    for part in reversed(PARTS):
        part.unregister()
    for one in reversed(CLASSES):
        bpy.utils.unregister_class(one)
