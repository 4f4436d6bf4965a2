"""The artist's own threshold: what costs more credits is asked about first, and no script gets around it unasked."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import bpy

from ..core.errors import InputError
from ..core.price import amount
from . import draft, pictures, session
from .price import told
from .translations import say


def threshold() -> int:
    """Return the credits above which the artist wants to be asked; 0 is never."""
    chosen = session.preferences()
    return int(chosen.ask_above) if chosen else 0


def question(scene: bpy.types.Scene, provider: type[Any], values: Mapping[str, Any], image: str = "") -> str:
    """Return what is asked before the task is sent; empty when it costs no more than the threshold. Raises InputError.

    A price that nobody knows may be above it. In background mode there is nobody to ask.
    """
    limit = threshold()
    if not limit or not provider.base_url or bpy.app.background:
        return ""
    price = _price(scene, provider, values, image)
    if price is None:
        return f"What {provider.label} charges for this is not known. Generate all the same?"
    return f"This costs about {amount(price)}. Generate all the same?" if price > limit else ""


def ask(operator: bpy.types.Operator, context: bpy.types.Context, event: bpy.types.Event, asked: str) -> Any:
    """Put the question to the artist; the operator is executed when the answer is yes."""
    return context.window_manager.invoke_confirm(
        operator, event, title="Generate", message=say(asked), confirm_text="Generate"
    )


def check(scene: bpy.types.Scene, provider: type[Any], values: Mapping[str, Any], image: str = "") -> None:
    """Raise InputError for a task about which the artist must be asked, and was not: a script has called."""
    if asked := question(scene, provider, values, image):
        raise InputError(
            f"{asked.partition('. ')[0]}, and the preferences say to ask above {amount(Decimal(threshold()))}. Press "
            "Generate in the sidebar; nothing was sent."
        )


def _price(scene: bpy.types.Scene, provider: type[Any], values: Mapping[str, Any], image: str) -> Decimal | None:
    """Return the dearer one of our estimate and what the provider has answered when it was asked."""
    options = provider.options.build(values)
    given = (one for one in provider.views if one == "front" or pictures.given(scene.maquette, one))
    wanted = draft.Draft(provider, ("front",) if image else tuple(given), options)
    known = (options.credits(), told(session.current(), wanted))
    return max((one for one in known if one is not None), default=None)
