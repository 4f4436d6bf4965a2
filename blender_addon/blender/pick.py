"""Picking the image files of the views: by the file browser, or dropped on the panel."""

from pathlib import Path
from typing import Any

import bpy
from bpy.props import BoolProperty, CollectionProperty, EnumProperty, StringProperty

from ..core import families
from . import land, pictures, slots
from .properties import VIEWS
from .translations import say

VIEW_ITEMS = tuple((view, view.title(), f"The {view} view", at) for at, view in enumerate(VIEWS, start=1))
_DISPLAYS = tuple(
    (name, name.replace("_", " ").title(), "", at)
    for at, name in enumerate(("DEFAULT", "LIST_VERTICAL", "LIST_HORIZONTAL", "THUMBNAIL"))
)
"""The file browser's own items, with its own numbers."""
HIDDEN = {"HIDDEN", "SKIP_SAVE"}


class Fills:
    """Writes into the scene's slots."""

    @classmethod
    def poll(cls: Any, context: bpy.types.Context) -> bool:
        """Only where the scene can be written to, and the model can land."""
        if context.scene is None or not context.scene.is_editable:
            cls.poll_message_set(say(land.LINKED))
            return False
        return True


class Picks(Fills):
    """Takes image files: from Blender's file browser, or those that were dropped."""

    filepath: StringProperty(name="File Path", subtype="FILE_PATH", options={"SKIP_SAVE"})
    directory: StringProperty(name="Folder", subtype="DIR_PATH", options=HIDDEN)
    files: CollectionProperty(name="Files", type=bpy.types.OperatorFileListElement, options=HIDDEN)
    filter_image: BoolProperty(default=True, options=HIDDEN)
    display_type: EnumProperty(items=_DISPLAYS, default="THUMBNAIL", options=HIDDEN)
    filter_folder: BoolProperty(default=True, options=HIDDEN)

    def given(self) -> bool:
        """Tell whether the files are known already: they were dropped, or a script gives them."""
        return bool(self.filepath or any(one.name for one in self.files))

    def paths(self) -> list[Path]:
        """Return the files that were chosen."""
        names = [one.name for one in self.files if one.name]
        if names and self.directory:
            return [Path(self.directory) / name for name in names]
        return [Path(self.filepath)] if self.filepath else []

    def browse(self: Any, context: bpy.types.Context, view: str = VIEWS[0]) -> set[str]:
        """Open the file browser where the last image was, with thumbnails."""
        chosen = context.scene.maquette
        paths = (getattr(chosen, one).path for one in (view, VIEWS[0]))
        last = next((path for path in paths if path and not pictures.is_link(path.strip())), "")
        self.filepath = str(pictures.file_of(last)) if last else ""
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}


class PicksView(Picks):
    """Puts image files into the slots of the views."""

    view: EnumProperty(name="View", items=VIEW_ITEMS, default="front", options=HIDDEN)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> set[str]:
        """Take what was dropped, else ask for a file."""
        return self.execute(context) if self.given() else self.browse(context, self.view)

    def execute(self: Any, context: bpy.types.Context) -> set[str]:
        """Keep the path in the scene; several files are the views of one object."""
        paths = self.paths()
        if len(paths) < 2:
            slots.put(context.scene, self.view, str(paths[0]) if paths else "")
        else:
            (views, *others) = families.families(paths)
            if others:
                self.report({"ERROR"}, "These are several subjects. Choose one, or drop them all on the viewport")
                return {"CANCELLED"}
            slots.replace(context.scene, views)
        if found := slots.found(context.scene):
            self.report({"INFO"}, say(f"Found beside it: {', '.join(found)}"))
        return {"FINISHED"}


class MAQUETTE_OT_pick_image(PicksView, bpy.types.Operator):
    """Choose an image file on this computer"""

    bl_idname = "maquette.pick_image"
    bl_label = "Choose Image"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}


class MAQUETTE_OT_use_image(PicksView, bpy.types.Operator):
    """Put this image into the sidebar; nothing starts"""

    bl_idname = "maquette.use_image"
    bl_label = "Use as Source Image"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}


class MAQUETTE_OT_clear_image(Fills, bpy.types.Operator):
    """Take the image out of the view again"""

    bl_idname = "maquette.clear_image"
    bl_label = "Clear Image"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    view: EnumProperty(name="View", items=VIEW_ITEMS, default="front", options=HIDDEN)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Empty the slot that is shown; without a front, what was found beside it goes too."""
        chosen = context.scene.maquette
        slot = getattr(chosen, self.view)
        if chosen.source == "FILE":
            if self.view == VIEWS[0]:
                slots.take_back(context.scene)
            slot.path = ""
        else:
            slot.image = None
        return {"FINISHED"}


class MAQUETTE_OT_forget_found(Fills, bpy.types.Operator):
    """Take out the views that were found by their names"""

    bl_idname = "maquette.forget_found"
    bl_label = "Undo"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Empty their slots."""
        slots.take_back(context.scene)
        return {"FINISHED"}


CLASSES = (MAQUETTE_OT_pick_image, MAQUETTE_OT_use_image, MAQUETTE_OT_clear_image, MAQUETTE_OT_forget_found)
