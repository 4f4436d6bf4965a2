"""`maquette providers` and `maquette balance`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from textwrap import fill
from typing import Any

from .. import providers
from ..core.options import OptionField, option_fields
from ..core.provider import Provider
from . import accounts
from .assembly import Assembly
from .called import called
from .report import Report, table

LONG = 12
"""Choices that a line of the table has room for."""


def list_providers(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Print the providers, or one provider with its options."""
    chosen = [providers.find(arguments.id)] if arguments.id else providers.every()
    if arguments.json:
        facts = [_facts(one) for one in chosen]
        print(json.dumps(facts[0] if arguments.id else facts, indent=2))
    elif arguments.id:
        _print_one(chosen[0])
    else:
        print(table([(one.id, one.label, one.description) for one in chosen]))
    return 0


def _print_one(provider: type[Provider[Any]]) -> None:
    """Print its options, and what can be made of its models."""
    fields = option_fields(provider.options)
    rows = [(one.name, _values(one), _default(one), one.description) for one in fields]
    print(f"{', '.join(filter(None, (provider.label, provider.title)))}: {provider.description}\n")
    if provider.note:
        print(f"{provider.note}\n")
    made = f"Of a model by {' or '.join(provider.follows)}. " if provider.follows else ""
    print(f"{made}Price: {provider.price}.\n")
    print(table([("OPTION", "VALUES", "DEFAULT", "DESCRIPTION"), *rows]))
    for names, values in _long_lists(fields).items():
        print(f"\n{', '.join(values)} can be:\n{fill(names, 100, break_on_hyphens=False)}")
    if steps := [one for one in providers.every_follow_up() if one.owner == provider.id]:
        print(f"\nWhat can be made of its models, with `{called()} tasks follow ID WHAT`:\n")
        rows = [(one.id, one.description, " ".join(one.follows), one.price) for one in steps]
        print(table([("WHAT", "DESCRIPTION", "OF A MODEL BY", "PRICE"), *rows]))


def _facts(provider: type[Provider[Any]]) -> dict[str, Any]:
    return {
        "id": provider.id,
        "label": provider.label,
        "description": provider.description,
        "views": list(provider.views),
        "front_axis": provider.front_axis,
        "formats": list(provider.formats),
        "price": provider.price,
        "key_page": provider.key_page,
        "note": provider.note,
        "follow_ups": [one.id for one in providers.follow_ups_of(provider.id)],
        "options": [asdict(one) for one in option_fields(provider.options)],
    }


def _values(one: OptionField) -> str:
    """Return what may be given; a long list of choices stands below the table."""
    return f"one of {len(one.choices)}, see below{' · none' * one.optional}" if _is_long(one) else one.values_text()


def _is_long(one: OptionField) -> bool:
    return len(one.choices) > LONG


def _long_lists(fields: Sequence[OptionField]) -> dict[str, list[str]]:
    """Return each long list of choices, as text → the names of the options that take it."""
    found: dict[str, list[str]] = {}
    for one in filter(_is_long, fields):
        found.setdefault(" ".join(name for name, _ in one.choices), []).append(one.name)
    return found


def _default(one: OptionField) -> str:
    if one.default is None:
        return "none"
    return {True: "yes", False: "no"}.get(one.default, str(one.default)) if one.kind == "bool" else str(one.default)


def balance(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Check the API key of a provider, and print what is left there."""
    provider = providers.find(arguments.id)
    found = accounts.balance(assembly, provider)
    if arguments.json:
        amount = found.amount if found else None
        facts = {"provider": provider.id, "credits": None if amount is None else float(amount)}
        print(json.dumps(facts | ({"unit": found.unit, "note": found.note} if found else {})))
    else:
        print(accounts.in_words(provider, found))
    return 0 if found or not provider.base_url else 1
