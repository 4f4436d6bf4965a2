"""The list of tasks: a line each, and which of them are shown."""

from __future__ import annotations

import time
from typing import Any

import bpy
from bpy.props import EnumProperty

from . import snapshot, text, thumbnails
from .translations import say

ICONS = {
    "queued": "TIME",
    "running": "TIME",
    "ready": "PACKAGE",
    "succeeded": "CHECKMARK",
    "failed": "ERROR",
    "cancelled": "CANCEL",
    "unconfirmed": "QUESTION",
}
KINDS = {
    "RUNNING": {"queued", "running"},
    "MODELS": {"ready", "succeeded"},
    "TROUBLE": {"failed", "cancelled", "unconfirmed"},
}
"""What the list can be limited to → states."""
WIDE = 380
"""Pixels at 1× from which a line has room for the provider too."""
AWAY_S = 6 * 3600.0
"""No task takes so long: in between its computer slept, or nobody carried it on."""


def stopped(task: Any) -> bool:
    """Tell whether the row's task is kept, but nobody carries it on."""
    return task.state in snapshot.RUNNING and bool(task.message)


def resumable(task: Any) -> bool:
    """Tell whether Resume can take the row's task up."""
    return stopped(task) or task.resumable


def runs(task: Any) -> bool:
    """Tell whether somebody carries the row's task on."""
    return task.state in snapshot.RUNNING and not stopped(task)


def word(task: Any) -> str:
    """Return how the row's task is, in a word."""
    return "Stopped" if stopped(task) else str(task.state).title()


def icon(task: Any) -> str:
    """Return the icon for how the row's task is."""
    return "ERROR" if stopped(task) else ICONS.get(task.state, "NONE")


def clock(seconds: float) -> str:
    """Return a time as people write it: 0:32, 12:05, 1:02:00."""
    minutes, left = divmod(max(0, int(seconds)), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{left:02}" if minutes >= 60 else f"{minutes}:{left:02}"


def elapsed(task: Any) -> str:
    """Return how long the row's task has been running, or how long it took; empty when nobody knows.

    Nobody knows it of a task that was taken up again days later.
    """
    times = snapshot.times(task.name)
    if times is None or not (runs(task) or times[1]):
        return ""
    seconds = (time.time() if runs(task) else times[1] or 0.0) - times[0]
    return clock(seconds) if seconds < AWAY_S else ""


class MAQUETTE_UL_tasks(bpy.types.UIList):
    """One task a line: how it is, its picture and name, how far it is, and the button for what is likely wanted next.

    The icon at the left says how it is, the one at the right is a button.
    """

    kind: EnumProperty(
        name="Show",
        description="Which tasks are listed",
        items=(
            ("ALL", "All", "All tasks", 0),
            ("RUNNING", "Running", "Tasks that are not finished", 1),
            ("MODELS", "Models", "Tasks whose model has landed or can land", 2),
            ("TROUBLE", "Trouble", "Tasks that failed, were cancelled or got no answer", 3),
        ),
        default="ALL",
        options=set(),
    )

    def draw_item(
        self, context: Any, layout: Any, _data: Any, item: Any, _icon: int, _active: Any, _property: str
    ) -> None:
        """Draw one row."""
        wide = context.region.width > WIDE * context.preferences.system.ui_scale
        split = layout.split(factor=0.4 if wide else 0.55) if wide or runs(item) else layout.row()
        name = split.row(align=True)
        name.label(icon=icon(item))
        name.label(text=item.label, icon_value=thumbnails.kept(item.picture), translate=False)
        if wide:
            split = split.split(factor=0.35)
            split.label(text=item.provider, translate=False)
        row = split.row(align=True)
        if runs(item):
            _draw_progress(row, item, wide)
        elif text.wide(context):  # elsewhere the icon alone says it
            row.alignment = "EXPAND" if wide else "RIGHT"  # the name has all the room that the word leaves
            row.label(text=say(word(item)))
        _draw_button(row, item, keep=text.wide(context))

    def draw_filter(self, _context: Any, layout: Any) -> None:
        """Draw what the list can be limited to, and sorted by."""
        row = layout.row(align=True)
        row.prop(self, "filter_name", text="", icon="VIEWZOOM")
        row.prop(self, "use_filter_invert", text="", icon="ARROW_LEFTRIGHT")
        layout.row(align=True).prop(self, "kind", expand=True)

    def filter_items(self, _context: Any, data: Any, name: str) -> tuple[list[int], list[int]]:
        """Return which rows are shown; nothing is looked at as long as all of them are."""
        if not self.filter_name and self.kind not in KINDS:
            return [], []
        every = getattr(data, name)
        return [self.bitflag_filter_item if listed(one, self.filter_name, self.kind) else 0 for one in every], []


def listed(task: Any, words: str, kind: str) -> bool:
    """Tell whether a row is of the kind, and has the words in what it shows."""
    if kind in KINDS and task.state not in KINDS[kind]:
        return False
    return not words or words.lower() in f"{task.label} {task.provider} {word(task)}".lower()


def _draw_progress(row: Any, item: Any, wide: bool) -> None:
    """Draw how far the row's task is; where that is unknown, the word if there is room for it, and the time."""
    if item.factor >= 0:
        row.progress(factor=item.factor, type="BAR", text=f"{item.factor:.0%}  {elapsed(item)}")
    elif wide:
        row.label(text=f"{say(word(item))}  {elapsed(item)}", translate=False)
    else:
        row.label(text=elapsed(item), translate=False)


def _draw_button(row: Any, item: Any, keep: bool) -> None:
    """Draw the row's button; with `keep` the place of none stays free, so that the words stand below each other."""
    if action := _button(item):
        row.operator(f"maquette.{action[0]}", text="", icon=action[1], emboss=False).task = item.name
    elif keep:
        row.label(icon="BLANK1")


def _button(item: Any) -> tuple[str, str] | None:
    """Return the operator that is most likely wanted next and its icon; None where nothing is."""
    if runs(item):
        return "cancel", "X"
    if resumable(item) and not item.refused:
        return "resume", "PLAY"
    if item.state == "ready":
        return "land", "IMPORT"
    return ("look_again", "VIEWZOOM") if item.lookable else None


CLASSES = (MAQUETTE_UL_tasks,)
