"""Maquette: an image in, a finished 3D model in the open Blender scene."""


def register() -> None:
    """Add Maquette to Blender. bpy, pydantic and requests are imported only from here on, or later still."""
    from . import blender

    blender.register()


def unregister() -> None:
    """Take everything out of Blender again; running tasks are kept and resume next time."""
    from . import blender

    blender.unregister()
