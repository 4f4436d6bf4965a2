"""Model files in a ZIP: the archive is judged by its list, unpacked into a folder of its own, and one model is chosen.

Nothing in it is trusted: not the sizes it declares, not the names (which must mean the same on every system).
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NoReturn

from ..core.errors import DamagedError, DiskError, ModelFileError
from ..core.model_file import identify
from ..landing.beside import FINDERS

_MAX_MEMBERS = 1_000
_MAX_BYTES = 4 * 2**30
_MAX_RATIO, _RATIO_FROM_BYTES = 200, 10 * 2**20
_MAX_NAME = 240
_CHUNK = 2**20
_ARCHIVES = (".zip", ".usdz")
_PREFERRED = (".glb", ".gltf", ".fbx", ".obj", ".usdz", ".usd", ".ply", ".stl")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)
"""Names that are devices on Windows, whatever their suffix."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, IndexError)


@contextmanager
def unpacked(path: Path, folder: Path) -> Iterator[tuple[Path, Path, list[str]]]:
    """Give the model file, the folder that holds all that belongs to it, and which models were left out, as sentences.

    An archive is unpacked into `folder`; a file beside that comes into it alone: a task's folder holds the source image
    too, which is no texture. Raises ModelFileError when an archive is damaged, unsafe, or holds no model; DiskError.
    """
    is_archive = identify(path) in _ARCHIVES
    if not is_archive and path.resolve().parent != folder.resolve().parent:
        yield path.resolve(), path.resolve().parent, []
        return
    try:
        if not is_archive:
            yield _linked(path.resolve(), fresh(folder).resolve()), folder.resolve(), []
            return
        model, *others = _models(path, _extract(path, fresh(folder).resolve()))
        left_out = _left_out(others)
        home = folder.resolve()
        if _format(model) == ".usdz":
            home = fresh(model.with_name(f"{model.name}-unpacked"))
            model = _models(model, _extract(model, home))[0]
        yield model, home, left_out
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh(folder: Path) -> Path:
    """Return the folder, new and empty, whatever an interrupted run left there."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)
    folder.mkdir()
    return folder


def _linked(path: Path, folder: Path) -> Path:
    """Give a file a second name in the folder, or a copy where the disk knows no second names."""
    place = folder / path.name
    try:
        os.link(path, place)
    except OSError:
        try:
            shutil.copyfile(path, place)
        except OSError as error:
            raise DiskError(f"{path.name} could not be copied ({error.strerror}). Free some space.") from error
    return place


def _extract(path: Path, folder: Path) -> list[Path]:
    """Unpack all files and return them in the archive's order."""
    try:
        with zipfile.ZipFile(path) as archive:
            files = _checked(archive.infolist(), path.stat().st_size)
            left = _MAX_BYTES
            for member, name in files:
                left = _write(archive, member, folder / name, left)
            return [folder / name for _, name in files]
    except RuntimeError as error:
        raise ModelFileError(
            f"The archive {path.name} is protected or packed in an unknown way. Use another format.", str(error)
        ) from error
    except _DAMAGE as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):  # the disk, not a wrong offset
            raise DiskError(f"{path.name} could not be unpacked ({error.strerror}). Free some space.") from error
        raise DamagedError(f"The archive {path.name} is damaged. Download or pack it again.", str(error)) from error


def _checked(members: list[zipfile.ZipInfo], size_bytes: int) -> list[tuple[zipfile.ZipInfo, PurePosixPath]]:
    """Return the files in the archive and where each goes. Raises ModelFileError; RuntimeError for an odd method."""
    if len(members) > _MAX_MEMBERS:
        _too_much(f"{len(members)} members")
    total = sum(member.file_size for member in members)
    if total > _MAX_BYTES or (total > _RATIO_FROM_BYTES and total > _MAX_RATIO * size_bytes):
        _too_much(f"{total} bytes from {size_bytes}")
    named = [(member, name) for member in members if not _is_finders(name := _name(member))]
    files = [(member, name) for member, name in named if not member.filename.endswith(("/", "\\"))]
    taken = {_alike(name) for _, name in files}
    if len(taken) < len(files) or any(_alike(above) in taken for _, name in files for above in name.parents):
        _unsafe("two members with one name")
    for member, name in files:
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RuntimeError(f"{name}: method {member.compress_type}")
    return files


def _is_finders(name: PurePosixPath) -> bool:
    """Tell whether macOS has packed it for itself: what its Finder knows of another file."""
    return name.parts[:1] == (FINDERS,) or name.name.startswith("._")


def _alike(name: PurePosixPath) -> str:
    """Return what is the same for names that are one to some system, whatever their case and Unicode form."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", str(name)).casefold())


def _name(member: zipfile.ZipInfo) -> PurePosixPath:
    """Return the member's name as a path that stays below any folder, on any system. Raises ModelFileError."""
    text = member.filename.replace("\\", "/")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        _unsafe(f"{text[:80]} is a link or a device")
    parts = text.rstrip("/").split("/")
    if not text or text.startswith("/") or len(text) > _MAX_NAME or any(_is_bad(part) for part in parts):
        _unsafe(f"the name {text[:80]!r}")
    return PurePosixPath(*parts)


def _is_bad(part: str) -> bool:
    """Tell whether a part of a path leads elsewhere or is no file's name on some system."""
    strange = any(character < " " or character in '<>:"|?*' for character in part)
    return part in ("", "..") or strange or (part != "." and part[-1] in ". ") or bool(_RESERVED.fullmatch(part))


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int) -> int:
    """Unpack one file and return how many bytes may still come; what is counted is what is written."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source, target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                _too_much("more bytes than declared")
            file.write(chunk)
    return left


def _models(archive: Path, files: list[Path]) -> list[Path]:
    """Return the models, the best first: the format that keeps most of it, of several files the largest.

    USD is made of layers, of which one is the whole: in its own archive the first, where there is no other archive
    either; elsewhere the first of those that are not further in. Raises ModelFileError when there is no model.
    """
    plain = identify(archive) == ".zip"
    known = _PREFERRED if plain else (".usd",)
    formats = {file: suffix for file in files if (suffix := _format(file)) in known}
    layers = [file for file, suffix in formats.items() if suffix == ".usd"]
    for layer in sorted(layers, key=lambda file: len(file.parts) * plain)[1:]:
        del formats[layer]
    if not formats:
        raise ModelFileError(f"The archive {archive.name} holds no model file that Maquette reads.")
    return sorted(formats, key=lambda file: (known.index(formats[file]), -file.stat().st_size, str(file)))


def _left_out(others: list[Path]) -> list[str]:
    """Say which models in the archive were not imported."""
    names = ", ".join(file.name for file in others[:3])
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""
    return [f"The archive holds more models, which were not imported: {names}{more}."] if others else []


def _format(file: Path) -> str:
    try:
        return identify(file)
    except ModelFileError:
        return ""  # a texture, a list of materials, a readme


def _too_much(details: str) -> NoReturn:
    raise ModelFileError("The archive unpacks to more than is safe and was refused.", details)


def _unsafe(details: str) -> NoReturn:
    raise ModelFileError(
        "The archive would write outside its folder, or its names are unsafe; it was refused.", details
    )
