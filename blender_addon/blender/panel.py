"""The panel in the 3D viewport's sidebar: image in, provider, options, Generate."""

from __future__ import annotations

from typing import Any

import bpy

from . import declared, option_rows, readiness, thumbnails, turns
from .pictures import given, problem
from .text import sentence


class _Sidebar:
    """Where all of Maquette's panels are."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"


class MAQUETTE_PT_generate(_Sidebar, bpy.types.Panel):
    """From an image to a model."""

    bl_label = "Image to 3D"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw from top to bottom in the order of work."""
        layout, scene = self.layout, context.scene
        layout.use_property_split = True
        layout.use_property_decorate = False
        if not declared.ready():
            _draw_loading(layout, context)
            return
        provider = readiness.current_provider(scene)
        _draw_source(layout, scene.maquette)
        _draw_views(layout, scene.maquette, provider.views[1:])
        layout.prop(scene.maquette, "provider")
        option_rows.draw(layout, scene, provider)
        _draw_generate(layout, context)


def _draw_loading(layout: Any, context: bpy.types.Context) -> None:
    message = context.window_manager.maquette.message
    if message:
        sentence(layout, context, message, icon="ERROR")
    else:
        layout.label(text="Loading options…")
        turns.want_options()


def _draw_source(layout: Any, chosen: Any) -> None:
    """Draw the front view: a large thumbnail, and below it what it is."""
    column = layout.column(align=True)
    column.use_property_split = False
    column.row(align=True).prop(chosen, "source", expand=True)
    icon = thumbnails.icon(chosen, "front")
    if icon and not problem(chosen, "front"):
        column.box().template_icon(icon, scale=7.0)
    if chosen.source == "FILE" and not chosen.front.path:
        row = column.row()
        row.scale_y = 1.6
        row.operator("maquette.pick_image", text="Choose Image…", icon="IMAGE_DATA").view = "front"
    else:
        _draw_slot(column, chosen, "front")


def _draw_slot(layout: Any, chosen: Any, view: str) -> None:
    """Draw the field of one view with the buttons that fill and empty it."""
    slot = getattr(chosen, view)
    if chosen.source == "IMAGE":
        layout.template_ID(slot, "image", open="image.open")
        return
    row = layout.row(align=True)
    row.prop(slot, "path", text="")
    row.operator("maquette.pick_image", text="", icon="FILEBROWSER").view = view
    if slot.path:
        row.operator("maquette.clear_image", text="", icon="X").view = view


def _draw_views(layout: Any, chosen: Any, views: tuple[str, ...]) -> None:
    """Draw the other views that the provider takes, in a closed sub-panel that tells how many are set."""
    if not views:
        return
    header, body = layout.panel("MAQUETTE_PT_views", default_closed=True)
    count = sum(given(chosen, view) for view in views)
    header.label(text=f"More Views ({count})" if count else "More Views")
    if not body:
        return
    for view in views:
        split = body.split(factor=0.25)
        split.use_property_split = False
        split.label(text=view.title())
        row = split.row(align=True)
        if icon := thumbnails.icon(chosen, view):
            row.label(icon_value=icon)
        _draw_slot(row, chosen, view)


def _draw_generate(layout: Any, context: bpy.types.Context) -> None:
    """Draw the button; when it is greyed out, the reason stands below it."""
    reason = readiness.reason(context.scene)
    column = layout.column()
    row = column.row()
    row.scale_y = 1.6
    row.enabled = not reason
    row.operator("maquette.generate", icon="MESH_MONKEY")
    if reason:
        sentence(column, context, reason, icon="INFO")


CLASSES = (MAQUETTE_PT_generate,)
