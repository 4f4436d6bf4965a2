"""Classes that nothing needs before the options are there: they are registered with them, and cost no start of Blender.

In the order in which their panels stand below each other.
"""

from __future__ import annotations

import bpy

from . import (
    account_operators,
    disk,
    fetch,
    follow_up,
    land,
    next_steps,
    preset_menu,
    price,
    provider_menu,
    regenerate,
    replace,
    send_again,
    sent_panel,
    shading,
    task_list,
    task_operators,
    task_panel,
    use_again,
    variants,
)

_CLASSES: tuple[type, ...] = (
    *account_operators.CLASSES,
    *provider_menu.CLASSES,
    *preset_menu.CLASSES,
    *sent_panel.CLASSES,
    *price.CLASSES,
    *land.CLASSES,
    *shading.CLASSES,
    *replace.CLASSES,
    *task_operators.CLASSES,
    *send_again.CLASSES,
    *use_again.CLASSES,
    *fetch.CLASSES,
    *disk.CLASSES,
    *task_list.CLASSES,
    *task_panel.CLASSES,
    *regenerate.CLASSES,
    *variants.CLASSES,
    *follow_up.CLASSES,
    *next_steps.CLASSES,
)


_registered: list[type] = []
"""What has come that far, and is taken out again, if another one fails."""


def register() -> None:
    """Register the classes, and let Blender find the presets that come along. What fails leaves none behind."""
    try:
        for one in _CLASSES:
            bpy.utils.register_class(one)
            _registered.append(one)
        bpy.utils.register_preset_path(preset_menu.HERE)
    except BaseException:
        unregister()
        raise


def unregister() -> None:
    """Take them out again; the artist's own presets stay."""
    if len(_registered) == len(_CLASSES):
        bpy.utils.unregister_preset_path(preset_menu.HERE)
    while _registered:
        bpy.utils.unregister_class(_registered.pop())
