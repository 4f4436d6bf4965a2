"""Large images of the .blend are written out in a thread, ahead of what needs their files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import bpy

from . import pictures, session, turns

if TYPE_CHECKING:
    from .inquiry import Answer, Name

WRITING = "The image is being written out"
CHANGED = "The image or the options were changed before the image was written out; nothing was sent. Generate again."
_AT_ONCE = 2**20
"""Pixels of an image that is written at once: it takes a twentieth of a second."""


class Ticket(NamedTuple):
    """The images that were taken at a click on Generate."""

    name: str
    folder: tempfile.TemporaryDirectory[str]
    chosen: dict[str, int]
    """View → `session_uid` of its image."""
    files: dict[str, Path]

    def problem(self, running: session.Session) -> str:
        """Return why a file was not written, as a sentence."""
        found = (trouble(running, path) for path in self.files.values())
        return next((one.problem for one in found if one), "")


_ticket: Ticket | None = None
"""The newest; its files stay until there is another one, for the artist may be asked before they are sent."""


def wanted(chosen: Any, views: tuple[str, ...]) -> bool:
    """Tell whether what is picked takes long to be written out. In background mode nobody waits."""
    return not bpy.app.background and any(map(_is_large, _images(chosen, views).values()))


def _images(chosen: Any, views: tuple[str, ...]) -> dict[str, Any]:
    """Return the images of the .blend that are picked."""
    if chosen.source != "IMAGE":
        return {}
    return {view: getattr(chosen, view).image for view in views if pictures.given(chosen, view)}


def _is_large(image: Any) -> bool:
    """Tell whether it takes long; a render does not tell its size."""
    if image.source == "VIEWER":
        return True
    if image.packed_file and not image.is_dirty:  # its bytes are copied; to ask for its size would decode them
        return False
    return not pictures.on_disk(image) and image.size[0] * image.size[1] > _AT_ONCE


def take(running: session.Session, chosen: Any, views: tuple[str, ...]) -> Ticket:
    """Take the images as they are now, and begin to write them. Raises InputError and OSError."""
    global _ticket
    folder = tempfile.TemporaryDirectory(prefix="maquette-", ignore_cleanup_errors=True)
    images, files = _images(chosen, views), {}
    for view, image in images.items():
        files[view], rest = pictures.taken(image, Path(folder.name) / view)
        finish(running, files[view], rest)
    _ticket = Ticket(folder.name, folder, {view: one.session_uid for view, one in images.items()}, files)
    return _ticket


def finish(running: session.Session, path: Path, rest: Callable[..., None]) -> None:
    """Let a thread do what is left of writing the file; in background mode it is done at once. Raises InputError."""
    if bpy.app.background:
        rest()
        return
    running.inquiries.ask(_name(path), lambda halt: rest(halt.check))
    turns.wake()


def trouble(running: session.Session, path: Path) -> Answer | None:
    """Return why the file was not written; None while it is, and where it was."""
    found: Answer | None = running.inquiries.answer(_name(path))
    return found if found and found.problem else None


def busy() -> bool:
    """Tell whether files are being written for Generate."""
    running = session.current()
    return bool(running and _ticket and any(running.inquiries.asking(_name(one)) for one in _ticket.files.values()))


def same(ticket: Ticket, chosen: Any, views: tuple[str, ...]) -> bool:
    """Tell whether the images are still those that were taken."""
    return ticket.chosen == {view: one.session_uid for view, one in _images(chosen, views).items()}


def files(name: str) -> Mapping[str, Path] | None:
    """Return view → file of the ticket of that name; None for another one."""
    return _ticket.files if _ticket and name and _ticket.name == name else None


def _name(path: Path) -> Name:
    return "written", str(path)


def unregister() -> None:
    """Remove the files."""
    global _ticket
    if _ticket:
        _ticket.folder.cleanup()
    _ticket = None
