"""How much of the disk the tasks take, and the buttons that clear some of it; all of it counted and done in threads."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty

from ..core.errors import InputError
from . import session, snapshot, turns
from .clicked import Clicked
from .redraw import redraw
from .text import beside, remark, sentence
from .translations import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..cli.assembly import Assembly
    from ..core.halt import Halt

_USE, _CLEARED = ("disk", "use"), ("disk", "cleared")


def draw(layout: Any, context: bpy.types.Context) -> None:
    """Draw what is used and what can be cleared; for the preferences. It is counted when it is drawn first."""
    running = session.current()
    if running is None:
        return
    answer = running.inquiries.answer(_USE)
    if answer is None:
        remark(layout, context, "Counting the tasks' files…", icon="SORTTIME")
        if not running.inquiries.asking(_CLEARED):
            _count(running)
        return
    if answer.problem:
        row = layout.row()
        sentence(row, context, answer.problem, icon="ERROR")
    else:
        row = beside(layout, "Disk Use")
        total = f"{_tasks(answer.value.every.tasks)}: {size(answer.value.every.size_bytes)}"
        row.label(text=say(total), translate=False)
    row.operator("maquette.count_disk", text="", icon="FILE_REFRESH", emboss=False)
    if answer.value:
        _draw_clearing(layout, running, answer.value)


def _draw_clearing(layout: Any, running: session.Session, use: Any) -> None:
    """Draw the buttons and how much each clears."""
    column = (beside(layout, "") if layout.use_property_split else layout).column()
    column.enabled = not running.inquiries.asking(_CLEARED)
    _button(column, "maquette.clear_tasks", "Remove Failed and Cancelled Tasks…", _both(use))
    _button(column, "maquette.clear_caches", "Remove Files Nobody Needs…", use.spare)


def _button(layout: Any, name: str, text: str, amount: Any) -> None:
    """Draw a button and how much it clears; grey when that is nothing."""
    split = layout.split(factor=0.6)
    split.enabled = amount.tasks > 0
    split.operator(name, text=say(text), icon="TRASH")
    split.label(text=size(amount.size_bytes) if amount.tasks else say("Nothing"), translate=False)


def _both(use: Any) -> Any:
    from ..core.disk_use import Amount

    both = (use.given_up, use.fetchable)
    return Amount(sum(one.tasks for one in both), sum(one.size_bytes for one in both))


def size(size_bytes: int) -> str:
    """Return the size in words, as the system's file browser counts it."""
    amount = float(size_bytes)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def _tasks(count: int) -> str:
    return f"{count:,} task{'' if count == 1 else 's'}"


def _count(running: session.Session) -> None:
    from ..core.disk_use import measure

    journal = running.assembly.journal
    running.inquiries.ask(_USE, lambda halt: measure(journal, halt.check))
    turns.wake()


def outdated(running: session.Session) -> None:
    """Let the files be counted anew when that is drawn next: a task has ended, or is gone."""
    running.inquiries.forget(*_USE)


def settle(running: session.Session) -> bool:
    """Say what has been cleared away, and tell whether there is anything new to see."""
    answer = running.inquiries.answer(_CLEARED)
    if answer is None:
        return False
    running.inquiries.forget("disk")  # it is counted anew when it is drawn
    running.said.append(answer.problem or answer.value)
    snapshot.reread()
    return True


class _Clears(Clicked):
    """Clears something away in a thread. What it is, is said before, and that it cannot be undone."""

    @classmethod
    def poll(cls, _context: bpy.types.Context) -> bool:
        """Only while nothing is being cleared."""
        running = session.current()
        return running is None or not running.inquiries.asking(_CLEARED)

    def invoke(self: Any, context: bpy.types.Context, _event: bpy.types.Event) -> Any:
        """Ask first; the files cannot be had again."""
        return context.window_manager.invoke_props_dialog(self, width=380, confirm_text="Remove")

    def draw(self, context: bpy.types.Context) -> None:
        """Draw what will go, as far as it was counted."""
        running = session.current()
        answer = running.inquiries.answer(_USE) if running else None
        if answer and answer.value:
            self.ask(self.layout, answer.value)
        self.layout.label(text="This cannot be undone. Finished models stay.", icon="INFO")

    def perform(self: Any, _context: bpy.types.Context) -> str:
        """Begin; in background mode wait for the end."""
        running = session.needed()
        running.inquiries.ask(_CLEARED, self.work(running.assembly))
        turns.wake()
        if not bpy.app.background or not (answer := running.inquiries.wait(_CLEARED)):
            return ""
        settle(running)
        done = running.said.pop()
        if answer.problem:
            raise InputError(done)
        return done


class MAQUETTE_OT_clear_tasks(_Clears, bpy.types.Operator):
    """Remove failed and cancelled tasks with their files for good; finished models stay"""

    bl_idname = "maquette.clear_tasks"
    bl_label = "Remove Failed and Cancelled Tasks"
    bl_options = {"INTERNAL"}

    also_fetchable: BoolProperty(
        name="Also What Resume May Still Fetch",
        description="Remove those too that may have been paid for and that their provider perhaps still has",
        options={"SKIP_SAVE"},
    )

    def ask(self, layout: Any, use: Any) -> None:
        """Draw how many go."""
        given_up, fetchable = use.given_up, use.fetchable
        layout.label(text=say(f"{_tasks(given_up.tasks)}: {size(given_up.size_bytes)}"))
        if fetchable.tasks:
            layout.prop(self, "also_fetchable")
            row = layout.row()
            row.active = self.also_fetchable
            row.label(text=say(f"{_tasks(fetchable.tasks)} more: {size(fetchable.size_bytes)}"))

    def work(self, assembly: Assembly) -> Callable[[Halt], str]:
        """Return what the thread does."""
        return partial(_clear_tasks, assembly, self.also_fetchable)


class MAQUETTE_OT_clear_caches(_Clears, bpy.types.Operator):
    """Remove converted pictures and intermediate models of tasks that have ended; their models and images stay"""

    bl_idname = "maquette.clear_caches"
    bl_label = "Remove Files Nobody Needs"
    bl_options = {"INTERNAL"}

    def ask(self, layout: Any, use: Any) -> None:
        """Draw how much goes."""
        text = f"Intermediate files of {_tasks(use.spare.tasks)}: {size(use.spare.size_bytes)}"
        layout.label(text=say(text))

    def work(self, assembly: Assembly) -> Callable[[Halt], str]:
        """Return what the thread does."""
        return partial(_clear_caches, assembly)


def _clear_tasks(assembly: Assembly, also_fetchable: bool, halt: Halt) -> str:
    from ..core.disk_use import clear_given_up

    return f"{_tasks(clear_given_up(assembly.tasks, also_fetchable, halt.check))} removed"


def _clear_caches(assembly: Assembly, halt: Halt) -> str:
    from ..core.disk_use import clear_spare

    return f"{size(clear_spare(assembly.journal, halt.check))} freed"


class MAQUETTE_OT_count_disk(bpy.types.Operator):
    """Count the files of all tasks again"""

    bl_idname = "maquette.count_disk"
    bl_label = "Count Again"
    bl_options = {"INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Begin to count."""
        if running := session.current():
            _count(running)
        redraw(context)
        return {"FINISHED"}


CLASSES = (MAQUETTE_OT_clear_tasks, MAQUETTE_OT_clear_caches, MAQUETTE_OT_count_disk)
