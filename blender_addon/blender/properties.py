"""What Blender keeps for us: the choice of images in the scene, the rows of the task list in the window manager.

One pointer each: `Scene.maquette` (saved, undoable) and `WindowManager.maquette` (a snapshot, filled by snapshot.py).
The providers' options are added to `Scene.maquette` by declared.py when they are first needed.
"""

from typing import Any

import bpy
from bpy.props import (
    BoolProperty,
    CollectionProperty,
    EnumProperty,
    FloatProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)
from bpy.types import PropertyGroup

VIEWS = ("front", "left", "back", "right")


def _new_image(slot: Any, _context: Any) -> None:
    """Forget the name that the model of another image was to have."""
    chosen = slot.id_data.maquette
    if slot == chosen.front:
        chosen.title = ""


class MAQUETTE_PG_view(PropertyGroup):
    """The picture of one view: `path` or `image`, which come from register().

    With a property that has a function of its own (update, poll), Blender 4.2's module crashes at exit, unless it is
    taken away before its class.
    """


class MAQUETTE_PG_scene(PropertyGroup):
    """What Generate starts from. `provider` and one group of options for each provider come from declared.py."""

    source: EnumProperty(
        name="Source",
        description="Where the source image comes from",
        items=(
            ("FILE", "File", "An image file on this computer", 1),
            ("IMAGE", "Image", "An image of this .blend file", 2),
        ),
        default="FILE",
        options=set(),
    )
    front: PointerProperty(type=MAQUETTE_PG_view)
    left: PointerProperty(type=MAQUETTE_PG_view)
    back: PointerProperty(type=MAQUETTE_PG_view)
    right: PointerProperty(type=MAQUETTE_PG_view)
    title: StringProperty(
        name="Name",
        description="What the model is called; as its image when left empty",
        maxlen=63,
        options=set(),
    )
    cut_out: BoolProperty(
        name="Remove Background",
        description="Send the images with a transparent background; one that is plain is told from the object best",
        options=set(),
    )
    crop: BoolProperty(
        name="Crop to Object",
        description="Send only the part of the images that shows the object, so that it has more of their pixels",
        options=set(),
    )
    use_height: BoolProperty(
        name="Use Height", description="Make the model as tall as you say, not as the provider sends it", options=set()
    )
    height: FloatProperty(
        name="Height",
        description="Height of the finished model",
        default=1.0,
        min=0.001,
        max=100_000.0,
        unit="LENGTH",
        options=set(),
    )


class MAQUETTE_PG_task(PropertyGroup):
    """One row of the task list; `name` (of every PropertyGroup) is the task's id."""

    label: StringProperty(name="Name", description="Name of the source image")
    provider: StringProperty(name="Provider")
    state: StringProperty(name="State")
    factor: FloatProperty(name="Progress", description="0–1; −1 while nobody can tell", default=-1.0)
    message: StringProperty(name="Message", description="What happened or what is waited for")
    waiting: StringProperty(name="Waiting", description="What the task waits for, and goes on by itself")
    variant_of: StringProperty(name="Variant Of", description="Id of the task of which it is a variant")
    made_for: StringProperty(name="Made For", description="Name of the .blend file that was open when it was started")
    triangles: IntProperty(name="Triangles")
    contents: StringProperty(name="Contents", description="Triangles, materials and textures of the model")
    resumable: BoolProperty(name="Resumable", description="It has ended, but not everything that it had made is lost")
    refused: BoolProperty(name="Refused", description="Resuming it would most likely end in the same way")
    lookable: BoolProperty(name="Lookable", description="Its provider can be asked whether it has the task")
    elsewhere: BoolProperty(name="Made Elsewhere", description="It was only fetched here, without image and options")
    picture: StringProperty(name="Picture", description="Image file of its model, else of its source")
    usual: FloatProperty(name="Usual Time", description="What its provider usually takes, seconds, or 0")
    cost: StringProperty(name="Cost", description="What it cost, or what it will probably cost")
    warnings: StringProperty(name="Warnings", description="What was left out or repaired, a sentence a line")


class MAQUETTE_PG_accounts(PropertyGroup):
    """One group of properties for each hosted provider comes from accounts.py; none of their values is kept here."""


class MAQUETTE_PG_window(PropertyGroup):
    """What the panels show that is no part of any file."""

    tasks: CollectionProperty(type=MAQUETTE_PG_task)
    active: IntProperty(name="Active Task", description="The task that is shown below the list", options=set())
    message: StringProperty(name="Message", description="Why options or tasks cannot be shown")
    accounts: PointerProperty(type=MAQUETTE_PG_accounts)


def register() -> None:
    """Attach the two pointers, and what a view consists of."""
    MAQUETTE_PG_view.path = StringProperty(
        name="Image",
        description="Image file, as an absolute path or relative to the .blend file; or the public https address of an "
        "image, where the provider takes one",
        update=_new_image,
    )
    MAQUETTE_PG_view.image = PointerProperty(
        name="Image",
        description="Image of this .blend file; it may be unsaved or packed",
        type=bpy.types.Image,
        update=_new_image,
    )
    bpy.types.Scene.maquette = PointerProperty(type=MAQUETTE_PG_scene)
    bpy.types.WindowManager.maquette = PointerProperty(type=MAQUETTE_PG_window)


def unregister() -> None:
    """Take the two pointers away; what a scene holds stays in its .blend file."""
    del bpy.types.WindowManager.maquette
    del bpy.types.Scene.maquette
    del MAQUETTE_PG_view.path, MAQUETTE_PG_view.image


CLASSES = (MAQUETTE_PG_view, MAQUETTE_PG_scene, MAQUETTE_PG_task, MAQUETTE_PG_accounts, MAQUETTE_PG_window)
