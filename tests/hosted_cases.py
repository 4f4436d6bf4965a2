"""The five hosted providers and their simulators: which requests do what, and how each of them says no."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from simulators.csm import Csm
from simulators.modelslab import ModelsLab
from simulators.modelstream import ModelStream
from simulators.server import Simulator
from simulators.tripo import Tripo
from simulators.triverse import Triverse

Refusal = tuple[int, Any]
"""Status and body of an answer."""
LINK = "https://example.org/pictures/castle.png"


@dataclass
class Case:
    """What differs between the providers."""

    id: str
    simulator: type[Simulator]
    create: str
    poll: str
    upload: str = ""
    done: str = "success"
    """The provider's word for a task that has succeeded."""
    credits: float | None = None
    """What a task costs with the default options, where it is told."""
    views: tuple[str, ...] = ()
    """Views beside the front."""
    view_options: tuple[str, ...] = ()
    """What must be set for views to be taken."""
    options: dict[str, Any] = field(default_factory=dict)
    """Some options as the command line takes them."""
    sent: dict[str, Any] = field(default_factory=dict)
    """What these options are in the create's body."""
    image: str = "input"
    """Where the body has the image's address."""
    forbidden: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    """Arguments that are refused before anything is sent, and what the sentence names."""
    refusals: dict[str, Refusal] = field(default_factory=dict)
    """Kind of error → the answer to a create that means it."""
    ends: dict[str, tuple[Any, str]] = field(default_factory=dict)
    """What is tried → a poll's step that ends the task, and the kind of error."""
    amount: float | None = 1000.0
    unit: str = "credits"


def _set(*options: str) -> tuple[str, ...]:
    return tuple(part for option in options for part in ("--set", option))


def _tripo(code: int) -> dict[str, Any]:
    return {"code": code, "status": "error", "message": "No thanks", "suggestion": "Ask again", "request_id": "r-1"}


def _failed(code: int) -> dict[str, Any]:
    return {"status": "failed", "error_code": code, "error_message": "It did not work"}


def _nested(code: str) -> dict[str, Any]:
    return {"error": {"message": "No thanks", "type": "x", "param": "", "code": code}}


def _said(message: str, status: str = "error") -> dict[str, Any]:
    return {"status": status, "message": message}


def _csm(status: int, message: str) -> Refusal:
    return status, {"error": "No", "message": message, "statusCode": status}


def _triverse(code: int) -> dict[str, Any]:
    return {"code": code, "message": "No thanks", "suggestion": "Ask again"}


def _lost(code: int) -> dict[str, Any]:
    return {"status": "FAILED", "error": {"code": code, "message": "It did not work"}}


_BBOX = "scaled_bbox=1,0,1"

