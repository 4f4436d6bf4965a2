"""The two ways to hit a run: kill it with all that it has started, or cut its network for a while."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hosted_cases import CASES

from . import moments
from .moments import Moment
from .outage import Outage
from .trial import Trial
from .verdict import verdict

SEED = 20261121
TRIES = 8
"""A run may end before its moment comes; then it is begun again, elsewhere."""
SECOND_KILL = 0.35
BESIDE = 0.3
"""So many runs share their journal with another process, which lives on."""
KILLED_WITHOUT_NETWORK, RESUMED_WITHOUT_NETWORK = 0.3, 0.3
LONGEST_OUTAGE_S = 1.5


@dataclass
class Outcome:
    """One hit, and what became of the task."""

    provider: str
    moment: str
    stage: str
    """What the journal said right after the hit."""
    kills: int
    end: str
    fault: str
    seconds: float


def kill(number: int, folder: Path, background: Sequence[str], moment: Moment, before: str = "") -> Outcome:
    """Kill a run at that moment, perhaps once more while it is carried on, and let it finish."""

    def hit(trial: Trial) -> tuple[str, int] | None:
        if not trial.call.kill():
            return None
        stage, kills = trial.stage, 1
        trial.clear()
        if trial.random.random() < SECOND_KILL:
            trial.resume()
            moments.in_a_resumed_run(trial.random).wait(trial)
            kills += trial.call.kill()
        return stage, kills

    return _hit(f"kill-{number}", number, folder, background, moment, hit, before)


def cut(number: int, folder: Path, background: Sequence[str], moment: Moment) -> Outcome:
    """Cut a run's network at that moment, perhaps kill it as well, and let it finish when the network is back."""

    def hit(trial: Trial) -> tuple[str, int] | None:
        chance, first = trial.random, trial.call
        trial.sim._orders.clear()
        outage = Outage(trial.sim)
        stage = trial.stage
        kills = chance.random() < KILLED_WITHOUT_NETWORK and first.kill()
        resumed = trial.resume() if kills and chance.random() < RESUMED_WITHOUT_NETWORK else None
        time.sleep(chance.uniform(0.05, LONGEST_OUTAGE_S))
        outage.end()
        trial.clear()
        for one in (first, resumed):
            if one is not None:
                one.end()
        return stage, int(kills)

    return _hit(f"cut-{number}", number, folder, background, moment, hit)


def _hit(
    name: str,
    number: int,
    folder: Path,
    background: Sequence[str],
    moment: Moment,
    hit: Callable[[Trial], tuple[str, int] | None],
    before: str = "",
) -> Outcome:
    """Try until the moment was met, and return what became of that task."""
    case, began = CASES[number % len(CASES)], time.monotonic()
    for again in range(TRIES):
        with case.simulator() as sim:
            sim.result += bytes(200_000) if "stand_in" in str(background[-1]) else b""
            trial = Trial(case, sim, folder / f"{name}-{again}", background, f"{SEED}-{name}-{again}", before)
            beside = trial.beside() if trial.random.random() < BESIDE else None
            try:
                met = hit(trial) if trial.until(moment) else None
                if met is None:
                    continue
                end, fault = verdict(trial, trial.finish())
            finally:
                for call in filter(None, (*trial.calls, beside)):
                    call.kill()
            words = "".join(one.words for one in trial.calls) if fault else ""
            seconds = round(time.monotonic() - began, 2)
            return Outcome(case.id, moment.name, met[0], met[1], end, fault and f"{fault}\n{words}", seconds)
    raise AssertionError(f"{moment.name}: the run has ended before {TRIES} times")
