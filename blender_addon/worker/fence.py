"""What the background Blender is kept from: the network and other programs always, files outside a folder on demand.

Python's own calls are seen by an audit hook. Blender's C++ importers are not: the gate keeps them from names outside.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

_REFUSED = frozenset(
    {
        "socket.__new__",
        "socket.connect",
        "socket.bind",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "socket.sendto",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.fork",
        "os.forkpty",
    }
)
_allowed: tuple[str, ...] | None = None


def raise_fence() -> None:
    """Put the hook in place, for the life of the process."""
    sys.addaudithook(_audit)


@contextmanager
def files_only_in(folder: Path) -> Iterator[None]:
    """Let Python open files only in this folder, in Blender's temporary one, and where Python and Blender live."""
    global _allowed
    package = Path(__file__).parents[1]
    own = (folder, bpy.app.tempdir, package, sys.prefix, sys.base_prefix, *filter(None, sys.path))
    resources = (bpy.utils.resource_path(kind) for kind in ("LOCAL", "SYSTEM", "USER"))
    _allowed = tuple(_real(str(place)) + os.sep for place in (*own, *filter(None, resources), os.devnull))
    try:
        yield
    finally:
        _allowed = None


def _real(path: str) -> str:
    return os.path.normcase(os.path.realpath(path))


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _REFUSED:
        raise PermissionError(f"The background Blender may not do this: {event}")
    if event == "open" and _allowed is not None and isinstance(arguments[0], str | bytes):
        path = _real(os.fsdecode(arguments[0]))
        if not (path + os.sep).startswith(_allowed):
            raise PermissionError(f"The background Blender may not open {path} now")
