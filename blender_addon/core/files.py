"""Files that are written whole or not at all, also where other programs look at them first."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
import uuid
from pathlib import Path

HELD_S = 5.0
"""An antivirus program, a search index or a synchroniser lets go of a new file within that time."""
PAUSE_S = 0.05


def replace(source: Path, target: Path, patience_s: float = HELD_S) -> None:
    """Rename the file, over what is there; tried again while somebody holds one of the two. Raises OSError."""
    ends = time.monotonic() + patience_s
    while True:
        try:
            source.replace(target)
        except PermissionError:
            if time.monotonic() >= ends:
                raise
            threading.Event().wait(PAUSE_S)
        else:
            return


def write_whole(path: Path, content: bytes, lasting: bool = False, patience_s: float = HELD_S) -> None:
    """Write a file that only this user can read, all of it or nothing. Raises OSError.

    `lasting`: a power cut right after does not undo it.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}-{uuid.uuid4().hex[:8]}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        replace(part, path, patience_s)
        if lasting:
            _keep_names(path.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _keep_names(folder: Path) -> None:
    """Write the folder itself to the disk: it holds the names. Windows does so by itself, and cannot be asked."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # some network drives cannot
        at = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(at)
        finally:
            os.close(at)
