"""What can be done with a task besides landing it."""

import shutil
import sys
from typing import Any

import bpy
from bpy.props import BoolProperty, StringProperty

from ..core.errors import InputError
from . import disk, land, placeholder, session, snapshot, spending, stands, turns
from .clicked import Clicked, cancelled
from .pick import HIDDEN
from .translations import say


class OnTask(Clicked):
    """Acts on the task of the given id, or on the active one."""

    task: StringProperty(name="Task", description="Id of the task; the active one when left empty", options=HIDDEN)
    gone = land.GONE
    """What is said when the task is no longer there."""

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only when there is a task."""
        return bool(context.window_manager.maquette.tasks)

    def execute(self: Any, context: bpy.types.Context) -> set[str]:
        """Act, and show how the task stands then."""
        outcome = super().execute(context)
        snapshot.reread()
        return outcome

    def perform(self: Any, context: bpy.types.Context) -> str:
        """Act on the task."""
        running, task = self.known(context)
        self.act(running, task.id)
        return ""

    def meant(self, context: bpy.types.Context) -> str:
        """Return the id of the task."""
        return self.task or snapshot.active_id(context.window_manager.maquette)

    def known(self, context: bpy.types.Context) -> tuple[session.Session, Any]:
        """Return the session and the task. Raises InputError when the task is not there."""
        running = session.needed()
        task = running.assembly.journal.get(self.meant(context))
        if task is None:
            raise InputError(self.gone)
        return running, task


def _go_on(running: session.Session, task_id: str) -> None:
    """Start the task's thread again, for the file that is open."""
    running.started.add(task_id)
    running.assembly.tasks.start(task_id)
    stands.look(running)  # what is kept for it since it failed waits again
    turns.wake()


class MAQUETTE_OT_cancel(OnTask, bpy.types.Operator):
    """Cancel the task, which a hosted provider may still charge for"""

    bl_idname = "maquette.cancel"
    bl_label = "Cancel Task"
    bl_options = set()  # not "REGISTER": Repeat Last would cancel the next task

    def act(self, running: session.Session, task_id: str) -> None:
        """Ask the task to end; its thread tells when it has."""
        running.assembly.tasks.cancel(task_id)
        placeholder.leave(running, task_id)  # of one that had stopped no thread tells
        turns.wake()


class MAQUETTE_OT_remove(OnTask, bpy.types.Operator):
    """Remove the task and its files for good; what has landed stays in the scene"""

    bl_idname = "maquette.remove"
    bl_label = "Remove Task"
    bl_options = set()  # not "REGISTER": Repeat Last would remove the next task without asking

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        """Ask first: the model files cannot be had again. The answer is about the task that is active now."""
        try:
            running, task = self.known(context)
            title, told = question(running, task)
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            snapshot.reread()
            return cancelled(self, error)
        self.task = task.id
        return context.window_manager.invoke_confirm(
            self, event, title=say(title), message=say(told), confirm_text="Remove"
        )

    def perform(self, context: bpy.types.Context) -> str:
        """Remove the task that is named; no script removes whichever is active."""
        if not self.task:
            raise InputError("Say which task is to be removed, by its id.")
        return super().perform(context)

    def act(self, running: session.Session, task_id: str) -> None:
        """Remove it."""
        running.arrivals.pop(task_id, None)
        running.assembly.tasks.forget(task_id)
        running.leaving.add(task_id)
        disk.outdated(running)
        turns.wake()


def question(running: session.Session, task: Any) -> tuple[str, str]:
    """Return what is asked before the task is removed: which one it is, and what goes with it for good."""
    from ..core.disk_use import fetchable

    reopened = task.stage in snapshot.REOPENED
    if task.state in land.LANDABLE:
        told = "Its model is deleted from the disk. What has landed stays in the scene."
    elif fetchable(running.assembly.journal, task) if reopened else task.sent is not None or task.elsewhere:
        told = "It may have been paid for, and its model can no longer be fetched afterwards."
    else:
        told = "Its image and options are deleted from the disk."
    return f"Remove {task.name}", told


