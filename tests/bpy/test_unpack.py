"""Archives: one model comes out, into a folder of its own, and nothing is written anywhere else."""

import io
import stat
import struct
import zipfile

import models
import pytest
import written

from blender_addon.core.errors import ModelFileError
from blender_addon.worker import unpack
from blender_addon.worker.unpack import unpacked


def zipped(*members, method=zipfile.ZIP_DEFLATED):
    """Write an archive of (name or ZipInfo, content)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def chosen(tmp_path, content):
    """Unpack, and return the chosen file's place in the folder and its content."""
    (tmp_path / "model.zip").write_bytes(content)
    with unpacked(tmp_path / "model.zip", tmp_path / "unpacked") as (model, folder, _):
        assert folder == (tmp_path / "unpacked").resolve()
        return model.resolve().relative_to(folder).as_posix(), model.read_bytes()


def refused(tmp_path, content, words):
    task = tmp_path / "task"
    task.mkdir(exist_ok=True)
    with pytest.raises(ModelFileError) as caught:
        chosen(task, content)
    assert words in caught.value.message + caught.value.details
    assert "\n" not in caught.value.message
    assert [one.name for one in task.iterdir()] == ["model.zip"], "it left something behind"
    assert [one.name for one in tmp_path.iterdir()] == ["task"], "it wrote outside"


CUBE = models.cube().build()
MODELS = {".glb": CUBE, ".fbx": written.fbx(written.node("Objects")), ".obj": written.obj(), ".ply": written.ply()}
MODELS |= {".stl": written.stl()}


def test_a_file_that_is_no_archive_stays_where_it_is(tmp_path):
    (tmp_path / "a.txt").write_bytes(CUBE)
    with unpacked(tmp_path / "a.txt", tmp_path / "task" / "unpacked") as (model, folder, left_out):
        assert left_out == []
        assert (model, folder) == (tmp_path / "a.txt", tmp_path.resolve())
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.fault("Z11")
def test_the_best_format_is_chosen_by_content(tmp_path):
    left = dict(MODELS)
    for suffix in MODELS:
        members = [(f"{number}.txt", content) for number, content in enumerate(reversed(left.values()))]
        assert chosen(tmp_path, zipped(("readme.glb", b"words"), *members))[1] == left.pop(suffix)


@pytest.mark.fault("Z11")
def test_the_largest_of_a_kind_is_chosen(tmp_path):
    large = written.obj(more="# and much more" * 10)
    members = (("a.obj", written.obj()), ("sub/b.obj", large), ("c.obj", written.obj()))
    assert chosen(tmp_path, zipped(*members)) == ("sub/b.obj", large)


@pytest.mark.parametrize("name", ["a/b/model.glb", "./model.glb", "a\\model.glb", "mödel 1.glb"])
def test_common_names(tmp_path, name):
    assert chosen(tmp_path, zipped(("empty/", b""), (name, CUBE)))[1] == CUBE


@pytest.mark.fault("Z12", "S11")
def test_programs_and_scenes_are_never_the_model(tmp_path):
    others = [
        ("run.exe", b"MZ" + bytes(9)),
        ("run.py", b"import os\n"),
        ("a.blend", b"BLENDER-v500"),
        ("b.blend.glb", b"BLENDER"),
    ]
    refused(tmp_path, zipped(*others), "no model file")
    (tmp_path / "task" / "model.zip").unlink()
    (tmp_path / "task").rmdir()
    assert chosen(tmp_path, zipped(*others, ("model.glb", CUBE))) == ("model.glb", CUBE)


USD = b"#usda 1.0\n"


@pytest.mark.parametrize("inner", ["", "scene/"])
def test_the_first_layer_of_usd_is_the_model(tmp_path, inner):
    members = [(f"{inner}root.usda", USD), (f"{inner}geometry.usda", USD + b"# and much more")]
    assert chosen(tmp_path, zipped(*members, method=zipfile.ZIP_STORED)) == (f"{inner}root.usda", USD)


def test_in_an_archive_of_all_sorts_the_outermost_layer_is_the_model(tmp_path):
    members = [("readme.txt", b"words"), ("assets/a.usda", USD + b"# a"), ("root.usda", USD), ("z.usda", USD + b"# z")]
    assert chosen(tmp_path, zipped(*members)) == ("root.usda", USD)
    assert chosen(tmp_path, zipped(*members[1:], method=zipfile.ZIP_STORED))[0] == "assets/a.usda"


def test_an_archive_of_usd_may_lie_in_an_archive(tmp_path):
    inner = zipped(("root.usda", USD), ("other.usdz", b"PK"), method=zipfile.ZIP_STORED)
    content = zipped(("readme.txt", b"words"), ("a.usdz", inner), ("b.stl", written.stl()))
    (tmp_path / "model.zip").write_bytes(content)
    with unpacked(tmp_path / "model.zip", tmp_path / "unpacked") as (model, folder, left_out):
        assert model.read_bytes() == USD and folder == model.parent
        assert left_out == ["The archive holds more models, which were not imported: b.stl."]
    assert [one.name for one in tmp_path.iterdir()] == ["model.zip"]


@pytest.mark.fault("Z05")
def test_an_archive_of_usd_holds_no_other(tmp_path):
    deep = zipped(("a.usdz", zipped(("a.usda", USD))))
    refused(tmp_path, zipped(("b.usdz", deep[:30] + b"a.usda" + deep[36:])), "archive")


