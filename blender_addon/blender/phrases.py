"""Sentences in another language: whole ones, and those that are made of a template and its facts. No bpy in here.

A key of the table is what the code says, with {0}, {1}, … for what it fills in: “{0} needs an API key.” A fact that
is in the table itself (the name of a view, a reason) is said in the other language too; all else stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

_ENDS = re.compile(r"(?<=[.!?…]) | (?=\()")
"""Where a text of several sentences may be taken apart."""
_PARTS = re.compile(r"( · |\n)")
_PLACE = re.compile(r"\{\d\}")


class Phrases:
    """The sentences of one language."""

    def __init__(self, table: Mapping[str, str]) -> None:
        """Prepare the templates; those with the most words of their own are tried first."""
        self._table = {_bare(key): _bare(value) for key, value in table.items()}
        made = [(_PLACE.split(key), meaning) for key, meaning in self._table.items() if _PLACE.search(key)]
        self._templates = sorted(made, key=lambda one: sum(map(len, one[0])), reverse=True)
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
        for parts, meaning in self._templates if meant is None else ():
            facts = _facts(parts, bare)
            if facts and _all_told(facts, meaning):
                meant = _filled(meaning, [self.say(fact) if fact else "" for fact in facts])
                break
        if meant is None or bare == text:
            return meant
        return meant + ("." if meant[-1:].isascii() else "。")


def _bare(text: str) -> str:
    """Return the text without its full stop: some sentences are said with one in one place, without in another."""
    return text[:-1] if text[-1:] in {".", "。"} else text


def _facts(parts: Sequence[str], text: str) -> list[str]:
    """Return what stands between the parts, as short as may be; empty when the text is another one."""
    first, *inner, last = parts
    if not text.startswith(first) or not text.endswith(last):
        return []
    at, end, facts = len(first), len(text) - len(last), []
    for part in inner:
        found = text.find(part, at, end)
        if found < 0:
            return []
        facts.append(text[at:found])
        at = found + len(part)
    return [*facts, text[at:end]] if at <= end else []


def _all_told(facts: Sequence[str], meaning: str) -> bool:
    """Tell whether the meaning leaves out no more than an English plural."""
    return all(len(fact) < 2 or f"{{{at}}}" in meaning for at, fact in enumerate(facts))


def _filled(meaning: str, facts: Sequence[str]) -> str:
    """Return the meaning with the facts in their places."""
    return _PLACE.sub(lambda place: facts[int(place[0][1:-1])], meaning)


def _joined(first: str, second: str) -> str:
    """Return two sentences behind each other; Chinese has no space between them."""
    return first + second if first.endswith(("。", "！", "？")) or second.startswith("（") else f"{first} {second}"
