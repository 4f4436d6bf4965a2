"""Damaged files through a real worker, one after the other, and what lands through the Blender of an artist."""

from __future__ import annotations

import collections
import os
import shutil
import struct
import sys
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blender_addon.core.errors import MaquetteError
from blender_addon.core.halt import Halt
from blender_addon.net.process import BlenderProcess, ProcessGone

from .cases import Case, case
from .sound import MTL, RED, SECRET
from .values import CANARY

HERE = Path(__file__).resolve()
WORKER = HERE.parents[2] / "blender_addon" / "worker" / "__main__.py"
LIMIT_S = 60.0
"""Of one file; what Maquette itself allows is twice as long."""
_LONG_AGO = 10**9
CONTAINED = ("killed", "over time", "over memory")
"""The worker did not survive it; the artist is given a sentence."""
NEVER = ("empty", "read outside", "written outside", "packed from outside", "left behind", "without a sentence")
NEVER += ("changed in the artist's file", "lost on the way", "artist's Blender killed")


@dataclass
class Figures:
    """What became of the files of one format."""

    counts: collections.Counter[str] = field(default_factory=collections.Counter)
    """landed, repaired, refused, and what must not be."""
    reasons: collections.Counter[str] = field(default_factory=collections.Counter)
    """Sentences of refusals and repairs."""
    cases: dict[str, list[str]] = field(default_factory=dict)
    """What the worker did not survive, and what must not be → the cases."""
    longest_s: float = 0.0

    def note(self, what: str, name: str) -> None:
        """Count, and remember which case it was."""
        self.counts[what] += 1
        self.cases.setdefault(what, []).append(name)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        facts = {"counts": dict(self.counts), "cases": self.cases, "longest_s": round(self.longest_s, 2)}
        return facts | {"sentences": dict(self.reasons.most_common(40))}


class Trial:
    """A worker, an artist's Blender, and the folders of a task, with files outside that nobody may read."""

    def __init__(self, folder: Path, limit_s: float = LIMIT_S) -> None:
        """Lay the folders out; processes are started when they are needed."""
        self._limit_s = limit_s
        self._given, self._task, self._outside = (folder / name for name in ("given", "task", CANARY.strip("./")))
        self._outside.mkdir(parents=True)
        canary = RED[:33] + _chunk(SECRET) + RED[33:]
        content = {"secret.png": canary, "secret.bin": SECRET * 50, "paint.mtl": b"# " + SECRET + b"\n" + MTL}
        content["secret.usda"] = b"#usda 1.0\n# " + SECRET + b'\ndef Mesh "secret" {}\n'
        for name, data in content.items():
            (self._outside / name).write_bytes(data)
        self._set_times()
        (self._outside / "secret.png").read_bytes()
        self.notices_reads = bool(self._read_outside())
        self._worker: BlenderProcess | None = None
        self._artist: BlenderProcess | None = None

    def run(self, kind: str, numbers: range) -> Figures:
        """Put these cases through."""
        figures = Figures()
        for number in numbers:
            self.try_one(case(kind, number), figures)
        return figures

    def try_one(self, one: Case, figures: Figures) -> None:
        """Put one file through."""
        for folder in (self._given, self._task):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        for name, content in one.files.items():
            (self._given / name).write_bytes(content)
        self._set_times()
        start = time.monotonic()
        done = self._convert(next(iter(one.files)), one.name, figures)
        figures.longest_s = max(figures.longest_s, time.monotonic() - start)
        self._look_around(one, bool(done), figures)
        if done:
            self._land(done, one.name, figures)

    def _convert(self, model: str, name: str, figures: Figures) -> dict[str, Any] | None:
        """Let the worker convert it; return its answer, and None when there is no .blend."""
        if self._worker is None or not self._worker.alive:
            self._worker = BlenderProcess((sys.executable, str(WORKER)))
        order = {"model": str(self._given / model), "blend": str(self._task / "model.blend"), "name": "Figure"}
        order |= {"front_axis": "-Y", "provenance": {}}
        try:
            done = self._worker.call("convert", order, Halt(), lambda _: None, self._limit_s)
        except ProcessGone as gone:
            words = str(gone.__cause__)
            figures.note("over time" if "longer" in words else "over memory" if "memory" in words else "killed", name)
            return None
        except MaquetteError as error:
            figures.counts["refused"] += 1
            figures.reasons[f"{error.message} [{_first_words(error)}]"] += 1
            if error.kind != "model_file" or "\n" in error.message or not error.message.endswith((".", "?")):
                figures.note("without a sentence", f"{name}: {error.kind} {error.message}")
            return None
        figures.counts["repaired" if done["warnings"] else "landed"] += 1
        figures.reasons.update(done["warnings"])
        if not done["statistics"]["triangles"]:
            figures.note("empty", name)
        return done

    def _look_around(self, one: Case, landed: bool, figures: Figures) -> None:
        """Look for what was read or written where it must not be."""
        if read := self._read_outside():
            figures.note("read outside", f"{one.name}: {read}")
        there = sorted(file.name for file in self._outside.iterdir())
        if len(there) != 4:
            figures.note("written outside", f"{one.name}: {there}")
        if sorted(file.name for file in self._given.iterdir()) != sorted(one.files):
            figures.note("left behind", f"{one.name}: in the model's folder")
        if landed and SECRET in (self._task / "model.blend").read_bytes():
            figures.note("packed from outside", one.name)
        if (
            self._worker
            and self._worker.alive
            and [file.name for file in self._task.iterdir()] != ["model.blend"] * landed
        ):
            figures.note("left behind", f"{one.name}: in the task's folder")

    def _land(self, done: dict[str, Any], name: str, figures: Figures) -> None:
        """Land the .blend in the artist's Blender."""
        if self._artist is None or not self._artist.alive:
            self._artist = BlenderProcess((sys.executable, str(HERE.with_name("artist.py"))))
        try:
            seen = self._artist.call("visit", {"blend": str(self._task / "model.blend")}, Halt(), lambda _: None, 60.0)
        except ProcessGone as gone:
            figures.note("artist's Blender killed", f"{name}: {gone.__cause__}")
            return
        except MaquetteError as error:
            figures.note("lost on the way", f"{name}: {error.message}")
            return
        figures.counts["landed in the artist's Blender"] += 1
        if seen["changed"]:
            figures.note("changed in the artist's file", f"{name}: {seen['changed']}")
        if seen["triangles"] != done["statistics"]["triangles"]:
            figures.note(
                "lost on the way", f"{name}: {seen['triangles']} of {done['statistics']['triangles']} triangles"
            )

    def _set_times(self) -> None:
        for file in self._outside.iterdir():
            os.utime(file, (_LONG_AGO, time.time()))

    def _read_outside(self) -> list[str]:
        """Return the files outside that were read since; none where the file system keeps no such times."""
        return [file.name for file in self._outside.iterdir() if file.stat().st_atime != _LONG_AGO]

    def end(self) -> None:
        """End the processes."""
        for process in (self._worker, self._artist):
            if process:
                process.kill()


def _chunk(content: bytes) -> bytes:
    """Return a chunk of a PNG; its first four letters are its name."""
    return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))


def _first_words(error: MaquetteError) -> str:
    """Return what the log says of it, without what differs from file to file."""
    line = error.details.strip().rpartition("\n")[2]
    return "".join("#" if letter.isdigit() else letter for letter in line)[:100]
