"""Operators on an object that Maquette made, by the task that it comes from."""

from decimal import Decimal
from typing import Any

import bpy
from bpy.props import StringProperty

from ..core.errors import InputError
from . import land, pictures, replace, send_again, sending, session, spending, stands, thumbnails
from .clicked import cancelled
from .object_menu import made_by, next_steps
from .pick import HIDDEN
from .task_operators import OnTask
from .translations import say

NOT_OURS = "The active object is none that Maquette made"
NOT_HERE = "The task of this model is not kept on this computer: it was removed, or the file comes from another one."
UNDERWAY = "A new version of this object is being made already"


class OnMade(OnTask):
    """Acts on the task of the given id, or on that of the active object."""

    task: StringProperty(name="Task", description="Id of the task; the active object's when left empty", options=HIDDEN)
    gone = NOT_HERE

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only on an object that Maquette made."""
        if reason := cls.obstacle(context):
            cls.poll_message_set(say(reason))
        return not reason

    @classmethod
    def obstacle(cls, context: bpy.types.Context) -> str:
        """Return why it cannot be done now; empty when it can."""
        return "" if made_by(context) else NOT_OURS

    def meant(self, context: bpy.types.Context) -> str:
        """Return the id of the task."""
        return self.task or made_by(context)


class MAQUETTE_MT_object(bpy.types.Menu):
    """What can be done with the model."""

    bl_idname = "MAQUETTE_MT_object"
    bl_label = "Maquette"

    def draw(self, context: bpy.types.Context) -> None:
        """Draw what makes new models first, then what leads back to where this one came from."""
        layout: Any = self.layout
        task = made_by(context)
        layout.operator_context = "INVOKE_DEFAULT"
        layout.operator("maquette.regenerate", text="Regenerate", icon="FILE_REFRESH").task = task
        layout.operator("maquette.variants", text="Variants…", icon="DUPLICATE").task = task
        layout.operator("maquette.choose_variant", text="Choose Variant…", icon="IMGDISPLAY").task = task
        if next_steps(context):
            layout.menu("MAQUETTE_MT_next_steps", icon="PLAY")
        layout.separator()
        layout.operator("maquette.use_again", text="Use Options Again", icon="OPTIONS").task = task
        layout.operator("maquette.show_source", text="Show Source Image", icon="IMAGE_DATA").task = task
        layout.separator()
        layout.operator("maquette.land", text="Land Again", icon="IMPORT").task = task
        layout.operator("maquette.open_folder", text="Open Folder", icon="FILE_FOLDER").task = task


class MAQUETTE_OT_keep_waiting(bpy.types.Operator):
    """Let the task go on; its model lands where it was dropped, or else at the 3D cursor"""

    bl_idname = "maquette.keep_waiting"
    bl_label = "Keep Waiting"
    bl_options = {"INTERNAL"}

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Do nothing: the task goes on by itself."""
        return {"FINISHED"}


class MAQUETTE_OT_regenerate(send_again.Paid, OnMade, bpy.types.Operator):
    """Make a new model from the same image with the same options, which takes this object's place when it is ready"""

    bl_idname = "maquette.regenerate"
    bl_label = "Regenerate"
    bl_options = set()  # not "REGISTER": Repeat Last would pay once more without asking

    @classmethod
    def obstacle(cls, context: bpy.types.Context) -> str:
        """Not in the middle of something, nor while a new version is on its way."""
        from ..landing import targets

        reason = super().obstacle(context) or land.obstacle(context, asked=True)
        item: Any = context.view_layer.objects.active
        if not reason and targets.fixed(item):
            return replace.FIXED
        return reason or (UNDERWAY if stands.waits(item) else "")

    def question(self, context: bpy.types.Context, running: session.Session, task: Any) -> str:
        """Ask wherever it costs something."""
        return question(*price_of(running, task))

    def act(self, running: session.Session, task_id: str) -> None:
        """Start the new task, for which the object stands from now on."""
        context, task = bpy.context, running.assembly.journal.get(task_id)
        item = standing(context, task_id)
        self.permit(running, task)
        sent = send_again.send(context, running, task)
        in_place(context, running, item, sent.id)


def in_place(
    context: bpy.types.Context, running: session.Session, item: bpy.types.Object, task: str, step: str = ""
) -> None:
    """Let the started task's model take the object's place; in background mode wait for it and land it.

    `step`: as in `stands.put`.
    """
    stands.put(running, item, task, step)
    if bpy.app.background:
        sending.wait(running, task)
        land.land_task(context, running, task, asked=False)


def standing(context: bpy.types.Context, task_id: str) -> bpy.types.Object:
    """Return the active object, whose place the new model takes. Raises InputError where it is no longer the task's.

    While a question stood open, another model may have landed, or the artist may have chosen another object.
    """
    item = context.view_layer.objects.active
    if item is None or made_by(context) != task_id:
        raise InputError("Another object is active now; nothing was sent.")
    return item


def price_of(running: session.Session, task: Any) -> tuple[type[Any], Decimal | None]:
    """Return who makes the same once more, and for how many credits: None where nobody knows. Raises InputError."""
    from ..providers import find

    provider = find(task.provider)
    spending.recount()
    return provider, spending.price(provider, task.options, send_again.sent_views(running, task))


def question(provider: type[Any], price: Decimal | None, times: int = 1) -> str:
    """Return what is asked before it is made that many times at this price each; empty where it costs nothing."""
    from ..core.price import about

    asked = spending.asked(provider, price, times)
    if not provider.base_url or (asked and times == 1):
        return asked
    return f"{about(None if price is None else price * times)}. {asked or 'Generate again?'}"


class MAQUETTE_OT_show_source(OnMade, bpy.types.Operator):
    """Show the image that the model was made from: in the Image Editor if one is open, else beside the mouse"""

    bl_idname = "maquette.show_source"
    bl_label = "Show Source Image"
    bl_options = {"REGISTER", "UNDO"}

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Any:
        """Open what is there to show it in."""
        try:
            running, task = self.known(context)
            front = send_again.views_of(running, task)["front"]
            if (editor := _image_editor(context)) and not pictures.is_link(str(front)):
                editor.spaces.active.image = bpy.data.images.load(str(front), check_existing=True)
                return {"FINISHED"}
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            return cancelled(self, error)
        if pictures.is_link(str(front)):
            bpy.ops.wm.url_open(url=str(front))
            return {"CANCELLED"}  # there is nothing to undo
        self.task, self._path, self._title = task.id, str(front), task.image
        return context.window_manager.invoke_popup(self, width=300)

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the popup."""
        self.layout.label(text=self._title, icon="IMAGE_DATA", translate=False)
        self.layout.template_icon(thumbnails.kept(self._path), scale=14.0)

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Do nothing: it is shown to who clicks."""
        return {"FINISHED"}


def _image_editor(context: bpy.types.Context) -> Any:
    """Return an Image Editor that any window shows, or None."""
    areas = (area for window in context.window_manager.windows for area in window.screen.areas)
    return next((area for area in areas if area.ui_type == "IMAGE_EDITOR"), None)


CLASSES = (MAQUETTE_MT_object, MAQUETTE_OT_keep_waiting, MAQUETTE_OT_regenerate, MAQUETTE_OT_show_source)
