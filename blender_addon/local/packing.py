"""Lays charts into a square, by their true outlines, as large as they fit, with a gutter between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .charts import Charts, bounds
from .shapes import FloatArray, Index, Mask

CELLS = 128
"""Cells along the square's side; a gutter is one cell (8 pixels of 1024)."""
BORDER = 0.5
"""Free cells along the edge of the square."""
MARK_STEP = 3
"""Every third sample, and every corner, is enough to find the cells that a chart touches."""
BEST_FILL = 0.72
"""Share of the square that charts fill when they fit very well: where the search for the scale starts."""
BOX_CELLS = 5
"""Charts up to this many cells in both directions are placed by their boxes, which is faster."""


class _FullError(Exception):
    """The charts do not fit at this scale."""


@dataclass(frozen=True)
class _Outlines:
    """What packing needs to know of the charts: boxes and marks on their surface, in units of the solid."""

    low: FloatArray
    size: FloatArray
    owner: Index
    marks: FloatArray


def pack(charts: Charts, density: FloatArray) -> FloatArray:
    """Return (M, 3, 2) texture coordinates, v upwards; density (count,) scales each chart against the others."""
    scaled = charts.corners * density[charts.chart][:, None, None]
    low, high = bounds(scaled, charts.chart)
    marks, owner = _marks(charts, scaled)
    outlines = _Outlines(low, high - low, owner, marks - low[owner])
    one, two = scaled[:, 1] - scaled[:, 0], scaled[:, 2] - scaled[:, 0]
    area = float(np.abs(one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]).sum()) / 2
    width = float(outlines.size.max())
    scale, origin = _largest(outlines, min(CELLS * (BEST_FILL / area) ** 0.5, (CELLS - BORDER) / width * (1 - 1e-9)))
    local = (scaled - low[charts.chart][:, None]) * scale + BORDER + origin[charts.chart][:, None]
    uvs: FloatArray = local / CELLS
    uvs[..., 1] = 1 - uvs[..., 1]
    return uvs


def _marks(charts: Charts, scaled: FloatArray) -> tuple[FloatArray, Index]:
    """Return points, (K, 2), that are dense on the charts, and the chart of each: their samples and corners."""
    face = charts.samples.face[::MARK_STEP]
    inside = np.einsum("skc,sk->sc", scaled[face], charts.samples.weights[::MARK_STEP])
    points = np.concatenate([inside, scaled.reshape(-1, 2)])
    return points, np.concatenate([charts.chart[face], np.repeat(charts.chart, 3)])


def _largest(outlines: _Outlines, scale: float) -> tuple[float, FloatArray]:
    """Find a scale, cells a unit, close to the largest at which everything fits."""
    while True:
        try:
            return scale, _placed(_masks(outlines, scale))
        except _FullError:
            scale *= 0.97


def _masks(outlines: _Outlines, scale: float) -> list[Mask]:
    """Mark the cells that each chart touches."""
    shape = np.floor(outlines.size * scale + BORDER).astype(np.intp) + 1
    size = shape[:, 0] * shape[:, 1]
    if size.sum() > 4 * CELLS * CELLS or shape.max() > CELLS:
        raise _FullError
    start = np.cumsum(size) - size
    column, row = np.floor(outlines.marks * scale + BORDER).astype(np.intp).T
    touched = np.zeros(int(size.sum()), dtype=bool)
    touched[start[outlines.owner] + row * shape[outlines.owner, 0] + column] = True
    return [touched[a : a + n].reshape(h, w) for a, n, (w, h) in zip(start, size, shape, strict=True)]


def _placed(masks: list[Mask]) -> FloatArray:
    """Put each chart, the largest first, as near to the top left corner as it fits."""
    if sum(int(mask.sum()) for mask in masks) > CELLS * CELLS:
        raise _FullError
    taken: Mask = np.zeros((CELLS, CELLS), dtype=bool)
    origin = np.zeros((len(masks), 2))
    for chart in sorted(range(len(masks)), key=lambda chart: -masks[chart].size):
        mask = masks[chart]
        height, width = mask.shape
        free = _free_box(taken, height, width) if max(height, width) <= BOX_CELLS else _free_outline(taken, mask)
        rows, columns = np.nonzero(free)
        if not len(rows):
            raise _FullError
        corner = int((rows + columns).argmin())
        row, column = int(rows[corner]), int(columns[corner])
        _take(taken, mask, row, column)
        origin[chart] = column, row
    return origin


def _free_box(taken: Mask, height: int, width: int) -> Mask:
    """Tell for each place whether a box of that size is free there."""
    total = np.pad(np.cumsum(np.cumsum(taken, axis=0), axis=1), ((1, 0), (1, 0)))
    inside = total[height:, width:] - total[:-height, width:] - total[height:, :-width] + total[:-height, :-width]
    free: Mask = inside == 0
    return free


def _free_outline(taken: Mask, mask: Mask) -> Mask:
    """Tell for each place whether the chart's outline meets nothing there: a correlation by Fourier transform."""
    shape = taken.shape
    meets = np.fft.irfft2(np.fft.rfft2(taken) * np.conj(np.fft.rfft2(mask, shape)), shape)
    free: Mask = meets[: shape[0] - mask.shape[0] + 1, : shape[1] - mask.shape[1] + 1] < 0.5
    return free


def _take(taken: Mask, mask: Mask, row: int, column: int) -> None:
    """Mark the chart's cells and the gutter of one cell round them."""
    wide = np.pad(mask, 1)
    for axis in (0, 1):
        wide = wide | np.roll(wide, 1, axis) | np.roll(wide, -1, axis)
    top, left = max(row - 1, 0), max(column - 1, 0)
    spot = taken[top : row + mask.shape[0] + 1, left : column + mask.shape[1] + 1]
    spot |= wide[top - row + 1 :, left - column + 1 :][: spot.shape[0], : spot.shape[1]]
