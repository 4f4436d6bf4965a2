"""The picture as a provider gets it: the one way to it, for what is sent and for what is shown before it is sent."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from .halt import Halt
from .source import Accepts, fits
from .worker import Background


class Treatment(NamedTuple):
    """What the artist wants done to the pictures before they are sent."""

    cut_out: bool = False
    """Take the background away."""
    crop: bool = False
    """Leave out what is not the object."""


def as_sent(
    background: Background, source: Path, target: Path, accepts: Accepts, chosen: Treatment, halt: Halt
) -> Path:
    """Return the file that is sent: the source itself where it can be, else what Blender makes of it.

    `target` is that file without its suffix. The same source gives the same bytes. Raises InputError when the source
    cannot be used, Halted.
    """
    if not any(chosen) and fits(source, accepts):
        return source
    order = {
        "source": str(source),
        "target": str(target),
        "kinds": list(accepts.kinds),
        "min_side": accepts.min_side,
        "max_side": accepts.max_side,
        "max_bytes": accepts.max_bytes,
        **chosen._asdict(),
    }
    return Path(background.call("picture", order, halt, lambda _: None)["path"])
