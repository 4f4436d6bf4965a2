"""Takes requests one after the other, each in a clean Blender file, and answers each with a result or an error."""

from __future__ import annotations

import signal
import traceback
from collections.abc import Callable
from typing import Any

import bpy

from ..core.errors import DamagedError, InputError, MaquetteError, ModelFileError, ProviderError
from . import fence, works
from .channel import Channel, Message

_STEP = 1.0
"""Percent reported at least this far apart."""


def serve(channel: Channel) -> None:
    """Work until the pipe ends; never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches every process; the parent decides
    fence.raise_fence()
    channel.send({"ready": True, "blender": ".".join(map(str, bpy.app.version))})
    while True:
        request = channel.next()
        channel.send({"id": request.get("id"), **_answer(request, _reporter(channel, request.get("id")))})


def _answer(request: Message, progress: Callable[[float], None]) -> Message:
    """Do the work and return `done` or `error`. Never raises."""
    name = str(request.get("work"))
    try:
        work = works.WORKS.get(name)
        if work is None:
            raise ProviderError(f"The background Blender knows no work called {name}. Update Maquette.")
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
        return {"done": work(request.get("arguments") or {}, progress)}
    except Exception as error:  # noqa: BLE001 - the program's last line: everything becomes a sentence
        return {"error": _facts(name, error)}


def _facts(name: str, error: Exception) -> Message:
    words = "".join(traceback.format_exception(error))
    known = error if isinstance(error, MaquetteError) else _as_ours(name, error)
    told = {"kind": known.kind, "message": known.message, "details": known.details or words}
    return told | {"damaged": True} if isinstance(known, DamagedError) else told


def _as_ours(name: str, error: Exception) -> MaquetteError:
    """Turn an unexpected exception into one of the tree."""
    if name == "convert" and isinstance(error, MemoryError):
        return ModelFileError("This model file needs more memory than it may use. Use a model with fewer triangles.")
    if name == "convert":
        return DamagedError("Blender could not read this model file; it is damaged or of an unusual kind.")
    if name == "picture":
        return InputError("Blender could not read this image. Save it as PNG, JPEG or WebP and choose it again.")
    return ProviderError(f"The background Blender failed ({type(error).__name__}). Please report it with the details.")


def _reporter(channel: Channel, number: Any) -> Callable[[float], None]:
    """Return what a work tells its progress to, 0–1."""
    last = -_STEP

    def progress(share: float) -> None:
        nonlocal last
        percent = min(100.0, max(0.0, share * 100))
        if percent - last >= _STEP:
            last = percent
            channel.send({"id": number, "percent": round(percent, 1)})

    return progress
