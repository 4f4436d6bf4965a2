"""How good and how fast Local is: the pictures of a folder, and known solids against the plain hulls, in one run.

Pictures are also tried together when their names say that they show one object: NAME_front, _left, _back, _right, or
NAME_view_1 … 4 for left, front, right, back (as they come when one walks around it).
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bpy")]

import bpy  # noqa: E402  first: the wheel brings bmesh into reach
import known_meshes  # noqa: E402
import numpy as np  # noqa: E402
from solids import is_closed  # noqa: E402

from blender_addon.core.errors import InputError  # noqa: E402
from blender_addon.core.provider import Source  # noqa: E402
from blender_addon.local.align import Silhouette, silhouettes  # noqa: E402
from blender_addon.local.background import find_mask  # noqa: E402
from blender_addon.local.hull import carve  # noqa: E402
from blender_addon.local.inflate import inflate  # noqa: E402
from blender_addon.local.shapes import FloatArray, Recipe, Solid  # noqa: E402
from blender_addon.local.surface import face_areas  # noqa: E402
from blender_addon.providers.local import Local, LocalOptions  # noqa: E402
from blender_addon.worker import pictures  # noqa: E402
from blender_addon.worker.rebuild import rebuild  # noqa: E402

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp"}
WALK = {"1": "left", "2": "front", "3": "right", "4": "back"}
TARGETS = {"sphere": 0.95, "cone": 0.95, "cube": 0.97, "torus": 0.85, "torus sideways": 0.85, "suzanne": 0.58}
MOST_SECONDS = 3.0
OPTIONS = next(Local().submit(Source({}, "", ""), LocalOptions())).json["options"]
"""As Local sends them when the artist changes nothing."""


def main(folder: Path) -> int:
    """Print both tables; return 1 when something misses its target."""
    print(f"{'picture in, GLB out':28}{'time':>8}{'of 3 s':>8}{'outline':>9}{'wanted':>8}{'faces':>9}  mesh")
    good = [_picture_line(name, views) for name, views in sorted(_sets(folder).items())]
    print(f"\n{'known solid, four views':28}{'IoU':>8}{'wanted':>8}{'box':>8}{'round':>8}{'ratio':>8}{'time':>8}")
    good += [_known_line(name) for name in known_meshes.KNOWN]
    good.append(_disc_line())
    print("box, round: plain hulls with box and with elliptic sections. ratio: IoU to that of the better one.")
    return 0 if all(good) else 1


def _sets(folder: Path) -> dict[str, dict[str, Path]]:
    """List every picture alone as a front, and the groups that belong together."""
    found: dict[str, dict[str, Path]] = {}
    for path in sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES):
        found[path.stem] = {"front": path}
        match = re.fullmatch(r"(.+)_(?:view_([1-4])|(front|left|back|right))", path.stem)
        if match:
            found.setdefault(f"{match[1]} (views)", {})[match[3] or WALK[match[2]]] = path
    return {name: views for name, views in found.items() if "front" in views}


def _picture_line(name: str, views: dict[str, Path]) -> bool:
    with tempfile.TemporaryDirectory() as folder, _quiet():
        bpy.ops.wm.read_factory_settings(use_empty=True)
        target = Path(folder) / "model.glb"
        start = time.perf_counter()
        try:
            rebuild({"views": views, "options": OPTIONS, "target": target}, lambda share: None)
        except InputError as error:
            refused = str(error)
        else:
            refused = ""
        seconds = time.perf_counter() - start
        solid = None if refused else _read(target)
        source = pictures.load(views["front"])
    if solid is None:
        print(f"{name:28}{refused}")
        return False
    wanted = 0.97 if source[..., 3].min() < 255 else 0.95
    front = silhouettes({"front": source}, {"front": find_mask(source)})["front"]
    outline = known_meshes.silhouette_iou(solid, front)
    whole = is_closed(solid) and face_areas(solid).min() > 0
    words = "closed, manifold" if whole else "NOT CLOSED"
    print(
        f"{name:28}{seconds:7.2f}s{seconds / MOST_SECONDS:8.2f}{outline:9.3f}{wanted:8.2f}{len(solid.faces):9}  {words}"
    )
    return whole and outline >= wanted and seconds <= MOST_SECONDS


def _read(path: Path) -> Solid:
    """Import the model file and join the vertices that its texture's seams keep apart; scale it to height 1."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=str(path))
    item = next(item for item in bpy.data.objects if item.type == "MESH")
    item.data.transform(item.matrix_world)
    points = np.empty(len(item.data.vertices) * 3, dtype=np.float32)
    item.data.vertices.foreach_get("co", points)
    faces = np.empty(len(item.data.loops), dtype=np.int32)
    item.data.loops.foreach_get("vertex_index", faces)
    vertices, places = np.unique(points.reshape(-1, 3), axis=0, return_inverse=True)
    vertices = vertices.astype(float)
    return Solid(vertices / np.ptp(vertices[:, 2]), places.reshape(-1)[faces].reshape(-1, 3).astype(np.int32))


