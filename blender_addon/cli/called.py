"""How the command line is called on this machine: a command that a sentence quotes can be typed as it stands there."""

from __future__ import annotations

import os
import re

_QUOTED = re.compile(r"`maquette(?=\s)")


def called() -> str:
    """Return the words that start the command line; who starts it by others says so in MAQUETTE_CALLED."""
    return os.environ.get("MAQUETTE_CALLED") or "maquette"


def typed(text: str) -> str:
    """Return the text with each quoted `maquette …` as it is typed here."""
    return _QUOTED.sub(lambda _: "`" + called(), text)
