"""The panel in the 3D viewport's sidebar: image in, provider, options, Generate."""

from __future__ import annotations

from typing import Any

import bpy

from . import (
    declared,
    draft,
    option_rows,
    pictures,
    preset_menu,
    price,
    provider_menu,
    readiness,
    sent_panel,
    shading,
    slots,
    thumbnails,
    turns,
)
from .properties import VIEWS
from .text import sentence, wide
from .translations import say

UNDO_PX = 84
"""What the button Undo takes from the line beside it, at 1×."""


class _Sidebar:
    """Where all of Maquette's panels are."""

    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"


class MAQUETTE_PT_generate(_Sidebar, bpy.types.Panel):
    """From an image to a model."""

    bl_label = "Image to 3D"

    def draw_header_preset(self, _context: bpy.types.Context) -> None:
        """Draw the button of the presets."""
        if declared.ready():
            preset_menu.draw_header(self.layout)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw from top to bottom in the order of work."""
        layout, scene = self.layout, context.scene
        layout.use_property_split = wide(context)
        layout.use_property_decorate = False
        if not declared.ready():
            _draw_loading(layout, context)
            return
        wanted = draft.of(scene)
        provider = wanted.provider
        _draw_source(layout, context, bool(provider.link_kinds))
        _draw_found(layout, context, provider)
        empty = not any(pictures.given(scene.maquette, view) for view in VIEWS)
        if not empty:
            _draw_views(layout, scene.maquette, provider.views[1:])
            sent_panel.draw(layout, context, wanted)
        provider_menu.draw(layout, context, provider)
        note = layout.column()
        note.active = False  # it is the same each day
        if empty:
            sentence(note, context, provider.description)
        if provider.note:
            sentence(note, context, provider.note.partition(". ")[0], icon="INFO")
        option_rows.draw(layout, context, wanted)
        _draw_generate(layout, context, wanted)
        shading.draw(layout, context)


def _draw_loading(layout: Any, context: bpy.types.Context) -> None:
    message = context.window_manager.maquette.message
    if message:
        sentence(layout, context, message, icon="ERROR")
    else:
        layout.label(text="Loading options…")
        turns.want_options()


def _draw_source(layout: Any, context: bpy.types.Context, takes_links: bool) -> None:
    """Draw the front view: a large thumbnail, and below it what it is. An address can be typed where one is taken."""
    chosen = context.scene.maquette
    column = layout.column(align=True)
    column.use_property_split = False
    column.row(align=True).prop(chosen, "source", expand=True)
    icon = thumbnails.icon(chosen, "front")
    if icon and not pictures.problem(chosen, "front"):
        column.box().template_icon(icon, scale=7.0)
    if chosen.source == "FILE" and not chosen.front.path:
        row = column.row()
        row.scale_y = 1.6
        row.operator("maquette.pick_image", text="Choose Image…", icon="IMAGE_DATA").view = "front"
        hint = column.column()
        hint.active = False
        sentence(hint, context, "Or drop one here, or in the scene where its model will stand")
        if takes_links:
            column.prop(chosen.front, "path", text="", icon="URL", placeholder="https://… of an image")
    else:
        _draw_slot(column, chosen, "front")
    if chosen.source == "FILE":
        _draw_more_ways(column.row(align=True), context)


def _draw_more_ways(row: Any, context: bpy.types.Context) -> None:
    """Draw the buttons for what is no single file; in a narrow panel their icons say enough."""
    words = wide(context)
    row.operator("maquette.paste_image", text="Paste" if words else "", icon="PASTEDOWN")
    row.operator("maquette.capture_view", text="Capture" if words else "", icon="RESTRICT_RENDER_OFF")
    row.operator("maquette.generate_folder", text="Folder…" if words else "", icon="FILE_FOLDER")


def _draw_found(layout: Any, context: bpy.types.Context, provider: Any) -> None:
    """Say which views were filled by themselves, and which ones the provider will not get."""
    if views := slots.found(context.scene):
        room = wide(context)
        row = layout.row() if room else layout.column()
        found = f"Found beside it: {', '.join(views)}"
        sentence(row, context, found, icon="CHECKMARK", beside_px=UNDO_PX if room else 0.0)
        button = row.row()
        button.alignment = "RIGHT"
        button.operator("maquette.forget_found", text="Undo")
    if views := slots.not_sent(context.scene, provider):
        sentence(layout, context, f"{provider.label} does not take, and will not get: {', '.join(views)}", icon="INFO")


def _draw_slot(layout: Any, chosen: Any, view: str) -> None:
    """Draw the field of one view with the buttons that fill and empty it."""
    slot = getattr(chosen, view)
    if chosen.source == "IMAGE":
        layout.template_ID(slot, "image", open="image.open")
        return
    row = layout.row(align=True)
    row.prop(slot, "path", text="", icon="URL" if pictures.is_link(slot.path.strip()) else "NONE")
    row.operator("maquette.pick_image", text="", icon="FILEBROWSER").view = view
    if slot.path:
        row.operator("maquette.clear_image", text="", icon="X").view = view


def _draw_views(layout: Any, chosen: Any, views: tuple[str, ...]) -> None:
    """Draw the other views that the provider takes, in a closed sub-panel that tells how many are set."""
    if not views:
        return
    header, body = layout.panel("MAQUETTE_PT_views", default_closed=True)
    count = sum(pictures.given(chosen, view) for view in views)
    header.label(text=say(f"More Views ({count})") if count else "More Views")
    if not body:
        return
    for view in views:
        split = body.split(factor=0.25)
        split.use_property_split = False
        split.label(text=say(view.title()))
        row = split.row(align=True)
        if icon := thumbnails.icon(chosen, view):
            row.label(icon_value=icon)
        _draw_slot(row, chosen, view)


def _draw_generate(layout: Any, context: bpy.types.Context, wanted: draft.Draft) -> None:
    """Draw what it will cost, then the button; when it is greyed out, the reason stands below it."""
    reason, page = readiness.obstacle(context.scene, wanted)
    column = layout.column()
    price.draw(column, context, wanted)
    row = column.row()
    row.scale_y = 1.6
    row.context_pointer_set("maquette_panel", context.scene.maquette)  # which poll() knows the button by
    row.operator("maquette.generate", icon="MESH_MONKEY")
    if reason:
        sentence(column, context, reason, icon="INFO")
    if page:
        column.operator("maquette.open_preferences", icon="PREFERENCES").page = page


CLASSES = (MAQUETTE_PT_generate,)
