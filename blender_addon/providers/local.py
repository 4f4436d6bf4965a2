"""Local: blockout models made on this computer, without an account and without a network."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ..core.errors import InputError
from ..core.flow import Flow, Request
from ..core.options import FRONT_ONLY, Options, Ui
from ..core.provider import Created, Pace, Provider, Source, TaskStatus
from ..core.source import Accepts

Method = Literal["auto", "inflate", "hull", "extrude", "relief"]


class LocalOptions(Options):
    """What Local can be told."""

    method: Annotated[
        Method,
        Field(
            title="Method",
            description="How the shape is found: inflated from one view, carved from several, or a flat extrusion "
            "or relief for logos, signs and coins",
        ),
        Ui(
            labels={
                "auto": "Automatic",
                "inflate": "Inflate",
                "hull": "Visual Hull",
                "extrude": "Extrude",
                "relief": "Relief",
            }
        ),
    ] = "auto"
    height: Annotated[
        float,
        Field(title="Height", description="Height of the finished model in metres", ge=0.001, le=1000.0),
        Ui(unit="LENGTH"),
    ] = 2.0  # as Blender's own primitives: a smaller one would land unseen inside the default cube
    depth: Annotated[
        float,
        Field(
            title="Depth",
            description="Front to back, as a factor of the depth that the method would choose by itself",
            ge=0.05,
            le=5.0,
        ),
    ] = 1.0
    symmetry: Annotated[
        bool, Field(title="Mirror Symmetry", description="Make the left and right halves mirror images of each other")
    ] = False
    face_limit: Annotated[
        int | None,
        Field(
            title="Face Limit",
            description="Most triangles that the model may have, kept within 5 %; without a limit Detail decides",
            ge=100,
            le=500_000,
        ),
    ] = 20_000
    detail: Annotated[
        Literal["draft", "normal", "fine"],
        Field(title="Detail", description="How finely the shape is sampled; Fine takes several times longer"),
    ] = "normal"
    roundness: Annotated[
        float | None,
        Field(
            title="Roundness",
            description="Cross-sections from square (0) to round (1); automatic when switched off",
            ge=0.0,
            le=1.0,
        ),
        Ui(advanced=True, initial=1.0, unit="FACTOR"),
    ] = None
    smoothing: Annotated[
        float,
        Field(title="Smoothing", description="How much the surface is softened", ge=0.0, le=1.0),
        Ui(advanced=True, unit="FACTOR"),
    ] = 0.3
    back: Annotated[
        Literal["mirror", "plain"],
        Field(
            title="Back Side",
            description="What a side that no view shows gets: the front, mirrored and softened, or its plain colors",
        ),
        Ui(advanced=True, labels={"mirror": "Mirrored Front", "plain": "Plain Colors"}),
    ] = "mirror"
    texture_size: Annotated[
        Literal["512", "1024", "2048", "4096"],
        Field(title="Texture Size", description="Width and height of the textures in pixels"),
        Ui(advanced=True, labels={size: f"{size} px" for size in ("512", "1024", "2048", "4096")}),
    ] = "1024"

    def switched_off(self, views: Collection[str] = FRONT_ONLY) -> dict[str, str]:
        """Say which options a method has no use for."""
        if self.method in ("extrude", "relief"):
            return {"roundness": "Flat methods have no cross-sections to round"}
        if self.method == "hull":
            return {"depth": "A visual hull takes its depth from the side views"}
        return {}

    def check_views(self, views: Collection[str]) -> None:
        """Refuse a visual hull without a view that tells its depth."""
        if self.method == "hull" and not {"left", "right"} & set(views):
            raise InputError("The method hull needs a view from a side: add a left or right view, or choose inflate.")

    def credits(self) -> Decimal:
        """Return 0: nothing leaves this computer."""
        return Decimal(0)


class Local(Provider[LocalOptions]):
    """Speaks the same interface as the hosted ones; its requests go to the background Blender."""

    id = "local"
    label = "Local"
    description = "Blockout models made on this computer: no account, no network, no cost"
    options: ClassVar[type[Options]] = LocalOptions
    views = ("front", "left", "back", "right")
    accepts = Accepts(clean=False)  # nothing leaves this computer
    height_option = "height"
    face_option = "face_limit"
    cuts_out = True
    price = "free"
    repeatable = True
    at_once = 2  # background Blenders
    pace = Pace(first=0.1, factor=1.2, longest=0.5)

    def submit(self, source: Source, options: LocalOptions) -> Flow[Created]:
        """Hand the views and options to the background Blender."""
        recipe = options.effective()
        order = {
            "task": source.task,
            "views": {name: str(view.path) for name, view in source.views.items()},
            "options": recipe | {"texture_size": int(recipe["texture_size"])},
        }
        answer = yield Request("POST", "local:tasks", json=order, creates=True)
        return Created(str(answer.body["task_id"]))

    def poll(self, provider_task: str, options: LocalOptions) -> Flow[TaskStatus]:
        """Ask how far it is."""
        answer = yield Request("GET", f"local:tasks/{provider_task}")
        link = answer.body.get("link")
        if link:
            return TaskStatus("succeeded", 100, (link,), Decimal(0))
        return TaskStatus("running", answer.body["percent"])
