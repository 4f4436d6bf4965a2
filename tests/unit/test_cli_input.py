"""Bad input: one clear sentence, kind `input`, exit 2, and nothing was sent."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from command_line import CALL, end
from pictures import png

from blender_addon.core.errors import InputError
from blender_addon.core.folders import check_room

UNWRITABLE = Path("/proc" if sys.platform == "linux" else "/dev/null/no")
"""Not even root can write there."""


def bad_images(folder: Path) -> dict[str, Path]:
    contents = {
        "text.png": b"This is a text file.",
        "empty.png": b"",
        "tiny.png": png(1, 1),
        "huge.png": png(30_000, 30_000),
        "animation.gif": b"GIF89a" + bytes(40),
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return {name: folder / name for name in (*contents, "missing.png", ".")}


def refused(said, sentence="") -> None:
    """One sentence for programs, one for people."""
    assert said.code == 2, said
    assert [line["event"] for line in said.lines] == ["failed"]
    assert (said.last["kind"], said.last["task"]) == ("input", None)
    assert sentence in said.last["message"]
    assert said.last["message"].endswith(".")
    assert "Traceback" not in said.err


@pytest.mark.parametrize("name", ["text.png", "empty.png", "tiny.png", "huge.png", "animation.gif", "missing.png", "."])
@pytest.mark.parametrize("view", [False, True])
def test_an_image_that_cannot_be_used(maquette, image, tmp_path, name, view):
    path = bad_images(tmp_path)[name]
    given = [image, "--view", f"left={path}"] if view else [path]
    refused(maquette("generate", *given, "--jsonl"))
    said = maquette("generate", *given)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("maquette: ")
    assert said.err.count("\n") == 1
    assert maquette.tasks() == []
    assert not (maquette.folder / "calls").exists(), "Blender was not asked"


@pytest.mark.parametrize("view", [False, True])
def test_a_folder_of_images_is_called_one(maquette, image, tmp_path, view):
    given = [image, "--view", f"left={tmp_path}"] if view else [tmp_path]
    refused(maquette("generate", *given, "--jsonl"), f"{tmp_path} is a folder. Give one image in it: ")


BAD = {
    "provider": (["--provider", "tripod"], "There is no provider “tripod”. The providers are: "),
    "views": (
        ["--set", "method=hull", "--view", "back=castle.png"],
        "The method hull needs a view from a side: add a ",
    ),
    "option": (["--set", "colour=red"], "There is no option “colour”. The options are: method, "),
    "range": (["--set", "depth=99"], "Depth (depth) cannot be 99.0. It takes: 0.05–5."),
    "number": (["--set", "depth=deep"], "Option depth does not understand “deep”. It takes: 0.05–5."),
    "nan": (["--set", "depth=nan"], "Depth (depth) cannot be nan"),
    "choice": (["--set", "method=magic"], "Method (method) cannot be 'magic'. It takes: auto · inflate · hull"),
    "no value": (["--set", "depth"], "--set takes OPTION=VALUE, not “depth”."),
    "empty value": (["--set", "depth="], "--set takes OPTION=VALUE"),
    "view": (["--view", "top=a.png"], "There is no view “top”. The views are: left, back, right."),
    "view form": (["--view", "left"], "--view takes NAME=IMAGE, not “left”."),
    "front twice": (["--view", "front=b.png"], "The front view is given twice: IMAGE is the front, "),
    "left twice": (
        ["--view", "left=a.png", "--view", "left=b.png"],
        "The left view is given twice, by two --view left=…. Leave one out.",
    ),
    "format": (["--out", "a.stp"], "a.stp cannot be written. The formats are: .blend, .glb, .fbx, .obj, .usdz, .stl."),
    "no format": (["--out", "a"], "a cannot be written. The formats are: "),
    "preview": (["--preview", "a.jpg"], "The preview a.jpg is written as PNG."),
    "no folder": (["--out", "no/such/a.glb"], "does not exist. Create it or choose another one."),
    "unwritable": (["--out", str(UNWRITABLE / "a.glb")], "The output folder"),
    "unwritable preview": (["--preview", str(UNWRITABLE / "a.png")], "The output folder"),
    "timeout": (["--timeout", "0"], "must be a number of seconds above 0, not “0”"),
    "timeout word": (["--timeout", "soon"], "must be a number of seconds above 0, not “soon”"),
    "timeout nan": (["--timeout", "nan"], "must be a number of seconds above 0"),
    "height": (["--height", "-1"], "must be a number of metres above 0, not “-1”"),
    "height twice": (
        ["--height", "1", "--set", "height=2"],
        "The height is given twice, by --height and --set height.",
    ),
    "flag": (["--speed", "9"], "Unrecognized arguments: --speed 9."),
    "short flag": (["--prev", "a.png"], "Unrecognized arguments: --prev a.png."),
}


@pytest.mark.parametrize(("arguments", "sentence"), BAD.values(), ids=BAD)
def test_an_argument_that_cannot_be_used(maquette, image, tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    refused(maquette("generate", image, *arguments, "--jsonl"), sentence)
    assert maquette.tasks() == []
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".maquette")]


def test_an_output_that_is_a_folder(maquette, image, tmp_path):
    (tmp_path / "a.glb").mkdir()
    refused(
        maquette("generate", image, "--out", tmp_path / "a.glb", "--jsonl"), "is a folder. Give the name of a file."
    )


@pytest.mark.parametrize(
    "arguments",
    [[], ["make"], ["generate"], ["balance"], ["balance", "nobody"], ["providers", "nobody"], ["tasks", "dance"]],
)
def test_a_call_that_there_is_not(maquette, arguments):
    said = maquette(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("maquette: ")
    assert "Traceback" not in said.err


def test_tasks_that_there_are_not(maquette):
    for call in ("resume", "cancel", "forget"):
        said = maquette("tasks", call, "nothing")
        assert (said.code, said.err) == (2, "maquette: There is no task nothing. `maquette tasks` lists them.\n")


def test_a_data_folder_that_cannot_be_made(maquette, image, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(tmp_path / "file"))
    refused(maquette("generate", image, "--jsonl"), "cannot be made")


def test_room_is_looked_at(tmp_path):
    with pytest.raises(InputError, match=r"The disk is full: .* MB left and .* MB are needed"):
        check_room(tmp_path, needed_bytes=2**62)
    check_room(tmp_path, needed_bytes=1)


def why_no_mount() -> str:
    """Return why no small disk can be mounted for a test here; empty when it can."""
    if sys.platform != "linux" or os.geteuid():
        return "only root on Linux can mount a small disk for a test"
    tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, text=True)
    return tried.stderr.strip()


NO_MOUNT = why_no_mount()


@pytest.mark.parametrize(
    ("where", "kind"),
    [("data", "full"), ("output", "full"), ("data", "small"), ("data", "read-only"), ("output", "read-only")],
)
def test_a_disk_that_is_full_or_locked(maquette, image, tmp_path, monkeypatch, where, kind):
    assert not NO_MOUNT
    disk = tmp_path / "disk"
    disk.mkdir()
    if where == "data":
        monkeypatch.setenv("MAQUETTE_DATA_DIR", str(disk / "maquette"))
    steps = [f"mount -t tmpfs -o size=1m tmpfs {disk}"]
    if kind == "full":
        steps.append(f"dd if=/dev/zero of={disk}/filler bs=4k 2>/dev/null || true")
    if kind == "read-only":
        steps.append(f"mount -o remount,ro {disk}")
    call = [
        sys.executable,
        "-c",
        CALL,
        "generate",
        image,
        "--jsonl",
        "--out",
        (disk if where == "output" else tmp_path) / "a.glb",
    ]
    shell = " && ".join([*steps, 'exec "$@"'])
    said = end(maquette.start_in("unshare", "-m", "sh", "-c", shell, "sh", *call))
    refused(said)
    assert ("cannot be" if kind == "read-only" else "full") in said.last["message"]


if NO_MOUNT and "unit" not in os.environ.get("MAQUETTE_REQUIRE", "").split(","):
    warnings.warn(f"Disks that are full or locked are left out, {NO_MOUNT}", stacklevel=1)
    del test_a_disk_that_is_full_or_locked
