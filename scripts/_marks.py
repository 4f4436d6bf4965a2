"""Finds the marks of faults in a test file without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

MARK = "fault"


class MarkError(Exception):
    """A mark cannot be read; the message says where."""


class Mark(NamedTuple):
    """A mark on a test, or on a part of its parameters."""

    row: str
    test: str
    """File and test, as pytest names them."""


class MarkedFile:
    """One test file."""

    def __init__(self, file: str, text: str) -> None:
        """Parse it, and find what has a name: texts for `fault(*NAME)`, marked parameters, `pytestmark`."""
        self.file = file
        self._body = ast.parse(text, file).body
        self._texts: dict[str, list[str]] = {}
        self._marked: dict[str, list[str]] = {}
        for node in self._body:
            if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and node.value:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name):
                    self._texts.setdefault(target.id, []).extend(_plain_texts(node.value))
                    self._marked.setdefault(target.id, []).extend(self._rows(node.value))

    def marks(self) -> Iterator[Mark]:
        """Yield every mark. Raises MarkError."""
        for name, rows in self._tests(self._body):
            for row in (*self._marked.get("pytestmark", ()), *rows):
                yield Mark(row, f"{self.file}::{name}")

    def _tests(self, body: list[ast.stmt]) -> Iterator[tuple[str, list[str]]]:
        """Yield each test with the rows in its decorators; a class hands its own down, an `if` is looked into."""
        for node in body:
            if isinstance(node, ast.If):
                yield from self._tests(node.body + node.orelse)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name.lower().startswith("test"):
                own = [row for one in node.decorator_list for row in self._rows(one)]
                if isinstance(node, ast.FunctionDef):
                    yield node.name, own
                    continue
                for name, rows in self._tests(node.body):
                    yield f"{node.name}::{name}", own + rows

    def _rows(self, tree: ast.AST) -> list[str]:
        """Return the rows of every `pytest.mark.fault(…)` inside, and of the parameters that are named there."""
        found = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                found += self._marked.get(node.id, [])
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(f"mark.{MARK}"):
                found += [row for given in node.args for row in self._row(given)]
        return found

    def _row(self, given: ast.expr) -> list[str]:
        """Return the rows of one argument: a text, or `*NAME` for texts that stand in the same file."""
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            return [given.value]
        if isinstance(given, ast.Starred) and isinstance(given.value, ast.Name) and self._texts.get(given.value.id):
            return self._texts[given.value.id]
        raise MarkError(
            f"{self.file}:{given.lineno}: a mark of a fault takes plain texts, or *NAME for a list of them."
        )


def _plain_texts(value: ast.expr) -> list[str]:
    """Return the texts of a list or tuple, or nothing."""
    parts = value.elts if isinstance(value, (ast.List, ast.Tuple)) else []
    return [one.value for one in parts if isinstance(one, ast.Constant) and isinstance(one.value, str)]
