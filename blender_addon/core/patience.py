"""How long a task puts up with trouble between here and its provider: a command ends some day, an artist's Blender need
not, because a task that is paid for goes on at the provider meanwhile."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Patience:
    """How patient a Runner is."""

    trouble_s: float | None
    """How long no answer, or none that can be used, is waited out, seconds; None is for ever."""
    missing_s: tuple[float, ...]
    """Pauses before a task that its provider does not know any more is asked for again, seconds."""
    linkless_s: float = 300.0
    """How long a task may have succeeded without a model file."""

    @property
    def endless(self) -> bool:
        """Tell whether trouble is waited out for ever."""
        return self.trouble_s is None


BRIEF = Patience(trouble_s=30.0, missing_s=(1.0, 2.0, 2.0))
"""Of a command that somebody waits for."""
NONE = Patience(trouble_s=0.0, missing_s=())
"""Of a command that may not use the network: nothing gets better while it waits."""
ENDLESS = Patience(trouble_s=None, missing_s=(60.0, 240.0, 300.0))
"""Of a Blender with a window."""
