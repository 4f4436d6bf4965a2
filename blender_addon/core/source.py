"""Source image checks: what a file is, by its content, and whether a provider can use it. Nothing is decoded here."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .encoded import NATIVE, kind_of, size_in
from .errors import InputError
from .metadata import cleaned
from .sized import is_targa

VIEWS = ("front", "left", "back", "right")
"""Left is the object's own left."""

MIN_SIDE, MAX_SIDE = 16, 16_384
MAX_PIXELS = 100_000_000
MAX_BYTES = 100 * 2**20
"""Larger pictures are mistakes or attacks; the largest phone cameras stay below."""

_LINK_SUFFIXES = {
    **{suffix: kind for kind, suffix in NATIVE.items()},
    **{".jpeg": "JPEG", ".gif": "GIF", ".bmp": "BMP", ".tif": "TIFF", ".tiff": "TIFF", ".svg": "SVG", ".psd": "PSD"},
    **{".heic": "HEIC", ".avif": "AVIF", ".exr": "OpenEXR", ".tga": "TGA", ".pdf": "PDF"},
}
"""Kind of picture that the name in an address tells."""
CONVERTED = frozenset({"BMP", "TIFF", "OpenEXR", "Radiance HDR", "JPEG 2000", "PSD", "DDS", "TGA"})
"""Converted to PNG by Blender."""


@dataclass(frozen=True)
class Picture:
    """What is known of an image file without decoding it."""

    path: Path
    kind: str
    """PNG, JPEG, WebP, or one of CONVERTED."""
    size: tuple[int, int] | None
    """Width and height in pixels; None where only Blender can tell."""

    @property
    def native(self) -> bool:
        """Tell whether it can be sent without being converted."""
        return self.kind in NATIVE


@dataclass(frozen=True)
class Accepts:
    """What a provider takes as a picture; what does not fit is converted before it leaves."""

    kinds: tuple[str, ...] = tuple(NATIVE)
    min_side: int = MIN_SIDE
    max_side: int = MAX_SIDE
    """Pixels."""
    max_bytes: int = MAX_BYTES
    clean: bool = True
    """What a camera or program wrote into the file (place, time, device) is removed first."""

    def takes(self, picture: Picture, size_bytes: int) -> bool:
        """Tell whether kind, sides and bytes are within the limits."""
        if picture.kind not in self.kinds or picture.size is None:
            return False
        within = self.min_side <= min(picture.size) and max(picture.size) <= self.max_side
        return within and size_bytes <= self.max_bytes


@dataclass(frozen=True)
class View:
    """One picture as it is sent: a file that the provider takes as it is, or the public address of one."""

    path: Path | None = None
    link: str = ""

    @property
    def kind(self) -> str:
        """Return PNG, JPEG or WebP, by the file's content."""
        assert self.path
        return check_picture(self.path).kind

    @property
    def mime(self) -> str:
        """Return the file's media type."""
        return f"image/{self.kind.lower()}"

    @property
    def suffix(self) -> str:
        """Return the suffix of its kind, with the dot."""
        return NATIVE[self.kind]

    def data_uri(self) -> str:
        """Return the whole file as a data URI."""
        assert self.path
        return f"data:{self.mime};base64,{base64.b64encode(self.path.read_bytes()).decode()}"


def is_link(text: str) -> bool:
    """Tell whether the text is meant as an address and not as a file."""
    return text.lower().startswith(("http://", "https://"))


def tidy_link(link: str) -> str:
    """Return the address without spaces around it and with https in small letters, which not everybody reads."""
    scheme, colon, rest = link.strip().partition(":")
    return scheme.lower() + colon + rest


