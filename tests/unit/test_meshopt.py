"""Meshopt's codecs against the reference's, and what a compressed GLB claims of itself."""

import base64
import json
import random

import models
import numpy as np
import pytest
from compressed import HERE

from blender_addon.core.errors import ModelFileError
from blender_addon.worker import meshopt, meshopt_attributes, meshopt_filters, meshopt_indices
from blender_addon.worker.gate_container import Document, open_glb

STREAMS = json.loads((HERE / "streams.json").read_text("utf-8"))
NAMES = [f"{number}-{one['mode']}-{one['filter']}-{one['stride']}" for number, one in enumerate(STREAMS)]
UNITS = {"OCTAHEDRAL": "i", "QUATERNION": "i", "COLOR": "u"}
"""Filters whose results may be one unit off, and what kind of numbers these are."""
MUTATIONS = 3000


def decoded(one, stream=None):
    """Decode a stream, or another one in its place; return bytes."""
    stream = stream or base64.b64decode(one["stream"])
    if one["mode"] != "ATTRIBUTES":
        decode = {"TRIANGLES": meshopt_indices.triangles, "INDICES": meshopt_indices.sequence}[one["mode"]]
        return decode(stream, one["count"]).astype(f"<u{one['stride']}").view(np.uint8)
    elements = meshopt_attributes.decode(stream, one["count"], one["stride"])
    if one["filter"] != "NONE":
        meshopt_filters.undo(one["filter"], elements)
    return elements.ravel()


@pytest.mark.parametrize("one", STREAMS, ids=NAMES)
def test_what_the_reference_decodes(one):
    made, wanted = decoded(one), np.frombuffer(base64.b64decode(one["decoded"]), np.uint8)
    if one["filter"] in UNITS:
        kind = f"<{UNITS[one['filter']]}{one['stride'] // 4}"
        assert np.abs(made.view(kind).astype(int) - wanted.view(kind)).max() <= 1
    else:
        assert np.array_equal(made, wanted)


