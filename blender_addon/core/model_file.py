"""Model files: which format a file has, by its content and never by its name."""

from __future__ import annotations

from pathlib import Path

from .errors import ModelFileError

_WRONG: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<?xml", "an XML file"),
    (b"{", "a JSON file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"Kaydara FBX Binary", "an FBX file"),
    (b"BLENDER", "a .blend file"),
)


def identify(path: Path) -> str:
    """Return the format's suffix (`.glb`). Raises ModelFileError that says what the file is instead."""
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except OSError as error:
        raise ModelFileError(f"The model file {path} cannot be read ({error.strerror}).") from error
    if head.startswith(b"glTF"):
        return ".glb"
    if not head:
        raise ModelFileError(f"The model file {path.name} is empty.")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    what = next((name for magic, name in _WRONG if start.startswith(magic.lower())), "of no known format")
    raise ModelFileError(f"{path.name} is {what}; Maquette reads GLB model files.")