def check_link(link: str, kinds: tuple[str, ...], label: str) -> str:
    """Return the picture's name in a public address. Raises InputError when the provider cannot use the address.

    `kinds` are those that the provider called `label` takes; an address whose name tells no kind may be one.
    """
    try:
        parts = urlsplit(link.strip())
        host, secret = parts.hostname or "", "@" in parts.netloc
    except ValueError:
        host, secret = "", False
    if "." not in host or any(character.isspace() for character in link):
        raise InputError(f"“{link}” is no address of an image. It looks like https://example.org/image.png.")
    if secret:
        raise InputError(f"The address at {host} holds a login, which {label} would learn. Give one without.")
    name = Path(unquote(parts.path)).name
    kind = _LINK_SUFFIXES.get(Path(name).suffix.lower())
    if kind and kind not in kinds:
        raise InputError(
            f"{label} takes {' and '.join(kinds)} pictures by their address, and {name} is a {kind}. Save it and "
            "choose the file."
        )
    return name or host


def has_metadata(path: Path) -> bool:
    """Tell whether the file holds more than the picture and its color profile, or is built so that nobody can tell."""
    content = path.read_bytes()
    return cleaned(content) != content


def fits(path: Path, accepts: Accepts) -> bool:
    """Tell whether the picture can be sent as it is."""
    return accepts.takes(check_picture(path), path.stat().st_size) and not (accepts.clean and has_metadata(path))


def check_picture(path: Path) -> Picture:
    """Look at an image file. Raises InputError with one sentence when it cannot be a source image."""
    try:
        size_bytes = path.stat().st_size if path.is_file() else None
        head = _head(path) if size_bytes and size_bytes <= MAX_BYTES else b""
    except OSError as error:
        raise InputError(f"The image {path} cannot be read ({error.strerror}). Choose another one.") from error
    if size_bytes is None:
        raise InputError(f"There is no image {path}: check the name or choose another one.")
    if not size_bytes:
        raise InputError(f"The image {path.name} is empty (0 bytes). Choose another one.")
    if size_bytes > MAX_BYTES:
        raise InputError(
            f"The image {path.name} has {size_bytes / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} MB can be used."
        )
    kind = _kind(head, path)
    size = size_in(kind, head)
    if kind in NATIVE and size is None:
        raise InputError(
            f"The image {path.name} is damaged: it begins like a {kind} file and has no size. Save it again."
        )
    if size:
        check_size(path.name, size)
    return Picture(path, kind, size)


def check_size(name: str, size: tuple[int, int]) -> None:
    """Raise InputError when a picture of that size in pixels is too small or too large."""
    width, height = size
    if min(size) < MIN_SIDE:
        raise InputError(
            f"The image {name} is only {width} × {height} pixels; it needs at least {MIN_SIDE} × {MIN_SIDE}."
        )
    if max(size) > MAX_SIDE or width * height > MAX_PIXELS:
        raise InputError(
            f"The image {name} is {width} × {height} pixels; at most {MAX_SIDE} a side and "
            f"{MAX_PIXELS // 10**6} megapixels can be used. Scale it down."
        )


def check_sides(name: str, size: tuple[int, int], accepts: Accepts, label: str) -> None:
    """Raise InputError when a picture is too small for a provider, or would be once its long side fits."""
    (width, height), least = size, accepts.min_side
    if min(size) < least:
        raise InputError(f"The image {name} is {width} × {height} pixels; {label} needs at least {least} × {least}.")
    if round(min(size) * min(1.0, accepts.max_side / max(size))) < least:
        raise InputError(
            f"The image {name} is {width} × {height} pixels, too long and narrow for {label}: it takes {least} to "
            f"{accepts.max_side} pixels a side. Crop it."
        )


def _head(path: Path) -> bytes:
    """Return the beginning; phones write megabytes (depth maps, profiles) before a JPEG's size."""
    with path.open("rb") as file:
        return file.read(16 * 2**20)


def _kind(head: bytes, path: Path) -> str:
    """Return the file's kind. Raises InputError for what Blender cannot read as a picture."""
    kind = kind_of(head)
    if kind is None and path.suffix.lower() == ".tga" and is_targa(head):
        kind = "TGA"
    if kind is None:
        raise InputError(f"{path.name} is not an image. Choose a PNG, JPEG or WebP file.")
    if kind not in NATIVE and kind not in CONVERTED:
        raise InputError(f"{path.name} is a {kind} file, which cannot be used here. Save it as PNG, JPEG or WebP.")
    return kind
