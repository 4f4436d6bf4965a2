"""What is written can be read again, and the preview shows the model."""

import zipfile
from pathlib import Path

import bpy
import models
import numpy as np
import picture_files
import pytest
from corpus.sound import zipped
from written import obj

from blender_addon.core.errors import DiskError, ProviderError
from blender_addon.worker import export, pictures


@pytest.fixture(scope="module")
def blend(worker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    (folder / "model.glb").write_bytes(models.textured().build())
    order = {"model": str(folder / "model.glb"), "blend": str(folder / "model.blend"), "name": "Töpf 1"}
    worker.done("convert", front_axis="-Y", provenance={"provider": "local"}, **order)
    return folder / "model.blend"


@pytest.fixture(scope="module")
def written(worker, blend, tmp_path_factory):
    """All formats and a preview, by one request, into a folder that does not exist yet."""
    folder = tmp_path_factory.mktemp("out") / "new folder"
    outputs = [str(folder / f"a{suffix}") for suffix in (".blend", ".glb", ".fbx", ".obj", ".stl")]
    done = worker.done("write", blend=str(blend), outputs=outputs, preview=str(folder / "a.png"))
    assert done["outputs"] == outputs and done["main_thread_ms"] > 0
    assert done["warnings"] == [
        "The textures of metal and roughness lie beside the .obj; its .mtl does not name them. A .glb holds them.",
        "The textures of metal and roughness are not in the .fbx. A .glb holds them.",
    ]
    assert done["statistics"] == {"objects": 1, "triangles": 12, "materials": 1, "images": 4}
    return folder


@pytest.mark.parametrize(("file_format", "suffix"), [("TARGA", ".tga"), ("TIFF", ".tif"), ("WEBP", ".webp")])
def test_a_usdz_holds_pictures_that_its_readers_know(worker, tmp_path, file_format, suffix):
    """PNG and JPEG; the .blend that is written after it holds what came."""
    content = picture_files.written(tmp_path, f"c{suffix}", file_format).read_bytes()
    lists = f"newmtl paint\nKd 1 1 1\nmap_Kd c{suffix}\n".encode()
    (tmp_path / "m.zip").write_bytes(zipped({"a.obj": obj("a.mtl"), "a.mtl": lists, f"c{suffix}": content}))
    order = {"model": str(tmp_path / "m.zip"), "blend": str(tmp_path / "m.blend"), "name": "Arrow"}
    worker.done("convert", front_axis="-Y", provenance={}, **order)
    outputs = [str(tmp_path / "a.usdz"), str(tmp_path / "a.blend")]
    worker.done("write", blend=str(tmp_path / "m.blend"), outputs=outputs)
    with zipfile.ZipFile(tmp_path / "a.usdz") as archive:
        (name,) = (one for one in archive.namelist() if "usd" not in one)
        (tmp_path / "c.png").write_bytes(archive.read(name))
    assert name.endswith("Arrow base color.png")
    wanted = pictures.load(tmp_path / f"c{suffix}").astype(int)
    assert np.abs(pictures.load(tmp_path / "c.png").astype(int) - wanted).max() <= 1
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "a.blend"))
    (image,) = (one for one in bpy.data.images if one.packed_file)
    assert image.packed_file.data == content and image.name == "Arrow base color"


def test_an_stl_of_ours_stands_when_it_comes_back(worker, tmp_path):
    """It is written with Z up, as Blender does; a provider's has Y up."""
    (tmp_path / "a.obj").write_bytes(obj())
    facts = {"name": "Arrow", "front_axis": "-Y", "provenance": {}}
    worker.done("convert", model=str(tmp_path / "a.obj"), blend=str(tmp_path / "a.blend"), **facts)
    worker.done("write", blend=str(tmp_path / "a.blend"), outputs=[str(tmp_path / "a.stl")])
    sizes = {}
    for up_axis in ("Y", "Z"):
        blend = str(tmp_path / f"{up_axis}.blend")
        worker.done("convert", model=str(tmp_path / "a.stl"), blend=blend, up_axis=up_axis, **facts)
        bpy.ops.wm.open_mainfile(filepath=blend)
        sizes[up_axis] = [round(side, 3) for side in bpy.data.objects["Arrow"].dimensions]
    assert sizes == {"Y": [2, 2, 3], "Z": [2, 3, 2]}


def test_a_blend_tells_nothing_of_where_other_formats_were_made(worker, blend, tmp_path):
    outputs = [str(tmp_path / name) for name in ("a.fbx", "a.obj", "a.blend")]
    worker.done("write", blend=str(blend), outputs=outputs)
    assert b".maquette-" not in (tmp_path / "a.blend").read_bytes()


