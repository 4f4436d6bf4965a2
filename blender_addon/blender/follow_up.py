"""The operator of the next steps: the provider goes on with a model, and what it makes takes the object's place."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, StringProperty

from ..core import repeated
from ..core.errors import InputError, MaquetteError
from . import (
    declared,
    generate,
    land,
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
    stands,
    turns,
)
from .clicked import cancelled
from .draft import Draft
from .pick import HIDDEN
from .pictures import is_link
from .text import sentence
from .translations import say

if TYPE_CHECKING:
    from ..core.task import Task


def wanted(scene: bpy.types.Scene, follow_up: type[Any]) -> Draft:
    """Return what would be sent with the options that the scene has."""
    try:
        return Draft(follow_up, (), follow_up.options.build(declared.values(scene, follow_up)))
    except InputError as error:
        return Draft(follow_up, (), None, error.message)


def obstacle(chosen: Draft, before: "Task | None") -> readiness.Obstacle:
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
    journal, folder = running.assembly.journal, running.assembly.journal.folder_of(task.id)
    views = [name for name, one in task.views.items() if is_link(one) or (folder / one).is_file()]
    found = repeated.alike(journal, step, step.options.build(values), views, follows=str(task.provider_task))
    return next(iter(found), None)


class MAQUETTE_OT_follow_up(send_again.Paid, regenerate.OnMade, bpy.types.Operator):
    """Let the provider go on with this model; what it makes takes the object's place when it is ready"""

    bl_idname = "maquette.follow_up"
    bl_label = "Next Step"
    bl_options = set()  # not "REGISTER": Repeat Last would pay once more without asking

    what: StringProperty(name="Step", description="Id of the step (tripo_rig)", options=HIDDEN)
    dialog: BoolProperty(name="Dialog", description="Show the options first", options=HIDDEN)
    confirm = "Go On"
    _sent: Any = None
    """The task of the same step that was sent a moment ago, as long as the dialog is open."""

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
            self._sent = _sent_before(running, task, step, declared.values(context.scene, step))
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            return cancelled(self, error)
        self.task, self.agreed = task.id, True
        readiness.network(step)  # the keychain is asked while the artist reads
        title = say(step.title)
        return context.window_manager.invoke_props_dialog(self, width=320, title=title, confirm_text=title)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the dialog."""
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        chosen = wanted(context.scene, self._step())
        option_rows.draw_own(self.layout, context, chosen)
        price.draw(self.layout, context, chosen)
        asked = spending.asked(chosen.provider, chosen.options.credits()) if chosen.options else ""
        if asked := generate.question(self._sent, asked) if self._sent else asked:
            sentence(self.layout, context, asked.rpartition(". ")[0], icon="ERROR")  # but for what the buttons ask
        if reason := obstacle(chosen, snapshot.of(self.task)).sentence:
            sentence(self.layout, context, reason, icon="INFO")

    def question(self, context: bpy.types.Context, running: session.Session, task: "Task") -> str:
        """Ask about what is dear, or was sent a moment ago."""
        step = self._step()
        values = declared.values(context.scene, step)
        dear, before = spending.question(step, values, ()), _sent_before(running, task, step, values)
        return generate.question(before, dear) if before else dear

    def act(self, running: session.Session, task_id: str) -> None:
        """Start the task, for which the object stands from now on."""
        context, step = bpy.context, self._step()
        item, before = context.view_layer.objects.active, running.assembly.journal.get(task_id)
        values = declared.values(context.scene, step)
        if not self.agreed:
            spending.check(step, values, ())
        task = sending.write_follow_up(step, before, values)
        running.assembly.tasks.start(task.id)
        turns.wake()
        running.scenes[task.id] = context.scene.session_uid
        snapshot.refresh(select=task.id)
        stands.put(running, item, task.id)
        last_used.keep(context.scene, step)
        if bpy.app.background:
            sending.wait(running, task.id)
            land.land_task(context, running, task.id, asked=False)

    def _step(self) -> type[Any]:
        """Return the follow-up. Raises InputError."""
        from ..providers import find, follow_up_names

        if self.what not in follow_up_names():
            raise InputError(f"There is no step “{self.what}”. The steps are: {', '.join(follow_up_names())}.")
        return find(self.what)


CLASSES = (MAQUETTE_OT_follow_up,)
