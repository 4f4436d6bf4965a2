"""Modules that are imported when they are first used: Blender's start does not pay for what a task needs.

Blender waits for an add-on to be enabled, at each start. What only a click, a task or a drawn panel needs is put off:
`from . import snapshot` gives a stand-in then, and the first look at it imports the module.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any


class Later:
    """Stands for a module, and shares all names with it as soon as one of them is used."""

    __slots__ = ("__dict__", "_name")

    def __init__(self, name: str) -> None:
        """Remember which module it stands for."""
        self._name = name

    def __getattr__(self, wanted: str) -> Any:
        """Import the module; this is asked no more afterwards, except for what the module does not have."""
        module = importlib.import_module(self._name)
        self.__dict__ = module.__dict__
        return getattr(module, wanted)


def put_off(package: ModuleType, *names: str) -> None:
    """Let stand-ins be found in the package in the place of its modules, unless they are loaded."""
    for name in names:
        if not hasattr(package, name):
            setattr(package, name, Later(f"{package.__name__}.{name}"))
