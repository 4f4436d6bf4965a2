"""The sub-panel What Will Be Sent: the pictures as the provider will get them, and what is done to them before."""

from __future__ import annotations

from typing import Any

import bpy

from . import draft, pictures, sent, session, thumbnails
from .clicked import Clicked
from .text import sentence


def draw(layout: Any, context: bpy.types.Context, wanted: draft.Draft) -> None:
    """Draw the closed sub-panel; its header shows when something is done to the pictures."""
    header, body = layout.panel("MAQUETTE_PT_sent", default_closed=True)
    changed = any(draft.treatment(context.scene, wanted.provider))
    header.label(text="What Will Be Sent", icon="IMAGE_ALPHA" if changed and not body else "NONE")
    if not body:
        return
    chosen, label = context.scene.maquette, wanted.provider.label
    if wanted.provider.cuts_out:
        sentence(body, context, f"{label} removes the background by itself, and nothing leaves this computer", "INFO")
    else:
        column = body.column(heading="Image")
        column.prop(chosen, "cut_out")
        column.prop(chosen, "crop")
    given = [view for view in wanted.views if pictures.given(chosen, view)]
    for view in given:
        _draw_view(body.column(align=True), context, wanted, view, named=len(given) > 1)


def _draw_view(layout: Any, context: bpy.types.Context, wanted: draft.Draft, view: str, named: bool) -> None:
    """Draw one picture and what is known of it."""
    chosen, name = context.scene.maquette, f"{view.title()} · " if named else ""
    if pictures.problem(chosen, view, wanted.provider):  # which stands above Generate
        return
    if link := pictures.link(chosen, view):
        sentence(layout, context, f"{name}The address alone: {link}", icon="URL")
        return
    if sent.source(chosen, view) is None:
        layout.operator("maquette.show_sent", icon="HIDE_OFF")
        return
    found = sent.answer(context.scene, wanted, view)
    if found is None:
        sentence(layout, context, f"{name}Preparing…", icon="SORTTIME")
    elif problem := found.problem or found.value.refused:
        sentence(layout, context, f"{name}{problem}", icon="ERROR")
    else:
        layout.box().template_icon(thumbnails.of_file(str(found.value.path)), scale=4.0 if named else 7.0)
        _draw_facts(layout, context, f"{name}{found.value.facts}", found.value.unchanged)
    if chosen.source == "IMAGE" and sent.painted(chosen, view):
        layout.operator("maquette.show_sent", text="Show Again", icon="FILE_REFRESH")


def _draw_facts(layout: Any, context: bpy.types.Context, facts: str, unchanged: bool) -> None:
    sentence(layout, context, facts)
    if unchanged:
        row = layout.column()
        row.active = False
        sentence(row, context, "Sent as it is")


class MAQUETTE_OT_show_sent(Clicked, bpy.types.Operator):
    """Write the image out as it is now, to see what the provider will get"""

    bl_idname = "maquette.show_sent"
    bl_label = "Show"
    bl_options = {"INTERNAL"}

    def perform(self, context: bpy.types.Context) -> str:
        """Write every view's image that is in no file."""
        session.needed()
        sent.write_out(context.scene.maquette, draft.of(context.scene).views)
        return ""


CLASSES = (MAQUETTE_OT_show_sent,)
