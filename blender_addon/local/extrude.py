"""Makes plates from one silhouette, for logos, signs and coins: a prism, or a plate with a relief on its front."""

from __future__ import annotations

import numpy as np

from . import poisson
from .align import resample
from .inflate import MARGIN, sample
from .shapes import ByteArray, FloatArray, Recipe, Solid
from .surface import CELLS, extract

_FINER = 1.25
"""A plate is thin, so it can have more cells across than a full body."""
_THICKNESS, _BASE, _RELIEF = 0.2, 0.08, 0.08
"""Of the prism, of the relief's plate and of the relief itself, as shares of the silhouette's shorter side."""
_BEVEL = 0.2
"""Usual bevel as a share of half the thickness; full roundness makes the whole edge round."""
_DOME = 0.35
"""Share of the relief that comes from the silhouette; the rest comes from light and dark."""
_LUMA = (0.2126, 0.7152, 0.0722)


def extrude(mask: FloatArray, recipe: Recipe) -> Solid:
    """Push a silhouette, (H, W) coverage cropped to the object, straight back; its edges are slightly rounded."""
    level, cell = sample(mask, round(CELLS[recipe.detail] * _FINER))
    thickness = _THICKNESS * recipe.depth * _shorter_side(mask) / cell[1]
    return _plate(level, cell, np.full(level.shape, thickness), recipe)


def relief(picture: ByteArray, mask: FloatArray, recipe: Recipe) -> Solid:
    """Make a flat-backed plate whose front rises where the picture is light and towards the silhouette's middle.

    picture: (H, W, 4) and mask: (H, W), both cropped to the object.
    """
    level, cell = sample(mask, round(CELLS[recipe.detail] * _FINER))
    dome = np.sqrt(np.maximum(poisson.solve(level), 0))
    dome /= max(float(dome.max()), 1e-9)
    rows, columns = (side - 2 * MARGIN for side in level.shape)
    light = _light(picture, mask, max(1, rows * 2 // 3), max(1, columns * 2 // 3))
    light = np.pad(resample(light, rows, columns), MARGIN, mode="edge")
    unit = recipe.depth * _shorter_side(mask) / cell[1]
    return _plate(level, cell, unit * (_BASE + _RELIEF * (_DOME * dome + (1 - _DOME) * light)), recipe)


def _plate(level: FloatArray, cell: tuple[float, float], thickness: FloatArray, recipe: Recipe) -> Solid:
    """Make the solid between a flat back and a front that lies `thickness` cells, (rows, columns), before it."""
    bevel = float(thickness.min()) / 2 * (_BEVEL if recipe.roundness is None else recipe.roundness)
    most = float(thickness[level > 0].max(initial=1))
    depths = np.arange(int(np.ceil(most)) + 2 * MARGIN + 1) - MARGIN - most / 2
    half = thickness[::-1].T[:, None, :] / 2
    out = bevel - _distance(level)[::-1].T[:, None, :]
    beside = np.abs(depths[None, :, None] - (most / 2 - half)) - half + bevel
    field = bevel - np.minimum(np.maximum(out, beside), 0) - np.hypot(np.maximum(out, 0), np.maximum(beside, 0))
    origin = (-(level.shape[1] - 1) / 2 * cell[0], float(depths[0]) * cell[1], (0.5 - MARGIN) * cell[1])
    return extract(field, origin, (cell[0], cell[1], cell[1]))


def _distance(level: FloatArray) -> FloatArray:
    """Estimate the distance from the rim in cells, positive inside, without steps.

    Source: Spalding's wall distance from Poisson's equation, exact for straight rims.
    """
    swell = np.maximum(poisson.solve(level), -4.0) / 4
    slope = np.hypot(*np.gradient(swell))
    return np.where(swell > 0, np.sqrt(slope**2 + 2 * np.maximum(swell, 0)) - slope, swell)


def _light(picture: ByteArray, mask: FloatArray, rows: int, columns: int) -> FloatArray:
    """Measure how light the object is on a grid, stretched so that its darkest parts are 0 and its lightest 1."""
    solid = (mask >= 0.5).astype(float)
    weight = resample(solid, rows, columns)
    light = resample(picture[..., :3] @ np.array(_LUMA) * solid, rows, columns) / np.maximum(weight, 1e-6)
    inside = light[weight > 0.5]
    dark, bright = np.percentile(inside, (2, 98)) if inside.size else (0.0, 1.0)
    return np.where(weight > 0.05, np.clip((light - dark) / max(bright - dark, 8.0), 0, 1), 0)


def _shorter_side(mask: FloatArray) -> float:
    """Measure the silhouette's shorter side in units of its height."""
    return float(min(mask.shape[1] / mask.shape[0], 1.0))
