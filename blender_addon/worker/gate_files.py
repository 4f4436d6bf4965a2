"""Other files that a model file names: on this computer, plain files, and pictures of a size that is safe to decode.

Names that lead outside the model's folder are no reason to lose the model: what an importer finds there is taken out
again before it is used (landing.textures). But some names must not even be opened.
"""

from __future__ import annotations

import re
from pathlib import Path

from .gate_container import refuse_outside
from .gate_images import refuse_unsafe_size, size_of

_HEAD_BYTES = 2**20
_ELSEWHERE = re.compile(r"[\\/]{2}|[\\/](dev|proc|sys)[\\/]|\w{2,}:")
"""Network shares (opening one sends the user's name to another computer), devices, addresses."""


def check(names: list[str], folder: Path, decodes: bool) -> None:
    """Check the names as an importer would try them: as they are, and their last parts below the folder.

    Raises ModelFileError for a name that is no plain file and, with an importer that decodes what it finds, for a
    picture that is too large.
    """
    for name in dict.fromkeys(names):
        if _ELSEWHERE.match(name):
            refuse_outside(name)
        parts = [part for part in re.split(r"[\\/]", name.replace("\0", "")) if part]
        tails = [folder.joinpath(*parts[start:]) for start in range(len(parts)) if ".." not in parts[start:]]
        for file in (folder / name.replace("\0", ""), *tails):
            _plain_and_small(file, name, decodes)


def _plain_and_small(file: Path, name: str, decodes: bool) -> None:
    try:
        if not file.exists():
            return
        if not (file.is_file() or file.is_dir()):
            refuse_outside(name)
        size = None
        if decodes and file.is_file():
            with file.open("rb") as opened:
                size = size_of(opened.read(_HEAD_BYTES))
    except (OSError, ValueError):  # what we may not open is of no use to the importer either
        return
    if size:
        refuse_unsafe_size(size)
