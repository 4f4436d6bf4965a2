"""The panel of tasks: the list, and below it what is known of the active task and what can be done with it."""

from __future__ import annotations

from typing import Any, NamedTuple

import bpy

from . import declared, snapshot, thumbnails
from .land import LANDABLE
from .panel import _Sidebar
from .task_list import clock, elapsed, resumable, runs, word
from .text import sentence
from .translations import say


class Action(NamedTuple):
    """Something that can be done with a task."""

    operator: str
    text: str
    icon: str


CANCEL = Action("maquette.cancel", "Cancel", "X")
RESUME = Action("maquette.resume", "Resume", "PLAY")
LAND = Action("maquette.land", "Land", "IMPORT")
LAND_AGAIN = Action("maquette.land", "Land Again", "IMPORT")
REPLACE = Action("maquette.replace", "Replace", "UV_SYNC_SELECT")
LOOK_AGAIN = Action("maquette.look_again", "Look Again", "VIEWZOOM")
SEND_AGAIN = Action("maquette.send_again", "Send Again", "FILE_REFRESH")
RETRY = Action("maquette.retry", "Retry", "FILE_REFRESH")
USE_AGAIN = Action("maquette.use_again", "Use These Options Again", "LOOP_BACK")
OPEN_FOLDER = Action("maquette.open_folder", "Open Folder", "FILE_FOLDER")
COPY_DETAILS = Action("maquette.copy_details", "Copy Details", "COPYDOWN")
REMOVE = Action("maquette.remove", "Remove", "TRASH")


def actions(task: Any) -> list[Action]:
    """Return what belongs to the task's state, what is most likely wanted first."""
    found = [RESUME] if resumable(task) else []
    if task.state in snapshot.RUNNING:
        return [*found, CANCEL]
    if task.state in LANDABLE:
        found += [LAND if task.state == "ready" else LAND_AGAIN, REPLACE]
    found += [LOOK_AGAIN] if task.lookable else []
    found += [SEND_AGAIN] if task.state == "unconfirmed" else []
    found += [RETRY] if task.state in snapshot.REOPENED and not task.elsewhere else []
    return found[::-1] if task.refused else found


def buttons(task: Any) -> int:
    """Return how many of the actions are buttons; the others are in the menu beside them."""
    return 2 if task.state in LANDABLE else 1


class MAQUETTE_MT_task(bpy.types.Menu):
    """What else can be done with the active task."""

    bl_label = "Task"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw what belongs to its state, then what any task has."""
        shown = context.window_manager.maquette
        if not 0 <= shown.active < len(shown.tasks):
            return
        task = shown.tasks[shown.active]
        for one in actions(task)[buttons(task) :]:
            _draw_action(self.layout, task, one)
        if not task.elsewhere:
            _draw_action(self.layout, task, USE_AGAIN)
        self.layout.separator()
        for one in (OPEN_FOLDER, COPY_DETAILS):
            _draw_action(self.layout, task, one)
        if not runs(task):
            self.layout.separator()
            _draw_action(self.layout, task, REMOVE)


class MAQUETTE_PT_tasks(_Sidebar, bpy.types.Panel):
    """What runs and what has been made."""

    bl_label = "Tasks"

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Only once the journal has been read."""
        return declared.ready()

    def draw_header_preset(self, _context: bpy.types.Context) -> None:
        """Draw the button for what was made elsewhere."""
        self.layout.operator("maquette.fetch", text="", icon="URL", emboss=False)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the list, then the active task."""
        shown = context.window_manager.maquette
        if shown.message:
            sentence(self.layout, context, shown.message, icon="ERROR")
        if not shown.tasks:
            sentence(self.layout, context, "Models that you generate appear here")
            return
        rows = min(max(len(shown.tasks), 2), 6)
        self.layout.template_list("MAQUETTE_UL_tasks", "", shown, "tasks", shown, "active", rows=rows)
        if 0 <= shown.active < len(shown.tasks):
            _draw_active(self.layout, context, shown.tasks[shown.active])


def _draw_active(layout: Any, context: bpy.types.Context, task: Any) -> None:
    """Draw the buttons of the active task's state where they stay, and below them what is known of it."""
    row = layout.row(align=True)
    row.scale_y = 1.2
    for one in actions(task)[: buttons(task)] or [REMOVE]:
        _draw_action(row, task, one)
    row.menu("MAQUETTE_MT_task", text="", icon="DOWNARROW_HLT")
    column = layout.column()
    if icon := thumbnails.kept(task.picture):
        column.box().template_icon(icon, scale=5.0)
    _draw_facts(column, context, task)
    if runs(task) and task.factor >= 0:
        column.progress(factor=task.factor, type="BAR", text=f"{task.factor:.0%}")
    _draw_words(column, context, task)


def _draw_action(layout: Any, task: Any, one: Action) -> None:
    layout.operator(one.operator, text=say(one.text), icon=one.icon).task = task.name


def _draw_facts(column: Any, context: bpy.types.Context, task: Any) -> None:
    """Draw who makes it and how it is, what it costs and how long it takes, and what it consists of."""
    sentence(column, context, " · ".join(filter(None, (task.provider, word(task), task.cost))))
    if took := elapsed(task):
        usual = f" of about {clock(task.usual)}" if runs(task) and task.usual else ""
        sentence(column, context, f"{took}{usual}" if runs(task) else f"Took {took}")
    if task.contents:
        sentence(column, context, task.contents)


def _draw_words(column: Any, context: bpy.types.Context, task: Any) -> None:
    """Draw what has happened to it, what it waits for and what was repaired."""
    if task.state == "ready" and not task.message:
        sentence(column, context, f"Made for {task.made_for or 'another scene'}", icon="FILE_BLEND")
    if task.message:
        sentence(column, context, task.message, icon="INFO" if task.state == "ready" else "ERROR")
    if task.waiting:
        sentence(column, context, task.waiting, icon="SORTTIME")
    for warning in task.warnings.splitlines():
        sentence(column, context, warning, icon="INFO")


CLASSES = (MAQUETTE_MT_task, MAQUETTE_PT_tasks)
