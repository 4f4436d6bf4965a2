"""Searches files and text for an API key, however it is spelt; compressed .blend files are searched decompressed."""

import base64
import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

ZSTANDARD, GZIP = b"\x28\xb5\x2f\xfd", b"\x1f\x8b"


def spellings(key: str) -> dict[str, bytes]:
    """Return how the key may be written. In base64 it depends on what stands before it, in three ways."""
    assert len(key) > 12
    found = {
        "raw": key.encode(),
        "JSON": json.dumps(key)[1:-1].encode(),
        "percent": quote(key, safe="").encode(),
        "UTF-16": key.encode("utf-16-le"),
        "UTF-16 big": key.encode("utf-16-be"),
        "hex": key.encode().hex().encode(),
    }
    for before in range(3):
        packed = base64.b64encode(b"\0" * before + key.encode())
        found[f"base64+{before}"] = packed[4 if before else 0 : len(packed) - 4]  # what its neighbours do not change
    return found


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
    """Return the ways in which the key stands in the text."""
    raw = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    return [way for way, one in spellings(key).items() if one in raw]
