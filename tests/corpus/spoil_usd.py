"""Damage to USD, as text, as a crate and in its archive: names that lead elsewhere, numbers and words that lie."""

from __future__ import annotations

import functools
import random
import re
import tempfile
import zipfile
from pathlib import Path

import written
from real_shaped.exported import usd

from . import crates, spoil_bytes, spoil_text
from .sound import zipped
from .values import CANARY, PATHS

_FACES = f"""int[] faceVertexCounts = {[3] * len(written.FACES)}
    int[] faceVertexIndices = {written.FACES.ravel().tolist()}
    point3f[] points = {[tuple(point) for point in written.POINTS.tolist()]}"""
TEXT = f"""#usda 1.0
(
  defaultPrim = "arrow"
  metersPerUnit = 1
  upAxis = "Y"
)
def SkelRoot "arrow" (
  prepend apiSchemas = ["SkelBindingAPI"]
) {{
  def Mesh "mesh" (
    prepend apiSchemas = ["MaterialBindingAPI", "SkelBindingAPI"]
  ) {{
    {_FACES}
    texCoord2f[] primvars:st = [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)] (interpolation = "vertex")
    color3f[] primvars:displayColor = [(1, 0, 0)] (interpolation = "constant")
    int[] primvars:skel:jointIndices = [0, 0, 1, 1, 1] (elementSize = 1
      interpolation = "vertex")
    float[] primvars:skel:jointWeights = [1, 1, 1, 1, 0.5] (elementSize = 1
      interpolation = "vertex")
    uniform token[] skel:blendShapes = ["smile"]
    rel skel:blendShapeTargets = </arrow/mesh/smile>
    rel skel:skeleton = </arrow/rig>
    rel material:binding = </arrow/paint>
    uniform token subdivisionScheme = "none"
    def BlendShape "smile" {{
      uniform vector3f[] offsets = [(0, 1, 0), (0, 0, 1)]
      uniform int[] pointIndices = [0, 2]
    }}
  }}
  def Skeleton "rig" (prepend apiSchemas = ["SkelBindingAPI"]) {{
    uniform token[] joints = ["arm", "arm/hand"]
    uniform matrix4d[] bindTransforms = [{", ".join(["((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,0,1))"] * 2)}]
    uniform matrix4d[] restTransforms = [{", ".join(["((1,0,0,0),(0,1,0,0),(0,0,1,0),(0,0,0,1))"] * 2)}]
    rel skel:animationSource = </arrow/rig/wave>
    def SkelAnimation "wave" {{
      uniform token[] joints = ["arm/hand"]
      quatf[] rotations.timeSamples = {{ 1: [(1, 0, 0, 0)], 20: [(0.7, 0.7, 0, 0)] }}
      float3[] translations = [(0, 1, 0)]
      half3[] scales = [(1, 1, 1)]
    }}
  }}
  def Material "paint" {{
    token outputs:surface.connect = </arrow/paint/shader.outputs:surface>
    def Shader "shader" {{
      uniform token info:id = "UsdPreviewSurface"
      color3f inputs:diffuseColor.connect = </arrow/paint/picture.outputs:rgb>
      float inputs:metallic = 0
      token outputs:surface
    }}
    def Shader "picture" {{
      uniform token info:id = "UsdUVTexture"
      asset inputs:file = @red.png@
      float3 outputs:rgb
    }}
  }}
}}
"""
_WAYS = (
    ("(\n", "(\n  subLayers = [@{}@]\n"),
    ('["SkelBindingAPI"]\n)', '["SkelBindingAPI"]\n  references = @{}@\n)'),
    ('["SkelBindingAPI"]\n)', '["SkelBindingAPI"]\n  payload = [@{}@</a>, @red.png@]\n)'),
    (
        '["SkelBindingAPI"]\n)',
        '["SkelBindingAPI"]\n  clips = {{ dictionary default = {{ asset[] assetPaths = [@{}@] }} }}\n)',
    ),
    ("@red.png@", "@{}@"),
    ("@red.png@", "@@@{}@@@"),
    (
        'def Material "paint" {',
        'def Xform "other" (references = @{}:SDF_FORMAT_ARGS:a=b@) {{}}\n  def Material "paint" {{',
    ),
)
_NUMBERS = ("-1", "99", "2147483647", "-2147483648", "nan", "inf", "1e39", "99999999999999999999", "", "None", "(1, 2)")
LAYERS = (f"{CANARY}secret.usda", f"{CANARY}secret.png", "./", "model.usda", "red.png[a]", '`"${X}"`')


