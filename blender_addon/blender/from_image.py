"""From an image to a model in one step: dropped on the viewport, from a menu, or from an image of the .blend."""

from functools import partial
from pathlib import Path
from typing import Any

import bpy
from bpy.props import StringProperty

from ..core import families
from . import aim, batch, begin, captured, slots
from .clicked import cancelled
from .pick import HIDDEN, Picks

EXTENSIONS = ".png;.jpg;.jpeg;.jfif;.webp;.bmp;.tif;.tiff;.tga;.exr;.hdr;.jp2;.psd;.dds"
"""What can be a source image; Blender compares them in small letters."""


class MAQUETTE_OT_from_image(Picks, bpy.types.Operator):
    """Make a 3D model from an image with the provider and options of the sidebar; without an image you choose one"""

    bl_idname = "maquette.from_image"
    bl_label = "Generate 3D from Image"
    bl_options = set()  # not "REGISTER": Repeat Last would pay once more without asking

    image: StringProperty(name="Image", description="Name of an image of this .blend file", options=HIDDEN)
    library: StringProperty(
        name="Library", description="Path of the .blend file that the image is linked from", options=HIDDEN
    )
    _place: list[float] | None = None

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[str]:
        """Take what was dropped, and where; without an image ask for a file."""
        if self.image:
            return self.execute(context)
        if not self.given():
            return self.browse(context)
        self._place = _under_mouse(context, event)
        return self.execute(context)

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Let it be the source image and start; several subjects are asked about."""
        try:
            subjects = families.families(self.paths())
            if len(subjects) > 1:
                return batch.ask(context, subjects, self._place)
            begin.begin(context, self._place, partial(_choose, image=(self.image, self.library), subjects=subjects))
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            return cancelled(self, error)
        return {"FINISHED"}


def _choose(scene: bpy.types.Scene, image: tuple[str, str], subjects: list[dict[str, Path]]) -> None:
    """Let the image (name and library) or the file's views be the source as an undo step. Raises InputError."""
    if image[0]:
        captured.use(scene, *image)
    elif subjects:
        slots.replace(scene, subjects[0])
    if not bpy.app.background:
        bpy.ops.ed.undo_push(message="Choose Image")


def _under_mouse(context: bpy.types.Context, event: bpy.types.Event) -> list[float] | None:
    """Return where the mouse points in the viewport; None where it is over something else."""
    region: Any = context.region
    if not _over(context, "WINDOW"):
        return None
    place = aim.surface(context, region, (event.mouse_x - region.x, event.mouse_y - region.y))
    return [place.x, place.y, place.z]


class MAQUETTE_FH_image(bpy.types.FileHandler):
    """An image that is dropped on the viewport becomes a model there."""

    bl_idname = "MAQUETTE_FH_image"
    bl_label = "Generate 3D from Image"
    bl_import_operator = "maquette.from_image"
    bl_file_extensions = EXTENSIONS

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        """Only over the picture of the scene."""
        return _over(context, "WINDOW")


class MAQUETTE_FH_view(bpy.types.FileHandler):
    """An image that is dropped on the sidebar becomes the source image, and nothing starts."""

    bl_idname = "MAQUETTE_FH_view"
    bl_label = "Use as Source Image"
    bl_import_operator = "maquette.use_image"
    bl_file_extensions = EXTENSIONS

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        """Only over the sidebar."""
        return _over(context, "UI")


def _over(context: bpy.types.Context, kind: str) -> bool:
    area, region = context.area, context.region
    return bool(area and region and area.type == "VIEW_3D" and region.type == kind)


CLASSES = (MAQUETTE_OT_from_image, MAQUETTE_FH_image, MAQUETTE_FH_view)
