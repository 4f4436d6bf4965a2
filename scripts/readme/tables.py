"""The README's tables: the providers, the next steps, and what becomes of every parameter that their documents name.

The documents' parameters are listed by hand in documented.json, provider or follow-up → document → parameters in its
order; beside them stand the options that are ours. What Maquette does with each is read from the classes.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from blender_addon import providers
from blender_addon.core.options import OptionField, option_fields
from blender_addon.core.provider import Provider

DOCUMENTED = Path(__file__).with_name("documented.json")
README = Path(__file__).resolve().parents[2] / "README.md"
SHOWN, COMMAND_LINE, SET, LEFT_OUT, OURS, ADDED = (
    "shown",
    "command line only",
    "set by Maquette",
    "not offered",
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
        every = [*providers.every(), *providers.every_follow_up()]
        made = filled(text, every, json.loads(documented.read_text(encoding="utf-8")))
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
    """Return the README's text with its tables as they are today. Raises TableError."""
    every = list(all_of_them)
    labels = {one.id: f"*{one.title}*" if one.follows else one.label for one in every}
    text = _between(text, "providers", provider_table([one for one in every if not one.follows]))
    text = _between(text, "next-steps", step_table([one for one in every if one.follows], labels))
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


def step_table(steps: Sequence[type[Provider[Any]]], labels: Mapping[str, str]) -> str:
    """Return a line for each follow-up; `labels`: what a provider or follow-up of an id is called."""
    rows = [
        (f"**{one.title}**", one.description, " · ".join(labels[name] for name in one.follows), one.price)
        for one in steps
    ]
    return _table(("Step", "What it does", "Of a model by", "Price"), rows)


def _views(provider: type[Provider[Any]]) -> str:
    return "one image" if len(provider.views) == 1 else " · ".join(provider.views)


def _key(provider: type[Provider[Any]]) -> str:
    if not provider.key_page:
        return "none needed"
    return f"[{urlsplit(provider.key_page).hostname}]({provider.key_page})"


def coverage_table(every: Sequence[type[Provider[Any]]], documented: dict[str, Any]) -> str:
    """Return a table for each hosted provider and follow-up. Raises TableError when one parameter is not covered."""
    hosted = {one.id: one for one in every if one.base_url}
    wrong = [f"{name} is in documented.json and is no hosted provider." for name in documented.keys() - hosted.keys()]
    wrong += [f"{name} has no document in documented.json." for name in hosted.keys() - documented.keys()]
    parts, kinds = [], Counter[str]()
    for name, provider in hosted.items():
        rows, lacking = rows_of(provider, documented.get(name, {"documents": {}}))
        wrong += lacking if name in documented else []
        kinds.update(row.kind for row in rows)
        documents = " · ".join(f"“{title}”" for title in documented.get(name, {}).get("documents", ()))
        parts.append(f"**{name_of(provider)}**: {documents}\n\n{_table(('Parameter', 'In Maquette', 'Sent as'), rows)}")
    if wrong:
        raise TableError("\n".join(sorted(wrong)))
    return "\n\n".join([_summary(kinds), *parts])


def name_of(provider: type[Provider[Any]]) -> str:
    """Return what it is called: `Tripo`, or `Tripo, Rig` for a follow-up."""
    return ", ".join(filter(None, (provider.label, provider.title)))


def _summary(kinds: Counter[str]) -> str:
    counts = " · ".join(f"{kind}: {kinds[kind]}" for kind in (SHOWN, COMMAND_LINE, SET, LEFT_OUT) if kinds[kind])
    named = kinds.total() - kinds[OURS] - kinds[ADDED]
    if not kinds[LEFT_OUT]:
        return f"All {named} parameters that the documents name are covered. {counts}"
    covered = named - kinds[LEFT_OUT]
    return (
        f"Of the {named} parameters that the documents name, {covered} are covered; the others are not offered, each "
        f"with the reason. {counts}"
    )


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
            wrong.append(f"{name_of(provider)}'s documented parameter {name} {both}.")
        else:
            rows.append(_option(provider, options[name]) if name in options else _set(provider, name))
    for name in [*options, *provider.sets]:
        if name not in parameters and name not in ours:
            wrong.append(f"{name_of(provider)}'s {name} is in no document: list it as documented, or as ours.")
    wrong += [
        f"{name_of(provider)}'s {name} is listed as ours and is neither an option nor in `sets`."
        for name in ours
        if name not in options and name not in provider.sets
    ]
    wrong += [
        f"{name_of(provider)} sends {name} by another name, and it is no option."
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
    words = provider.sets[name]
    if words.startswith(LEFT_OUT):
        return Row(f"`{name}`", LEFT_OUT, words.removeprefix(LEFT_OUT).lstrip(": ,"))
    return Row(f"`{name}`", SET, words)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in line) + " |" for line in lines
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
