"""Picking the image file of a view."""

import bpy
from bpy.props import BoolProperty, EnumProperty, StringProperty

from . import pictures
from .properties import VIEWS

_VIEW_ITEMS = tuple((view, view.title(), f"The {view} view", at) for at, view in enumerate(VIEWS, start=1))
_DISPLAYS = tuple(
    (name, name.replace("_", " ").title(), "", at)
    for at, name in enumerate(("DEFAULT", "LIST_VERTICAL", "LIST_HORIZONTAL", "THUMBNAIL"))
)
"""The file browser's own items, with its own numbers."""
_HIDDEN = {"HIDDEN", "SKIP_SAVE"}


class MAQUETTE_OT_pick_image(bpy.types.Operator):
    """Choose an image file on this computer"""

    bl_idname = "maquette.pick_image"
    bl_label = "Choose Image"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    view: EnumProperty(name="View", items=_VIEW_ITEMS, default="front", options=_HIDDEN)
    filepath: StringProperty(name="File Path", subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_image: BoolProperty(default=True, options=_HIDDEN)
    display_type: EnumProperty(items=_DISPLAYS, default="THUMBNAIL", options=_HIDDEN)
    filter_folder: BoolProperty(default=True, options=_HIDDEN)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Open the file browser where the last image was, with thumbnails."""
        chosen = context.scene.maquette
        paths = (getattr(chosen, view).path for view in (self.view, "front"))
        last = next((path for path in paths if path and not pictures.is_link(path.strip())), "")
        self.filepath = str(pictures.file_of(last)) if last else ""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Keep the path in the scene."""
        chosen = context.scene.maquette
        chosen.source = "FILE"
        getattr(chosen, self.view).path = self.filepath
        return {"FINISHED"}


class MAQUETTE_OT_clear_image(bpy.types.Operator):
    """Take the image out of the view again"""

    bl_idname = "maquette.clear_image"
    bl_label = "Clear Image"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    view: EnumProperty(name="View", items=_VIEW_ITEMS, default="front", options=_HIDDEN)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Empty the slot that is shown."""
        chosen = context.scene.maquette
        slot = getattr(chosen, self.view)
        if chosen.source == "FILE":
            slot.path = ""
        else:
            slot.image = None
        return {"FINISHED"}


CLASSES = (MAQUETTE_OT_pick_image, MAQUETTE_OT_clear_image)
