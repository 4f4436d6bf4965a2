"""The same image and options as a new task: of what got no answer, and of what has failed."""

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty

from ..core import repeated
from ..core.errors import InputError
from . import generate, pictures, placeholder, session, snapshot, spending, turns
from .failures import sentence_of
from .task_operators import OnTask
from .translations import say

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ..core.task import Task

GONE = "The image of this task is no longer kept. Choose the image and generate it again."


def views_of(running: session.Session, task: "Task") -> "dict[str, Path | str]":
    """Return the task's own copies of its pictures, and addresses as text. Raises InputError when they are gone."""
    folder = running.assembly.journal.folder_of(task.id)
    views = {name: one if pictures.is_link(one) else folder / one for name, one in task.views.items()}
    if not views or any(not isinstance(one, str) and not one.is_file() for one in views.values()):
        raise InputError(GONE)
    return views


def send(
    context: bpy.types.Context,
    running: session.Session,
    task: "Task",
    options: "Mapping[str, Any] | None" = None,
    variant_of: str = "",
) -> "Task":
    """Start a new task of the same image and options, and return it; the other one is kept. Raises MaquetteError.

    With `options` it is made with those, with `variant_of` as a variant of that task.
    """
    from ..providers import find

    facts = task.wishes | {"place": task.place, "variant_of": variant_of}
    sent = generate.write(find(task.provider), views_of(running, task), options or task.options, again=True, **facts)
    running.assembly.tasks.start(sent.id)
    running.scenes[sent.id] = context.scene.session_uid
    snapshot.refresh(select=sent.id)
    turns.wake()
    return sent


class MAQUETTE_OT_send_again(OnTask, bpy.types.Operator):
    """Make a new task of the same image and options; the first one may have been charged as well"""

    bl_idname = "maquette.send_again"
    bl_label = "Send Again"
    bl_options = set()  # not "REGISTER": Repeat Last would pay once more without asking

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        """Ask first: it may be paid twice."""
        try:
            journal = session.needed().assembly.journal
            task = journal.get(self.task or snapshot.active_id(context.window_manager.maquette))
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            self.report({"ERROR"}, say(sentence_of(error)))
            return {"CANCELLED"}
        if task is None:  # which execute says
            return self.execute(context)
        return context.window_manager.invoke_confirm(
            self,
            event,
            title="Send Again",
            message=say(generate.question(task)),
            confirm_text="Send Again",
        )

    def act(self, running: session.Session, task_id: str) -> None:
        """Start the new task; the other one is kept."""
        task = running.assembly.journal.get(task_id)
        if task.stage != "unconfirmed":
            raise InputError(f"Only a task that is unconfirmed is sent again, and this one is {task.state}.")
        send(bpy.context, running, task)


def question(context: bpy.types.Context, running: session.Session, task: "Task") -> str:
    """Return what is asked before the task is tried again; empty when there is nothing to ask. Raises MaquetteError."""
    from ..providers import find

    provider, views, journal = find(task.provider), views_of(running, task), running.assembly.journal
    dear = spending.question(context.scene, provider, task.options, str(views["front"]))
    if not provider.base_url:
        return dear
    built, chosen = provider.options.build(task.options), (task.cut_out, task.crop)
    found = repeated.alike(journal, provider, built, views, chosen)
    same = (one for one in found if repeated.same_pictures(journal, one, views))
    before = next(same, task if task.sent else None)
    return generate.question(before, dear) if before else dear


class MAQUETTE_OT_retry(OnTask, bpy.types.Operator):
    """Make a new task of the same image and options; what it costs is asked about as with Generate"""

    bl_idname = "maquette.retry"
    bl_label = "Retry"
    bl_options = set()  # not "REGISTER": Repeat Last would pay once more without asking

    agreed: BoolProperty(
        name="Agreed", description="The artist was asked about the price", options={"HIDDEN", "SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        """Ask first when it costs more than the artist's threshold, or may be paid twice."""
        try:
            running = session.needed()
            task = running.assembly.journal.get(self.task or snapshot.active_id(context.window_manager.maquette))
            asked = question(context, running, task) if task else ""  # execute says that it is gone
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            self.report({"ERROR"}, say(sentence_of(error)))
            return {"CANCELLED"}
        self.agreed = bool(asked)
        if not asked:
            return self.execute(context)
        return context.window_manager.invoke_confirm(
            self, event, title="Retry", message=say(asked), confirm_text="Generate Again"
        )

    def act(self, running: session.Session, task_id: str) -> None:
        """Start the new task."""
        from ..providers import find

        task = running.assembly.journal.get(task_id)
        if task.stage not in snapshot.REOPENED:
            raise InputError(f"Only a task that failed or was cancelled is tried again, and this one is {task.state}.")
        if not self.agreed:
            front = str(views_of(running, task)["front"])
            spending.check(bpy.context.scene, find(task.provider), task.options, front)
        sent = send(bpy.context, running, task)
        if placeholder.wanted():  # the one of the task that failed is gone
            generate.show_placeholder(bpy.context, sent, task.image)


CLASSES = (MAQUETTE_OT_send_again, MAQUETTE_OT_retry)
