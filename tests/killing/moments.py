"""The moments at which a run is hit, over all stages of a task; each has a random part."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .trial import Trial

RESULT = "/results/*"
HELD_S = 600.0
"""An answer is held back until it is let go of, or at most that long."""


@dataclass(frozen=True)
class Moment:
    """What is arranged before the run starts, what is then waited for, and at most how much longer, seconds."""

    name: str
    happens: Callable[[Trial], Callable[[], object]]
    arrange: Callable[[Trial], None] = lambda trial: None
    longer_s: float = 0.0
    stand_in: bool = False
    """It can be had only with the stand-in for the background Blender."""
    network: bool = True
    """The network matters at that moment."""

    def wait(self, trial: Trial) -> None:
        """Return when the moment has come, or the run has ended before."""
        call, more_s = trial.call, trial.random.uniform(0, self.longer_s)
        if call.until(self.happens(trial)):
            ends = time.monotonic() + more_s
            call.until(lambda: time.monotonic() >= ends)


def _at_once(trial: Trial) -> Callable[[], object]:
    return lambda: True


def _seen(part: str, most: int = 1) -> Callable[[Trial], Callable[[], object]]:
    """Wait for the n-th request of that part, n at most `most`."""

    def happens(trial: Trial) -> Callable[[], object]:
        number = trial.before[part] + trial.random.randint(1, most)
        return lambda: trial.count(part) >= number

    return happens


def _held(part: str) -> Callable[[Trial], None]:
    return lambda trial: trial.sim.delay_next(trial.match(part), HELD_S)


def _paid(trial: Trial) -> Callable[[], object]:
    return lambda: trial.sim.paid


def _never_done(trial: Trial) -> None:
    trial.sim.script([trial.sim.SCRIPT[0]])


def _half_a_file(trial: Trial) -> None:
    trial.sim.cut_next(RESULT, trial.random.randrange(len(trial.sim.result)), HELD_S)


def _said(event: str) -> Callable[[Trial], Callable[[], object]]:
    return lambda trial: lambda: any(one["event"] == event for one in trial.call.events)


def _worked(work: str) -> Callable[[Trial], Callable[[], object]]:
    return lambda trial: lambda: trial.worked(work)


def _slowly(work: str) -> Callable[[Trial], None]:
    return lambda trial: trial.tell({work: "slow"})


MOMENTS = (
    Moment("as it starts", _at_once, longer_s=0.5),
    Moment("before the create is answered", _paid, _held("create"), 0.05),
    Moment("in the middle of the download", _seen("result"), _half_a_file, 0.1),
    Moment("as the create arrives", _seen("create")),
    Moment("while it is asked for", _seen("poll", 6), _never_done, 0.03),
    Moment("while the model file is converted", _worked("convert"), _slowly("convert"), 0.1, True, False),
    Moment("just after the create", _seen("create"), longer_s=0.06),
    Moment("while the outputs are written", _worked("write"), _slowly("write"), 0.1, True, False),
    Moment("before a poll is answered", _seen("poll"), _held("poll"), 0.05),
    Moment("just after the download", _said("downloaded"), longer_s=0.1),
    Moment("as the outputs are written", _worked("write"), longer_s=0.02, stand_in=True, network=False),
    Moment("while an image is sent", _seen("upload"), _held("upload"), 0.03),
    Moment("at a random request", _seen("any", 7), longer_s=0.02),
    Moment("at a random time", _at_once, longer_s=1.2),
)
IN_BLENDER = Moment("while the real Blender works", _said("downloaded"), longer_s=3.0, network=False)
"""In a background Blender that is real, conversion and writing take a second each."""


def of_stand_in(number: int) -> Moment:
    """Return the moment of the n-th kill with the stand-in."""
    return MOMENTS[number % len(MOMENTS)]


def of_blender(number: int) -> Moment:
    """Return the moment of the n-th kill with a real background Blender; every second one hits that."""
    fitting = [one for one in MOMENTS if not one.stand_in]
    return IN_BLENDER if number % 2 == 0 else fitting[number // 2 % len(fitting)]


def of_cut(number: int) -> Moment:
    """Return the moment at which the network goes for the n-th time."""
    fitting = [one for one in MOMENTS if one.network]
    return fitting[number % len(fitting)]


def in_a_resumed_run(chance: random.Random) -> Moment:
    """Return the moment of a second kill."""
    at_a_time, at_a_request = MOMENTS[-1], MOMENTS[-2]
    return chance.choice((at_a_time, at_a_request))
