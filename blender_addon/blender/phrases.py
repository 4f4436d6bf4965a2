"""Sentences in another language: whole ones, and those that are made of a template and its facts. No bpy in here.

A key of the table is what the code says, with {0}, {1}, … for what it fills in: “{0} needs an API key.” A fact that
is in the table itself (the name of a view, a reason) is said in the other language too; all else stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from string import Formatter

_ENDS = re.compile(r"(?<=[.!?…]) | (?=\()")
"""Where a text of several sentences may be taken apart."""
_PARTS = re.compile(r"( · |\n)")


class Phrases:
    """The sentences of one language."""

    def __init__(self, table: Mapping[str, str]) -> None:
        """Prepare the templates; those with the most words of their own are tried first."""
        self._table = {_bare(key): _bare(value) for key, value in table.items()}
        made = [key for key in self._table if "{" in key]
        self._templates = [(_pattern(key), self._table[key]) for key in sorted(made, key=_weight, reverse=True)]
        self.say = lru_cache(maxsize=2000)(self._say)

    def _say(self, text: str) -> str:
        """Return the text in this language, as far as it is known."""
        known = self._sentence(text)
        if known is not None:
            return known
        if " · " in text or "\n" in text:
            return "".join(part if _PARTS.fullmatch(part) else self.say(part) for part in _PARTS.split(text))
        for at in reversed([one.start() for one in _ENDS.finditer(text)]):
            known = self._sentence(text[:at])
            if known is not None:
                return _joined(known, self.say(text[at + 1 :]))
        first = _ENDS.search(text)
        return _joined(text[: first.start()], self.say(text[first.end() :])) if first else text

    def _sentence(self, text: str) -> str | None:
        """Return one sentence, or a template with its facts, in this language; None when it is unknown."""
        bare = _bare(text)
        meant = self._table.get(bare)
        for pattern, meaning in self._templates if meant is None else ():
            found = pattern.fullmatch(bare)
            if found and _all_told(found.groups(), meaning):
                meant = meaning.format(*(self.say(fact) if fact else "" for fact in found.groups()))
                break
        if meant is None or bare == text:
            return meant
        return meant + ("." if meant[-1:].isascii() else "。")


def _bare(text: str) -> str:
    """Return the text without its full stop: some sentences are said with one in one place, without in another."""
    return text[:-1] if text[-1:] in {".", "。"} else text


def _all_told(facts: tuple[str, ...], meaning: str) -> bool:
    """Tell whether the meaning leaves out no more than an English plural."""
    return all(len(fact) < 2 or f"{{{at}}}" in meaning for at, fact in enumerate(facts))


def _pattern(key: str) -> re.Pattern[str]:
    """Return what matches the key, and its facts in the order of their numbers, which is that of their places."""
    parts = (re.escape(literal) + ("" if name is None else "(.*?)") for literal, name, _, _ in Formatter().parse(key))
    return re.compile("".join(parts), re.DOTALL)


def _weight(key: str) -> int:
    return sum(len(literal) for literal, *_ in Formatter().parse(key))


def _joined(first: str, second: str) -> str:
    """Return two sentences behind each other; Chinese has no space between them."""
    return first + second if first.endswith(("。", "！", "？")) or second.startswith("（") else f"{first} {second}"
