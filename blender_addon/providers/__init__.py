"""WITH WHOM: one file a provider. They are found by looking into this folder; no list is edited."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from functools import cache
from typing import Any

from ..core.errors import InputError
from ..core.provider import Provider


@cache
def names() -> list[str]:
    """Return the providers' ids, which are the names of their files, without importing them. Local comes last."""
    found = [one.name for one in pkgutil.iter_modules(__path__) if not one.name.startswith("_")]
    return sorted(found, key=lambda name: (name == "local", name))


@cache
def find(name: str) -> type[Provider[Any]]:
    """Return the provider of that id. Raises InputError that names the ones there are."""
    if name not in names():
        raise InputError(f"There is no provider “{name}”. The providers are: {', '.join(names())}.")
    module = importlib.import_module(f"{__name__}.{name}")
    return next(
        one
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, Provider) and one.__module__ == module.__name__
    )


def every() -> list[type[Provider[Any]]]:
    """Return all providers."""
    return [find(name) for name in names()]
