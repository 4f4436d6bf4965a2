"""WITH WHOM: one file a provider, and one for each follow-up, which goes on with a model that a provider has made.

They are found by looking into the folders; no list is edited.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from typing import Any

from ..core.errors import InputError
from ..core.provider import Provider

FOLLOW_UPS = "follow_ups"
"""The folder of the follow-ups."""


@cache
def names() -> list[str]:
    """Return the providers' ids, which are the names of their files, without importing them. Local comes last."""
    found = [one.name for one in pkgutil.iter_modules(__path__) if not one.name.startswith("_")]
    return sorted((name for name in found if name != FOLLOW_UPS), key=lambda name: (name == "local", name))


@cache
def follow_up_names() -> list[str]:
    """Return the follow-ups' ids, which are the names of their files, without importing them."""
    folders = [f"{one}/{FOLLOW_UPS}" for one in __path__]
    return sorted(one.name for one in pkgutil.iter_modules(folders))


@cache
def find(name: str) -> type[Provider[Any]]:
    """Return the provider or follow-up of that id. Raises InputError that names the providers there are."""
    if name in names():
        return _read(f"{__name__}.{name}")
    if name in follow_up_names():
        return _read(f"{__name__}.{FOLLOW_UPS}.{name}")
    raise InputError(f"There is no provider “{name}”. The providers are: {', '.join(names())}.")


def _read(module: str) -> type[Provider[Any]]:
    every_one = vars(importlib.import_module(module)).values()
    return next(
        one for one in every_one if inspect.isclass(one) and issubclass(one, Provider) and one.__module__ == module
    )


def every() -> list[type[Provider[Any]]]:
    """Return all providers."""
    return [find(name) for name in names()]


def every_follow_up() -> list[type[Provider[Any]]]:
    """Return all follow-ups, in the order in which they are offered."""
    return sorted((find(name) for name in follow_up_names()), key=lambda one: (one.owner, one.rank, one.id))


def follow_ups_of(name: str) -> list[type[Provider[Any]]]:
    """Return what can be made of a model of the provider or follow-up of that id."""
    return [one for one in every_follow_up() if name in one.follows]


def known(name: str) -> bool:
    """Tell whether there is a provider or follow-up of that id; a newer Maquette may have more."""
    return name in names() or name in follow_up_names()
