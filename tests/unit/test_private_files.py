"""What lies on the disk is for this user only, and a file that was chosen by mistake never leaves this computer."""

import ast
import os
import stat
from pathlib import Path

import hosted_line
import pytest
from key_search import ways
from pictures import real_png

from blender_addon.core.errors import InputError
from blender_addon.core.folders import check_output
from blender_addon.net.accounts import Accounts

line = hosted_line.line
PACKAGE = Path(__file__).parents[2] / "blender_addon"
SECRET = b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n"


def is_private(path: Path) -> bool:
    return os.name != "posix" or not stat.S_IMODE(path.stat().st_mode) & 0o077


@pytest.mark.fault("S15")
def test_every_folder_of_a_run_is_private(maquette, image, tmp_path, data_folder):
    previous = os.umask(0)
    try:
        assert maquette("generate", image, "--out", tmp_path / "a.glb").code == 0
    finally:
        os.umask(previous)
    folders = [data_folder, *(path for path in data_folder.rglob("*") if path.is_dir())]
    assert len(folders) >= 4 and all(map(is_private, folders))


@pytest.mark.fault("S15")
@pytest.mark.parametrize("forbidden", ["mktemp", "gettempdir"])
def test_no_temporary_file_has_a_name_that_can_be_guessed(forbidden):
    for path in PACKAGE.rglob("*.py"):
        names = {
            getattr(node, "attr", getattr(node, "id", "")) for node in ast.walk(ast.parse(path.read_text("utf-8")))
        }
        assert forbidden not in names, path


@pytest.mark.fault("S15")
def test_a_link_planted_in_place_of_the_accounts_file_is_not_followed(data_folder, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    data_folder.mkdir()
    for name in ("accounts.json", f"accounts.json.{os.getpid()}.part"):
        (data_folder / name).symlink_to(victim)
    Accounts(data_folder).enter("far", "key", "key-0123456789")
    assert victim.read_text() == "mine"
    assert not (data_folder / "accounts.json").is_symlink() and is_private(data_folder / "accounts.json")


@pytest.mark.fault("S15")
def test_trying_whether_a_folder_can_be_written_follows_no_link(tmp_path):
    victim = tmp_path / "victim"
    (tmp_path / f".maquette-{os.getpid()}").symlink_to(victim)
    check_output(tmp_path / "a.glb")
    assert not victim.exists()
    with pytest.raises(InputError):
        check_output(tmp_path / "none" / "a.glb")


@pytest.mark.fault("S17")
@pytest.mark.parametrize("name", ["id_ed25519", "id_ed25519.png", ".env"])
def test_a_key_file_that_was_chosen_is_never_sent(line, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(SECRET * 20)
    said = line.generate(image=path)
    assert said.code == 2 and "is not an image" in said.last["message"]
    assert line.sim.seen == []


@pytest.mark.fault("S17")
def test_what_only_begins_like_a_picture_is_converted_not_sent(line, tmp_path):
    """Blender makes a new picture of it from the pixels, or refuses it."""
    path = tmp_path / "a.png"
    path.write_bytes(real_png() + SECRET)
    assert line.generate(image=path).code == 0
    assert "picture" in (line.maquette.folder / "calls").read_text()
    parts = [part.data for one in line.sim.seen for part in one.parts.values()]
    for sent in (*parts, *(str(one.json) for one in line.sim.seen)):
        assert ways(sent, SECRET.decode().partition("\n")[0]) == []
