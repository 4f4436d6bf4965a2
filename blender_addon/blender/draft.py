"""What Generate would send now: the provider, the views and the options that the scene has chosen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import bpy

from ..core.errors import InputError
from . import declared, pictures, session

if TYPE_CHECKING:
    from ..core.options import Options
    from ..core.provider import Provider
    from ..core.task import Task


@dataclass(frozen=True)
class Draft:
    """What has been chosen, checked as far as it can be without a picture."""

    provider: type[Provider[Any]]
    views: tuple[str, ...]
    """Those that are given and that the provider takes; the front always counts."""
    options: Options | None
    """None while they do not fit together."""
    problem: str = ""
    """Why the options do not fit together, as a sentence."""

    @property
    def price_name(self) -> tuple[str, ...]:
        """Return the name of the question what this would cost."""
        force = self.options.effective(self.views) if self.options else {}
        return "price", self.provider.id, json.dumps([force, self.views])


def current_provider(scene: bpy.types.Scene) -> type[Provider[Any]]:
    """Return the provider that the scene has chosen; another one when the chosen one is no longer there."""
    from ..providers import find, names

    chosen = scene.maquette.provider
    return find(chosen if chosen in names() else names()[-1])


def views(scene: bpy.types.Scene, provider: type[Provider[Any]]) -> tuple[str, ...]:
    """Return the views that are given and that the provider takes; the front always counts."""
    return tuple(view for view in provider.views if view == "front" or pictures.given(scene.maquette, view))


def height(scene: bpy.types.Scene, provider: type[Provider[Any]]) -> float | None:
    """Return how tall the artist wants the model, metres; None: as the provider makes it, or its own option says."""
    chosen = scene.maquette
    if provider.height_option:
        return None
    if not chosen.use_height:
        return usual_height()
    return float(f"{chosen.height * scene.unit_settings.scale_length:.7g}")  # the field is in Blender's units


def usual_height() -> float | None:
    """Return how tall models are made for which the panel does not say it, metres; None: as their provider says."""
    chosen = session.preferences()
    return float(f"{chosen.height:.7g}") if chosen and chosen.use_height else None


def treatment(scene: bpy.types.Scene, provider: type[Provider[Any]]) -> tuple[bool, bool]:
    """Return whether the pictures are sent without their background, and whether they are cropped to the object."""
    chosen = scene.maquette
    return (False, False) if provider.cuts_out else (chosen.cut_out, chosen.crop)


def wishes(scene: bpy.types.Scene, provider: type[Provider[Any]]) -> dict[str, Any]:
    """Return what the artist asks for besides pictures and options, as fields of a task."""
    cut_out, crop = treatment(scene, provider)
    title = scene.maquette.title.strip()
    return {"title": title, "cut_out": cut_out, "crop": crop, "height": height(scene, provider)}


def expected_height(task: Task) -> float | None:
    """Return how tall the task's model will be, metres; None where only its provider knows."""
    from ..providers import find

    own: float | None = task.options.get(find(task.provider).height_option)
    return task.height or own


def of(scene: bpy.types.Scene) -> Draft:
    """Read the scene. Cheap enough for each redraw."""
    provider = current_provider(scene)
    return made(scene, provider, views(scene, provider))


def made(scene: bpy.types.Scene, provider: type[Provider[Any]], given: tuple[str, ...]) -> Draft:
    """Return what would be sent to the provider, of these views, with the options that the scene has for it."""
    try:
        return Draft(provider, given, provider.options.build(declared.values(scene, provider)))
    except InputError as error:
        return Draft(provider, given, None, error.message)