@pytest.mark.fault("Z11")
def test_what_was_left_out_is_said(tmp_path):
    members = [("a.glb", CUBE), *((f"{name}.stl", written.stl()) for name in "bcdef"), ("textures/a.txt", b"")]
    (tmp_path / "model.zip").write_bytes(zipped(*members))
    with unpacked(tmp_path / "model.zip", tmp_path / "unpacked") as (_, _, left_out):
        assert left_out == ["The archive holds more models, which were not imported: b.stl, c.stl, d.stl and 2 more."]


def test_what_macos_packs_for_itself_stays_packed(tmp_path):
    own = ("chair.obj", written.obj()), ("color.png", b"x")
    theirs = ("__MACOSX/._chair.obj", "__MACOSX/a/b.stl", "sub/._color.png")
    (tmp_path / "model.zip").write_bytes(zipped(*own, *((name, written.stl()) for name in theirs)))
    with unpacked(tmp_path / "model.zip", tmp_path / "unpacked") as (model, folder, left_out):
        assert (model.name, left_out) == ("chair.obj", [])
        assert sorted(one.name for one in folder.rglob("*")) == ["chair.obj", "color.png"]


@pytest.mark.fault("Z08")
def test_a_member_without_a_name(tmp_path):
    content = bytearray(zipped(("a.glb", CUBE), ("b", b"x")))
    for mark, at in ((b"PK\3\4", 26), (b"PK\1\2", 28)):  # its one letter becomes additional data
        struct.pack_into("<HH", content, content.rindex(mark) + at, 0, 1)
    refused(tmp_path, bytes(content), "archive")


def test_what_an_interrupted_run_left_is_removed(tmp_path):
    (tmp_path / "unpacked" / "sub").mkdir(parents=True)
    (tmp_path / "unpacked" / "sub" / "old.glb").write_bytes(CUBE + bytes(99))
    assert chosen(tmp_path, zipped(("new.glb", CUBE)))[0] == "new.glb"
    assert not (tmp_path / "unpacked").exists()


BAD = [
    "../a.glb",
    "/a.glb",
    "a/../../b.glb",
    "..\\a.glb",
    "\\a.glb",
    "C:\\a.glb",
    "C:a.glb",
    "\\\\host\\a.glb",
    "..",
    "a//b",
]
BAD += ["con", "NUL.glb", "sub/Com1.txt", "a:b.glb", "a.", "a /b.glb", "a\x07.glb", "a?.glb", "x" * 300]


@pytest.mark.fault("Z01", "Z07")
@pytest.mark.parametrize("name", BAD)
def test_names_that_lead_outside_or_are_none(tmp_path, name):
    refused(tmp_path, zipped(("good.glb", CUBE), (name, CUBE)), "unsafe")


@pytest.mark.fault("Z02")
@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices(tmp_path, kind):
    member = zipfile.ZipInfo("a.png")
    member.external_attr = (kind | 0o777) << 16
    refused(tmp_path, zipped(("good.glb", CUBE), (member, "../../secret.png")), "link or a device")


NAMES = [("a.glb", "a.glb"), ("a.glb", "A.GLB"), ("a", "a/b.glb"), ("A/b.glb", "a"), ("\xe9.glb", "E\u0301.glb")]


@pytest.mark.fault("Z06")
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", NAMES)
def test_two_files_at_one_place(tmp_path, names):
    refused(tmp_path, zipped(*((name, CUBE) for name in names)), "one name")


@pytest.mark.fault("Z04")
def test_too_many_members(tmp_path):
    refused(tmp_path, zipped(*((f"{number}.txt", b"") for number in range(1001))), "more than is safe")


@pytest.mark.fault("Z03")
def test_bombs(tmp_path):
    refused(tmp_path, zipped(("a.glb", CUBE + bytes(11 * 2**20))), "more than is safe")


def test_a_small_archive_may_be_packed_well(tmp_path):
    assert len(chosen(tmp_path, zipped(("a.glb", CUBE + bytes(9 * 2**20))))[1]) > 9 * 2**20


@pytest.mark.fault("Z03")
def test_more_altogether_than_is_safe(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "_MAX_BYTES", 100)
    refused(tmp_path, zipped(("a.glb", CUBE), method=zipfile.ZIP_STORED), f"{len(CUBE)} bytes from")


@pytest.mark.fault("Z03")
def test_what_comes_out_is_counted_whatever_was_declared(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "_checked", lambda members, size: [(one, one.filename) for one in members])
    monkeypatch.setattr(unpack, "_MAX_BYTES", 100)
    refused(tmp_path, zipped(("a.glb", CUBE)), "more bytes than declared")


@pytest.mark.fault("Z05", "Z11")
def test_archives_in_archives_are_not_opened(tmp_path):
    refused(tmp_path, zipped(("inner.zip", zipped(("a.glb", CUBE)))), "no model file")
    assert chosen(tmp_path, zipped(("inner.zip", zipped(("a.glb", CUBE))), ("b.stl", written.stl())))[0] == "b.stl"


@pytest.mark.fault("Z09")
def test_protected_and_unknown(tmp_path):
    content = bytearray(zipped(("a.glb", CUBE)))
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<H", content, at + 8, 1)
    refused(tmp_path, bytes(content), "protected")
    refused(tmp_path, zipped(("a.glb", CUBE), method=zipfile.ZIP_LZMA), "unknown way")


@pytest.mark.fault("Z10")
def test_archives_that_are_cut_or_changed(tmp_path):
    content = zipped(("a.glb", CUBE), ("b.txt", b"words"))
    for end in range(4, len(content), 9):
        refused(tmp_path, content[:end], "damaged")
    for at in range(60, 400, 20):
        refused(tmp_path, content[:at] + bytes([content[at] ^ 255]) + content[at + 1 :], "damaged")
