"""What has come of a model file so far. It survives the process, so that the rest can be fetched by a later one.

NAME.begun holds the bytes, NAME.begun.json what they are the beginning of. The link is never kept: it is as good as a
key while it works.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import json
import os
import shutil
import struct
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from ..core.errors import DiskError
from ..core.halt import Halt
from .wire import LostError

SPACE = 3
"""Times its own size that a model file needs on the disk: it is unpacked and converted as well."""
RENAME_TRIES, RENAME_S = 10, 0.5
"""A virus scanner holds a new file for a moment."""
MEGABYTE = 10**6


@dataclass(frozen=True)
class Version:
    """Which file the bytes are the beginning of."""

    validator: str = ""
    """A strong entity tag, or a date of change; without one nothing can be continued."""
    whole: int | None = None
    """Bytes; None where the server did not tell."""
    place: str = ""
    """Digest of the link without its query: the same date alone may be another file of the same task."""
    digest: str = ""
    """What the server says that the file's digest is, as `sha256 BASE64`."""

    @property
    def by_date(self) -> bool:
        """Tell whether only the date of change tells it from other versions."""
        return not self.validator.startswith('"')


class Part:
    """The beginning of one model file. After `close` nothing writes to it, not even a thread that nobody waits for."""

    def __init__(self, target: Path) -> None:
        """Look at what is there; nothing is opened or changed."""
        self.target = target
        self.path = target.with_name(f"{target.name}.begun")
        self._about = target.with_name(f"{target.name}.begun.json")
        self.version = self._read()
        self.size = self.path.stat().st_size if self.version and self.path.exists() else 0
        self._turn = threading.Lock()
        self._file: BinaryIO | None = None
        self._closed = False

    def _read(self) -> Version | None:
        try:
            return Version(**json.loads(self._about.read_text("utf-8")))
        except (OSError, ValueError, TypeError):  # none, or not ours: it is fetched from its first byte
            return None

    def begin(self, version: Version) -> None:
        """Start from the first byte. Raises DiskError before anything is written when it will not fit."""
        with self._mine():
            self.check_space(version.whole, 0)
            self._file = self.path.open("wb", buffering=0)  # emptied first: old bytes never stand under a new name
            self.size, self.version = 0, version
            text = json.dumps(asdict(version))
            fresh = self._about.with_name(f"{self._about.name}.new")
            fresh.write_text(text, "utf-8")
            fresh.replace(self._about)

    def go_on(self, whole: int | None) -> None:
        """Continue after the last byte of a file that has so many. Raises DiskError when the rest will not fit."""
        with self._mine():
            self.check_space(whole, self.size)
            if self.version and self.version.whole is None:
                self.version = replace(self.version, whole=whole)
            self._file = self.path.open("ab", buffering=0)

    def write(self, chunk: bytes) -> None:
        """Add bytes. Raises DiskError when the disk is full; what has come stays."""
        with self._mine():
            left = memoryview(chunk)
            while left and self._file:
                written = self._file.write(left)
                self.size, left = self.size + written, left[written:]

    def sync(self) -> None:
        """Let the disk have all of it: the name that says "whole" must not get there before the bytes."""
        with self._mine():
            held = os.dup(self._file.fileno()) if self._file else None
        if held is None:
            return
        try:
            os.fsync(held)  # may take seconds, and nobody who gives the download up waits for it
        except OSError as error:
            raise self._refused(error) from error
        finally:
            os.close(held)

    def drop(self) -> None:
        """Forget what has come: it is not the beginning of what the server has."""
        with self._mine():
            self._shut()
            self.size, self.version = 0, None
            for one in (self._about, self.path):
                _remove(one)

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._closed = True
            self._shut()

    def finish(self, halt: Halt) -> int:
        """Give the whole file its name and return its size in bytes. Raises DiskError when the system refuses."""
        self.close()
        for _ in range(RENAME_TRIES):
            try:
                self.path.replace(self.target)
            except PermissionError as error:
                refused = error
                halt.wait(RENAME_S)
            else:
                _remove(self._about)
                return self.size
        raise DiskError(
            f"{self.path} could not be renamed ({refused.strerror}). Another program may hold it: resume the task.",
        )

    def check_space(self, whole: int | None, there: int) -> None:
        """Raise DiskError when the disk has no room for a file of that size, of which so much is there."""
        free = shutil.disk_usage(self.path.parent).free
        needed = SPACE * (whole or 0) - there
        if free < needed:
            raise DiskError(
                f"The model file needs {-(-needed // MEGABYTE):,} MB of free disk space, and {self.path.parent} has "
                f"{free // MEGABYTE:,} MB. "
                "Free some space, then resume the task: nothing is charged again."
            )

    def ended_early(self) -> bool:
        """Tell whether the file itself says that it is longer than what has come: a GLB does."""
        with self.path.open("rb") as file:
            head = file.read(12)
        return head[:4] == b"glTF" and len(head) == 12 and struct.unpack_from("<I", head, 8)[0] > self.size

    def damaged(self) -> bool:
        """Tell whether its digest is another than the server's."""
        kind, _, expected = (self.version.digest if self.version else "").partition(" ")
        if not expected:
            return False
        with self.path.open("rb") as file:
            found = hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False))
        return base64.b64encode(found.digest()).decode() != expected

    @contextlib.contextmanager
    def _mine(self) -> Iterator[None]:
        """Write while nobody has closed it. Raises LostError, DiskError."""
        with self._turn:
            if self._closed:
                raise LostError("it was given up.")
            try:
                yield
            except OSError as error:  # of the disk: nothing of the network is done in here
                raise self._refused(error) from error

    def _refused(self, error: OSError) -> DiskError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return DiskError(
                f"The disk is full: the model file does not fit into {self.path.parent}. Free some space, then resume "
                "the task; what has come is kept.",
                str(error),
            )
        return DiskError(f"{self.path} cannot be written ({error.strerror}). The task is kept.", str(error))

    def _shut(self) -> None:
        if self._file:
            self._file.close()
            self._file = None


def _remove(path: Path) -> None:
    """Remove the file; one that Windows holds is overwritten by the next try."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
