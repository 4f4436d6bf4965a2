"""Entries in Blender's own menus, and two shortcuts that can be changed in the preferences."""

from __future__ import annotations

from typing import Any

import bpy

KEYMAP = "Object Mode"
SHORTCUTS = (
    ("maquette.from_image", "I", {"ctrl": True, "alt": True}),
    ("maquette.paste_image", "V", {"ctrl": True, "shift": True}),
)
"""Free in the keymaps that Blender 4.2 to 5.0 bring for Object Mode."""
_items: list[tuple[Any, Any]] = []


def add_menu(menu: Any, _context: bpy.types.Context) -> None:
    """Draw the entry of Add > Mesh."""
    menu.layout.separator()
    menu.layout.operator_context = "INVOKE_DEFAULT"
    menu.layout.operator("maquette.from_image", text="From Image…", icon="IMAGE_DATA")


def image_menu(menu: Any, context: bpy.types.Context) -> None:
    """Draw the entry of the Image Editor's menu Image, for the image that is shown."""
    image = getattr(context.space_data, "image", None)
    if image:
        menu.layout.separator()
        _draw(menu.layout, image)


def button_menu(menu: Any, context: bpy.types.Context) -> None:
    """Draw the entry of a right click on a field that holds an image, wherever it is."""
    holder, field = getattr(context, "button_pointer", None), getattr(context, "button_prop", None)
    fits = holder and field and field.type == "POINTER"  # a getter of anything else is not ours to run
    image = getattr(holder, field.identifier, None) if fits else None
    if isinstance(holder, bpy.types.Image):  # the field of its name
        image = holder
    if isinstance(image, bpy.types.Image):
        menu.layout.separator()
        _draw(menu.layout, image)


def _draw(layout: Any, image: bpy.types.Image) -> None:
    layout.operator_context = "INVOKE_DEFAULT"
    pressed = layout.operator("maquette.from_image", icon="MESH_MONKEY")
    pressed.image, pressed.library = image.name, image.library.filepath if image.library else ""


MENUS = (("VIEW3D_MT_mesh_add", add_menu), ("IMAGE_MT_image", image_menu), ("UI_MT_button_context_menu", button_menu))


def draw_keymap(layout: Any, context: bpy.types.Context) -> None:
    """Draw the shortcuts as Blender's own preferences do, to be changed there."""
    from rna_keymap_ui import draw_kmi

    user = context.window_manager.keyconfigs.user
    keymap: Any = user.keymaps.get(KEYMAP)
    names = {name for name, *_ in SHORTCUTS}
    for item in keymap.keymap_items if keymap else ():
        if item.idname in names:
            layout.context_pointer_set("keymap", keymap)
            draw_kmi([], user, keymap, item, layout, 0)


def register() -> None:
    """Add the entries and shortcuts; a Blender without a window may have no keymaps."""
    for name, draw in MENUS:
        getattr(bpy.types, name).append(draw)
    config: Any = bpy.context.window_manager.keyconfigs.addon
    if config is None:
        return
    keymap = config.keymaps.new(name=KEYMAP)
    for name, key, modifiers in SHORTCUTS:
        _items.append((keymap, keymap.keymap_items.new(name, key, "PRESS", **modifiers)))


def unregister() -> None:
    """Take them out again."""
    for keymap, item in reversed(_items):
        keymap.keymap_items.remove(item)
    _items.clear()
    for name, draw in reversed(MENUS):
        getattr(bpy.types, name).remove(draw)
