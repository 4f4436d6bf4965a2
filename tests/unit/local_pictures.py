"""Pictures with known answers for Local's tests, and the silhouette that a finished mesh throws."""

import numpy as np


def disc(side, radius, centre=None):
    """Coverage (side, side) of a disc, soft at the rim."""
    y, x = np.mgrid[:side, :side] + 0.5
    cx, cy = centre or (side / 2, side / 2)
    return np.clip(radius - np.hypot(x - cx, y - cy) + 0.5, 0, 1)


def on_ground(coverage, ground, colour=(0.8, 0.25, 0.1)):
    """Paint the covered part over the ground, (H, W, 3) or one colour; opaque RGBA."""
    ground = np.broadcast_to(np.asarray(ground, dtype=float), (*coverage.shape, 3))
    mixed = ground + coverage[..., None] * (np.asarray(colour) - ground)
    return np.dstack([np.rint(mixed * 255).astype(np.uint8), np.full(coverage.shape, 255, np.uint8)])


def cut_out(coverage, colour=(200, 60, 30)):
    """Paint the covered part on a transparent picture."""
    colours = np.broadcast_to(np.array(colour, dtype=np.uint8), (*coverage.shape, 3))
    return np.dstack([colours, np.rint(coverage * 255).astype(np.uint8)])


def agreement(one, other):
    """Intersection over union of two coverages."""
    one, other = one >= 0.5, other >= 0.5
    return (one & other).sum() / (one | other).sum()


def silhouette(solid, rows, width, axis=0):
    """Throw the mesh's shadow on a picture of its box, (rows, columns); for triangles of a few pixels."""
    columns = round(rows * width)
    across = (solid.vertices[:, axis] / width + 0.5) * columns - 0.5
    corners = np.stack([across, (1 - solid.vertices[:, 2]) * rows - 0.5], axis=1)[solid.faces]
    first = np.ceil(corners.min(axis=1)).astype(int)
    reach = int(np.ceil((corners.max(axis=1) - corners.min(axis=1)).max())) + 1
    shadow = np.zeros((rows, columns))
    for right, down in np.ndindex(reach, reach):
        point = first + np.array((right, down))
        sides = [_side(corners[:, i], corners[:, (i + 1) % 3], point) for i in range(3)]
        hit = (np.min(sides, axis=0) >= 0) | (np.max(sides, axis=0) <= 0)
        hit &= (point >= 0).all(axis=1) & (point < (columns, rows)).all(axis=1)
        shadow[point[hit, 1], point[hit, 0]] = 1
    return shadow


def _side(start, end, point):
    along, to = end - start, point - start
    return along[:, 0] * to[:, 1] - along[:, 1] * to[:, 0]