def _unpaid(task: Any) -> bool:
    """Tell whether nothing of it was sent, and it does not count among what was spent today: that was agreed to."""
    from ..core.price import is_of_today

    begun = task.sent or task.provider_task or task.stage in snapshot.REOPENED
    return not begun and not is_of_today(task)


def _cost(task: Any) -> tuple[type[Any], Any, Any]:
    """Return what its price depends on: who makes it, with which options, of which views."""
    from ..providers import find

    return find(task.provider), task.options, tuple(task.views)


class MAQUETTE_OT_resume(OnTask, bpy.types.Operator):
    """Carry on with the task from where it stopped"""

    bl_idname = "maquette.resume"
    bl_label = "Resume Task"
    bl_options = set()  # not "REGISTER": Repeat Last would resume, and perhaps pay for, the next task

    agreed: BoolProperty(name="Agreed", description="The artist was asked about the price", options=HIDDEN)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        """Ask first where an earlier day's task is only now to be paid, and is dear."""
        try:
            _, task = self.known(context)
            asked = spending.question(*_cost(task)) if _unpaid(task) else ""
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            return cancelled(self, error)
        self.task, self.agreed = task.id, bool(asked)
        return spending.ask(self, context, event, asked) if asked else self.execute(context)

    def act(self, running: session.Session, task_id: str) -> None:
        """Start its thread again; one that has ended is opened first."""
        task = running.assembly.journal.get(task_id)
        if _unpaid(task) and not self.agreed:
            spending.check(*_cost(task))
        if task.stage in snapshot.REOPENED:
            running.assembly.tasks.reopen(task_id)
        _go_on(running, task_id)
        if words := stands.told(running, task_id):
            self.report({"INFO"}, say(words))


class MAQUETTE_OT_copy_details(OnTask, bpy.types.Operator):
    """Copy what a bug report about the task needs to the clipboard, without any API key"""

    bl_idname = "maquette.copy_details"
    bl_label = "Copy Details"
    bl_options = {"INTERNAL"}

    def act(self, running: session.Session, task_id: str) -> None:
        """Put the report into the clipboard."""
        from ..core.details import details

        journal = running.assembly.journal
        blender = f"{bpy.app.version_string} ({bpy.app.build_hash.decode()})"
        bpy.context.window_manager.clipboard = details(journal.get(task_id), journal.folder, {"Blender": blender})
        self.report({"INFO"}, say("The details are in the clipboard"))


class MAQUETTE_OT_look_again(OnTask, bpy.types.Operator):
    """Ask the provider whether it has the task; nothing is sent again, and nothing is charged"""

    bl_idname = "maquette.look_again"
    bl_label = "Look Again"
    bl_options = {"REGISTER"}

    def act(self, running: session.Session, task_id: str) -> None:
        """Let its thread look."""
        running.assembly.tasks.look_again(task_id)
        _go_on(running, task_id)


class MAQUETTE_OT_open_folder(OnTask, bpy.types.Operator):
    """Show the task's files: its source image, the model file as it came, and the .blend that lands"""

    bl_idname = "maquette.open_folder"
    bl_label = "Open Folder"
    bl_options = {"INTERNAL"}

    def act(self, running: session.Session, task_id: str) -> None:
        """Open it in the system's own file browser."""
        folder = running.assembly.journal.folder_of(task_id)
        if not folder.is_dir():
            raise InputError(f"The folder of this task is gone: {folder}.")
        if sys.platform == "linux" and not shutil.which("xdg-open"):  # Blender would print a traceback and do nothing
            raise InputError(f"This system has no file browser that Blender knows. The files are in {folder}.")
        bpy.ops.wm.path_open(filepath=str(folder))


CLASSES = (
    MAQUETTE_OT_cancel,
    MAQUETTE_OT_remove,
    MAQUETTE_OT_resume,
    MAQUETTE_OT_look_again,
    MAQUETTE_OT_open_folder,
    MAQUETTE_OT_copy_details,
)
