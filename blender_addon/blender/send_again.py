"""The same image and options as a new task: of what got no answer, and of what has failed."""

from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty

from ..core import repeated
from ..core.errors import InputError
from . import generate, pictures, placeholder, readiness, sending, session, snapshot, spending, stands
from .clicked import cancelled
from .pick import HIDDEN
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


def sent_views(running: session.Session, task: "Task") -> "dict[str, Path | str]":
    """Return the pictures that are sent with the task, as above; a follow-up sends none."""
    return {} if task.follows else views_of(running, task)


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
    from ..core.follow_up import followed
    from ..providers import find

    wanted, values = find(task.provider), options or task.options
    facts = task.wishes | {"place": task.place, "variant_of": variant_of, "again": True}
    if task.follows:
        sent = sending.write_follow_up(wanted, followed(running.assembly.journal, task), values, **facts)
    else:
        sent = sending.write(wanted, views_of(running, task), values, **facts)
    sending.start(context, running, sent)
    return sent


def question(running: session.Session, task: "Task") -> str:
    """Return what is asked before the task is tried again; empty when there is nothing to ask. Raises MaquetteError."""
    from ..providers import find

    provider, views, journal = find(task.provider), sent_views(running, task), running.assembly.journal
    dear = spending.question(provider, task.options, views)
    if not provider.base_url:
        return dear
    built, chosen = provider.options.build(task.options), (task.cut_out, task.crop)
    found = repeated.alike(journal, provider, built, task.views, chosen, task.follows)
    same = (one for one in found if repeated.same_pictures(journal, one, views))
    before = next(same, task if task.sent else None)
    return generate.question(before, dear) if before else dear


class Paid:
    """Makes a task's model once more, which may cost something: the artist is asked, and no script gets around that."""

    agreed: BoolProperty(name="Agreed", description="The artist was asked about the price", options=HIDDEN)
    confirm = "Generate Again"
    """What the button says that answers yes."""

    def invoke(self: Any, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        """Ask first where there is something to ask."""
        from ..providers import find

        try:
            running, task = self.known(context)
            readiness.network(find(task.provider))  # the keychain is asked while the artist reads the question
            asked = self.question(context, running, task)
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            return cancelled(self, error)
        self.agreed = bool(asked)
        if not asked:
            return self.execute(context)
        return context.window_manager.invoke_confirm(
            self, event, title=say(self.bl_label), message=say(asked), confirm_text=say(self.confirm)
        )

    def question(self, context: bpy.types.Context, running: session.Session, task: "Task") -> str:
        """Ask about what is dear, or may be paid twice."""
        return question(running, task)

    def permit(self, running: session.Session, task: "Task", times: int = 1) -> None:
        """Raise InputError where the artist must be asked about the price, and was not: a script has called."""
        from ..providers import find

        if not self.agreed:
            spending.check(find(task.provider), task.options, sent_views(running, task), times)


class Again(Paid, OnTask):
    """Starts a new task of the same as a task that has come to nothing."""

    stages: frozenset[str]
    refusal: str
    """What is said of a task of any other stage."""

    def act(self, running: session.Session, task_id: str) -> None:
        """Start the new task; the other one is kept. That of a variant is a variant too."""
        task = running.assembly.journal.get(task_id)
        if task.stage not in self.stages:
            raise InputError(self.refusal.format(state=task.state))
        self.permit(running, task)
        sent = send(bpy.context, running, task, variant_of=task.variant_of)
        lost = not stands.hand_over(running, task.id, sent.id) and task.stage in placeholder.HOPELESS
        if lost and placeholder.wanted() and not task.variant_of:
            sending.show_placeholder(bpy.context, sent, task.image)
        if words := stands.told(running, sent.id):
            self.report({"INFO"}, say(words))


class MAQUETTE_OT_send_again(Again, bpy.types.Operator):
    """Make a new task of the same image and options; the first one may have been charged as well"""

    bl_idname = "maquette.send_again"
    bl_label = "Send Again"
    bl_options = set()  # not "REGISTER": Repeat Last would pay once more without asking
    confirm = "Send Again"
    stages = frozenset({"unconfirmed"})
    refusal = "Only a task that is unconfirmed is sent again, and this one is {state}."


class MAQUETTE_OT_retry(Again, bpy.types.Operator):
    """Make a new task of the same image and options; what it costs is asked about as with Generate"""

    bl_idname = "maquette.retry"
    bl_label = "Retry"
    bl_options = set()  # as with Send Again
    stages = frozenset(snapshot.REOPENED)
    refusal = "Only a task that failed or was cancelled is tried again, and this one is {state}."


CLASSES = (MAQUETTE_OT_send_again, MAQUETTE_OT_retry)
