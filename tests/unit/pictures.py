"""Image files made by hand, byte by byte: the headers are right, the pixels are left out."""

import struct
import zlib

JPEG_FRAME = b"\xff\xc0\x00\x11\x08%s\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01"
"""A baseline frame header of three components; two big-endian words, height and width, go into it."""


def png(width: int, height: int) -> bytes:
    """A whole PNG header chunk with its checksum, and the end chunk."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IEND", b"")


def real_png(width: int = 32, height: int = 32) -> bytes:
    """A PNG that can be decoded: a grey square on nothing."""
    row = b"\0" + b"".join(b"\x80\x80\x80\xff" if 8 <= x < width - 8 else b"\0\0\0\0" for x in range(width))
    whole = png(width, height)
    data = zlib.compress(row * height)
    pixels = struct.pack(">I", len(data)) + b"IDAT" + data + struct.pack(">I", zlib.crc32(b"IDAT" + data))
    return whole[:-12] + pixels + whole[-12:]


def jpeg(width: int, height: int, before: bytes = b"", frame: int = 0xC0) -> bytes:
    """JFIF, what is given, a Huffman table (whose mark lies among the frames' marks), the frame."""
    jfif = b"\xff\xe0\x00\x10JFIF\0\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    table = b"\xff\xc4\x00\x05\x00\x00\x00"
    header = bytearray(JPEG_FRAME % struct.pack(">HH", height, width))
    header[1] = frame
    return b"\xff\xd8" + jfif + before + table + bytes(header) + b"\xff\xda\x00\x08" + bytes(64)


def segment(mark: int, size: int) -> bytes:
    """One segment of a JPEG with that many bytes in it, full of misleading marks."""
    return bytes((0xFF, mark)) + struct.pack(">H", size + 2) + (b"\xff\xc0" * size)[:size]


def webp(kind: bytes, width: int, height: int) -> bytes:
    """VP8X (extended), VP8L (lossless) or `VP8 ` (lossy)."""
    if kind == b"VP8X":
        body = b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif kind == b"VP8L":
        body = b"\x2f" + struct.pack("<I", (width - 1) | (height - 1) << 14)
    else:
        body = b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", width, height)
    chunk = kind + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def bmp(width: int, height: int) -> bytes:
    """A BITMAPINFOHEADER; a negative height means that the rows stand from top to bottom."""
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<IiiHH", 40, width, height, 1, 24) + bytes(24)


def tga(width: int, height: int) -> bytes:
    """A Targa header: the format has no mark."""
    return struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, width, height, 24, 0) + bytes(16)


TIFF = b"II*\0" + struct.pack("<IH", 8, 0) + bytes(16)
TIFF_BIG = b"MM\0*" + struct.pack(">IH", 8, 0) + bytes(16)
GIF = b"GIF89a" + struct.pack("<HH", 64, 64) + bytes(16)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
AVIF = b"\0\0\0\x1cftypavif\0\0\0\0avifmif1"
MP4 = b"\0\0\0\x18ftypisom\0\0\2\0isomiso2"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
