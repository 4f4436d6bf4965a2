"""The step from the provider's task to its model file. All of it may be repeated any number of times."""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime

from .errors import (
    AccountError,
    LinkError,
    MaquetteError,
    MissingError,
    ModelFileError,
    NetworkError,
    ProviderError,
    RejectedError,
)
from .events import Downloaded
from .files import replace
from .model_file import identify
from .price import amount
from .provider import TaskStatus
from .run import Run, longer, paced
from .trouble import LONGEST_S, Trouble, patiently

LATE_S = 15.0
"""A provider may not know a task yet for so long after it was created."""
QUEUED_S = 2 * 3600.0
"""From then on a task that is still queued is asked for seldom."""
NOT_BEST = "The provider's best model file could not be used; this is another one, which may lack its textures."
Fetched = tuple[int, str]
"""Size in bytes, suffix."""


def follow(run: Run) -> None:
    """Ask until the task has succeeded, then fetch its model file."""
    part = run.folder / "model.part"
    size, suffix = _model_file(run)
    target = part.with_name("model" + suffix)
    replace(part, target)
    run.write(stage="downloaded", model_file=target.name)
    run.emit(Downloaded(run.task.id, str(target), size))


def _model_file(run: Run) -> Fetched:
    """Fetch the model file, through as many fresh links and as much trouble as it takes."""
    trouble, fresh = Trouble(run), False
    while True:
        status = _finished(run)
        try:
            fetched = _fetch(run, status, fresh)
        except (LinkError, ModelFileError):  # links live minutes, and a file may come a moment after its link
            if fresh:
                raise
            fresh = True
            run.pause(None)
        except NetworkError as error:
            trouble.wait(error)
        else:
            run.say("")
            return fetched


def _fetch(run: Run, status: TaskStatus, fresh: bool = False) -> Fetched:
    """Fetch the first link that gives a model file.

    Raises what is wrong with the best link when none does; LinkError at once, unless they are `fresh` already.
    """
    run.write(stage="downloading", percent=100)
    run.halt.check()
    part = run.folder / "model.part"
    errors: list[MaquetteError] = []
    for link in status.links:
        try:
            fetched = (
                run.transport.download(link, part, run.halt, lambda _: run.check_time()),
                identify(part, f"The file that {run.provider.label} sent"),
            )
        except (NetworkError, ProviderError, ModelFileError) as error:
            if isinstance(error, NetworkError) and not (_gone(error, fresh) or _own(status.links)):
                raise  # it is waited out, or there is a fresh link
            errors.append(error)
        else:
            run.write(warnings=[NOT_BEST] if errors and not _own([link]) else [])
            return fetched
    raise errors[0]


def _gone(error: NetworkError, fresh: bool) -> bool:
    return fresh and isinstance(error, LinkError)


def _own(links: Collection[str]) -> bool:
    """Tell whether one is a path, which is the provider's own way to the very same file."""
    return any(link.startswith("/") for link in links)


def _finished(run: Run) -> TaskStatus:
    """Return the status of the task once it has succeeded and has a model file. Raises the error that it ended with."""
    empty_since: float | None = None
    while not (status := _status(run)).links:
        run.say(_queue_words(run, status))
        if status.state == "succeeded":
            empty_since = empty_since or time.monotonic()
            if time.monotonic() - empty_since > run.patience.linkless_s:
                raise ProviderError(
                    f"{run.provider.label} has finished the task without a model file. Ask its support about "
                    f"{run.task.provider_task}; resume the task if a file turns up there."
                )
        _between(run, status)
    run.say("")
    return status


def _between(run: Run, status: TaskStatus) -> None:
    """Wait until the task is asked for again. Where nobody waits at a command line, the queue's time does not count."""
    if status.state != "queued" or not run.patience.endless:
        run.pause(status.wait_s)
        return
    began = time.monotonic()
    if _queue_words(run, status):
        run.wait(paced(LONGEST_S))
    else:
        run.pause(status.wait_s)
    run.deadline += time.monotonic() - began


def _queue_words(run: Run, status: TaskStatus) -> str:
    """Return what is said of a task that is queued for very long."""
    queued_s = time.time() - (run.task.sent or run.task.created)
    if status.state != "queued" or queued_s < QUEUED_S:
        return ""
    return (
        f"Still queued at {run.provider.label} after {queued_s / 3600:.0f} hours. You can close Blender: the model is "
        "fetched later."
    )


def _status(run: Run) -> TaskStatus:
    """Return where the task stands, and write it down."""
    status, run.told = run.told, None
    if status is None:
        status = _asked(run)
    stage = "submitted" if status.state == "queued" else "running"
    percent = run.task.percent  # it never goes back, and a provider that stops telling does not erase it
    if status.percent is not None:
        percent = max(percent or 0, min(100, round(status.percent)))
    credits = run.task.credits if status.credits is None else str(status.credits)
    if (stage, percent, credits) != (run.task.stage, run.task.percent, run.task.credits):
        run.write(stage=stage, percent=percent, credits=credits)
    return status


def _asked(run: Run) -> TaskStatus:
    """Ask the provider. Raises the error that the task ended with, and says what became of what it cost."""
    if not run.provider.base_url:
        return _poll(run)
    pauses = list(run.patience.missing_s)
    while True:
        try:
            status: TaskStatus = patiently(run, lambda: _poll(run))
        except MissingError as error:
            if run.task.elsewhere:
                raise _unknown(run, error) from error
            if time.time() - (run.task.sent or 0) <= LATE_S:  # created just now: not known everywhere yet
                return TaskStatus("queued")
            if not pauses:
                raise _forgotten(run, error) from error
            run.say(f"{run.provider.label} does not know the task just now. It is asked again.")
            run.wait(paced(pauses.pop(0)))
        except AccountError as error:
            saved = f"The task is saved there as {run.task.provider_task}: enter a working key of the same account,"
            raise longer(error, saved, "then resume it.") from error
        except (ProviderError, RejectedError) as error:
            raise longer(error, _charged(run, error)) from error
        else:
            return status


def _poll(run: Run) -> TaskStatus:
    status: TaskStatus = run.drive(run.provider.poll(str(run.task.provider_task), run.options))
    return status


def _unknown(run: Run, error: MissingError) -> MissingError:
    """Return the error of a task that was to be fetched by its id."""
    return MissingError(
        f"{run.provider.label} knows no task {run.task.provider_task}. Check the id, and that the API key belongs to "
        "the account that made it.",
        error.details,
    )


def _forgotten(run: Run, error: MissingError) -> MissingError:
    """Return the error of a task that its provider has forgotten."""
    sent = datetime.fromtimestamp(run.task.sent or run.task.created).strftime("%Y-%m-%d %H:%M")
    return MissingError(
        f"{run.provider.label} no longer knows this task ({run.task.provider_task}, sent {sent}). Results are not kept "
        "there for ever; or the API key belongs to another account.",
        error.details,
    )


def _charged(run: Run, error: MaquetteError) -> str:
    """Return whether a task that failed at its provider was charged, as a sentence."""
    run.write(credits=None if error.credits is None else str(error.credits))
    if error.credits is None:
        return f"{run.provider.label} does not say whether it was charged."
    return f"It was charged: {amount(error.credits)}." if error.credits else "Nothing was charged for it."
