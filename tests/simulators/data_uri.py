"""Images sent as data URIs."""

from __future__ import annotations

import base64
import binascii
import re

from .schema import InvalidError
from .wire import image_type

PATTERN = re.compile(r"data:image/(png|jpeg|webp);base64,(.*)", re.DOTALL)


def image_in(field: str, text: str, limit: int) -> bytes:
    """Return the image. Raises InvalidError when it is none, is of another type than it says, or text is too long."""
    found = PATTERN.fullmatch(text)
    if not found:
        raise InvalidError(field, "must be data:<mediatype>;base64, of a PNG, JPEG or WebP")
    if len(text) > limit:
        raise InvalidError(field, f"must not be longer than {limit} characters")
    try:
        image = base64.b64decode(found[2], validate=True)
    except binascii.Error as error:
        raise InvalidError(field, "is no base64") from error
    if image_type(image) != found[1]:
        raise InvalidError(field, f"says {found[1]} and holds {image_type(image) or 'no image'}")
    return image
