"""The providers' options as rows of a panel, drawn from their declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..core.errors import InputError
from . import declared

if TYPE_CHECKING:
    from ..core.options import OptionField


def draw(layout: Any, scene: bpy.types.Scene, provider: type[Any]) -> None:
    """Draw the options that matter first, then the advanced ones in a closed sub-panel."""
    from ..core.options import option_fields

    group = getattr(scene.maquette, provider.id)
    off = _switched_off(scene, provider)
    shown = [one for one in option_fields(provider.options) if not one.ui.cli_only]
    column = layout.column()
    for one in shown:
        if not one.ui.advanced:
            _row(column, group, one, one.name in off)
    advanced = [one for one in shown if one.ui.advanced]
    if advanced:
        header, body = layout.panel(f"MAQUETTE_PT_{provider.id}_advanced", default_closed=True)
        header.label(text="Advanced")
        if body:
            column = body.column()
            for one in advanced:
                _row(column, group, one, one.name in off)


def _switched_off(scene: bpy.types.Scene, provider: type[Any]) -> dict[str, str]:
    """Return the options that others switch off; none while the options do not fit together."""
    try:
        off: dict[str, str] = provider.options.build(declared.values(scene, provider)).switched_off()
    except InputError:
        return {}
    return off


def _row(layout: Any, group: Any, one: OptionField, off: bool) -> None:
    row = layout.row(align=True, heading=one.title if one.optional else "")
    row.active = not off
    if one.optional:
        row.prop(group, f"use_{one.name}", text="")
        row = row.row(align=True)
        row.active = getattr(group, f"use_{one.name}")
    row.prop(group, one.name, text="" if one.optional else None)
