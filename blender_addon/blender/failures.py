"""Whatever goes wrong, as one sentence for the artist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.errors import as_ours

if TYPE_CHECKING:
    from logging import Logger


def sentence_of(error: Exception) -> str:
    """Return what the artist reads; where the error is none of ours, its traceback goes to the log."""
    ours = as_ours(error)
    if ours is not error:
        log().error("%s\n%s", ours.message, ours.details)
    return ours.message


def log() -> Logger:
    """Return where goes what the artist need not read."""
    import logging  # Blender's start does not pay for it

    return logging.getLogger(__package__)
