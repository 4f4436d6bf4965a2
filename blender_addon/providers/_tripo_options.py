"""Options that Tripo and gateways to it share, and that its models and what is made of them share.

Source: Tripo's documentation, read on 2026-11-21.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ..core.options import Ui

SEED_MAX = 2**31 - 1
ADVISED_QUADS = 150_000
V3_1, V3_0 = "v3.1-20260211", "v3.0-20250812"
BARE = "Only a textured model has a use for this: switch Texture on"

Texture = Annotated[
    bool,
    Field(
        title="Texture",
        description="Color the model; without it and PBR Maps only the bare shape is made, and costs less",
    ),
]
Pbr = Annotated[
    bool, Field(title="PBR Maps", description="Metallic, roughness and normal maps, for materials that react to light")
]
TextureQuality = Annotated[
    Literal["standard", "detailed"],
    Field(title="Texture Quality", description="How fine the texture is; Detailed is sharper and costs more"),
]
GeometryQuality = Annotated[
    Literal["standard", "detailed"],
    Field(title="Mesh Quality", description="How fine the shape is; Ultra shows small details and costs more"),
]
GEOMETRY_LABELS = {"detailed": "Ultra"}
Quad = Annotated[
    bool,
    Field(
        title="Quads",
        description="Four-sided faces for editing and rigging, sent as FBX; about 10,000 unless Face Limit says "
        "otherwise, and costs a little more",
    ),
]
AutoSize = Annotated[
    bool,
    Field(title="Real-World Size", description="Let the provider guess how large the object is in reality, in metres"),
]
TextureAlignment = Annotated[
    Literal["original_image", "geometry"],
    Field(
        title="Texture Follows",
        description="What wins where image and shape disagree: the look of the image, or the fit on the shape",
    ),
]
TextureSeed = Annotated[
    int | None,
    Field(
        title="Texture Seed",
        description="The same seed makes the same texture again; another one with the same shape seed recolors it",
        ge=0,
        le=SEED_MAX,
    ),
    Ui(advanced=True),
]
Compress = Annotated[
    Literal["geometry"] | None,
    Field(title="Compression", description="Send a smaller file, with the geometry compressed by meshopt"),
    Ui(advanced=True),
]
OutFormat = Annotated[
    Literal["glb", "fbx"],
    Field(title="File Format", description="The file that Tripo sends; both land the same way"),
    Ui(advanced=True, labels={"glb": "GLB", "fbx": "FBX"}),
]


def quad_caution(quad: bool, face_limit: int | None) -> list[str]:
    """Warn of more quads than Tripo advises."""
    if not quad or (face_limit or 0) <= ADVISED_QUADS:
        return []
    return [
        f"Tripo advises against a Face Limit (face_limit) above {ADVISED_QUADS:,} with Quads (quad): lower it, or "
        "expect the task to be slow or to fail."
    ]
