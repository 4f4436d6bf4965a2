"""More ways to a source image: the clipboard, the viewport, a folder of images."""

from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, EnumProperty, FloatVectorProperty, StringProperty

from . import batch, capture, captured, paste, session, slots
from .failures import sentence_of
from .from_image import EXTENSIONS
from .pick import HIDDEN, VIEW_ITEMS
from .redraw import redraw
from .translations import say


class MAQUETTE_OT_paste_image(bpy.types.Operator):
    """Use the image on the clipboard, or the image file or address whose text is there"""

    bl_idname = "maquette.paste_image"
    bl_label = "Paste Image"
    bl_options = {"REGISTER", "UNDO"}

    view: EnumProperty(name="View", items=VIEW_ITEMS, default="front", options=HIDDEN)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Keep it in the scene, or say what is missing."""
        try:
            name = paste.paste(context, self.view)
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            self.report({"ERROR"}, say(sentence_of(error)))
            return {"CANCELLED"}
        self.report({"INFO"}, say(f"{name} is the source image now"))
        redraw(context)
        return {"FINISHED"}


class MAQUETTE_OT_capture_view(bpy.types.Operator):
    """Use the viewport as it looks now as the source image, without grid and handles"""

    bl_idname = "maquette.capture_view"
    bl_label = "Capture Viewport"
    bl_options = {"REGISTER", "UNDO"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Draw it once more, off the screen, and write it to a file."""
        try:
            content = capture.viewport(context)
            path = captured.new_file("Viewport")
            path.write_bytes(content)
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            self.report({"ERROR"}, say(sentence_of(error)))
            return {"CANCELLED"}
        slots.replace(context.scene, {"front": path})
        redraw(context)
        return {"FINISHED"}


class MAQUETTE_OT_generate_folder(bpy.types.Operator):
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
            subjects = batch.in_folder(Path(self.directory), EXTENSIONS.split(";"))
            return batch.ask(context, subjects, None)
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            self.report({"ERROR"}, say(sentence_of(error)))
            return {"CANCELLED"}


class MAQUETTE_OT_generate_many(bpy.types.Operator):
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
            self.report({"ERROR"}, say(sentence_of(error)))
            return {"CANCELLED"}
        self.agreed = True
        title = f"Generate {len(subjects)} Models"
        return context.window_manager.invoke_confirm(
            self, event, title=say(title), message=say(asked), confirm_text="Generate"
        )

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Start them one after another."""
        place: Any = self.location if self.use_location else session.spot(context.scene)
        try:
            subjects = batch.read(self.subjects)
            batch.question(context.scene, subjects)  # what cannot be is said to scripts too
            batch.start(context, subjects, list(place), self.agreed)
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            self.report({"ERROR"}, say(sentence_of(error)))
            return {"CANCELLED"}
        if bpy.app.background and (problem := batch.summary()):
            self.report({"ERROR"}, say(problem))
        return {"FINISHED"}


CLASSES = (
    MAQUETTE_OT_paste_image,
    MAQUETTE_OT_capture_view,
    MAQUETTE_OT_generate_folder,
    MAQUETTE_OT_generate_many,
)