def test_the_streams_are_of_all_kinds():
    kinds = {(one["mode"], one["filter"]) for one in STREAMS}
    assert kinds == {("TRIANGLES", "NONE"), ("INDICES", "NONE")} | {
        ("ATTRIBUTES", name) for name in ("NONE", *meshopt_filters.FILTERS)
    }
    streams = [(one, base64.b64decode(one["stream"])) for one in STREAMS if one["mode"] == "ATTRIBUTES"]
    assert {stream[0] for _, stream in streams} == {0xA0, 0xA1}
    ends = {byte for one, stream in streams if stream[0] == 0xA1 for byte in stream[-(one["stride"] // 4) :]}
    assert {byte & 15 for byte in ends} == {0, 1, 2} and any(byte >> 4 for byte in ends)


def test_attributes_of_several_runs(monkeypatch):
    """Working memory is bounded by decoding some blocks at once."""
    one = max((one for one in STREAMS if one["mode"] == "ATTRIBUTES"), key=lambda one: one["count"])
    whole = decoded(one)
    monkeypatch.setattr(meshopt_attributes, "_BLOCKS_AT_ONCE", 1)
    assert np.array_equal(decoded(one), whole)


@pytest.mark.fault("F16")
def test_damaged_streams_are_one_error():
    """Whatever stands in a stream is decoded or refused; nothing else is raised, and no warning."""
    dice, refusals = random.Random(1), 0
    for _ in range(MUTATIONS):
        one = dice.choice(STREAMS)
        stream = bytearray(base64.b64decode(one["stream"]))
        for _ in range(dice.choice((1, 3, 20))):
            stream[dice.randrange(len(stream))] = dice.randrange(256)
        stream = dice.choice((stream, stream[: dice.randrange(1, len(stream) + 1)], stream + dice.randbytes(9)))
        count = dice.choice((one["count"], one["count"] + 3, 3, 3000))
        try:
            decoded({**one, "count": count}, bytes(stream))
        except ModelFileError as error:
            refusals += 1
            assert error.message.startswith("The model file is damaged.") and error.details
    assert MUTATIONS / 2 < refusals < MUTATIONS


def packed(**claims):
    """Make a GLB's document with one compressed buffer view, eight positions, of which some claims are others."""
    made = models.cube()
    view = made.root["bufferViews"][0]
    stream = b"\xa0" + bytes(12 + 20) + models.CUBE[0].tobytes()  # eight times the first corner: all differences are 0
    start, made.data = len(made.data), made.data + stream
    facts = {"buffer": 0, "byteOffset": start, "byteLength": len(stream), "byteStride": 12, "count": 8}
    facts |= {"mode": "ATTRIBUTES", **claims}
    view |= {"buffer": 1, "extensions": {"EXT_meshopt_compression": facts}}
    made.root["buffers"] = [{"byteLength": len(made.data)}, {"byteLength": 96}]
    made.root |= {key: ["EXT_meshopt_compression"] for key in ("extensionsUsed", "extensionsRequired")}
    return Document(made.root, memoryview(made.data))


def test_a_plain_glb_is_made():
    document = packed()
    assert meshopt.unpack(document) and not meshopt.unpack(document)
    view = document.root["bufferViews"][0]
    assert view == {"buffer": 0, "byteOffset": view["byteOffset"], "byteLength": 96}
    assert bytes(document.data[view["byteOffset"] :][:96]) == models.CUBE[0].tobytes() * 8
    assert document.root["buffers"] == [{"byteLength": len(document.data)}]
    assert not {"extensionsUsed", "extensionsRequired"} & document.root.keys()


WRONG = {
    "no such buffer": {"buffer": 2},
    "the decoded one": {"buffer": 1},
    "beyond the end": {"byteLength": 1000},
    "before the beginning": {"byteOffset": -1},
    "of nothing": {"byteLength": 0},
    "too many": {"count": 9},
    "too few": {"count": 7},
    "none": {"count": 0},
    "a fraction": {"count": 8.0},
    "no stride": {"byteStride": None},
    "another stride": {"byteStride": 6, "count": 16},
    "an odd stride": {"byteStride": 3, "count": 32},
    "a huge stride": {"byteStride": 260},
    "no mode": {"mode": None},
    "a mode of its own": {"mode": ["ATTRIBUTES"]},
    "triangles of twelve bytes": {"mode": "TRIANGLES"},
    "not three corners": {"mode": "TRIANGLES", "byteStride": 4, "count": 24, "byteOffset": 0},
    "a filter of its own": {"filter": "COLOUR"},
    "a filter that is none": {"filter": []},
    "a filter for four bytes": {"filter": "OCTAHEDRAL"},
    "filtered indices": {"mode": "INDICES", "byteStride": 4, "count": 24, "filter": "COLOR"},
}


@pytest.mark.fault("F08", "F16")
@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_wrong_claims_are_refused(claims):
    with pytest.raises(ModelFileError, match="damaged"):
        meshopt.unpack(packed(**claims))


@pytest.mark.fault("F09")
def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch):
    """One view of 2 GB, or many that add up to it."""
    monkeypatch.setattr(meshopt, "_decoded", None)
    huge = packed(count=2**31 // 12)
    huge.root["bufferViews"][0]["byteLength"] = 2**31 // 12 * 12
    with pytest.raises(ModelFileError, match="more memory than is safe"):
        meshopt.unpack(huge)
    many = packed(count=2**21)
    many.root["bufferViews"][0]["byteLength"] = 2**21 * 12
    many.root["bufferViews"] *= 40
    with pytest.raises(ModelFileError, match="more memory than is safe"):
        meshopt.unpack(many)


@pytest.mark.parametrize(
    "file", sorted(set(HERE.glob("*.glb")) - set(HERE.glob("draco-*"))), ids=lambda file: file.stem
)
def test_every_file_says_that_it_is_compressed(file):
    document = open_glb(file)
    assert any("meshopt" in name for name in document.root["extensionsUsed"])
    assert meshopt.unpack(document)
    assert len(document.root["buffers"]) == 1 and "meshopt" not in json.dumps(document.root)
