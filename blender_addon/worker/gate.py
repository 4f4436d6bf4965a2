"""The gate: what a model file claims is checked before an importer believes it."""

from __future__ import annotations

from pathlib import Path

from ..core.model_file import identify


def check(path: Path) -> None:
    """Raise ModelFileError when the file is damaged, asks for too much or points outside itself."""
    identify(path)
