"""glTF in JSON at the gate: it becomes a GLB of its own parts, and nothing outside its folder is opened."""

import base64
import json

import models
import pytest
from gated import NEVER, passes, refused
from real_shaped.beside import gltf_embedded

from blender_addon.worker.gate_container import open_glb

LOST = "A texture that is not in the model file was left out."


def parts():
    """Return a glTF's JSON, and its buffer."""
    root = json.loads(gltf_embedded()["scene.gltf"])
    uri = root["buffers"][0].pop("uri")
    return root, base64.b64decode(uri.partition(",")[2])


def with_buffer(tmp_path, name="data.bin", **changed):
    root, data = parts()
    (tmp_path / name).write_bytes(data)
    root["buffers"][0] |= {"uri": name, **changed}
    return root


def text(root):
    return json.dumps(root).encode()


def test_a_buffer_beside_it(tmp_path):
    passed = passes(tmp_path, text(with_buffer(tmp_path)))
    assert passed.repairs == [] and passed.folder == passed.model.parent == tmp_path / "spare"
    document = open_glb(passed.model)
    assert bytes(document.data[: len(parts()[1])]) == parts()[1] and "uri" not in document.root["buffers"][0]


def test_several_buffers_are_joined(tmp_path):
    root, data = parts()
    views = root["bufferViews"]
    root["buffers"] = []
    for number, view in enumerate(views):
        content = data[view["byteOffset"] :][: view["byteLength"]] + b"more"
        (tmp_path / f"{number}.bin").write_bytes(b"ab" + content)
        view |= {"buffer": number, "byteOffset": 2}
        root["buffers"].append({"uri": f"{number}.bin", "byteLength": len(content)})
    document = open_glb(passes(tmp_path, text(root)).model)
    old = parts()[0]["bufferViews"]
    for view, before in zip(document.root["bufferViews"], old, strict=True):
        assert view["buffer"] == 0
        assert (
            document.data[view["byteOffset"] :][: view["byteLength"]]
            == data[before["byteOffset"] :][: before["byteLength"]]
        )


@pytest.mark.parametrize("name", ["a b.png", "tëx.png", "sub/a.png"])
def test_pictures_beside_it(tmp_path, name):
    root = with_buffer(tmp_path)
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(models.plain_png((1, 2, 3)))
    root["images"] = [{"uri": name.replace(" ", "%20")}, *root["images"][1:]]
    passed = passes(tmp_path, text(root))
    document = open_glb(passed.model)
    view = document.root["bufferViews"][document.root["images"][0]["bufferView"]]
    assert bytes(document.data[view["byteOffset"] :][: view["byteLength"]]) == models.plain_png((1, 2, 3))
    assert passed.repairs == []


@pytest.mark.fault("S09")
@pytest.mark.parametrize(
    "uri", ["../secret.png", "%2e%2e/secret.png", "..%2Fsecret.png", "lost.png", "{}/secret.png", *NEVER]
)
def test_pictures_elsewhere_are_left_out(tmp_path, uri):
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "secret.png").write_bytes(models.plain_png((66, 66, 66)))
    root = with_buffer(home)
    root["images"][0] = {"uri": uri.format(tmp_path)}
    passed = passes(home, text(root))
    assert passed.repairs == [LOST] and models.plain_png((66, 66, 66)) not in passed.model.read_bytes()
    assert "baseColorTexture" not in open_glb(passed.model).root["materials"][0]["pbrMetallicRoughness"]


@pytest.mark.fault("S09")
@pytest.mark.parametrize("uri", ["../secret.bin", "%2e%2e/secret.bin", "lost.bin", "{}/secret.bin", 7, *NEVER])
def test_buffers_elsewhere_are_refused(tmp_path, uri):
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "secret.bin").write_bytes(parts()[1])
    uri = uri.format(tmp_path) if isinstance(uri, str) else uri
    refused(home, text(with_buffer(home, uri=uri)), "which is not in its folder")


def test_a_link_in_the_folder_leads_outside(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    root = with_buffer(home)
    (home / "data.bin").rename(tmp_path / "secret.bin")
    (home / "data.bin").symlink_to(tmp_path / "secret.bin")
    refused(home, text(root), "which is not in its folder")


DAMAGED = {
    "no-json": b'{"asset": {"version": "2.0"}, "meshes": [',
    "no-buffer": b'{"asset": {"version": "2.0"}, "meshes": []}',
    "no-data": text({"asset": {"version": "2.0"}, "buffers": [{"byteLength": 9}]}),
    "short": text({"asset": {"version": "2.0"}, "buffers": [{"byteLength": 9, "uri": "data:;base64,AAAA"}]}),
    "not-base64": text({"asset": {"version": "2.0"}, "buffers": [{"byteLength": 1, "uri": "data:;base64,A"}]}),
    "a-view-of-none": text({"asset": {"version": "2.0"}, "bufferViews": [{"buffer": 3}]}),
    "buffers-of-another-kind": text({"asset": {"version": "2.0"}, "buffers": 3}),
}


@pytest.mark.fault("F04")
@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_what_is_damaged(tmp_path, content):
    refused(tmp_path, content, "damaged")
