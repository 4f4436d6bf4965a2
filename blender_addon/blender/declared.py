"""The providers' options as Blender properties, made from their declarations when they are first needed.

`ensure()` adds `provider` and one pointer for each provider and follow-up (`Scene.maquette.local`, …) to
MAQUETTE_PG_scene. Blender keeps values whose property is not there yet, so a .blend may be loaded or saved before:
nothing is lost.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import (
    BoolProperty,
    EnumProperty,
    FloatProperty,
    FloatVectorProperty,
    IntProperty,
    PointerProperty,
    StringProperty,
)

from ..core.errors import InputError
from .properties import MAQUETTE_PG_scene
from .translations import CONTEXT

if TYPE_CHECKING:
    from ..core.options import OptionField
    from ..core.provider import Provider

SUBTYPES = {"FACTOR", "PERCENTAGE", "PIXEL", "ANGLE", "COLOR"}
"""Units that Blender knows as a property's subtype; the others are its units."""

_groups: dict[str, type] = {}
_import: threading.Thread | None = None
_ready = False


def ready() -> bool:
    """Tell whether the options are there, all of them."""
    return _ready


@contextmanager
def packages() -> Iterator[None]:
    """Import in here what needs our packages. Raises InputError when they cannot be loaded."""
    try:
        yield
    except (ImportError, SystemError) as error:  # SystemError: pydantic found another pydantic_core than its own
        raise InputError(
            f"Maquette's Python packages cannot be loaded ({str(error).rstrip('.')}). Another extension may bring a "
            "version that does not fit: update or disable it, then restart Blender."
        ) from error


def arriving() -> bool:
    """Import in a thread what the options and tasks need, and tell whether that still goes on: it takes 0.2–0.4 s."""
    global _import
    if _import is None:
        _import = threading.Thread(target=_import_packages, name="maquette-options", daemon=True)
        _import.start()
    return _import.is_alive()


def _import_packages() -> None:
    with suppress(InputError), packages():  # ensure() meets it again and says it
        from ..cli import assembly  # noqa: F401 - what runs the tasks
        from ..providers import every, every_follow_up

        every()
        every_follow_up()


def ensure() -> None:
    """Make the options unless they are there. Raises InputError when the packages they need cannot be loaded.

    What fails midway is taken back, so that the next attempt begins anew.
    """
    global _ready
    if _ready:
        return
    with packages():
        from ..providers import every, every_follow_up
    try:
        _make(every(), every_follow_up())
    except BaseException:
        unregister()
        raise
    _ready = True
    from . import last_used

    last_used.offer(with_undo=True)


def _make(providers: list[type[Provider[Any]]], follow_ups: list[type[Provider[Any]]]) -> None:
    from ..core.options import choice_number

    items = [(one.id, one.label, one.description, choice_number(one.id)) for one in providers]
    MAQUETTE_PG_scene.provider = EnumProperty(
        name="Provider",
        description="Who makes the model",
        items=items,
        default=_default(providers),
        options=set(),
        translation_context=CONTEXT,
    )
    for one in (*providers, *follow_ups):
        add(MAQUETTE_PG_scene, one)
    from . import accounts  # which reads from the session, which needs this module

    accounts.ensure(providers)
    from . import appearing

    appearing.register()


def add(owner: type, provider: type[Provider[Any]]) -> None:
    """Add the provider's group of options to the owner, under the provider's id."""
    group = _group(provider)
    bpy.utils.register_class(group)
    _groups[provider.id] = group
    setattr(owner, provider.id, PointerProperty(type=group))


def remove(owner: type, name: str) -> None:
    """Take a provider's group away; what was set stays in the .blend."""
    if hasattr(owner, name):
        delattr(owner, name)
    bpy.utils.unregister_class(_groups.pop(name))


def unregister() -> None:
    """Take the options away again, as far as they are there."""
    global _ready
    _ready = False
    if appearing := sys.modules.get(f"{__package__}.appearing"):  # else it never came to that
        appearing.unregister()
    if hasattr(MAQUETTE_PG_scene, "provider"):
        del MAQUETTE_PG_scene.provider
    for name in reversed(list(_groups)):
        remove(MAQUETTE_PG_scene, name)


