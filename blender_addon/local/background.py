"""Tells the object from its background: by alpha when there is one, otherwise by what the border shows."""

from __future__ import annotations

import numpy as np

from .align import resample, shrink
from .ground import Ground, find_ground
from .regions import at_border, grown, label, near_mean, shrunk, sizes
from .shapes import ByteArray, FloatArray, Mask, PictureRefused

UNTOLD = (
    "The background could not be told from the object: use a picture with a plain background, "
    "or a PNG with a transparent one."
)
_WORK_SIDE = 1024
"""Larger pictures are judged at this size, and their mask is enlarged."""
_SPECK = 0.0005
"""Parts and holes smaller than this share of the object are dirt."""
_DARKEST_SHADOW = 0.3
"""A soft shadow leaves at least this share of the ground's light."""


def find_mask(picture: ByteArray) -> FloatArray:
    """Find how much of each pixel the object covers: (H, W), 0–1, holes open, specks gone.

    picture: (H, W, 4) RGBA, straight alpha. Raises: PictureRefused when there is no object or no telling it apart.
    """
    if min(picture.shape[:2]) < 8:
        raise PictureRefused("The picture is too small: use one of at least 8 × 8 pixels, better 512 × 512.")
    alpha = picture[..., 3] / 255
    if alpha.max() < 0.5:
        raise PictureRefused("The picture is fully transparent: use one that shows the object.")
    if (alpha < 0.5).mean() > 0.001:
        return _tidy(alpha)
    rows, columns = alpha.shape
    mask = _from_ground(_planes(picture))
    return mask if mask.shape == alpha.shape else np.clip(resample(mask, rows, columns), 0, 1)


def _from_ground(planes: FloatArray) -> FloatArray:
    ground = find_ground(planes)
    if ground is None:
        raise PictureRefused(UNTOLD)
    free = _open_ground(ground)
    shaded = _shaded(planes, ground)
    shadow = _shadow(planes, ground, free, shaded)
    free |= shadow | _shadow_rim(planes, shadow & ~free, shaded & ~free)
    free |= _fringe(free, shaded)
    mask = _tidy(_coverage(planes, ground, ~free))
    solid = mask >= 0.5
    border = np.concatenate([solid[0], solid[-1], solid[:, 0], solid[:, -1]])
    if border.mean() > 0.5 or not 0.002 < solid.mean() < 0.97:
        raise PictureRefused(UNTOLD)
    return mask


def _open_ground(ground: Ground) -> Mask:
    """Take what matches the ground and reaches the border, and holes: flat patches of ground with a sharp edge."""
    labels = label(ground.matches, diagonal=False)
    free = at_border(labels)
    large = (sizes(labels) > 2e-4 * labels.size) & ~free
    large[0] = False
    for part in np.flatnonzero(large):
        rows, columns = (np.flatnonzero((labels == part).any(axis=axis)) for axis in (1, 0))
        box = np.s_[max(rows[0] - 9, 0) : rows[-1] + 10, max(columns[0] - 9, 0) : columns[-1] + 10]
        free[part] = _is_hole(labels[box] == part, ground.distance[box], ground)
    return np.asarray(free[labels])


def _is_hole(patch: Mask, distance: FloatArray, ground: Ground) -> bool:
    """Tell a hole from a highlight: it is as flat as the ground, and right beside it the object has its full colour."""
    core = shrunk(patch, 2)
    if not core.any() or distance[core].mean() > max(1.5 * ground.noise, 0.008):
        return False
    beside, beyond = (float(np.median(distance[grown(patch, r + 2) & ~grown(patch, r)])) for r in (2, 6))
    return beside > max(3 * ground.tolerance, 0.6 * beyond)


