"""Metadata is cut out of PNG, JPEG and WebP files without touching the picture; what is odd is left to Blender."""

import random
import re
import struct
import zlib

import pytest
from pictures import bmp, real_png

from blender_addon.core.metadata import cleaned, orientation, profile, with_profile

ICC = struct.pack(">I12x4s16x4s160x", 200, b"RGB ", b"acsp")
SECRET = b"Jane Author, 52.5 N"


def tiff(turned=1, order="<"):
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + struct.pack(order + "IHHHIHHI", 8, 1, 0x0112, 3, 1, turned, 0, 0) + SECRET


def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*more, behind=b""):
    whole = real_png()
    return whole[:33] + b"".join(chunk(*one) for one in more) + whole[33:] + behind


def part(mark, body):
    return bytes((0xFF, mark)) + struct.pack(">H", len(body) + 2) + body


JFIF = part(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
FRAME = part(0xC2, b"\x08\0\x20\0\x20\x01\x01\x11\0")
SCAN = part(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"


def jpeg(*more, between=b"", behind=b""):
    """A progressive JPEG: two scans with a table, and what is given, between them."""
    head = b"\xff\xd8" + JFIF + b"".join(part(*one) for one in more)
    return head + part(0xDB, bytes(65)) + FRAME + SCAN + between + part(0xC4, bytes(17)) + SCAN + b"\xff\xd9" + behind


def webp(*more, flags=0, behind=b""):
    extended = (b"VP8X", bytes((flags, 0, 0, 0, 31, 0, 0, 31, 0, 0)))
    pixels = (b"VP8L", b"\x2f" + struct.pack("<I", 31 | 31 << 14) + b"\x01\x02")
    body = b"".join(
        name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in (extended, pixels, *more)
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body + behind


EXIF = b"Exif\0\0" + tiff()
PROFILE = (b"iCCP", b"x\0\0" + zlib.compress(ICC))
CUT = {
    "png-exif": (png((b"eXIf", tiff())), png()),
    "png-prompt": (png((b"tEXt", b"parameters\0a castle, " + SECRET)), png()),
    "png-packed": (png((b"zTXt", b"prompt\0\0" + zlib.compress(SECRET)), (b"tIME", bytes(7))), png()),
    "png-xmp": (png((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + SECRET)), png()),
    "png-unknown": (png((b"caBX", SECRET), (b"prVt", SECRET)), png()),
    "png-behind": (png(behind=SECRET), png()),
    "png-colors": (png((b"gAMA", bytes(4)), (b"tEXt", SECRET)), png((b"gAMA", bytes(4)))),
    "png-profile": (png(PROFILE, (b"tEXt", SECRET)), png(PROFILE)),
    "jpeg-exif": (jpeg((0xE1, EXIF)), jpeg()),
    "jpeg-xmp": (jpeg((0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET)), jpeg()),
    "jpeg-iptc": (jpeg((0xED, b"Photoshop 3.0\0" + SECRET)), jpeg()),
    "jpeg-comment": (jpeg((0xFE, SECRET)), jpeg()),
    "jpeg-comment-between-scans": (jpeg(between=part(0xFE, SECRET)), jpeg()),
    "jpeg-other-pictures": (jpeg((0xE2, b"MPF\0" + SECRET), behind=jpeg((0xE1, EXIF))), jpeg()),
    "jpeg-filled": (jpeg((0xFE, SECRET)).replace(JFIF, JFIF + b"\xff" * 9), jpeg()),
    "jpeg-profile": (jpeg((0xE1, EXIF), (0xE2, b"ICC_PROFILE\0\1\1" + ICC)), jpeg((0xE2, b"ICC_PROFILE\0\1\1" + ICC))),
    "jpeg-adobe": (jpeg((0xEE, b"Adobe" + bytes(7)), (0xFE, SECRET)), jpeg((0xEE, b"Adobe" + bytes(7)))),
    "webp-exif": (webp((b"EXIF", tiff()), flags=0x18), webp(flags=0x10)),
    "webp-xmp": (webp((b"XMP ", SECRET), flags=0x04), webp()),
    "webp-unknown": (webp((b"abcd", SECRET), behind=SECRET), webp()),
    "webp-profile": (webp((b"ICCP", ICC), (b"EXIF", tiff()), flags=0x28), webp((b"ICCP", ICC), flags=0x20)),
}


@pytest.mark.fault("U12")
@pytest.mark.parametrize(("content", "plain"), CUT.values(), ids=CUT)
def test_only_the_metadata_is_cut(content, plain):
    assert cleaned(content) == plain
    assert cleaned(plain) == plain


def test_the_small_preview_in_a_jpeg_goes():
    content = jpeg().replace(JFIF, part(0xE0, JFIF[4:16] + b"\x02\x02" + SECRET[:12]))
    assert SECRET[:12] in content and cleaned(content) == jpeg()


TURNED = {
    "png": png((b"eXIf", tiff(6))),
    "png-prefixed": png((b"eXIf", b"Exif\0\0" + tiff(6))),
    "jpeg": jpeg((0xE1, b"Exif\0\0" + tiff(6))),
    "jpeg-big-endian": jpeg((0xE1, b"Exif\0\0" + tiff(6, ">"))),
    "webp": webp((b"EXIF", tiff(6)), flags=8),
    "webp-prefixed": webp((b"EXIF", b"Exif\0\0" + tiff(6)), flags=8),
}


@pytest.mark.parametrize("content", TURNED.values(), ids=TURNED)
def test_what_is_not_upright_has_to_be_written_anew(content):
    assert orientation(content) == 6 and cleaned(content) is None
    assert orientation(content + b"behind the end") == 6


@pytest.mark.parametrize("content", [b"", b"text", bmp(32, 32), b"\xff\xd8", b"\xff" * 99, b"RIFF\xff\xff\xff\xffWEBP"])
def test_what_is_none_of_the_three_is_left_alone(content):
    assert cleaned(content) is None and orientation(content) == 1 and profile(content) == b""


@pytest.mark.parametrize("content", [b"\xff\xd8" + b"\xff" * 10**6 + b"\0", jpeg()[:-2] + b"\xff" * 10**6 + b"\0"])
def test_a_flood_of_fill_bytes_is_no_trap(content):
    assert cleaned(content) is None


def test_an_unknown_part_that_the_picture_needs_is_odd():
    assert cleaned(png((b"CgBI", bytes(4)))) is None
    assert cleaned(jpeg(between=part(0xDE, bytes(9)))) is None
    assert cleaned(b"\xff\xd8" + jpeg()) is None


def test_a_picture_that_is_cut_short_is_odd():
    for content in (png((b"eXIf", tiff(6))), jpeg((0xE1, EXIF)), webp((b"EXIF", tiff()), flags=8)):
        for end in range(len(content)):
            assert cleaned(content[:end]) is None
            assert orientation(content[:end]) in (1, 6)


def test_a_damaged_file_never_raises():
    chance = random.Random(5)
    whole = (CUT["png-profile"][0], png((b"eXIf", tiff(6))), CUT["jpeg-profile"][0], CUT["webp-profile"][0])
    for _ in range(3000):
        content = bytearray(chance.choice(whole))
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(len(content))] = chance.choice((0, 1, 0xFF, chance.randrange(256)))
        plain = cleaned(bytes(content))
        assert plain is None or len(plain) <= len(content)
        assert 1 <= orientation(bytes(content)) <= 8 and len(profile(bytes(content))) <= len(ICC)


def test_a_profile_is_found_in_all_three_and_put_into_two():
    for name in ("png-profile", "jpeg-profile", "webp-profile"):
        assert profile(CUT[name][0]) == ICC
    for plain in (png(), jpeg()):
        tagged = with_profile(plain, ICC)
        assert profile(tagged) == ICC and cleaned(tagged) == tagged and with_profile(tagged, b"") == plain
    assert b"gAMA" not in with_profile(png((b"gAMA", bytes(4))), ICC), "the profile says it all"


def test_a_profile_in_many_segments():
    large = struct.pack(">I", 200_000) + ICC[4:] + random.Random(1).randbytes(199_800)
    tagged = with_profile(jpeg(), large)
    assert profile(tagged) == large and len(re.findall(rb"ICC_PROFILE\0", tagged)) == 4
    assert cleaned(tagged) == tagged


WRONG = (ICC.replace(b"RGB ", b"CMYK"), ICC[:150], ICC[:36] + bytes(164), b"\0\x10\0\0" + ICC[4:])


@pytest.mark.parametrize("wrong", WRONG, ids=["cmyk", "cut", "no mark", "longer than told"])
def test_a_profile_for_other_values_is_not_carried_over(wrong):
    for content in (png((b"iCCP", b"x\0\0" + zlib.compress(wrong))), jpeg((0xE2, b"ICC_PROFILE\0\1\1" + wrong))):
        assert profile(content) == b""
    assert profile(png((b"iCCP", b"x\0\0no zlib"))) == profile(png((b"iCCP", b""))) == b""
