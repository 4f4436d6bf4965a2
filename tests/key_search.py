"""Searches files and text for an API key, however it is spelt; compressed .blend files are searched decompressed."""

import gzip
from collections.abc import Iterable
from pathlib import Path

from blender_addon.core.redact import spellings

ZSTANDARD, GZIP = b"\x28\xb5\x2f\xfd", b"\x1f\x8b"


def spelt(key: str) -> set[bytes]:
    """Return how the key may be written: as the product knows it, and in what Blender and Windows write."""
    assert len(key) > 12
    return {one.encode() for one in spellings(key)} | {key.encode("utf-16-le"), key.encode("utf-16-be")}


def content(path: Path) -> bytes:
    """Return what the file holds, decompressed where it is compressed."""
    found = path.read_bytes()
    if found.startswith(ZSTANDARD):
        import zstandard

        with zstandard.ZstdDecompressor().stream_reader(found, read_across_frames=True) as reader:
            return reader.read()
    return gzip.decompress(found) if found.startswith(GZIP) else found


def holding(folders: Iterable[Path], key: str) -> list[tuple[str, str]]:
    """Return the name of each file below the folders that holds the key, with the way it is spelt there."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    return sorted((path.name, way) for path in files for way in ways(content(path), key))


def ways(text: bytes | str, key: str) -> list[str]:
    """Return each way in which the key stands in the text."""
    raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return [repr(one) for one in spelt(key) if one in raw]
