"""The artist's own limits: what costs more credits is asked about first, and no script gets around them unasked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

import bpy

from ..core.errors import InputError
from ..core.price import amount, number, spent_today
from . import draft, session, snapshot
from .price import told
from .translations import say


def threshold() -> int:
    """Return the credits above which the artist wants to be asked; 0 is never."""
    chosen = session.preferences()
    return int(chosen.ask_above) if chosen else 0


def limit_a_day() -> int:
    """Return the credits that may be spent in a day without being asked; 0 is any number."""
    chosen = session.preferences()
    return int(chosen.daily_limit) if chosen else 0


def question(provider: type[Any], values: Mapping[str, Any], views: Collection[str], times: int = 1) -> str:
    """Return what is asked before the task is sent; empty when it is within the limits. Raises InputError.

    A price that nobody knows may be above the threshold. In background mode there is nobody to ask about one model.
    `views`: those that are sent; `times`: as many models are made.
    """
    if not provider.base_url or not (threshold() or limit_a_day()):
        return ""
    recount()
    return asked(provider, price(provider, values, views), times)


def recount() -> None:
    """Take in what other processes have spent meanwhile: for what a person or a script does, not for drawing."""
    if limit_a_day():
        snapshot.refresh()


def asked(provider: type[Any], price: Decimal | None, times: int = 1) -> str:
    """Return what is asked before that many are made at this price each; empty when they are within the limits."""
    if not provider.base_url:
        return ""
    day = of_the_day(None if price is None else price * times)
    return f"{day} Generate all the same?" if day else _of_the_model(provider, price)


def of_the_day(price: Decimal | None) -> str:
    """Return a sentence when this price makes the day dearer than the artist wants; empty when it does not."""
    limit = limit_a_day()
    if not limit:
        return ""
    spent = _spent()
    if spent + (price or 0) <= limit and spent < limit:
        return ""
    told = f"This makes about {amount(spent + price)} today" if price else f"{amount(spent)} were spent today"
    return f"{told}, and your daily limit is {number(Decimal(limit))}."


def _spent() -> Decimal:
    """Return the credits spent today; the journal is read where no list shows it, as in background mode."""
    if tasks := snapshot.known():
        return spent_today(tasks, snapshot.forgotten())
    journal = session.needed().assembly.journal
    return spent_today(journal.all(), journal.forgotten())


def _of_the_model(provider: type[Any], price: Decimal | None) -> str:
    if price is None and (day := limit_a_day()):
        told = f"What {provider.label} charges for this is not known, and your daily limit is {number(Decimal(day))}."
        return f"{told} Generate all the same?"
    limit = threshold()
    if not limit or bpy.app.background:
        return ""
    if price is None:
        return f"What {provider.label} charges for this is not known. Generate all the same?"
    return f"This costs about {amount(price)}. Generate all the same?" if price > limit else ""


def ask(operator: bpy.types.Operator, context: bpy.types.Context, event: bpy.types.Event, asked: str) -> Any:
    """Put the question to the artist; the operator is executed when the answer is yes."""
    return context.window_manager.invoke_confirm(
        operator, event, title="Generate", message=say(asked), confirm_text="Generate"
    )


def check(provider: type[Any], values: Mapping[str, Any], views: Collection[str], times: int = 1) -> None:
    """Raise InputError for tasks about which the artist must be asked, and was not: a script has called."""
    if words := question(provider, values, views, times):
        told = words.partition(". ")[0]
        if "daily limit" not in told:
            told += f", and the preferences say to ask above {amount(Decimal(threshold()))}"
        raise InputError(f"{told}. Press Generate in the sidebar; nothing was sent.")


def price(provider: type[Any], values: Mapping[str, Any], views: Collection[str]) -> Decimal | None:
    """Return the dearer one of our estimate and what the provider has answered when it was asked."""
    options = provider.options.build(values)
    wanted = draft.Draft(provider, tuple(one for one in provider.views if one in views), options)
    known = (options.credits(), told(session.current(), wanted))
    return max((one for one in known if one is not None), default=None)
