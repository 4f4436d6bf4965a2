"""API keys, base URLs and regions: who is asked first, what is kept, and who may read it."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from blender_addon.core.errors import AccountError, DiskError, InputError
from blender_addon.core.provider import Provider
from blender_addon.net.accounts import Accounts

ROOT = Path(__file__).resolve().parents[2]
KEY = "key-0123456789"


class Far(Provider):
    """Nothing but its names."""

    id, label = "far", "Far"
    base_url = "https://far.example"
    regions = {"west": base_url, "east": "https://far.example.org"}  # noqa: RUF012
    key_names = ("FAR_API_KEY", "FAR_KEY")


class Near(Far):
    """Needs no network."""

    id, base_url, regions = "near", "", {}


@pytest.fixture
def accounts(data_folder, monkeypatch):
    for name in ("MAQUETTE_FAR_API_KEY", "FAR_API_KEY", "FAR_KEY", "MAQUETTE_FAR_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    data_folder.mkdir()
    return Accounts(data_folder)


def file_of(data_folder):
    return data_folder / "accounts.json"


def test_who_is_asked_first(accounts, monkeypatch):
    accounts.enter("far", "key", "entered-key")
    assert accounts.key(Far) == "entered-key"
    for name in ("FAR_KEY", "FAR_API_KEY", "MAQUETTE_FAR_API_KEY"):
        monkeypatch.setenv(name, f" from-{name}\n")
        assert accounts.key(Far) == f"from-{name}"
    monkeypatch.setenv("MAQUETTE_FAR_API_KEY", "  ")
    assert accounts.key(Far) == "from-FAR_API_KEY", "an empty one is none"


@pytest.mark.fault("U13")
def test_no_key_is_said_with_both_remedies(accounts):
    with pytest.raises(
        AccountError, match=r"Far needs an API key\. Enter it in .*preferences, or set MAQUETTE_FAR_API_KEY"
    ):
        accounts.key(Far)
    assert (accounts.has_key(Far), accounts.has_key(Near)) == (False, True)


@pytest.mark.fault("U13")
@pytest.mark.parametrize(
    "key",
    ["two words", "line\nbreak", "line\r\nX-Evil: 1", "tab\tkey", "ключ-0123456789", "k\u200bey", "k\x7fey", "k\0ey"],
)
def test_a_key_that_cannot_be_one_is_refused_and_not_repeated(accounts, key):
    accounts.enter("far", "key", key)
    with pytest.raises(AccountError, match="holds characters that no key has") as caught:
        accounts.key(Far)
    assert key not in str(caught.value) and not accounts.has_key(Far)


@pytest.mark.fault("U13")
def test_what_surrounds_a_key_is_taken_off(accounts):
    accounts.enter("far", "key", f"  {KEY}\r\n")
    assert accounts.key(Far) == accounts.entered("far", "key") == KEY


@pytest.mark.fault("S05")
def test_the_file_is_for_this_user_only(accounts, data_folder):
    previous = os.umask(0)
    try:
        accounts.enter("far", "key", KEY)
        accounts.enter("far", "region", "east")
    finally:
        os.umask(previous)
    if os.name == "posix":
        assert stat.S_IMODE(file_of(data_folder).stat().st_mode) == 0o600
    assert json.loads(file_of(data_folder).read_text()) == {"far": {"key": KEY, "region": "east"}}
    assert sorted(one.name for one in data_folder.iterdir()) == ["accounts.json", "accounts.lock"]
    assert (data_folder / "accounts.lock").read_bytes() == b""


@pytest.mark.fault("S05")
def test_a_file_that_others_could_read_is_made_private_by_the_next_entry(accounts, data_folder):
    file_of(data_folder).write_text("{}")
    file_of(data_folder).chmod(0o644)
    accounts.enter("far", "key", KEY)
    if os.name == "posix":
        assert stat.S_IMODE(file_of(data_folder).stat().st_mode) == 0o600


def test_an_empty_entry_forgets(accounts, data_folder):
    accounts.enter("far", "key", KEY)
    accounts.enter("far", "key", "")
    assert KEY not in file_of(data_folder).read_text() and not accounts.has_key(Far)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b'{"far": 3}',
        b'{"far": {"key": 7}}',
        b'{"far": {"key": null}}',
        b"[" * 99_999,
    ],
)
def test_a_damaged_file_is_no_key_and_is_written_anew(accounts, data_folder, content):
    file_of(data_folder).write_bytes(content)
    assert not accounts.has_key(Far)
    accounts.enter("far", "key", KEY)
    assert Accounts(data_folder).key(Far) == KEY


def test_what_is_unknown_in_the_file_is_left_alone(accounts, data_folder):
    file_of(data_folder).write_text(json.dumps({"far": {"key": KEY, "colour": "red"}, "other": {"key": "other-key"}}))
    accounts.enter("far", "region", "east")
    assert accounts.entered("other", "key") == "other-key"


def test_a_file_that_cannot_be_read_just_now_is_not_forgotten(accounts, data_folder, monkeypatch):
    accounts.enter("far", "key", KEY)
    assert accounts.key(Far) == KEY
    other = Accounts(data_folder)
    os.utime(file_of(data_folder), (1, 1))

    def refused(self):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert accounts.key(Far) == KEY
    with pytest.raises(DiskError, match="cannot be written"):
        other.enter("far", "region", "east")
    monkeypatch.undo()
    assert (other.entered("far", "key"), other.entered("far", "region")) == (KEY, "")


def test_a_folder_that_cannot_be_written_is_said(accounts, data_folder):
    data_folder.rmdir()
    with pytest.raises(DiskError, match="nothing was changed"):
        accounts.enter("far", "key", KEY)


def test_what_another_process_enters_is_seen(accounts, data_folder):
    accounts.enter("far", "key", KEY)
    for number in range(5):  # the same length each time, and perhaps the same tick of the clock
        Accounts(data_folder).enter("far", "key", f"other-key-{number}")
        assert accounts.key(Far) == f"other-key-{number}"
    file_of(data_folder).unlink()
    assert not accounts.has_key(Far)


def test_two_processes_that_enter_at_once_both_get_in(accounts, data_folder):
    code = (
        "import sys; from pathlib import Path; from blender_addon.net.accounts import Accounts\n"
        "one = Accounts(Path(sys.argv[1]))\n"
        "for number in range(40): one.enter(sys.argv[2], 'key', f'key-{number}')"
    )
    runs = [subprocess.Popen([sys.executable, "-c", code, data_folder, name], cwd=ROOT) for name in ("far", "near")]
    assert [one.wait(60) for one in runs] == [0, 0]
    assert (accounts.entered("far", "key"), accounts.entered("near", "key")) == ("key-39", "key-39")


def test_where_requests_go(accounts, monkeypatch):
    assert accounts.base_url(Far) == "https://far.example"
    accounts.enter("far", "region", "east")
    assert accounts.base_url(Far) == "https://far.example.org"
    accounts.enter("far", "region", "north")
    assert accounts.base_url(Far) == "https://far.example", "a region that is gone"
    accounts.enter("far", "base_url", "https://mine.example/api/v1/")
    assert accounts.base_url(Far) == accounts.chosen_base(Far).rstrip("/") == "https://mine.example/api/v1"
    monkeypatch.setenv("MAQUETTE_FAR_BASE_URL", "http://127.0.0.1:9/x/y")
    assert accounts.base_url(Far) == "http://127.0.0.1:9/x/y"


@pytest.mark.parametrize(
    "base_url", ["http://far.example", "far.example", "https://me@far.example", "file:///x", "https://"]
)
def test_a_base_url_that_is_not_safe_is_refused(accounts, monkeypatch, base_url):
    monkeypatch.setenv("MAQUETTE_FAR_BASE_URL", base_url)
    with pytest.raises(InputError, match=r"The base URL of Far (must|is no)"):
        accounts.base_url(Far)


class Start(Far):
    """Its keys can be told by how they begin."""

    id, label, key_start = "start", "Start", "tsk_"


@pytest.mark.fault("U13")
def test_a_key_of_another_provider_is_told(accounts, monkeypatch):
    for name in ("FAR_API_KEY", "FAR_KEY"):
        monkeypatch.delenv(name, raising=False)
    every = [Far, Start]
    accounts.enter("far", "key", "tsk_0123456789")
    accounts.enter("start", "key", "0123456789")
    assert accounts.looks_like(Far, every) == "Start"
    assert accounts.looks_like(Start, every) == "", "one that begins otherwise may be a newer kind of key"
    accounts.enter("start", "key", "tsk_0123456789")
    assert accounts.looks_like(Start, every) == ""
    accounts.enter("far", "key", "")
    assert accounts.looks_like(Far, every) == ""
    monkeypatch.setenv("FAR_API_KEY", " tsk_0123456789")
    assert accounts.looks_like(Far, every) == "Start"
