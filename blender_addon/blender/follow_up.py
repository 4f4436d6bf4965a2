"""The operator of the next steps: the provider goes on with a model, and what it makes takes the object's place."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, StringProperty

from ..core import repeated
from ..core.errors import InputError, MaquetteError
from . import (
    declared,
    draft,
    generate,
    last_used,
    option_rows,
    price,
    readiness,
    regenerate,
    send_again,
    sending,
    session,
    snapshot,
    spending,
)
from .clicked import cancelled
from .pick import HIDDEN
from .text import in_popup, sentence
from .translations import say

if TYPE_CHECKING:
    from ..core.task import Task

ONCE_MORE = "Press the button of the step in the sidebar to send it once more; nothing was sent."
WIDTH = 320
"""Of the dialog, pixels at 1×."""


def wanted(scene: bpy.types.Scene, follow_up: type[Any]) -> draft.Draft:
    """Return what would be sent with the options that the scene has: no picture is."""
    return draft.made(scene, follow_up, ())


def obstacle(chosen: draft.Draft, before: "Task | None") -> readiness.Obstacle:
    """Return the first thing that stands in the way of the step; an empty sentence when nothing does."""
    from ..core.follow_up import check_followed

    if before is None:
        return readiness.Obstacle(regenerate.NOT_HERE)
    if chosen.options is None:
        return readiness.Obstacle(chosen.problem)
    try:
        check_followed(chosen.provider, chosen.options, before)
    except MaquetteError as error:
        return readiness.Obstacle(error.message)
    return readiness.network(chosen.provider)


def _sent_before(running: session.Session, task: "Task", step: type[Any], values: Mapping[str, Any]) -> "Task | None":
    """Return the newest task of the same step on the same model that was sent a moment ago. Raises InputError."""
    chosen, follows = step.options.build(values), str(task.provider_task)
    return next(iter(repeated.alike(running.assembly.journal, step, chosen, (), follows=follows)), None)


class MAQUETTE_OT_follow_up(send_again.Paid, regenerate.OnMade, bpy.types.Operator):
    """Let the provider go on with this model; what it makes takes the object's place when it is ready"""

    bl_idname = "maquette.follow_up"
    bl_label = "Next Step"
    bl_options = set()  # not "REGISTER": Repeat Last would pay once more without asking

    what: StringProperty(name="Step", description="Id of the step (tripo_rig)", options=HIDDEN)
    dialog: BoolProperty(name="Dialog", description="Show the options first", options=HIDDEN)
    _asked: tuple[str, Any] = ("", None)
    """Id of the task of the same step that the artist was asked about, and the options at that time."""

    @property
    def confirm(self) -> str:
        """Return what the button says that answers yes."""
        return str(self._step().title)

    @classmethod
    def description(cls, _context: bpy.types.Context, given: Any) -> str:
        """Say what this step does."""
        from ..providers import find, known

        if not known(given.what):
            return say(str(cls.__doc__))
        return say(f"{find(given.what).description}. What is made takes the object's place when it is ready")

    @classmethod
    def obstacle(cls, context: bpy.types.Context) -> str:
        """Not where Regenerate cannot be pressed."""
        return regenerate.MAQUETTE_OT_regenerate.obstacle(context)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        """Show the options first where they are not beside the button; ask where there is something to ask."""
        if not self.dialog:
            return super().invoke(context, event)
        try:
            running, task = self.known(context)
            step = self._step()
            if wanted(context.scene, step).options:  # else the dialog says what does not fit together
                self._ask_about(running, task, step, declared.values(context.scene, step))
            spending.recount()
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            return cancelled(self, error)
        self.task, self.agreed = task.id, True
        readiness.network(step)  # the keychain is asked while the artist reads
        title = say(step.title)
        return context.window_manager.invoke_props_dialog(self, width=WIDTH, title=title, confirm_text=title)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        chosen, popup = wanted(context.scene, self._step()), in_popup(context, WIDTH)
        option_rows.draw_own(self.layout, popup, chosen)
        price.draw(self.layout, popup, chosen)
        asked = spending.asked(chosen.provider, chosen.options.credits()) if chosen.options else ""
        before, values = self._asked
        if before and values == declared.values(context.scene, chosen.provider) and (task := snapshot.of(before)):
            asked = generate.question(task, asked)
        if asked:
            sentence(self.layout, popup, asked, icon="ERROR")
        if reason := obstacle(chosen, snapshot.of(self.task)).sentence:
            sentence(self.layout, popup, reason, icon="INFO")

    def question(self, context: bpy.types.Context, running: session.Session, task: "Task") -> str:
        """Ask about what is dear, or was sent a moment ago."""
        step = self._step()
        values = declared.values(context.scene, step)
        dear, before = spending.question(step, values, ()), self._ask_about(running, task, step, values)
        return generate.question(before, dear) if before else dear

    def _ask_about(
        self, running: session.Session, task: "Task", step: type[Any], values: Mapping[str, Any]
    ) -> "Task | None":
        """Return the task of the same step that was sent a moment ago, and remember that it was asked about."""
        before = _sent_before(running, task, step, values)
        self._asked = before.id if before else "", values
        return before

    def act(self, running: session.Session, task_id: str) -> None:
        """Start the task, for which the object stands from now on."""
        context, step = bpy.context, self._step()
        item, before = regenerate.standing(context, task_id), running.assembly.journal.get(task_id)
        values = declared.values(context.scene, step)
        if not self.agreed:
            spending.check(step, values, ())
        sent = _sent_before(running, before, step, values)
        if sent and sent.id != self._asked[0] and (sent.stage == "unconfirmed" or not bpy.app.background):
            raise InputError(generate.question(sent, ONCE_MORE))
        task = sending.write_follow_up(step, before, values)
        sending.start(context, running, task)
        last_used.keep(context.scene, step)
        regenerate.in_place(context, running, item, task.id, step.title)

    def _step(self) -> type[Any]:
        """Return the follow-up. Raises InputError."""
        from ..providers import find, follow_up_names

        if self.what not in follow_up_names():
            raise InputError(f"There is no step “{self.what}”. The steps are: {', '.join(follow_up_names())}.")
        return find(self.what)


CLASSES = (MAQUETTE_OT_follow_up,)
