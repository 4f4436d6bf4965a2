"""Solids and pictures with known answers for the texture tests; axes and units of `Solid`."""

import numpy as np

from blender_addon.local.align import Silhouette
from blender_addon.local.shapes import Solid
from blender_addon.local.surface import extract


def carved(level, half=(0.6, 0.6), cells=32):
    """Take the surface of level(x, y, z) = 0, positive inside, with z from 0 to 1."""
    step = 1 / cells
    axes = [np.arange(-side - step, side + 2 * step, step) for side in half] + [np.arange(-step, 1 + 2 * step, step)]
    return extract(level(*np.meshgrid(*axes, indexing="ij")), tuple(axis[0] for axis in axes), step)


def ball(cells=32):
    return carved(lambda x, y, z: 0.5 - np.sqrt(x**2 + y**2 + (z - 0.5) ** 2), cells=cells)


def ring():
    """A torus that stands like a wheel: its hole is seen from the front."""
    return carved(lambda x, y, z: 0.15 - np.hypot(np.hypot(x, z - 0.5) - 0.35, y), (0.6, 0.3))


def pebble():
    """A ball with deep waves all round, so that parts of it hide others."""

    def level(x, y, z):
        r = np.sqrt(x**2 + y**2 + (z - 0.5) ** 2)
        return 0.4 + 0.08 * np.sin(14 * x) * np.sin(12 * y + 1) * np.sin(16 * z) - r

    return carved(level)


def ramp():
    """A ramp that winds up round a shaft, one mesh: seen from the top its turns lie over each other."""

    def level(x, y, z):
        turn = (z - 0.1 - 0.4 * np.arctan2(y, x) / (2 * np.pi)) % 0.4
        slab = 0.08 - np.abs(turn - 0.2)
        around = 0.5 - np.hypot(x, y)
        return np.minimum(np.minimum(np.maximum(slab, 0.15 - np.hypot(x, y)), around), 0.45 - np.abs(z - 0.5))

    return carved(level)


def moon():
    """A ball with a small one floating before it (towards −Y), not touching."""

    def level(x, y, z):
        big = 0.35 - np.sqrt(x**2 + (y - 0.15) ** 2 + (z - 0.5) ** 2)
        return np.maximum(big, 0.15 - np.sqrt(x**2 + (y + 0.4) ** 2 + (z - 0.5) ** 2))

    return carved(level, (0.6, 0.7))


def view(name, paint, inside, rows=256, width=1.0, ground=(255, 0, 255)):
    """Make a view: paint(right, up) gives 0–1 colours, inside(right, up) its level; edges mix with the ground."""
    columns = round(rows * width)
    right = ((np.arange(columns) + 0.5) / columns - 0.5) * width
    right, up = np.meshgrid(right, 1 - (np.arange(rows) + 0.5) / rows)
    mask = np.clip(inside(right, up) * rows + 0.5, 0, 1)
    colors = np.stack(np.broadcast_arrays(*paint(right, up), right)[:3], axis=2) * 255
    picture = np.full((rows, columns, 4), 255.0)
    picture[..., :3] = colors * mask[..., None] + np.array(ground) * (1 - mask[..., None])
    return Silhouette(name, np.rint(picture).astype(np.uint8), mask, width)


def disc(right, up):
    return 0.5 - np.hypot(right, up - 0.5)


def box(half=0.5, height=1.0):
    """Make a box of 12 large triangles, front and back square."""
    corner = np.array([[x, y, z] for x in (-half, half) for y in (-half, half) for z in (0, height)])
    quads = [(0, 4, 5, 1), (4, 6, 7, 5), (6, 2, 3, 7), (2, 0, 1, 3), (1, 5, 7, 3), (2, 6, 4, 0)]
    faces = [triangle for a, b, c, d in quads for triangle in ((a, b, c), (a, c, d))]
    return Solid(corner, np.array(faces, dtype=np.int32))
