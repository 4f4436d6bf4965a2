"""Other files that a model file names: on this computer, plain files, and pictures of a size that is safe to decode.

Names that lead outside the model's folder are no reason to lose the model: the importer is given a copy in which they
lead into its folder (aside.py). Some names must not even be looked for: what they lead to is taken for outside.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ..core import sized
from .gate_container import refuse_outside
from .gate_images import refuse_unsafe_size

ELSEWHERE = re.compile(r"[\\/]{2}|[\\/](dev|proc|sys)[\\/]")
"""Network shares (opening one sends the user's name to another computer) and devices."""
_ADDRESS = re.compile(r"\w{2,}:")


def check(names: list[str], base: Path, folder: Path, decodes: bool) -> list[str]:
    """Check the names as an importer would try them: as they are, seen from `base`, and their last parts below it.

    Return those that lead to a file outside `folder`, which is not opened, or to where nobody may look. Raises
    ModelFileError for a name that is no plain file and, with an importer that decodes what it finds, for a picture that
    is too large.
    """
    outside = []
    for name in dict.fromkeys(names):
        for file in _places(name, base):
            _plain_and_small(file, name, decodes and not leads_out(file, folder))
        if _is_elsewhere(name) or any(leads_out(file, folder) for file in direct(name, base)):
            outside.append(name)
    return outside


def belonging(names: list[str], base: Path, folder: Path) -> Iterator[Path]:
    """Yield the files in `folder` that an importer would find under these names, seen from `base`."""
    for name in dict.fromkeys(names):
        for file in _places(name, base):
            if exists(file) and file.is_file() and not leads_out(file, folder):
                yield file.resolve()


def _is_elsewhere(name: str) -> bool:
    """Tell whether the file system must not be asked for a name."""
    name = name.replace("\0", "")
    return bool(ELSEWHERE.match(name) or _ADDRESS.match(name))


def _places(name: str, base: Path) -> Iterator[Path]:
    """Yield where an importer would look for a name, as far as anybody may look there."""
    if not _is_elsewhere(name):
        yield from direct(name, base)
    yield from _below(name, base)


def direct(name: str, base: Path) -> Iterator[Path]:
    """Yield where a name leads: as this system takes it, and as importers rewrite it."""
    name = name.replace("\0", "")
    for way in dict.fromkeys((name, name.replace("\\", "/"))):
        yield base / way
        yield Path(os.path.normpath(base / way))


def _below(name: str, base: Path) -> list[Path]:
    """Return the places below `base` that the last parts of a name lead to."""
    parts = [part for part in re.split(r"[\\/]", name.replace("\0", "")) if part]
    return [base.joinpath(*parts[start:]) for start in range(len(parts)) if ".." not in parts[start:]]


def leads_out(file: Path, folder: Path) -> bool:
    """Tell whether there is a file outside the folder; it is not opened."""
    return exists(file) and not file.is_dir() and not file.resolve().is_relative_to(folder)


def exists(file: Path) -> bool:
    """Tell whether there is something; what we may not look at is of no use to the importer either."""
    try:
        return file.exists()
    except (OSError, ValueError):
        return False


def _plain_and_small(file: Path, name: str, decodes: bool) -> None:
    if not exists(file):
        return
    if not (file.is_file() or file.is_dir()):
        refuse_outside(name)
    if not decodes or not file.is_file():
        return
    try:
        with file.open("rb") as opened:
            size = sized.size_of(opened)
    except OSError:
        return
    if size:
        refuse_unsafe_size(size)
