"""What Tripo allows in the bodies of its two H3 tasks, and what they cost; written from its documents.

Read on 2026-11-21; where a newer page differs from the page of the H3 models, that page is followed.
"""

from __future__ import annotations

from typing import Any

from .schema import Field, InvalidError
from .wire import image_sides

NO_LINKS = ("webp", "gif", "bmp", "tif", "tiff", "svg")
"""Types of pictures that are not taken by their address."""
V31, V30 = "v3.1-20260211", "v3.0-20250812"

COMMON = {
    "model": Field(str, choices=(V31, V30), required=True),
    "model_seed": Field(int),
    "texture": Field(bool),
    "pbr": Field(bool),
    "texture_seed": Field(int),
    "texture_alignment": Field(str, choices=("original_image", "geometry")),
    "texture_quality": Field(str, choices=("standard", "detailed")),
    "geometry_quality": Field(str, choices=("standard", "detailed")),
    "smart_low_poly": Field(bool),
    "quad": Field(bool),
    "face_limit": Field(int, 1, 2_000_000),
    "auto_size": Field(bool),
    "orientation": Field(str, choices=("default", "align_image")),
    "compress": Field(str, choices=("geometry",)),
    "generate_parts": Field(bool),
    "export_uv": Field(bool),
}
IMAGE = {"input": Field(str, 1, required=True), "enable_image_autofix": Field(bool), **COMMON}
MULTIVIEW = {"inputs": Field(list, 4, 4, required=True), **COMMON}
NEEDS_TEXTURE = ("texture_seed", "texture_alignment", "auto_size", "orientation")
FACES = {
    (V31, "standard"): 1_500_000,
    (V31, "detailed"): 2_000_000,
    (V30, "standard"): 1_000_000,
    (V30, "detailed"): 1_500_000,
}
"""Most triangles by model and geometry quality; held for quads too, for which only a recommendation is written."""


def sides_fit(data: bytes) -> bool:
    """Whether the picture has 20 to 6000 pixels a side; one whose size is not found is let through."""
    return all(20 <= side <= 6000 for side in image_sides(data) or ())


def is_textured(body: dict[str, Any]) -> bool:
    """Whether the model gets a texture: both are on by default, and PBR switches the texture on."""
    return bool(body.get("texture", True) or body.get("pbr", True))


def price(body: dict[str, Any]) -> float:
    """Return the credits of an image or multiview task of an H3 model. Source: Tripo's list, read on 2026-11-21."""
    base = 30 if is_textured(body) else 20
    surcharges = {
        "texture_quality": ("detailed", 10),
        "geometry_quality": ("detailed", 20),
        "smart_low_poly": (True, 10),
        "quad": (True, 5),
        "generate_parts": (True, 20),
    }
    return float(base + sum(more for name, (value, more) in surcharges.items() if body.get(name) == value))


def check_rules(body: dict[str, Any]) -> None:
    """Raise InvalidError for a combination that the document forbids."""
    quality, textured = body.get("texture_quality"), is_textured(body)
    if not textured:
        for name in NEEDS_TEXTURE:
            if name in body:
                raise InvalidError(name, "can only be used in a textured model")
        if quality == "standard":
            raise InvalidError("texture_quality", "standard is not allowed with texture=false and pbr=false")
        if quality == "detailed" and body["model"] != V30:
            raise InvalidError("texture_quality", f"with texture=false and pbr=false only available for {V30}")
    if body.get("generate_parts") and (textured or body.get("quad")):
        raise InvalidError("generate_parts", "is not compatible with texture=true, pbr=true or quad=true")
    check_faces(body)


def check_faces(body: dict[str, Any]) -> None:
    """Raise InvalidError for a face limit that does not fit the model, its quality and its topology."""
    low, high = 1, FACES[body["model"], body.get("geometry_quality", "standard")]
    if body.get("smart_low_poly"):
        low, high = (500, 10_000) if body.get("quad") else (1000, 20_000)
    if not low <= body.get("face_limit", low) <= high:
        raise InvalidError("face_limit", f"must be between {low} and {high}")