def test_nothing_half_written_stays(written):
    names = sorted(path.name for path in written.iterdir())
    assert [name for name in names if not name.startswith("a")] == []
    assert {"a.blend", "a.glb", "a.fbx", "a.obj", "a.mtl", "a.stl", "a.png"} <= set(names)


def test_the_materials_of_an_obj_name_files_beside_it(written):
    maps = [line.split(maxsplit=1)[1] for line in (written / "a.mtl").read_text("utf-8").splitlines() if "map_" in line]
    files = [words.split()[-1] for words in maps]
    assert files and all((written / file).is_file() for file in files), maps


def test_what_is_said_of_metal_and_roughness_is_so(written):
    """Beside the .obj, and not in its list; not in the .fbx, which holds the others."""
    color, metal = (written / f"a_Töpf_1_{role}.png" for role in ("base_color", "metallic_roughness"))
    named, embedded = (written / "a.mtl").read_text("utf-8"), (written / "a.fbx").read_bytes()
    assert color.name in named and metal.is_file() and metal.name not in named
    assert color.read_bytes() in embedded and metal.read_bytes() not in embedded


def test_the_blend_is_a_clean_scene_with_the_model(written):
    bpy.ops.wm.open_mainfile(filepath=str(written / "a.blend"))
    scene = bpy.context.scene
    assert len(bpy.data.scenes) == 1 and scene.world is not None
    assert [item.type for item in scene.objects] == ["MESH"]
    assert [collection.name for collection in scene.collection.children] == ["Töpf 1"]
    assert scene.objects[0]["maquette_provider"] == "local"
    assert not bpy.data.libraries and not bpy.data.cameras and not bpy.data.lights
    used = [image for image in bpy.data.images if image.type == "IMAGE"]
    assert len(used) == 4 and all(image.packed_file for image in used)
    materials = [one for one in bpy.data.materials if not one.is_grease_pencil]  # Blender 4.2's start file has one
    assert len(bpy.data.meshes) == 1 and len(materials) == 1


READERS = {
    "a.glb": lambda path: bpy.ops.import_scene.gltf(filepath=path),
    "a.fbx": lambda path: bpy.ops.import_scene.fbx(filepath=path),
    "a.obj": lambda path: bpy.ops.wm.obj_import(filepath=path),
    "a.stl": lambda path: bpy.ops.wm.stl_import(filepath=path),
}


@pytest.mark.parametrize("name", READERS)
def test_each_format_can_be_read_again(written, name, tmp_path):
    """After a move, so that a path to where it was written would break."""
    for path in written.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
    READERS[name](str(tmp_path / name))
    (item,) = bpy.data.objects
    assert len(item.data.polygons) == 12
    assert np.allclose(sorted(item.dimensions), [1, 1, 1], atol=1e-4)
    bpy.context.view_layer.update()
    heights = [(item.matrix_world @ vertex.co).z for vertex in item.data.vertices]
    assert min(heights) == pytest.approx(0, abs=1e-4)
    if name != "a.stl":
        assert base_color(item) == pytest.approx((200 / 255, 30 / 255, 30 / 255), abs=0.02)


def base_color(item):
    """Return the first pixel of the texture in the material's base color."""
    tree = item.material_slots[0].material.node_tree
    shader = next(node for node in tree.nodes if node.type == "BSDF_PRINCIPLED")
    (link,) = shader.inputs["Base Color"].links
    node = link.from_node
    while node.type != "TEX_IMAGE":
        node = next(socket.links[0].from_node for socket in node.inputs if socket.links)
    return tuple(node.image.pixels[:3])


def test_usdz_where_this_blender_has_it(worker, blend, tmp_path):
    path = tmp_path / "a.usdz"
    if export.can_write(path):
        worker.done("write", blend=str(blend), outputs=[str(path)], preview=None)
        bpy.ops.wm.read_homefile(use_factory_startup=True, use_empty=True)
        bpy.ops.wm.usd_import(filepath=str(path))
        assert sum(len(item.data.polygons) for item in bpy.data.objects if item.type == "MESH") == 12
    else:
        assert "usdz" in worker.refused("write", blend=str(blend), outputs=[str(path)], preview=None)["message"]


