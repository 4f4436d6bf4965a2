"""Textures beside a model that its file does not name: found by what they are called, and wired where nothing is.

FBX and OBJ carry few materials' inputs, so exporters put the other textures into the folder and leave the rest to the
artist.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tga", ".tif", ".tiff"})
_MODELS = frozenset({".fbx", ".obj", ".usd", ".usda", ".usdc", ".glb", ".gltf", ".stl", ".ply", ".blend"})
FINDERS = "__MACOSX"
"""Folder that macOS packs into a ZIP, of a file ._x for each file x in it."""
_MAX_FILES = 64
"""A folder of more files, or of several models, is not this model's own: names have to begin like it there."""
_ROLES = (
    ("Emission Color", r"(emissive|emission|emit|glow)(_?colou?r)?"),
    ("orm", r"orm|(?<!left_)(?<!right_)arm|(ambient_?)?(occlusion|ao)_?rough[a-z]*_?metal[a-z]*"),
    ("rma", r"rma|rough[a-z]*_?metal[a-z]*_?(ambient_?)?(occlusion|ao)"),
    ("metallic roughness", r"metal[a-z]*_?rough[a-z]*|rough[a-z]*_?metal[a-z]*|mr"),
    ("Base Color", r"base_?colou?r|albedo|diff(use)?|colou?r|col"),
    ("Metallic", r"metal(lic|ness|lness)?|mtl|met"),
    ("Roughness", r"rough(ness)?|rgh"),
    ("Normal", r"normals?_?(map|gl|dx)?|nrm|nor|norm"),
    ("Occlusion", r"ao|(ambient_?)?occlusion"),
    ("Alpha", r"opacity|alpha|transparency"),
)
_PATTERNS = tuple((role, re.compile(rf"(?<![a-z])({words})(?![a-z])")) for role, words in _ROLES)
_DIRECTX = re.compile(r"directx|dx(?![a-z])")
_SHOWS_IT = re.compile(r"(?<![a-z])(preview|thumb(nail)?|render(ed|ing)?|screen_?shot|cover|icon)s?(?![a-z])")
"""Pictures of the whole model, which people pack with it."""
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words(name: str) -> str:
    """Return a name in small letters, with one _ between words."""
    return "_".join(re.split(r"[^a-z0-9]+", _HUMP.sub("_", name).lower())).strip("_")


def role(name: str) -> str:
    """Return what a picture is for, by the last word of its file's name that tells: an input, or a combination of them.

    Empty when none does.
    """
    told = words(Path(name).stem)
    ends = [max((match.end() for match in pattern.finditer(told)), default=0) for _, pattern in _PATTERNS]
    return _ROLES[ends.index(max(ends))][0] if any(ends) else ""


def is_directx(name: str) -> bool:
    """Tell whether a normal map's green points down, by its file's name."""
    return bool(_DIRECTX.search(words(Path(name).stem)))


def find(path: Path, folder: Path) -> list[Path]:
    """Return the pictures of a folder that belong to the model, sorted."""
    files, others = _around(path, folder)
    own = len(files) <= _MAX_FILES and not others
    start = words(path.stem)
    pictures = (file for file in files if file.suffix.lower() in _SUFFIXES)
    return sorted(file for file in pictures if own or _begins(file, start))


def doubtful(path: Path, folder: Path) -> list[Path]:
    """Return the pictures that may be this model's or not, sorted: they are called like none of several models there.

    Those whose names do not tell what they are for are nobody's.
    """
    files, others = _around(path, folder)
    starts = [words(one) for one in (path.stem, *others)]
    pictures = (file for file in files if others and file.suffix.lower() in _SUFFIXES and role(file.name))
    return sorted(file for file in pictures if not any(_begins(file, start) for start in starts))


def _around(path: Path, folder: Path) -> tuple[list[Path], set[str]]:
    """Return the files around the model, and what the other models among them are called."""
    files = list(islice(_files(path.parent, folder), _MAX_FILES + 1))
    return files, {file.stem for file in files if file.suffix.lower() in _MODELS} - {path.stem}


def _begins(file: Path, start: str) -> bool:
    return len(start) > 2 and f"{words(file.stem)}_".startswith(f"{start}_")


def named(path: Path, folder: Path) -> list[Path]:
    """Return the pictures that the model may name, wherever it says that they are: the nearest come last."""
    return [file for file in _files(path.parent, folder) if file.suffix.lower() in _SUFFIXES][::-1]


def chosen(pictures: list[Path], material: str, every: list[str]) -> dict[str, Path]:
    """Return a picture for each role of a material: one called like it, or the only one, if it is the only material.

    `every`: the names of all materials.
    """
    alone, roles = len(every) == 1, _roles(pictures)
    found: dict[str, Path] = {}
    for wanted, _ in _ROLES:
        fitting = [file for file in pictures if roles[file] == wanted]
        named = [file for file in fitting if _owner(file, every) == material]
        best = named if len(named) == 1 else fitting if alone and len(fitting) == 1 else []
        if best:
            found[wanted] = best[0]
    rest = [file for file in pictures if not _SHOWS_IT.search(words(file.stem))]
    if not found and alone and len(rest) == 1 and not roles[rest[0]]:
        found["Base Color"] = rest[0]
    return found


def _roles(pictures: list[Path]) -> dict[Path, str]:
    """Return the role of each picture. “Arm” is a part of a body, unless there is a base color as well."""
    roles = {file: role(file.name) for file in pictures}
    if "Base Color" in roles.values():
        return roles
    return {file: "" if found == "orm" and words(file.stem).endswith("arm") else found for file, found in roles.items()}


def _owner(file: Path, every: list[str]) -> str:
    """Return the material that a picture is called after: all its words are in the picture's name, and the most."""
    inside = f"_{words(file.stem)}_"
    called = [name for name in every if words(name) and f"_{words(name)}_" in inside]
    return max(called, key=lambda name: len(words(name)), default="")


def _files(place: Path, folder: Path) -> Iterator[Path]:
    """Yield the files beside the model, in folders beside it, and, all within `folder`, in those beside its own."""
    places = [place, *_inside(place, Path.is_dir)]
    if place != folder:
        places += [one for one in (place.parent, *_inside(place.parent, Path.is_dir)) if one not in places]
    for one in places[:_MAX_FILES]:
        yield from _inside(one, Path.is_file)


def _inside(place: Path, kind: Callable[[Path], bool]) -> list[Path]:
    """Return what of a kind lies in a folder, sorted, without what is hidden; nothing when we may not look into it."""
    try:
        shown = (one for one in sorted(place.iterdir()) if not one.name.startswith((".", FINDERS)))
        return [one for one in shown if kind(one) and not one.is_symlink()]
    except OSError:
        return []
