"""What Will Be Sent: each picture as its provider will get it, made before any credit is spent."""

from __future__ import annotations

import shutil
import tempfile
import threading
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..core.errors import InputError
from ..core.sending import Treatment, as_sent
from ..core.source import Accepts, check_picture
from . import ahead, draft, pictures, session, turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..core.halt import Halt
    from ..core.worker import Background
    from .inquiry import Answer, Name

KEPT = 12
"""Pictures that are kept at a time: who switches back and forth sees them at once."""

_made: dict[Name, str] = {}
"""What was asked → the name of the folder that holds what is made for it, the oldest first."""
_numbers = count()
_written: dict[tuple[int, str], Path] = {}
"""`session_uid` of an image of the .blend and view → the file that it was written out to when it was last looked at."""
_folder: tempfile.TemporaryDirectory[str] | None = None
_one_at_a_time = threading.Lock()
"""Whoever needs the folder first makes it, and that may be a thread."""


@dataclass(frozen=True)
class Sent:
    """A picture as it is sent."""

    path: Path | None = None
    facts: str = ""
    """Kind, size in pixels and bytes, in words."""
    unchanged: bool = False
    refused: str = ""
    """Why it cannot be sent, as a sentence."""


def source(chosen: Any, view: str) -> Path | None:
    """Return the file of the view's picture; None for an address, and for an image that nobody has written out yet."""
    if chosen.source == "FILE":
        given = pictures.meant(getattr(chosen, view).path)
        return given if isinstance(given, Path) else None
    image = getattr(chosen, view).image
    return pictures.on_disk(image) or _written.get((image.session_uid, view))


def painted(chosen: Any, view: str) -> bool:
    """Tell whether the view's picture is an image of the .blend that is in no file: it may have changed since."""
    return pictures.on_disk(getattr(chosen, view).image) is None


def write_out(chosen: Any, views: tuple[str, ...]) -> None:
    """Write out the images of the .blend that are in no file, as they are now. Raises InputError and OSError.

    A large one is there a few seconds later.
    """
    for view in views:
        if pictures.given(chosen, view) and not pictures.on_disk(image := getattr(chosen, view).image):
            folder = Path(tempfile.mkdtemp(dir=_place()))
            _written[image.session_uid, view], rest = pictures.taken(image, folder / view)
            ahead.finish(session.needed(), _written[image.session_uid, view], rest)


def answer(scene: bpy.types.Scene, wanted: draft.Draft, view: str) -> Answer | None:
    """Return the `Sent` of a view that is given; None while it is made, which begins as soon as its file is there.

    Nothing is read or made here: a thread does it, and the background Blender.
    """
    running, path = session.current(), source(scene.maquette, view)
    name = _name(scene, wanted, view, path)
    if running is None or path is None:
        return None
    if not name:
        return ahead.trouble(running, path)
    found: Answer | None = running.inquiries.answer(name)
    if found is None and not running.inquiries.asking(name):
        _make(running, wanted, name, path)
    return found


def refusal(scene: bpy.types.Scene, wanted: draft.Draft) -> str:
    """Return why a picture that was looked at cannot be sent, as a sentence; empty as far as anybody knows."""
    running = session.current()
    for view in wanted.views if running and not wanted.provider.cuts_out else ():
        name = _name(scene, wanted, view, source(scene.maquette, view))
        found = running.inquiries.answer(name) if running and name else None
        if found and found.value and found.value.refused:
            return str(found.value.refused)
    return ""


def _name(scene: bpy.types.Scene, wanted: draft.Draft, view: str, path: Path | None) -> Name:
    """Return what is asked: another one as soon as the file, what its provider takes, or the treatment is another."""
    try:
        facts = path.stat() if path else None
    except OSError:
        facts = None
    if facts is None:
        return ()
    chosen = "".join(str(int(one)) for one in draft.treatment(scene, wanted.provider))
    one = wanted.provider
    return "sent", view, f"{one.accepts}{one.cuts_out}", str(path), f"{facts.st_mtime_ns}-{facts.st_size}", chosen


def _make(running: session.Session, wanted: draft.Draft, name: Name, path: Path) -> None:
    spare = []
    while len(_made) >= KEPT:
        oldest = next(iter(_made))
        running.inquiries.forget(*oldest)
        spare.append(_made.pop(oldest))
    own = _made[name] = str(next(_numbers))
    # where the provider cuts out by itself, the picture is shown as it will see it
    chosen = Treatment(cut_out=True) if wanted.provider.cuts_out else Treatment(*(one == "1" for one in name[-1]))
    work = partial(made, running.assembly.background, path, accepts=wanted.provider.accepts, chosen=chosen)
    running.inquiries.ask(name, partial(_in_folder, own, spare, work))
    turns.wake()


def _in_folder(own: str, spare: list[str], work: Callable[..., Sent], halt: Halt) -> Sent:
    """Do the work in a folder of its own, and remove those that nobody needs. For a thread; a full disk is raised."""
    halt.check()
    place = Path(_place())
    for one in spare:
        shutil.rmtree(place / one, ignore_errors=True)
    (place / own).mkdir(exist_ok=True)
    return work(target=place / own / "picture", halt=halt)


def made(background: Background, path: Path, target: Path, accepts: Accepts, chosen: Treatment, halt: Halt) -> Sent:
    """Make what is sent of a picture. For a thread; raises what has nothing to do with the picture."""
    try:
        found = check_picture(as_sent(background, path, target, accepts, chosen, halt))
    except InputError as error:
        return Sent(refused=error.message)
    size = "{} × {} px · ".format(*found.size) if found.size else ""
    return Sent(found.path, f"{found.kind} · {size}{_bytes(found.path)}", unchanged=found.path == path)


def _bytes(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"


def _place() -> str:
    """Return the folder of all of them, which goes with the session. Raises OSError."""
    global _folder
    with _one_at_a_time:
        if _folder is None:
            _folder = tempfile.TemporaryDirectory(prefix="maquette-", ignore_cleanup_errors=True)
        return _folder.name


def unregister() -> None:
    """Remove the files."""
    global _folder
    _made.clear()
    _written.clear()
    if _folder is not None:
        _folder.cleanup()
        _folder = None
