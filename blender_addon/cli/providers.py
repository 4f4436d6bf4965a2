"""`maquette providers` and `maquette balance`."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import Any

from .. import providers
from ..core.options import OptionField, option_fields
from ..core.provider import Provider
from . import accounts
from .assembly import Assembly
from .report import Report, table


def list_providers(arguments: argparse.Namespace, assembly: Assembly, report: Report) -> int:
    """Print the providers, or one provider with its options."""
    chosen = [providers.find(arguments.id)] if arguments.id else providers.every()
    if arguments.json:
        facts = [_facts(one) for one in chosen]
        print(json.dumps(facts[0] if arguments.id else facts, indent=2))
    elif arguments.id:
        rows = [
            (one.name, one.values_text(), _default(one), one.description) for one in option_fields(chosen[0].options)
        ]
        print(f"{chosen[0].label}: {chosen[0].description}\n")
        if chosen[0].note:
            print(f"{chosen[0].note}\n")
        print(table([("OPTION", "VALUES", "DEFAULT", "DESCRIPTION"), *rows]))
    else:
        print(table([(one.id, one.label, one.description) for one in chosen]))
    return 0


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
        "options": [asdict(one) for one in option_fields(provider.options)],
    }


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
