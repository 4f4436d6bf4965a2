"""More ways to a source image: the clipboard, the viewport, a folder of images."""

from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatVectorProperty, StringProperty

from ..core.errors import InputError
from . import batch, capture, captured, paste, pictures, session, slots
from .clicked import Clicked, cancelled
from .from_image import EXTENSIONS
from .pick import HIDDEN, VIEW_ITEMS, Fills
from .translations import say


class MAQUETTE_OT_paste_image(Clicked, Fills, bpy.types.Operator):
    """Use the image on the clipboard, or the image file or address whose text is there"""

    bl_idname = "maquette.paste_image"
    bl_label = "Paste Image"
    bl_options = {"REGISTER", "UNDO"}

    view: EnumProperty(name="View", items=VIEW_ITEMS, default="front", options=HIDDEN)

    def perform(self, context: bpy.types.Context) -> str:
        """Keep it in the scene, or say what is missing."""
        return f"{paste.paste(context, self.view)} is the source image now"


class MAQUETTE_OT_capture_view(Clicked, Fills, bpy.types.Operator):
    """Use the viewport as it looks now as the source image, without grid and handles"""

    bl_idname = "maquette.capture_view"
    bl_label = "Capture Viewport"
    bl_options = {"REGISTER", "UNDO"}

    def perform(self, context: bpy.types.Context) -> str:
        """Draw it once more, off the screen, and write it to a file."""
        content = capture.viewport(context)
        path = captured.new_file("Viewport")
        path.write_bytes(content)
        slots.replace(context.scene, {"front": path})
        return ""


class MAQUETTE_OT_generate_folder(Fills, bpy.types.Operator):
    """Make a model of each image in a folder; you are asked before anything starts"""

    bl_idname = "maquette.generate_folder"
    bl_label = "Generate from Folder"
    bl_options = {"REGISTER"}

    directory: StringProperty(name="Folder", subtype="DIR_PATH", options={"SKIP_SAVE"})
    filter_folder: BoolProperty(default=True, options=HIDDEN)
    filter_image: BoolProperty(default=True, options=HIDDEN)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Ask for the folder."""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Look what is in it, and ask."""
        try:
            if not self.directory:
                raise InputError("Choose a folder first.")
            subjects = batch.in_folder(pictures.file_of(self.directory), EXTENSIONS.split(";"))
            return batch.ask(context, subjects, None)
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            return cancelled(self, error)


class MAQUETTE_OT_generate_many(Clicked, Fills, bpy.types.Operator):
    """Make a model of each of these images, a task each"""

    bl_idname = "maquette.generate_many"
    bl_label = "Generate Models"
    bl_options = {"INTERNAL"}

    subjects: StringProperty(name="Subjects", description="View → file for each, as JSON", options=HIDDEN)
    location: FloatVectorProperty(name="Location", subtype="TRANSLATION", options=HIDDEN)
    use_location: BoolProperty(name="Use Location", options=HIDDEN)
    agreed: BoolProperty(name="Agreed", description="The artist was asked about the price", options=HIDDEN)

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        """Ask: it may be many, and dear."""
        try:
            subjects = batch.read(self.subjects)
            asked = batch.question(context.scene, subjects)
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            return cancelled(self, error)
        self.agreed = True
        title = f"Generate {len(subjects)} Models"
        return context.window_manager.invoke_confirm(
            self, event, title=say(title), message=say(asked), confirm_text="Generate"
        )

    def perform(self, context: bpy.types.Context) -> str:
        """Start them one after another."""
        place: Any = self.location if self.use_location else session.spot(context.scene)
        subjects = batch.read(self.subjects)
        batch.question(context.scene, subjects)  # what cannot be is said to scripts too
        batch.start(context, subjects, list(place), self.agreed)
        if bpy.app.background and (problem := batch.summary()):
            raise InputError(problem)
        return ""


CLASSES = (
    MAQUETTE_OT_paste_image,
    MAQUETTE_OT_capture_view,
    MAQUETTE_OT_generate_folder,
    MAQUETTE_OT_generate_many,
)
