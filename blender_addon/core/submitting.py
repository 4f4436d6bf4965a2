"""The steps until the provider has the task: upload, price, create. A create that costs is sent once."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from decimal import Decimal
from typing import Any

from .errors import BusyError, InputError, MaquetteError, NetworkError, UnconfirmedError, UnreachableError
from .events import Submitted
from .flow import Request, Response
from .halt import Halted
from .options import Options
from .price import amount, number
from .provider import Created, Source
from .recovering import find_lost, unconfirmed
from .run import Run
from .sending import Treatment, as_sent
from .source import View, is_link

log = logging.getLogger(__name__)
BUSY_S = (2.0, 4.0, 8.0, None)
BUSY_ENDLESS_S = (2.0, 4.0, 8.0, 16.0, 30.0, 60.0, 60.0, 60.0, None)
"""Between the tries of a create that is answered "too many requests"; the last one is the last."""
LONGEST_WAIT_S = 300.0
"""The longest that a provider may ask to wait."""
WORTH_S = 5.0
"""A longer wait is worth a word."""


def submit(run: Run) -> None:
    """Upload and create. The journal says `submitting` before the create leaves."""
    run.write(stage="uploading", error=None)
    options = run.options
    task, given = run.task, {} if run.task.follows else run.task.views  # a follow-up's pictures are for people only
    views = {name: _view(run, name, one) for name, one in given.items()}
    _ask_price(run, options)
    source = Source(views, task.id, task.key, task.sent is not None, task.again, task.follows)
    try:
        created = _created(run, source, options)
    except UnconfirmedError as lost:
        created = find_lost(run, lost)
    _taken(run, created)


def take_up(run: Run) -> None:
    """Go on where a process ended before it knew the answer: a create is repeated only where that is free."""
    if run.provider.repeatable:
        run.write(stage="prepared")
        return
    _taken(run, find_lost(run, unconfirmed(run, "was interrupted")))


def _taken(run: Run, created: Created) -> None:
    """Write the provider's id to the journal, tell it, and get ready for the model file."""
    run.told = created.status
    if not _keep(run, created):
        run.emit(Submitted(run.task.id, created.provider_task))
    run.background.warm_up()


def _keep(run: Run, created: Created) -> bool:
    """Write the provider's id to the journal, and return whether it was told before: when it could not be written.

    Whoever owns the task meanwhile, what is paid for is written down.
    """
    credits = created.status.credits if created.status else None
    known = {} if credits is None else {"credits": str(credits)}
    name, label, told = created.provider_task, run.provider.label, ""
    log.info("task %s: %s calls it %s", run.task.id, label, name)

    def tell(error: Exception) -> str:
        nonlocal told
        if not told:
            run.emit(Submitted(run.task.id, name))
        told = _told(label, name, error)
        return f"{told} Free some space: it is tried again until it works."

    facts: dict[str, Any] = {"stage": "submitted", "provider_task": name, "error": None, **known}
    try:
        run.task = run.written(lambda: run.journal.update(run.task.id, **facts), tell)
    except Halted as halted:
        if halted.cancelled:
            raise UnconfirmedError(told) from halted
        raise
    except Exception as error:
        raise UnconfirmedError(_told(label, name, error)) from error
    return bool(told)


def _told(label: str, name: str, error: Exception) -> str:
    return (
        f"{label} has started the task and calls it {name}, but that could not be written down ({error}). "
        "Note the name: it is the only way to find what you have paid for."
    )


def _created(run: Run, source: Source, options: Options) -> Created:
    """Send the create. Raises UnconfirmedError when nobody knows what became of it."""
    try:
        created: Created = run.drive(run.provider.submit(source, options), lambda request: _send(run, request))
    except UnconfirmedError:
        raise
    except NetworkError as error:
        sure = isinstance(error, BusyError | UnreachableError) or run.task.stage != "submitting"
        if not sure and not run.provider.repeatable:  # it has left, and was answered with something unheard of
            raise unconfirmed(run, "was not answered clearly", error.details) from error
        run.write(stage="prepared", sent=run.task.sent if run.provider.repeatable else None)
        raise
    except MaquetteError:
        if not (source.sent_before or run.repeated):  # it was refused, so there is nothing that could be charged
            run.write(sent=None)
        raise
    if not _speakable(created.provider_task):
        raise unconfirmed(run, "was given an impossible name", repr(created.provider_task)[:200])
    return created


def _speakable(provider_task: str) -> bool:
    """Tell whether a provider's id can stand in an address and in a line of text."""
    return provider_task.isascii() and provider_task.isprintable() and bool(provider_task.strip(" ./\\"))


def _send(run: Run, request: Request) -> Response:
    return _send_create(run, request) if request.creates else run.send(request)


def _send_create(run: Run, request: Request) -> Response:
    """Start the paid task. An answer "too many requests" has started nothing: it is sent again after a while."""
    before = run.task.sent
    for pause_s in BUSY_ENDLESS_S if run.patience.endless else BUSY_S:
        run.check_time()
        run.write(stage="submitting", sent=before or (time.time() if run.provider.base_url else None))
        _still_wanted(run, before)
        try:
            response = run.send(request)
        except Halted as halted:
            if halted.cancelled and run.provider.base_url:
                raise unconfirmed(run, "was cancelled") from halted
            raise
        run.repeated |= response.repeated
        wait_s = min(response.wait_s or pause_s or 0.0, LONGEST_WAIT_S)
        if response.status != 429 or pause_s is None or time.monotonic() + wait_s > run.deadline:
            return replace(response, repeated=run.repeated)
        run.write(stage="uploading", sent=before)  # who quits now has nothing to look for
        if wait_s > WORTH_S:
            run.say(f"{run.provider.label} has too much to do; the next try is in {wait_s:.0f} seconds.")
        run.wait(wait_s)
        run.say("")
    raise AssertionError("the last try returns or raises")


def _still_wanted(run: Run, before: float | None) -> None:
    """Raise Halted when somebody halted the task while the journal kept it waiting: nothing has left."""
    try:
        run.halt.check()
    except Halted:
        run.write(stage="uploading", sent=before)
        raise


def _view(run: Run, name: str, given: str) -> View:
    """Return the view as the provider gets it."""
    if is_link(given):
        return View(link=given)
    source, chosen = run.folder / given, Treatment(run.task.cut_out, run.task.crop)
    target = run.folder / f"{name}_converted"
    return View(as_sent(run.background, source, target, run.provider.accepts, chosen, run.halt))


def _ask_price(run: Run, options: Any) -> None:
    """Keep what the provider says that it will cost; a price that cannot be had holds nothing up.

    Raises InputError when it is more than the artist was told. What may have been sent before is not priced again.
    """
    if not run.provider.quotes or run.task.sent is not None:
        return
    try:
        price = run.drive(run.provider.quote(options, tuple(run.task.views)))
    except MaquetteError as error:
        log.info("task %s: no price: %s", run.task.id, error.message)
        return
    if price is None:
        return
    told = run.task.estimate
    run.write(estimate=str(price))
    if told is not None and price > Decimal(told):
        raise InputError(
            f"The price has risen from {number(Decimal(told))} to {amount(price)}. Nothing was sent; generate it again "
            "to pay that."
        )