@functools.cache
def crate() -> bytes:
    """Return a crate, written by Blender."""
    with tempfile.TemporaryDirectory() as folder:
        content = usd(Path(folder))["model.usdc"]
    old = b"./textures/material_BaseColor.png"
    return crates.with_tokens(content, crates.tokens(content).replace(old, b"red.png"))


def names(dice: random.Random) -> tuple[str, bytes]:
    """Let a layer name something else."""
    old, new = dice.choice(_WAYS)
    name = dice.choice((*PATHS, *LAYERS))
    return "model.usda", TEXT.replace(old, new.format(name), 1).encode("utf-8", "surrogateescape")


def numbers(dice: random.Random) -> tuple[str, bytes]:
    """Change numbers, or how many there are."""
    text = TEXT
    for _ in range(dice.choice((1, 1, 3, 10))):
        one = dice.choice(list(re.finditer(r"(?<=[\[(, ])-?[\d.]+(?=[\]),])", text)))
        text = text[: one.start()] + dice.choice(_NUMBERS) + text[one.end() :]
    if dice.random() < 0.3:
        one = dice.choice(list(re.finditer(r"= \[[^\]]*\]", text)))
        text = text[: one.start()] + dice.choice(("= []", "= [0]", "= [(0, 0, 0)]", "= None")) + text[one.end() :]
    return "model.usda", text.encode()


def words(dice: random.Random) -> tuple[str, bytes]:
    """Change words and lines."""
    spoil = dice.choice((spoil_text.changed_words, spoil_text.changed_words, spoil_text.many_lines))
    return "model.usda", spoil(dice, TEXT.encode())


def table(dice: random.Random) -> tuple[str, bytes]:
    """Change a crate's table of tokens."""
    content = crate()
    tokens = crates.tokens(content)
    kind = dice.randrange(4)
    if kind == 0:
        return "model.usdc", crates.with_tokens(
            content, tokens, size=dice.choice((0, 1, len(tokens) + 1, 2**31, 2**63))
        )
    if kind == 1:
        name = dice.choice((*PATHS, *LAYERS)).encode("utf-8", "surrogateescape")
        return "model.usdc", crates.with_tokens(content, tokens.replace(b"red.png", name))
    parts = tokens.split(b"\0")
    for _ in range(dice.choice((1, 3, 10))):
        parts[dice.randrange(len(parts))] = dice.choice((*parts, b"", b"x" * 70_000, b"\xff\xfe", b"/", b"references"))
    return "model.usdc", crates.with_tokens(content, b"\0".join(parts))


def some_bytes(dice: random.Random) -> tuple[str, bytes]:
    """Damage bytes."""
    name, content = dice.choice((("model.usda", TEXT.encode()), ("model.usdc", crate()), ("model.usdc", crate())))
    return name, spoil_bytes.spoiled(dice, content)[1]


def archive(dice: random.Random) -> tuple[str, bytes]:
    """Damage an archive, or what is in it."""
    name, content = dice.choice((numbers, names, table, lambda _: ("model.usda", TEXT.encode())))(dice)
    members = {name: content, "red.png": spoil_text.beside()["red.png"]}
    if dice.random() < 0.3:
        members |= {f"{CANARY}planted.usda": content}
    made = zipped(members, zipfile.ZIP_STORED)
    return "model.usdz", spoil_bytes.spoiled(dice, made)[1] if dice.random() < 0.4 else made


SPOILS = (names, names, numbers, numbers, words, table, table, some_bytes, some_bytes, archive)


def spoiled(dice: random.Random) -> tuple[str, str, bytes]:
    """Damage a USD in one of these ways; return which, the file's name, and the file."""
    spoil = dice.choice(SPOILS)
    return spoil.__name__, *spoil(dice)