def _known_line(name: str) -> bool:
    true, views = _photographed(name)
    start = time.perf_counter()
    solid = carve(views, Recipe())
    seconds = time.perf_counter() - start
    overlap, box, ellipse = known_meshes.volume_iou(true, solid), _plain(true, views, False), _plain(true, views, True)
    wanted = TARGETS.get(name, 0.0)
    mark = f"{wanted:8.2f}" if wanted else f"{'':8}"
    print(f"{name:28}{overlap:8.3f}{mark}{box:8.3f}{ellipse:8.3f}{overlap / max(box, ellipse):8.2f}{seconds:7.2f}s")
    return overlap >= wanted and is_closed(solid)


def _disc_line() -> bool:
    true, views = _photographed("sphere")
    start = time.perf_counter()
    overlap = known_meshes.volume_iou(true, inflate(views["front"].mask, Recipe()))
    print(f"{'sphere, from its disc alone':28}{overlap:8.3f}{0.95:8.2f}{'':24}{time.perf_counter() - start:7.2f}s")
    return overlap >= 0.95


def _photographed(name: str) -> tuple[Solid, dict[str, Silhouette]]:
    true = known_meshes.make(name)
    with _quiet():
        shots = known_meshes.photograph(true)
    return true, silhouettes(shots, {view: find_mask(picture) for view, picture in shots.items()})


def _plain(true: Solid, views: dict[str, Silhouette], is_round: bool, cells: int = 128) -> float:
    """Measure a hull as plain as can be: each row of one view times that of the other, as box or as one ellipse."""
    step = float(np.ptp(true.vertices, axis=0).max()) / cells
    heights = np.arange(step / 2, 1, step)
    lines = [np.arange(-views[name].width / 2 + step / 2, views[name].width / 2, step) for name in ("front", "left")]
    front, side = (_sampled(views[name], line, heights) for name, line in zip(("front", "left"), lines, strict=True))
    hull = front[:, None, :] & side[None, :, :]
    if is_round:
        over = [_within(mask, line) ** 2 for mask, line in zip((front, side), lines, strict=True)]
        hull &= over[0][:, None, :] + over[1][None, :, :] <= 1
    truth = known_meshes.inside(true, [*lines, heights])
    return float((hull & truth).sum() / (hull | truth).sum())


def _sampled(view: Silhouette, places: FloatArray, heights: FloatArray) -> np.ndarray:
    rows, columns = view.mask.shape
    across = np.clip(((places / view.width + 0.5) * columns).astype(int), 0, columns - 1)
    down = np.clip(((1 - heights) * rows).astype(int), 0, rows - 1)
    return (view.mask[down][:, across] >= 0.5).T


def _within(mask: np.ndarray, places: FloatArray) -> FloatArray:
    """Place samples between the middle (0) and the ends (±1) of what their row holds."""
    low = np.where(mask, places[:, None], np.inf).min(axis=0)
    high = np.where(mask, places[:, None], -np.inf).max(axis=0)
    half = np.maximum((high - low) / 2, 1e-6)
    return np.nan_to_num((places[:, None] - (low + high) / 2) / half, nan=9.0)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Blender prints away from the tables; it writes past Python's sys.stdout."""
    sys.stdout.flush()
    kept, nothing = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nothing)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