CASES = (
    Case(
        "tripo",
        Tripo,
        "POST /v3/generation/*",
        "GET /v3/tasks/*",
        "POST /v3/files",
        credits=30.0,
        views=("left", "back", "right"),
        options={"model_version": "v3.0-20250812", "face_limit": "5000", "quad": "yes", "texture_seed": "7"},
        sent={"model": "v3.0-20250812", "face_limit": 5000, "quad": True, "texture_seed": 7},
        forbidden=(
            (_set("generate_parts=yes"), ("generate_parts", "texture", "pbr")),
            (_set("generate_parts=yes", "texture=no", "pbr=no", "quad=yes"), ("generate_parts", "quad")),
            (_set("generate_parts=yes", "texture=yes", "pbr=no"), ("generate_parts", "texture")),
            (_set("smart_low_poly=yes", "face_limit=30000"), ("smart_low_poly", "face_limit")),
            (_set("smart_low_poly=yes", "face_limit=999"), ("smart_low_poly", "face_limit")),
            (_set("smart_low_poly=yes", "quad=yes", "face_limit=15000"), ("smart_low_poly", "quad", "face_limit")),
            (_set("face_limit=1600000"), ("face_limit", "geometry_quality")),
            (_set("face_limit=1100000", "model_version=v3.0-20250812"), ("face_limit", "model_version")),
            (_set("texture=no", "pbr=no", "texture_quality=detailed"), ("texture_quality", "texture", "pbr")),
            (_set("face_limit=0"), ("face_limit",)),
            (_set("nothing=1"), ("nothing",)),
        ),
        refusals={
            "credits": (403, _tripo(2010)),
            "rejected": (400, _tripo(2008)),
            "provider": (400, _tripo(2017)),
            "account": (403, _tripo(1005)),
        },
        ends={
            "failed": (_failed(1001), "provider"),
            "expired": ("expired", "provider"),
            "cancelled": ("cancelled", "provider"),
            "banned": ("banned", "rejected"),
            "content": (_failed(2008), "rejected"),
            "no credits": (_failed(2010), "provider"),
        },
    ),
    Case(
        "csm",
        Csm,
        "POST /image-to-3d-sessions",
        "GET /image-to-3d-sessions/*",
        done="complete",
        options={"geometry_model": "turbo", "topology": "quads", "scaled_bbox": "1,-1,2.5"},
        sent={"geometry_model": "turbo", "topology": "quads", "scaled_bbox": [1, -1, 2.5], "texture_model": "pbr"},
        image="image_url",
        forbidden=(
            (_set(_BBOX), ("scaled_bbox", "height")),
            (_set("scaled_bbox=1,2"), ("scaled_bbox",)),
            (_set("texture_model=shiny"), ("texture_model",)),
            (("--view", "left={image}"), ("left",)),
        ),
        refusals={
            "credits": _csm(402, "Payment required"),
            "provider": _csm(400, "No thanks"),
            "account": _csm(403, "Forbidden"),
        },
        ends={"failed": ("failed", "provider"), "cancelled": ("canceled", "provider")},
        amount=None,
    ),
    Case(
        "modelslab",
        ModelsLab,
        "POST /api/v6/3d/image_to_3d",
        "POST /api/v6/3d/fetch/*",
        "POST /api/v6/base64_to_url",
        views=("left", "back", "right"),
        view_options=_set("multi_image=yes"),
        options={"resolution": "300", "mesh_simplify": "0.95", "seed": "3", "temp": "yes", "track_id": "t-1"},
        sent={"resolution": 300, "mesh_simplify": 0.95, "seed": 3, "temp": "yes", "track_id": "t-1"},
        image="image",
        forbidden=(
            (_set("multi_image=yes"), ("multi_image",)),
            (("--view", "left={image}"), ("multi_image", "left")),
            (_set("resolution=513"), ("resolution",)),
            (_set("mesh_simplify=0.5"), ("mesh_simplify",)),
        ),
        refusals={
            "credits": (402, _said("Insufficient credits. Please add more credits to continue.")),
            "rejected": (200, _said("NSFW content is not allowed")),
            "provider": (200, {"status": "error", "messege": {"image": ["The image field is required."]}}),
            "account": (403, _said("This feature requires a premium subscription")),
        },
        ends={
            "failed": (_said("It did not work", "failed"), "provider"),
            "error": (_said("It did not work"), "provider"),
            "content": (_said("The image breaks our content policy", "failed"), "rejected"),
        },
        amount=43.6,
        unit="USD",
    ),
    Case(
        "modelstream",
        ModelStream,
        "POST /tripo/v2/openapi/task",
        "GET /tripo/v2/openapi/task/*",
        "POST /tripo/v2/openapi/upload",
        options={"model_version": "v3.0-20250812", "face_limit": "5000", "texture_quality": "detailed"},
        sent={"model_version": "v3.0-20250812", "face_limit": 5000, "texture_quality": "detailed"},
        image="file",
        forbidden=(
            (_set("texture=no"), ("pbr", "texture")),
            (_set("face_limit=999"), ("face_limit",)),
            (_set("face_limit=500001"), ("face_limit",)),
            (("--view", "left={image}"), ("left",)),
        ),
        refusals={
            "credits": (402, _nested("insufficient_quota")),
            "rejected": (400, {"code": 2008, "message": "No thanks"}),
            "provider": (400, _nested("invalid_parameter")),
            "account": (403, _nested("account_frozen")),
        },
        ends={
            "failed": ("failed", "provider"),
            "expired": ("expired", "provider"),
            "cancelled": ("cancelled", "provider"),
            "banned": ("banned", "rejected"),
        },
        amount=None,
    ),
    Case(
        "triverse",
        Triverse,
        "POST /api/v1/tasks/image-to-*",
        "GET /api/v1/tasks/*-*-*",
        "POST /api/v1/upload/image",
        done="SUCCESS",
        credits=150.0,
        views=("left", "back", "right"),
        options={"polygon_limit": "2000", "texture_size": "2048", "turbo": "yes"},
        sent={"polygon_limit": 2000, "texture_size": 2048, "turbo": True},
        image="image_file",
        forbidden=(
            (_set("polygon_limit=999"), ("polygon_limit",)),
            (_set("texture_size=512"), ("texture_size",)),
            (_set("textured=maybe"), ("textured",)),
        ),
        refusals={
            "credits": (403, _triverse(2010)),
            "rejected": (400, _triverse(2008)),
            "provider": (400, _triverse(1004)),
            "account": (403, _triverse(1005)),
        },
        ends={
            "failed": (_lost(5003), "provider"),
            "cancelled": ("CANCELLED", "provider"),
            "content": (_lost(2008), "rejected"),
        },
    ),
)
NAMES = [one.id for one in CASES]
