"""Pictures that belong together by their names: chair_front.png, chair_left.png, … are the views of one chair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from .source import VIEWS

_NAME = re.compile(rf"(?P<subject>.+?)(?P<gap>[ _.-]+)(?P<view>{'|'.join(VIEWS)})", re.IGNORECASE)
_GAPS = ("_", "-", " ", ".")
_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
"""What a sibling may end with, besides the picture's own suffix: other views come from elsewhere at times."""


def parted(path: Path) -> tuple[str, str]:
    """Return what the picture shows and which view of it, as its name tells; the view is empty when it tells none."""
    found = _NAME.fullmatch(path.stem)
    return (found["subject"], found["view"].lower()) if found else (path.stem, "")


def siblings(front: Path) -> dict[str, Path]:
    """Return view → the file beside the front view that is called like it and shows another view.

    Names are tried, no folder is listed: it may be one of ten thousand pictures on a slow disk.
    """
    found = _NAME.fullmatch(front.stem)
    if found and found["view"].lower() != VIEWS[0]:
        return {}
    subject, gaps = (found["subject"], [found["gap"]]) if found else (front.stem, _GAPS)
    word = found["view"] if found else VIEWS[0]
    return {view: path for view in VIEWS[1:] if (path := _first(_names(front, subject, gaps, _like(word, view))))}


def _names(front: Path, subject: str, gaps: Iterable[str], view: str) -> Iterator[Path]:
    """Give the paths that a view of the subject can have, the likeliest first."""
    for suffix in dict.fromkeys((front.suffix, *_SUFFIXES)):
        for gap in gaps:
            yield front.with_name(subject + gap + view + suffix)


def families(paths: Iterable[Path]) -> list[dict[str, Path]]:
    """Sort pictures into subjects: each is view → file and has a front. What fits nowhere is a subject of its own."""
    together: dict[tuple[Path, str], dict[str, Path]] = {}
    alone: list[Path] = []
    for path in sorted(paths, key=lambda one: (not parted(one)[1], str(one))):  # chair_front.png before chair.png
        subject, view = parted(path)
        views = together.setdefault((path.parent, subject.casefold()), {})
        if (view or VIEWS[0]) in views:
            alone.append(path)
        else:
            views[view or VIEWS[0]] = path
    whole = [views for views in together.values() if VIEWS[0] in views]
    alone += [path for views in together.values() if VIEWS[0] not in views for path in views.values()]
    return sorted([*whole, *({VIEWS[0]: path} for path in alone)], key=lambda views: str(views[VIEWS[0]]))


def _first(paths: Iterable[Path]) -> Path | None:
    return next((path for path in paths if path.is_file()), None)


def _like(word: str, view: str) -> str:
    """Return the view's name in the letters of the word: FRONT asks for LEFT, Front for Left."""
    if word.isupper():
        return view.upper()
    return view.title() if word[0].isupper() else view
