"""The artist's account at each hosted provider, as Blender properties.

`WindowManager.maquette.accounts.tripo.key` and its neighbours read and write net/accounts.py's file. Each property has
get and set, so Blender keeps none of the values: neither a .blend nor userpref.blend, autosave included, holds a key.

Each property is added to its class and taken out again: where one with get and set goes down together with its class,
Blender 4.2's module crashes at exit.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, EnumProperty, PointerProperty, StringProperty

from . import session
from .failures import sentence_of
from .inquiry import Answer
from .properties import MAQUETTE_PG_accounts
from .redraw import redraw

if TYPE_CHECKING:
    from ..core.provider import Provider

_groups: dict[str, tuple[type, list[str]]] = {}
"""Provider → its class and the names of its properties."""
UNSEEN = "••••••••••••"
_expanded: set[str] = set()
"""Providers whose section in the preferences is open."""


def ensure(providers: list[type[Provider[Any]]]) -> None:
    """Make the properties of every hosted provider that has none yet."""
    for one in providers:
        if one.base_url and one.id not in _groups:
            properties = _properties(one)
            group = type(
                f"MAQUETTE_PG_account_{one.id}", (bpy.types.PropertyGroup,), {"__doc__": f"Account at {one.label}"}
            )
            bpy.utils.register_class(group)
            for name, made in properties.items():
                setattr(group, name, made)
            setattr(MAQUETTE_PG_accounts, one.id, PointerProperty(type=group))
            _groups[one.id] = group, list(properties)


def unregister() -> None:
    """Take the properties away; what was entered stays in its file."""
    for name in reversed(list(_groups)):
        group, properties = _groups.pop(name)
        delattr(MAQUETTE_PG_accounts, name)
        for one in properties:
            delattr(group, one)
        bpy.utils.unregister_class(group)
    _expanded.clear()


def account(provider: type[Provider[Any]]) -> Any:
    """Return the provider's properties, or None for one that needs no account."""
    return getattr(bpy.context.window_manager.maquette.accounts, provider.account(), None)


def from_environment(provider: type[Provider[Any]], field: str) -> str:
    """Return the environment variable that decides the field (key or base_url), or nothing."""
    own = f"MAQUETTE_{provider.account().upper()}"
    names = (f"{own}_API_KEY", *provider.key_names) if field == "key" else (f"{own}_BASE_URL",)
    return next((name for name in names if os.environ.get(name, "").strip()), "")


def key_is_missing(running: session.Session, provider: type[Provider[Any]]) -> bool:
    """Tell whether nobody has given an API key that this provider needs."""
    given = from_environment(provider, "key") or running.assembly.accounts.keeps(provider.account())
    return bool(provider.base_url) and not given


def show(provider: type[Provider[Any]]) -> None:
    """Open the provider's section in the preferences."""
    _expanded.add(provider.account())


def place(running: session.Session, provider: type[Provider[Any]]) -> str:
    """Return where the API key lies that was entered, as a sentence; empty when none was."""
    store = running.assembly.accounts
    where = store.keeps(provider.account())
    if where == "keychain":
        return "Stored in the system's keychain"
    trouble = store.keychain.trouble()
    why = f"The system's keychain cannot be used: {trouble}. " if trouble else ""
    return f"{why}Stored unencrypted on this computer, readable by you only" if where else ""


def mistaken(running: session.Session, provider: type[Provider[Any]]) -> str:
    """Return whose API key the one given looks like, as a sentence; empty as long as it may be the right one."""
    from ..providers import every

    meant = running.assembly.accounts.looks_like(provider, every())
    return f"This looks like a key for {meant}" if meant else ""


def _entered(provider: str, field: str) -> str:
    """Return what was entered. A key that the keychain has not been asked for is shown as dots: drawing never waits."""
    running = session.current()
    if running is None:
        return ""
    store = running.assembly.accounts
    unseen = field == "key" and store.keeps(provider) == "keychain"
    return store.entered(provider, field) or (UNSEEN if unseen else "")


def _enter(provider: str, field: str, value: str) -> None:
    """Keep what was entered. What the provider said about the account before is true no longer."""
    if value == UNSEEN:  # the field was opened and left as it was
        return
    try:
        running = session.needed()
        running.inquiries.forget("balance", provider)
        running.inquiries.forget("price", provider)
        running.assembly.accounts.enter(provider, field, value)
    except Exception as error:  # noqa: BLE001 - Blender prints what a setter raises, and nobody reads it
        if running := session.current():
            running.inquiries.settle(("balance", provider), Answer(problem=sentence_of(error)))
    redraw(bpy.context)


def _properties(provider: type[Provider[Any]]) -> dict[str, Any]:
    """Return one provider's properties."""
    name, label = provider.id, provider.label
    properties: dict[str, Any] = {
        "key": StringProperty(
            name="API Key",
            description="Your key at this provider, kept in the system's keychain or else in Maquette's data folder, "
            "readable by you only, and in no .blend file",
            subtype="PASSWORD",
            options={"SKIP_SAVE"},
            get=lambda _: _entered(name, "key"),
            set=lambda _, value: _enter(name, "key", value),
        ),
        "base_url": StringProperty(
            name="Base URL",
            description="Where requests to this provider go instead of its own address, which is used when empty",
            options={"SKIP_SAVE"},
            get=lambda _: _entered(name, "base_url"),
            set=lambda _, value: _enter(name, "base_url", value),
        ),
        "expanded": BoolProperty(
            name=label,
            description="Show the account at this provider",
            options={"SKIP_SAVE"},
            get=lambda _: name in _expanded,
            set=lambda _, value: _expanded.add(name) if value else _expanded.discard(name),
        ),
    }
    if provider.regions:
        properties["region"] = _region(provider)
    return properties


def _region(provider: type[Provider[Any]]) -> Any:
    """Return the property for the provider's regions, of which the first one is the default."""
    from ..core.options import choice_number

    name, numbers = provider.id, {one: choice_number(one) for one in provider.regions}
    first = next(iter(numbers.values()))
    items = [(one, one.replace("_", " ").title(), "", numbers[one]) for one in provider.regions]
    return EnumProperty(
        name="Region",
        description="Where the API key was made, and where alone it works; Check Key finds out by itself",
        items=items,
        options={"SKIP_SAVE"},
        get=lambda _: numbers.get(_entered(name, "region"), first),
        set=lambda _, value: _enter(name, "region", next(one for one, number in numbers.items() if number == value)),
    )
