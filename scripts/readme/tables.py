"""The README's two tables: the providers, and what becomes of every parameter that their documents name.

The documents' parameters are listed by hand in documented.json, provider → document → parameters in its order; beside
them stand the options that are ours. What Maquette does with each is read from the providers' classes.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from blender_addon import providers
from blender_addon.core.options import OptionField, option_fields
from blender_addon.core.provider import Provider

DOCUMENTED = Path(__file__).with_name("documented.json")
README = Path(__file__).resolve().parents[2] / "README.md"
SHOWN, COMMAND_LINE, SET, OURS, ADDED = (
    "shown",
    "command line only",
    "set by Maquette",
    "shown, ours",
    "set by Maquette; the document does not name it",
)


class TableError(Exception):
    """The tables cannot be made; the message says why, a sentence a line."""


class Row(NamedTuple):
    """What becomes of one parameter."""

    parameter: str
    kind: str
    sent: str


def main(arguments: Sequence[str], readme: Path = README, documented: Path = DOCUMENTED) -> int:
    """Write the tables, or check them; return the exit code."""
    try:
        text = readme.read_text(encoding="utf-8")
        made = filled(text, providers.every(), json.loads(documented.read_text(encoding="utf-8")))
    except TableError as error:
        print(error, file=sys.stderr)
        return 1
    if made == text:
        return 0
    if "--check" in arguments:
        print(f"The tables in {readme.name} are stale: run python3 scripts/tables.py.", file=sys.stderr)
        return 1
    readme.write_text(made, encoding="utf-8", newline="\n")
    return 0


def filled(text: str, all_of_them: Iterable[type[Provider[Any]]], documented: dict[str, Any]) -> str:
    """Return the README's text with both tables as they are today. Raises TableError."""
    every = list(all_of_them)
    text = _between(text, "providers", provider_table(every))
    return _between(text, "coverage", coverage_table(every, documented))


def _between(text: str, name: str, table: str) -> str:
    """Put the table between its two marks."""
    marks = re.compile(rf"(<!-- {name}:begin\b[^>]*-->\n).*?(<!-- {name}:end -->)", re.DOTALL)
    if len(marks.findall(text)) != 1:
        raise TableError(f"The README needs one <!-- {name}:begin --> and, behind it, one <!-- {name}:end -->.")
    return marks.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", text)


def provider_table(every: Sequence[type[Provider[Any]]]) -> str:
    """Return a line for each provider."""
    rows = [
        (f"**{one.label}**", one.description, _views(one), " · ".join(one.formats), one.price, _key(one))
        for one in every
    ]
    return _table(("Provider", "What it makes", "Views", "Model files", "Price", "API key"), rows)


def _views(provider: type[Provider[Any]]) -> str:
    return "one image" if len(provider.views) == 1 else " · ".join(provider.views)


def _key(provider: type[Provider[Any]]) -> str:
    if not provider.key_page:
        return "none needed"
    return f"[{urlsplit(provider.key_page).hostname}]({provider.key_page})"


def coverage_table(every: Sequence[type[Provider[Any]]], documented: dict[str, Any]) -> str:
    """Return a table for each hosted provider. Raises TableError when one parameter is not covered."""
    hosted = {one.id: one for one in every if one.base_url}
    wrong = [f"{name} is in documented.json and is no hosted provider." for name in documented.keys() - hosted.keys()]
    wrong += [f"{name} has no document in documented.json." for name in hosted.keys() - documented.keys()]
    parts, kinds = [], Counter[str]()
    for name, provider in hosted.items():
        rows, lacking = rows_of(provider, documented.get(name, {"documents": {}}))
        wrong += lacking if name in documented else []
        kinds.update(row.kind for row in rows)
        documents = " · ".join(f"“{title}”" for title in documented.get(name, {}).get("documents", ()))
        parts.append(f"**{provider.label}**: {documents}\n\n{_table(('Parameter', 'In Maquette', 'Sent as'), rows)}")
    if wrong:
        raise TableError("\n".join(sorted(wrong)))
    return "\n\n".join([_summary(kinds), *parts])


def _summary(kinds: Counter[str]) -> str:
    counts = " · ".join(f"{kind}: {kinds[kind]}" for kind in (SHOWN, COMMAND_LINE, SET) if kinds[kind])
    return f"All {kinds.total() - kinds[OURS] - kinds[ADDED]} parameters that the documents name are covered. {counts}"


def rows_of(provider: type[Provider[Any]], documented: dict[str, Any]) -> tuple[list[Row], list[str]]:
    """Return what becomes of each parameter in the documents' order, and what is wrong, a sentence each."""
    options = {one.name: one for one in option_fields(provider.options)}
    parameters = list(dict.fromkeys(name for names in documented["documents"].values() for name in names))
    ours = documented.get("ours", {})
    wrong = []
    rows = []
    for name in parameters:
        if (name in options) == (name in provider.sets):
            both = "is both an option and in `sets`" if name in options else "is neither an option nor in `sets`"
            wrong.append(f"{provider.label}'s documented parameter {name} {both}.")
        else:
            rows.append(_option(provider, options[name]) if name in options else _set(provider, name))
    for name in [*options, *provider.sets]:
        if name not in parameters and name not in ours:
            wrong.append(f"{provider.label}'s {name} is in no document: list it as documented, or as ours.")
    wrong += [
        f"{provider.label}'s {name} is listed as ours and is neither an option nor in `sets`."
        for name in ours
        if name not in options and name not in provider.sets
    ]
    wrong += [
        f"{provider.label} sends {name} by another name, and it is no option."
        for name in provider.sent_as.keys() - options
    ]
    return [
        *rows,
        *(Row(f"`{name}`", OURS if name in options else ADDED, words) for name, words in ours.items()),
    ], wrong


def _option(provider: type[Provider[Any]], one: OptionField) -> Row:
    kind = COMMAND_LINE if one.ui.cli_only else SHOWN
    return Row(f"`{one.name}`", kind, f"`{provider.sent_as.get(one.name, one.name)}`")


def _set(provider: type[Provider[Any]], name: str) -> Row:
    return Row(f"`{name}`", SET, provider.sets[name])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in line) + " |" for line in lines
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
