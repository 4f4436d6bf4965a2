"""Whatever goes wrong, as one sentence for the artist."""

from __future__ import annotations

import logging

from ..core.errors import as_ours

log = logging.getLogger(__name__)


def sentence_of(error: Exception) -> str:
    """Return what the artist reads; where the error is none of ours, its traceback goes to the log."""
    ours = as_ours(error)
    if ours is not error:
        log.error("%s\n%s", ours.message, ours.details)
    return ours.message
