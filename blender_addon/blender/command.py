"""`blender --command maquette …`: the command line inside a Blender without a window."""

from __future__ import annotations

import os
from typing import Any

import bpy

from ..core.errors import InputError
from . import declared, session

_handle: Any = None


def run(arguments: list[str]) -> int:
    """Run one call of the command line and return its exit code."""
    os.environ.setdefault("MAQUETTE_CALLED", "blender --command maquette")
    try:
        with declared.packages():
            from ..cli.main import main
    except InputError as error:
        from ..cli.report import Report

        return Report("--jsonl" in arguments).error(error)
    return main(arguments, session.program(), bpy.app.online_access)


def register() -> None:
    """Add the command."""
    global _handle
    _handle = bpy.utils.register_cli_command("maquette", run)


def unregister() -> None:
    """Remove the command."""
    bpy.utils.unregister_cli_command(_handle)
