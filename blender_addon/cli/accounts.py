"""Asks providers about an account: is the API key accepted, what is left, what would a task cost."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from ..core.errors import AccountError, MaquetteError
from ..core.flow import Flow, drive
from ..core.halt import Halt
from ..core.options import Options
from ..core.provider import Balance, Provider
from .assembly import Assembly


def balance(assembly: Assembly, provider: type[Provider[Any]], halt: Halt | None = None) -> Balance | None:
    """Ask what is left; None: the provider did not tell whether it knows the key. Raises MaquetteError, Halted.

    An account that belongs to another region is refused here: the other regions are asked too, and the one that knows
    the key is kept. Never when a base URL is given: a key is not shown to anybody the artist did not choose.
    """
    try:
        found: Balance | None = _ask(assembly, provider, provider().balance(), halt)
    except AccountError:
        for region, base_url in _other_regions(assembly, provider):
            try:
                found = _ask(assembly, provider, provider().balance(), halt, base_url)
            except MaquetteError:  # that region does not know the key either, or cannot be reached
                continue
            if found is None:  # it did not say that it knows the key
                continue
            assembly.accounts.enter(provider.account(), "region", region)
            return found
        raise
    return found


def _other_regions(assembly: Assembly, provider: type[Provider[Any]]) -> list[tuple[str, str]]:
    if assembly.accounts.chosen_base(provider) or not assembly.accounts.has_key(provider):
        return []
    asked = assembly.accounts.base_url(provider)
    return [(name, base_url) for name, base_url in provider.regions.items() if base_url != asked]


def quote(
    assembly: Assembly,
    provider: type[Provider[Any]],
    options: Options,
    views: Collection[str],
    halt: Halt | None = None,
) -> Decimal | None:
    """Ask what a task would cost; None is unknown. Raises MaquetteError, Halted."""
    price: Decimal | None = _ask(assembly, provider, provider().quote(options, views), halt)
    return price


def _ask(
    assembly: Assembly, provider: type[Provider[Any]], flow: Flow[Any], halt: Halt | None, base_url: str = ""
) -> Any:
    transport = assembly.connect(provider, base_url)
    return drive(flow, lambda request: transport.send(request, halt or Halt()))


def in_words(provider: type[Provider[Any]], found: Balance | None) -> str:
    """Return the answer as a sentence."""
    if not provider.base_url:
        return f"{provider.label} needs no account."
    if found is None:
        return f"{provider.label} answered, but did not tell whether it accepts the API key. Is the base URL right?"
    if found.amount is None and not found.note:
        return f"{provider.label} accepts the API key; it does not tell what is left."
    if found.amount is None:
        return f"{provider.label} accepts the API key ({found.note})."
    amount = f"{float(found.amount):,.15g}"
    if found.note:
        return f"{amount} {found.unit} are left at {provider.label} ({found.note})."
    return f"{amount} {found.unit} are left at {provider.label}."
