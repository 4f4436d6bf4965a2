"""Guesses roughness and fine relief from painted colours: plausible, moderate, nothing where nothing is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .fill import doubled, halved, soften
from .shapes import ByteArray, FloatArray

Guess = Callable[[FloatArray, FloatArray], FloatArray]

LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
"""Weights of red, green and blue (Rec. 709), here applied to sRGB values: relief follows what the eye sees."""
ROUGHNESS = 0.55
SHINY = 0.28
MAX_SLOPE = 0.35
"""Slopes approach this and never pass it."""
LARGEST = 2048
"""Larger textures get the maps of half their size, enlarged: the pictures hold nothing finer."""


def roughness(colors: FloatArray, known: FloatArray) -> ByteArray:
    """Guess the (T, T) roughness from (T, T, 3) colours, sRGB 0–1; known, (T, T) 0–1: how much comes from a picture."""
    return _bytes(_at_most(LARGEST, _roughness, colors, known))


def normal(colors: FloatArray, known: FloatArray) -> ByteArray:
    """Guess (T, T, 3) tangent-space normals, green upwards, from the same."""
    return _bytes(_at_most(LARGEST, _normal, colors, known))


def _at_most(size: int, guess: Guess, colors: FloatArray, known: FloatArray) -> FloatArray:
    if len(colors) <= size or len(colors) % 2:
        return guess(colors, known)
    return doubled(_at_most(size, guess, halved(colors), halved(known)))


def _roughness(colors: FloatArray, known: FloatArray) -> FloatArray:
    """Return a middling value, lower at highlights: bright, pale, brighter than around; higher in dark marks."""
    size = len(colors)
    luma = colors @ LUMA
    around = soften(luma, _levels(size) + 5)
    red, green, blue = np.moveaxis(colors, 2, 0)
    most = np.maximum(np.maximum(red, green), blue)
    least = np.minimum(np.minimum(red, green), blue)
    pale = 1 - (most - least) / np.maximum(most, np.float32(0.05))
    shine = np.clip((luma - around - 0.06) / 0.2, 0, 1) * np.clip((luma - 0.5) / 0.3, 0, 1) * np.clip(pale * 1.5, 0, 1)
    value = ROUGHNESS + np.clip((around - luma) * 0.5, -0.08, 0.08) * known
    return value + (SHINY - value) * soften(shine * known, _levels(size) + 1)


def _normal(colors: FloatArray, known: FloatArray) -> FloatArray:
    """Read fine steps of lightness as relief.

    Only a band of sizes counts: finer is noise, coarser is shading. Charts are upright and unmirrored, so texture
    right and up are tangent and bitangent.
    """
    size = len(colors)
    luma = colors @ LUMA
    fine = _levels(size)
    band = soften(luma, fine) - soften(luma, fine + 3)
    height = np.tanh(band / 0.12) * 0.12 * soften(known, fine + 2)
    down, right = np.gradient(height * (12 * size / 1024))
    steep = np.hypot(right, down)
    limited = np.tanh(steep / MAX_SLOPE) * MAX_SLOPE
    z = 1 / np.hypot(1, limited)
    sideways = -limited * z / np.maximum(steep, np.float32(1e-9))
    vectors: FloatArray = np.stack([right * sideways, -down * sideways, z], axis=2)
    return vectors * np.float32(0.5) + np.float32(0.5)


def _levels(size: int) -> int:
    """Return the level at which a texture's pixels are those of a 1024 one."""
    return max(0, round(float(np.log2(size / 1024))))


def _bytes(values: FloatArray) -> ByteArray:
    """Turn 0–1 into 0–255; 0.5 becomes 128, so that a flat normal is (128, 128, 255)."""
    scaled: ByteArray = np.floor(np.clip(values, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    return scaled