def test_textures_of_an_archive_come_into_a_usdz_and_no_path_into_the_blend(worker, tmp_path):
    picture, materials = models.plain_png((200, 9, 9)), b"newmtl paint\nmap_Kd red.png\n"
    content = {"m.obj": obj("m.mtl"), "m.mtl": materials, "red.png": picture}
    (tmp_path / "model.zip").write_bytes(zipped(content))
    blend, made = tmp_path / "model.blend", tmp_path / "out" / "a.usdz"
    order = {"model": str(tmp_path / "model.zip"), "blend": str(blend), "name": 'Pot: "1"'}
    worker.done("convert", front_axis="-Y", provenance={}, **order)
    assert b"unpacked" not in blend.read_bytes()
    with bpy.data.libraries.load(str(blend)) as (source, target):
        target.images = source.images
    assert [bpy.path.basename(image.filepath) for image in target.images] == ["Pot_ _1_ base color.png"]
    if export.can_write(made):
        worker.done("write", blend=str(blend), outputs=[str(made)], preview=None)
        names = zipfile.ZipFile(made).namelist()
        assert [name for name in names if name.endswith(".png")] and b"DomeLight" not in made.read_bytes(), names


def test_the_preview_shows_the_model(written):
    rows = pictures.load(written / "a.png").astype(float)
    assert rows.shape == (768, 768, 4) and (rows[..., 3] == 255).all()
    ground = rows[:40].reshape(-1, 4)[:, :3]
    assert ground.mean() > 200 and ground.std(axis=0).max() < 10  # light grey, and nothing cut off at the top
    middle = rows[300:468, 300:468, :3].reshape(-1, 3)
    red, green, blue = middle.mean(axis=0)
    assert red > 90 and red > 1.5 * green and red > 1.5 * blue  # the cube is red, lit, and not burnt out
    assert rows[..., :3].std() > 15
    assert rows[..., 0][rows[..., 0] > rows[..., 1] * 1.4].std() > 12  # its sides are not equally bright
    red_pixels = np.argwhere(rows[..., 0] > rows[..., 1] * 1.4)
    span = np.ptp(red_pixels, axis=0)
    assert 0.6 * 768 < span.max() < 768 and red_pixels.min() > 10 and red_pixels.max() < 758  # framed


def test_without_outputs_only_the_preview_is_made(worker, blend, tmp_path):
    done = worker.done("write", blend=str(blend), outputs=[], preview=str(tmp_path / "p.png"))
    assert done["outputs"] == done["warnings"] == [] and [path.name for path in tmp_path.iterdir()] == ["p.png"]


def test_a_wrong_suffix_is_refused_before_anything_is_written(worker, blend, tmp_path):
    outputs = [str(tmp_path / "a.glb"), str(tmp_path / "a.xyz")]
    error = worker.refused("write", blend=str(blend), outputs=outputs, preview=None)
    assert error["kind"] == "input" and "a.xyz" in error["message"] and not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said(worker, blend, tmp_path):
    (tmp_path / "file").write_text("in the way")
    error = worker.refused("write", blend=str(blend), outputs=[str(tmp_path / "file" / "a.glb")], preview=None)
    assert error["kind"] == "disk" and str(tmp_path) in error["message"]


def test_a_failed_export_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.glb"
    path.write_text("old")

    def broken(part: Path) -> None:
        part.write_text("half")
        raise RuntimeError("the exporter failed")

    with pytest.raises(ProviderError, match="exporter failed") as caught:
        export.whole(path, broken)
    assert caught.value.details == "the exporter failed"
    assert path.read_text() == "old" and [one.name for one in tmp_path.iterdir()] == ["a.glb"]


def test_an_exporter_that_writes_nothing_failed(tmp_path):
    with pytest.raises(ProviderError, match=r"a\.glb"):
        export.whole(tmp_path / "a.glb", lambda part: None)


def test_a_place_that_is_taken_by_a_folder_is_said(tmp_path):
    """After a task that may have been paid: never an InputError, which says that nothing was sent."""
    (tmp_path / "a.glb" / "inside").mkdir(parents=True)
    with pytest.raises(DiskError, match=r"a\.glb"):
        export.whole(tmp_path / "a.glb", lambda part: part.write_text("whole") and None)
    assert [one.name for one in tmp_path.iterdir()] == ["a.glb"]


def test_a_thumbnail_shows_the_model_small(worker, blend, tmp_path):
    path = tmp_path / "thumbnail.png"
    assert worker.done("thumbnail", blend=str(blend), picture=str(path)) == {"picture": str(path)}
    rows = pictures.load(path)
    assert rows.shape[:2] == (256, 256)
    ground, middle = rows[:8, :8, :3].astype(int), rows[96:160, 96:160, :3].astype(int)
    assert np.ptp(ground.reshape(-1, 3), axis=0).max() < 30 < abs(middle.mean((0, 1)) - ground.mean((0, 1))).max()
    assert [one.name for one in tmp_path.iterdir()] == ["thumbnail.png"]
