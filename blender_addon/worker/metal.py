"""A GLB that says nothing about metal: glTF takes its surfaces for pure metal, its maker never thought so.

TRELLIS and other programs write a base color and leave the metallic factor out, whose default is 1. Blender leaves it
out too, but knows what it says: where there is no texture, it is believed. Source: glTF 2.0
specification, section 5.22 (Material PBR Metallic Roughness).
"""

from __future__ import annotations

from .gate_container import Document


def tame(document: Document) -> bool:
    """Make materials without a word about metal not metallic; tell whether there were any."""
    asset = document.root.get("asset")
    is_blenders = "Blender" in str(asset.get("generator")) if isinstance(asset, dict) else False
    silent = [facts for facts in map(_facts, document.items("materials")) if facts is not None]
    if is_blenders:
        silent = [facts for facts in silent if "baseColorTexture" in facts]
    for facts in silent:
        facts["metallicFactor"] = 0
    return bool(silent)


def _facts(material: dict[str, object]) -> dict[str, object] | None:
    """Return what a material says about its surface, when metal is not in it."""
    facts = material.setdefault("pbrMetallicRoughness", {})
    if not isinstance(facts, dict) or "metallicFactor" in facts or "metallicRoughnessTexture" in facts:
        return None
    return facts
