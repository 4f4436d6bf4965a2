"""The whole way: pictures of one object in, a finished textured model out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from .align import Silhouette, reduced, silhouettes, symmetric
from .background import find_mask
from .extrude import extrude, relief
from .hull import carve
from .inflate import inflate
from .shapes import ByteArray, FloatArray, Model, PictureRefused, Progress, Recipe, Reduce, Solid, Views
from .surface import smooth
from .texture import paint

_SIDES = {"left", "right"}


def reconstruct(views: Views, recipe: Recipe, reduce: Reduce | None, progress: Progress) -> Model:
    """Make a closed textured model of what the views show; without `reduce` the face limit is not applied.

    Raises: PictureRefused when a view is missing, or the object in one is too small or not to be told from its ground.
    """
    if "front" not in views:
        raise PictureRefused("There is no front view: add the picture that shows the object from the front.")
    method = _method(views, recipe)
    used = {name: reduced(view) for name, view in views.items() if method == "hull" or name not in _SIDES}
    outlines = silhouettes(used, {name: _mask(name, view, len(used) > 1) for name, view in used.items()})
    if recipe.symmetry:
        outlines = symmetric(outlines)
    progress(0.2)
    solid = _solid(method, outlines, recipe)
    if not len(solid.faces):
        raise PictureRefused(
            "The object is too small or too thin to make a model of: use a larger picture of it, or a finer detail."
        )
    solid = smooth(solid, recipe.smoothing)
    progress(0.4)
    if reduce is not None and recipe.face_limit is not None and len(solid.faces) > recipe.face_limit:
        solid = reduce(solid, recipe.face_limit)
    progress(0.5)
    model = _placed(paint(solid, outlines, recipe, lambda share: progress(0.5 + 0.45 * share)), recipe.height)
    progress(1.0)
    return model


def _method(views: Views, recipe: Recipe) -> str:
    """Choose by the views; a front and a back alone say nothing about the depth."""
    has_side = not _SIDES.isdisjoint(views)
    if recipe.method == "hull" and not has_side:
        raise PictureRefused("The method hull needs a view from a side: add a left or right view, or choose inflate.")
    return recipe.method if recipe.method != "auto" else "hull" if has_side else "inflate"


def _mask(name: str, picture: ByteArray, several: bool) -> FloatArray:
    """Find the object; with several views the refusal says which one is meant."""
    try:
        return find_mask(picture)
    except PictureRefused as refusal:
        raise PictureRefused(f"{name.capitalize()} view: {refusal}" if several else str(refusal)) from None


def _solid(method: str, outlines: Mapping[str, Silhouette], recipe: Recipe) -> Solid:
    front = outlines["front"]
    if method == "hull":
        return carve(outlines, recipe)
    if method == "extrude":
        return extrude(front.mask, recipe)
    if method == "relief":
        return relief(front.picture, front.mask, recipe)
    return inflate(front.mask, recipe)


def _placed(model: Model, height: float) -> Model:
    """Scale to the height in metres, stand it on z = 0, centre it in x and y."""
    low, high = model.vertices.min(axis=0), model.vertices.max(axis=0)
    foot = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    return replace(model, vertices=(model.vertices - foot) * (height / (high[2] - low[2])))