def values(scene: bpy.types.Scene, provider: type[Provider[Any]]) -> dict[str, Any]:
    """Return the provider's options as the scene has them, as plain values."""
    from ..core.options import option_fields

    group = getattr(scene.maquette, provider.id)
    return {one.name: value(group, one) for one in option_fields(provider.options) if not one.ui.cli_only}


def value(group: Any, one: OptionField) -> Any:
    """Return one option's value as a plain one; None where it is switched off."""
    if one.optional and not getattr(group, f"use_{one.name}"):
        return None
    found = getattr(group, one.name)
    if one.kind == "tuple":
        return tuple(_exact(part) for part in found)
    if one.kind == "float":
        return _exact(found * _metres(group, one))
    if one.kind == "choice" and not found:  # a choice that is no longer there
        return one.default
    return found


def set_values(scene: bpy.types.Scene, provider: type[Provider[Any]], wanted: Mapping[str, Any]) -> list[str]:
    """Set the provider's options in the scene; return the titles of those that cannot be what is wanted.

    What is not given stays as it is.
    """
    from ..core.options import option_fields

    group = getattr(scene.maquette, provider.id)
    given = [one for one in option_fields(provider.options) if not one.ui.cli_only and one.name in wanted]
    return [one.title for one in given if not _set(group, one, wanted[one.name])]


def _set(group: Any, one: OptionField, wanted: Any) -> bool:
    """Set one option, None is off; tell whether its property could take what is wanted."""
    if one.optional:
        setattr(group, f"use_{one.name}", wanted is not None)
    if wanted is None:
        return True
    try:
        wanted = tuple(wanted) if one.kind == "tuple" else wanted
        given = wanted / _metres(group, one) if one.kind == "float" else wanted
        setattr(group, one.name, given)
    except (TypeError, ValueError, OverflowError):  # a choice that is no longer there
        return False
    return bool(value(group, one) == wanted)


def _metres(group: Any, one: OptionField) -> float:
    """Return what to multiply an option's property with: Blender shows lengths as so many units of the scene."""
    in_units = one.ui.unit == "LENGTH" and isinstance(group.id_data, bpy.types.Scene)
    return group.id_data.unit_settings.scale_length if in_units else 1.0


def _exact(value: float) -> float:
    """Return the number that was typed: Blender keeps 32 bits, which turn 0.3 into 0.30000001192."""
    return float(f"{value:.7g}")


def _default(providers: list[type[Provider[Any]]]) -> str:
    """Return the provider that a new scene has: the one that needs no account."""
    names = [one.id for one in providers]
    return "local" if "local" in names else names[0]


def _group(provider: type[Provider[Any]]) -> type:
    from ..core.options import option_fields

    properties: dict[str, Any] = {}
    for one in option_fields(provider.options):
        if one.ui.cli_only:
            continue
        if one.optional:
            properties[f"use_{one.name}"] = BoolProperty(
                name=one.title, description=one.description, default=one.default is not None, options=set()
            )
        properties[one.name] = _property(one)
    name = f"MAQUETTE_PG_options_{provider.id}"
    return type(name, (bpy.types.PropertyGroup,), {"__annotations__": properties, "__doc__": provider.description})


def _property(one: OptionField) -> Any:
    """Return Blender's property for an option."""
    common: dict[str, Any] = {
        "name": one.title,
        "description": one.description,
        "default": one.initial,
        "options": set(),  # not animatable
        "translation_context": CONTEXT,
    }
    if one.kind == "bool":
        return BoolProperty(**common)
    if one.kind == "str":
        return StringProperty(**common)
    if one.kind == "choice":
        return EnumProperty(**common, items=_items(one))
    number = int if one.kind == "int" else float
    edges = (("min", one.minimum), ("max", one.maximum))
    common |= {name: number(edge) for name, edge in edges if edge is not None}
    if one.ui.unit:
        common["subtype" if one.ui.unit in SUBTYPES else "unit"] = one.ui.unit
    if one.kind == "int":
        return IntProperty(**common)
    if one.kind == "tuple":
        return FloatVectorProperty(**common, size=one.length)
    return FloatProperty(**common)


def _items(one: OptionField) -> list[tuple[str, str, str, int]]:
    from ..core.options import choice_number

    return [(name, label, "", choice_number(name)) for name, label in one.choices]
