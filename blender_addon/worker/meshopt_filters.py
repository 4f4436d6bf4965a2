"""What meshopt does to attributes before it compresses them, undone: unit vectors, rotations, exponents, colors.

Source: KHR_meshopt_compression, appendix B; EXT_meshopt_compression knows all but COLOR.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from .meshopt_attributes import Bytes

Numbers = npt.NDArray[Any]
_AT_ONCE = 2**20
"""Elements: the working memory does not grow with the model."""


def undo(name: str, elements: Bytes) -> None:
    """Change elements, (N, stride), to what they were."""
    size = 4 if name == "EXPONENTIAL" else elements.shape[1] // 4
    with np.errstate(all="ignore"):  # from damaged numbers come others, or none at all, which the gate sees
        for first in range(0, len(elements), _AT_ONCE):
            part = elements[first : first + _AT_ONCE]
            part[:] = FILTERS[name](part.view(f"<i{size}")).view(np.uint8)


def _octahedral(given: Numbers) -> Numbers:
    """Return unit vectors, normalized; the fourth number stays."""
    x, y = (given[:, :2] / np.maximum(given[:, 2:3], 1).astype(np.float32)).T
    z = 1 - np.abs(x) - np.abs(y)
    beyond = np.minimum(z, 0)
    vectors = np.stack((x - np.copysign(beyond, x), y - np.copysign(beyond, y), z), axis=1)
    vectors *= np.iinfo(given.dtype).max / np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.concatenate((_rounded(vectors).astype(given.dtype), given[:, 3:]), axis=1)


def _quaternion(given: Numbers) -> Numbers:
    """Return unit quaternions, normalized; the largest component, which was left out, is found from the others."""
    largest = given[:, 3:] & 3
    others = given[:, :3] / (np.float32(2**0.5) * (given[:, 3:] | 3))
    found = np.sqrt(np.maximum(1 - (others**2).sum(axis=1, keepdims=True), 0))
    made = np.empty_like(given)
    values = _rounded(np.concatenate((found, others), axis=1) * 32767).astype(given.dtype)
    np.put_along_axis(made, (largest + np.arange(4)) & 3, values, axis=1)
    return made


def _exponential(given: Numbers) -> Numbers:
    """Return floats from 24 bits of a whole number and 8 bits of its exponent."""
    made: Numbers = np.ldexp((given << 8 >> 8).astype(np.float32), given >> 24)
    return made


def _color(given: Numbers) -> Numbers:
    """Return red, green, blue and alpha, normalized; alpha's highest bit tells how fine they were."""
    unsigned = given.view(f"<u{given.itemsize}").astype(np.int32)
    alpha = unsigned[:, 3]
    finest = alpha.copy()
    for bits in (1, 2, 4, 8):
        finest |= finest >> bits
    light, orange, green = unsigned[:, 0], given[:, 1].astype(np.int32), given[:, 2].astype(np.int32)
    alpha = alpha & finest >> 1
    colors = np.stack((light + orange - green, light + green, light - orange - green, alpha << 1 | alpha & 1), axis=1)
    most = np.iinfo(f"u{given.itemsize}").max
    scaled = _rounded(colors * (np.float32(most) / np.maximum(finest, 1))[:, None])
    return np.clip(scaled, 0, most).astype(f"<u{given.itemsize}")


def _rounded(numbers: Numbers) -> Numbers:
    """Round halves away from zero."""
    made: Numbers = np.trunc(numbers + np.copysign(np.float32(0.5), numbers))
    return made


FILTERS: dict[str, Callable[[Numbers], Numbers]] = {
    "OCTAHEDRAL": _octahedral,
    "QUATERNION": _quaternion,
    "EXPONENTIAL": _exponential,
    "COLOR": _color,
}