def _shadow(planes: FloatArray, ground: Ground, free: Mask, shaded: Mask) -> Mask:
    """Find soft shadows: shaded ground without edges that hangs together with free ground.

    The search is made two pixels away from every edge, so that it cannot leak through a thin gap in an outline.
    """
    light = planes.mean(axis=0)
    slope = np.maximum(np.abs(_steps(light)), np.abs(_steps(light.T).T)) / 2
    passable = free | (shaded & (slope < 10 / max(light.shape) + ground.noise))
    labels = label(shrunk(passable, 2), diagonal=False)
    reached = np.zeros(int(labels.max()) + 1, dtype=bool)
    reached[labels[free]] = True
    reached[0] = False
    return np.asarray(grown(reached[labels], 2) & passable)


def _shadow_rim(planes: FloatArray, shadow: Mask, shaded: Mask) -> Mask:
    """Find the rest of a shadow right at the object, pixel by pixel: what looks like the shadow beside it."""
    shadow = shadow.copy()
    for _ in range(4):
        rim = np.nonzero(grown(shadow, 1) & ~shadow & shaded)
        beside, _count = near_mean(planes, shadow, rim, 2)
        shadow[rim] = np.abs(planes[:, rim[0], rim[1]] - beside).max(axis=0) < 0.06
    return shadow


def _fringe(free: Mask, shaded: Mask) -> Mask:
    """Find the dark halo of a careless cut-out: shaded ground, a few pixels wide, around an object of other hue."""
    width = max(2, round(max(free.shape) / 170))
    halo = shaded & ~free
    body = shrunk(~free & ~shaded, 1)
    return halo & grown(free, width) & grown(body, width) & ~shrunk(grown(halo, 1), width)


def _shaded(planes: FloatArray, ground: Ground) -> Mask:
    """Tell where a pixel is the ground's colour times a factor (a shadow, or a lamp's falloff)."""
    length = np.maximum((ground.planes**2).sum(axis=0), 1e-6)
    factor = (planes * ground.planes).sum(axis=0) / length
    off_hue = (planes**2).sum(axis=0) - factor**2 * length
    allowed = 0.03 + ground.tolerance / 2 * factor
    return np.asarray((factor > _DARKEST_SHADOW) & (factor < 1.5) & (off_hue < allowed**2))


def _coverage(planes: FloatArray, ground: Ground, solid: Mask) -> FloatArray:
    """Soften the rim: a pixel there is a mixture of the ground and of the object's colour next to it."""
    core = shrunk(solid, 1)
    rim = np.nonzero(grown(solid, 1) & ~core)
    near, count = near_mean(planes, core, rim, 3)
    below, here = ground.planes[:, rim[0], rim[1]], planes[:, rim[0], rim[1]]
    span = near - below
    length = (span**2).sum(axis=0)
    share = np.clip(((here - below) * span).sum(axis=0) / np.maximum(length, 1e-6), 0, 1)
    mask = solid.astype(float)
    mask[rim] = np.where((count > 0) & (length > (3 * ground.tolerance) ** 2), share, mask[rim])
    return mask


def _tidy(mask: FloatArray) -> FloatArray:
    """Remove specks of object and fill specks of hole."""
    parts = label(mask > 0.1, diagonal=True)
    area = sizes(parts, mask)
    area[0] = 0
    cleaned = np.where((area >= _SPECK * area.sum())[parts], mask, 0)
    holes = label(cleaned < 0.5, diagonal=False)
    small = (sizes(holes) < _SPECK * area.sum()) & ~at_border(holes)
    small[0] = False
    return np.where(small[holes], 1, cleaned)


def _planes(picture: ByteArray) -> FloatArray:
    """Bring (H, W, 4) down to the working size by a whole factor, and to (3, H, W), 0–1."""
    opaque = picture | np.array((0, 0, 0, 255), dtype=np.uint8)
    small = shrink(opaque, -(-max(picture.shape) // _WORK_SIDE))
    return np.moveaxis(small[..., :3], 2, 0).astype(np.float32, order="C") / np.float32(255)


def _steps(light: FloatArray) -> FloatArray:
    """Difference of the two rows on either side, (H, W); 0 at the border."""
    return np.pad(light[2:] - light[:-2], ((1, 1), (0, 0)))
