"""The list of tasks: one line each, and what can be done with the active one below it."""

from __future__ import annotations

from typing import Any

import bpy

from . import declared, snapshot
from .panel import _Sidebar
from .text import sentence
from .translations import say

ICONS = {
    "queued": "TIME",
    "running": "TIME",
    "ready": "IMPORT",
    "succeeded": "CHECKMARK",
    "failed": "ERROR",
    "cancelled": "CANCEL",
    "unconfirmed": "QUESTION",
}


def stopped(task: Any) -> bool:
    """Tell whether the row's task is kept, but nobody carries it on."""
    return task.state in snapshot.RUNNING and bool(task.message)


def resumable(task: Any) -> bool:
    """Tell whether Resume can take the row's task up."""
    return stopped(task) or task.resumable


def word(task: Any) -> str:
    """Return how the row's task is, in a word."""
    return "Stopped" if stopped(task) else str(task.state).title()


def icon(task: Any) -> str:
    """Return the icon for how the row's task is."""
    return "ERROR" if stopped(task) else ICONS.get(task.state, "NONE")


class MAQUETTE_UL_tasks(bpy.types.UIList):
    """One task a line: its name, how far it is, and the button for what is most likely wanted next."""

    def draw_item(
        self, _context: Any, layout: Any, _data: Any, item: Any, _icon: int, _active: Any, _property: str
    ) -> None:
        """Draw one row."""
        split = layout.split(factor=0.5)
        split.label(text=item.label, icon=icon(item), translate=False)
        row = split.row(align=True)
        runs = item.state in snapshot.RUNNING and not stopped(item)
        if runs and item.factor >= 0:
            row.progress(factor=item.factor, type="BAR", text=f"{item.factor:.0%}")
        else:
            row.label(text=say(word(item)))
        if runs:
            row.operator("maquette.cancel", text="", icon="X", emboss=False).task = item.name
        elif resumable(item):
            row.operator("maquette.resume", text="", icon="PLAY", emboss=False).task = item.name
        elif item.state == "ready":
            row.operator("maquette.land", text="", icon="IMPORT", emboss=False).task = item.name
        elif item.lookable:
            row.operator("maquette.look_again", text="", icon="VIEWZOOM", emboss=False).task = item.name


class MAQUETTE_PT_tasks(_Sidebar, bpy.types.Panel):
    """What runs and what has been made."""

    bl_label = "Tasks"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Only once the journal has been read."""
        return declared.ready()

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the list, then the active task."""
        shown = context.window_manager.maquette
        if shown.message:
            sentence(self.layout, context, shown.message, icon="ERROR")
        if not shown.tasks:
            self.layout.label(text="Models that you generate appear here")
            return
        rows = min(max(len(shown.tasks), 2), 6)
        self.layout.template_list("MAQUETTE_UL_tasks", "", shown, "tasks", shown, "active", rows=rows)
        if 0 <= shown.active < len(shown.tasks):
            _draw_active(self.layout, context, shown.tasks[shown.active])


def _draw_active(layout: Any, context: bpy.types.Context, task: Any) -> None:
    """Draw what is known of the active task and the buttons of its state."""
    column = layout.column()
    facts = [task.provider, word(task)]
    if task.cost:
        facts.append(task.cost)
    sentence(column, context, " · ".join(facts))
    if task.contents:
        sentence(column, context, task.contents)
    if task.state == "ready" and not task.message:
        sentence(column, context, f"Made for {task.made_for or 'another scene'}", icon="FILE_BLEND")
    if task.message:
        sentence(column, context, task.message, icon="INFO" if task.state == "ready" else "ERROR")
        column.operator("maquette.copy_details", icon="COPYDOWN").task = task.name
    if task.waiting:
        sentence(column, context, task.waiting, icon="SORTTIME")
    for warning in task.warnings.splitlines():
        sentence(column, context, warning, icon="INFO")
    row = layout.row(align=True)
    if resumable(task):
        row.operator("maquette.resume", text="Resume", icon="PLAY").task = task.name
    if task.state in snapshot.RUNNING:
        row.operator("maquette.cancel", text="Cancel", icon="X").task = task.name
        return
    if task.state in {"ready", "succeeded"}:
        text = "Land" if task.state == "ready" else "Land Again"
        row.operator("maquette.land", text=say(text), icon="IMPORT").task = task.name
    if task.lookable:
        row.operator("maquette.look_again", text="Look Again", icon="VIEWZOOM").task = task.name
    if task.state == "unconfirmed":
        row.operator("maquette.send_again", text="Send Again", icon="FILE_REFRESH").task = task.name
    row.operator("maquette.remove", text="Remove", icon="TRASH").task = task.name
    if task.state in {"ready", "succeeded"}:
        layout.operator("maquette.replace", text="Replace Active Object", icon="UV_SYNC_SELECT").task = task.name


CLASSES = (MAQUETTE_UL_tasks, MAQUETTE_PT_tasks)
