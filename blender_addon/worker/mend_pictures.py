"""The pictures of a GLB: what cannot be shown is left out, with all that refers to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..core.errors import ModelFileError
from .gate_container import KTX2, Document
from .gate_images import check_one, is_whole

NONE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAFO2YkgAAAABJRU5ErkJggg=="
)
"""A white pixel, in the place of a picture that was left out: the numbers of the others stay right."""


def mend(document: Document) -> Iterator[str]:
    """Leave out what is damaged, too large, or of another kind; yield what was left out."""
    _drop_ktx2(document)
    bad, sentences, total = set[int](), list[str](), 0
    for number, image in enumerate(document.items("images")):
        try:
            total = _check(document, image, total)
        except ModelFileError as error:
            if "uri" in image and not str(image["uri"]).startswith("data:image/"):
                continue  # it refers to a file outside: that is for the gate
            bad.add(number)
            sentences.append(_sentence(error))
            image.clear()
            image["uri"] = NONE
    yield from sentences
    if _drop_references(document, bad) and not bad:
        yield "A texture that is not in the model file was left out."


def _drop_ktx2(document: Document) -> None:
    """Leave out KTX2 pictures where the same ones stand as PNG or JPEG, which Blender takes instead."""
    images, shown = document.items("images"), [texture.get("source") for texture in document.items("textures")]
    for texture in document.items("textures"):
        extensions = texture.get("extensions")
        if "source" in texture and isinstance(extensions, dict):
            other = extensions.pop(KTX2, None)
            number = other.get("source") if isinstance(other, dict) else None
            if _is_index(number, len(images)) and number not in shown:
                images[number].clear()
                images[number]["uri"] = NONE


def _check(document: Document, image: dict[str, Any], total: int) -> int:
    total = check_one(document, image, total)
    if not is_whole(document, image):
        raise ModelFileError("cut")
    return total


def _sentence(error: ModelFileError) -> str:
    size = error.message.partition("(")[2].partition(" pixels)")[0]
    if size:
        return f"A texture of {size} pixels is too large; the model was imported without it."
    return "A texture was damaged, or of an unknown kind, and left out."


def _drop_references(document: Document, bad: set[int]) -> bool:
    """Remove from the materials what refers to bad pictures or to none; tell whether there was something."""
    images, textures = len(document.items("images")), document.items("textures")
    good = {number for number, texture in enumerate(textures) if _is_good(texture, images, bad)}
    samplers = len(document.items("samplers"))
    for texture in textures:
        if not _is_index(texture.get("sampler", 0), max(samplers, 1)):
            del texture["sampler"]
    return sum(_prune(material, good) for material in document.items("materials")) > 0


def _is_good(texture: dict[str, Any], images: int, bad: set[int]) -> bool:
    extensions = texture.get("extensions")
    others = extensions.values() if isinstance(extensions, dict) else ()
    sources = [holder["source"] for holder in (texture, *others) if isinstance(holder, dict) and "source" in holder]
    return bool(sources) and all(_is_index(source, images) and source not in bad for source in sources)


def _is_index(number: object, end: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < end


def _prune(holder: dict[str, Any], good: set[int]) -> bool:
    """Remove references to textures that are not good, here and further in."""
    lost = [key for key, value in holder.items() if key.endswith("Texture") and not _shows(value, good)]
    for key in lost:
        del holder[key]
    inner = [value for value in holder.values() if isinstance(value, dict)]
    return sum(_prune(value, good) for value in inner) + len(lost) > 0


def _shows(reference: object, good: set[int]) -> bool:
    return isinstance(reference, dict) and _is_index(reference.get("index"), 2**31) and reference["index"] in good
