"""Finding the task whose create got no answer: what was paid for is looked for, and never paid for twice."""

from __future__ import annotations

import time

from .errors import MaquetteError, NetworkError, UnconfirmedError, UnreachableError
from .halt import Halted
from .provider import Created
from .recent import Recent
from .run import Run, paced
from .trouble import Trouble

WINDOW_S = 120.0
"""A task that was created within it before or after ours was sent may be ours."""
LOOKS_S = (1.0, 4.0, 10.0)
"""Before each look at the list, which may be late."""
YOUNG_S = 60.0
"""A create that was sent so long ago is in the list by now, or never will be."""
OPEN = frozenset({"submitting", "unconfirmed"})
"""Stages of a task that the provider may have under a name that nobody knows here."""


def unconfirmed(run: Run, what: str, details: str = "") -> UnconfirmedError:
    """Make the error of a create that may or may not have been carried out."""
    return UnconfirmedError(
        f"The task {what} while {run.provider.label} was asked to start it. It may have been charged: look at "
        "your tasks there before you send it again.",
        details,
    )


def find_lost(run: Run, lost: UnconfirmedError) -> Created:
    """Return the task that the provider has made of ours. Raises `lost`, with what was found, unless that is certain.

    Raises Halted.
    """
    if not run.provider.recovers:
        raise lost
    run.say(f"Nobody knows yet whether {run.provider.label} has started the task: its list of tasks is looked through.")
    try:
        name, words = _looked(run)
    except Halted as halted:
        if halted.cancelled:
            raise lost from halted
        raise
    run.say("")
    if not name:
        raise UnconfirmedError(f"{lost.message} {words}", lost.details) from lost
    return Created(name)


def _looked(run: Run) -> tuple[str, str]:
    """Return the provider's name of the task, or nothing and why; looks several times."""
    young = time.time() - _sent(run) < YOUNG_S
    name, words = "", ""
    for pause_s in LOOKS_S if young else (0.0,):
        run.wait(paced(pause_s) if pause_s else 0.0)
        try:
            name, words = _judged(run, _listed(run))
        except MaquetteError as error:
            words = f"{run.provider.label}'s list of tasks could not be read, look again later: {error.message}"
        if name:
            break
    return name, words


def _listed(run: Run) -> Recent:
    """Ask for the list; only a provider that cannot be reached is waited for."""
    trouble = Trouble(run, known=False)
    while True:
        try:
            flow = run.provider.recover(run.options, tuple(run.task.views), _sent(run) - WINDOW_S)
            listed: Recent = run.drive(flow)
        except NetworkError as error:
            if not isinstance(error, UnreachableError):
                raise
            trouble.wait(error)
        else:
            return listed


def _judged(run: Run, listed: Recent) -> tuple[str, str]:
    """Return the name of the only task that can be ours, or nothing and why.

    The journal is read after the list: what another thread creates just now is in it, with its name or without.
    """
    label, sent = run.provider.label, _sent(run)
    others = [one for one in run.journal.all() if one.provider == run.task.provider and one.id != run.task.id]
    known = {one.provider_task for one in others}
    rivals = [
        one
        for one in others
        if one.stage in OPEN and one.provider_task is None and abs((one.sent or 0) - sent) <= 2 * WINDOW_S
    ]
    found = [
        one.provider_task
        for one in listed.rows
        if one.alike and one.provider_task not in known and abs(one.created - sent) <= WINDOW_S
    ]
    if not listed.whole:
        return "", f"{label}'s list of tasks is too long to find it there."
    if not found:
        return "", f"{label}'s list of tasks shows none that it could be: look again in a minute."
    if len(found) > 1:
        return "", f"{label}'s list of tasks shows several that it could be: {', '.join(found)}."
    if rivals:
        return "", (
            f"{label}'s list of tasks shows {found[0]}, but that may be another one of yours that got no answer: "
            f"remove the task {' and the task '.join(one.id for one in rivals)} if it is not."
        )
    return found[0], ""


def _sent(run: Run) -> float:
    """Return when the create left, Unix time in seconds."""
    return run.task.sent or run.task.created
