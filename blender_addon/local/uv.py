"""Unwraps a solid: charts seen from six directions, packed into one square; upright and never mirrored."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from . import directions
from .charts import Charts, cut
from .packing import pack
from .shapes import FloatArray, Solid

BLIND_DENSITY = 0.7
"""Texels per unit on charts that no picture shows, against those that one does: they hold no fine detail."""


def unwrap(solid: Solid, pictured: Collection[str] = ("front",)) -> FloatArray:
    """Return (M, 3, 2) texture coordinates, 0–1, v upwards; no two faces overlap and charts keep a gutter.

    pictured: the directions that have a picture; their charts get the most pixels.
    """
    charts = cut(solid, pictured)
    return pack(charts, _density(charts, pictured))


def _density(charts: Charts, pictured: Collection[str]) -> FloatArray:
    by_direction = np.array([1.0 if name in pictured else BLIND_DENSITY for name in directions.NAMES])
    density = np.empty(charts.count)
    density[charts.chart] = by_direction[charts.direction]
    return density
