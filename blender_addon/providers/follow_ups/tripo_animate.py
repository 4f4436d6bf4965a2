"""Tripo's animations: its clips, played on a rig that it has made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, get_args

from pydantic import Field

from ...core.errors import InputError
from ...core.options import Options, Ui
from .. import _tripo_options
from .._tripo_clips import BIPED, FIRST_VERSION, Clip, body_of, label
from .._tripo_v3 import TripoFollowUp

LABELS = {clip: label(clip) for clip in get_args(Clip)}
PRICE = 10
"""Credits of a clip."""


def _more(number: int) -> Any:
    """Return the pieces of one more clip's option."""
    return Field(title=f"Clip {number}", description="One more clip; each costs as much as the first one")


MORE = Ui(advanced=True, labels=LABELS, initial="preset:biped:run")


class AnimateOptions(Options):
    """What an animation can be told."""

    animation: Annotated[
        Clip,
        Field(title="Clip", description="What the model does; those of v1.0 are for rigs of that version"),
        Ui(labels=LABELS, always_sent=True),
    ] = "preset:biped:walk"
    animate_in_place: Annotated[
        bool, Field(title="In Place", description="Walk and run on the spot, as games want it")
    ] = False
    animation_2: Annotated[Clip | None, _more(2), MORE] = None
    animation_3: Annotated[Clip | None, _more(3), MORE] = None
    animation_4: Annotated[Clip | None, _more(4), MORE] = None
    animation_5: Annotated[Clip | None, _more(5), MORE] = None
    out_format: _tripo_options.OutFormat = "glb"

    @property
    def clips(self) -> list[str]:
        """Return the clips, each once."""
        more = (self.animation_2, self.animation_3, self.animation_4, self.animation_5)
        return list(dict.fromkeys([self.animation, *(one for one in more if one)]))

    def credits(self) -> Decimal:
        """Return the list price. Source: Tripo's price list, read on 2026-11-21."""
        return Decimal(PRICE * len(self.clips))


class TripoAnimate(TripoFollowUp[AnimateOptions]):
    """Plays clips on a rig."""

    id = "tripo_animate"
    title = "Animate"
    rank = 2
    description = "Let the rigged model walk, run, dance"
    options: ClassVar[type[Options]] = AnimateOptions
    follows = ("tripo_rig",)
    path, kind = "/v3/animations/retarget", "animate_retarget"
    at_once = 5  # animations: ten, rigs among them, run or are queued
    price = "10 credits a clip"
    sets: ClassVar[dict[str, str]] = {
        "original_model_task_id": "input: the rig's task",
        "animations": "Clip to Clip 5, where there are several",
        "export_with_geometry": "yes: the model comes with its animation",
        "bake_animation": "not sent: Tripo ignores it by now",
    }

    @classmethod
    def check_before(cls, options: AnimateOptions, before: Mapping[str, Any]) -> None:
        """Refuse the rigs that Tripo does not animate, and clips that are not for the rig."""
        if (spec := before.get("spec", "tripo")) != "tripo":
            raise InputError(
                f"Tripo animates its own skeleton only, and this rig has the one of {spec}. Rig the model once more "
                "with Skeleton (spec) Tripo."
            )
        first = before.get("model_version", FIRST_VERSION) == FIRST_VERSION
        for clip in options.clips if before else ():
            if clip.startswith(BIPED) is not first:
                fits = "ends in (v1.0)" if first else "does not end in (v1.0)"
                raise InputError(f"This rig does not know the clip {LABELS[clip]}. Choose one that {fits}.")
            if not first and body_of(clip) not in ("", before.get("rig_type")):
                raise InputError(
                    f"The clip {LABELS[clip]} is for another kind of body than this rig's. Choose another."
                )

    def order(self, options: AnimateOptions, views: Collection[str]) -> dict[str, Any]:
        """Return the options as the request carries them: several clips as a list, and always with the model."""
        order = super().order(options, views)
        for name in [name for name in order if name.startswith("animation")]:
            del order[name]
        clips = options.clips
        chosen: dict[str, Any] = {"animations": clips} if len(clips) > 1 else {"animation": clips[0]}
        return {**chosen, **order, "export_with_geometry": True}
