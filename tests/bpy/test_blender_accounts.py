"""Accounts in the preferences: where the key is kept, what Check Key says, and that nothing is sent unasked."""

import json
import threading

import bpy
import pytest
from enabled import disc, extension, in_own_bpy  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures

from blender_addon.providers.csm import Csm
from blender_addon.providers.local import Local
from blender_addon.providers.tripo import Tripo

LIMIT_S = 30
"""Of what another thread has to do."""
SECRET = "tsk_" + "5ecret" * 6
SAVE_ALL = """
blender_addon.register()
from blender_addon.blender import session
session.needed()
bpy.context.window_manager.maquette.accounts.tripo.key = sys.argv[2]
bpy.context.window_manager.maquette.accounts.tripo.region = "china"
bpy.context.scene.maquette.provider = "tripo"
bpy.ops.wm.save_userpref()
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[1], compress=False)
print(bpy.context.window_manager.maquette.accounts.tripo.key == sys.argv[2])
"""


def account(name="tripo"):
    return getattr(bpy.context.window_manager.maquette.accounts, name)


@pytest.fixture
def running(extension, online):  # noqa: F811
    """Return the session, without a key."""
    from blender_addon.blender import session

    return session.needed()


def kept():
    from blender_addon.core.folders import data_folder

    return json.loads((data_folder() / "accounts.json").read_text("utf-8"))


def said(provider=Tripo):
    from blender_addon.blender import account_operators, session

    return account_operators.told(session.current(), provider)[0]


@pytest.mark.fault("S05", "U13")
def test_what_is_entered_is_kept_in_the_data_folder_only(running):
    account().key, account().base_url, account().region = f" {SECRET} ", "http://localhost:1", "china"
    assert kept() == {"tripo": {"key": SECRET, "base_url": "http://localhost:1", "region": "china"}}
    assert (account().key, account().base_url, account().region) == (SECRET, "http://localhost:1", "china")
    account().key = ""
    assert "key" not in kept()["tripo"]


def test_only_the_key_field_hides_what_it_shows(running):
    properties = account().bl_rna.properties
    assert (properties["key"].subtype, properties["base_url"].subtype) == ("PASSWORD", "NONE")


def test_a_region_is_there_where_the_provider_has_some(running):
    assert account().region == "international"
    assert not hasattr(account("csm"), "region")
    assert not hasattr(bpy.context.window_manager.maquette.accounts, "local")


def test_an_entry_of_another_process_is_seen(running):
    from blender_addon.net.accounts import Accounts

    account().key = SECRET
    Accounts(running.assembly.journal.folder).enter("tripo", "key", "another one")
    assert account().key == "another one"


@pytest.mark.fault("S01")
def test_no_saved_file_holds_the_key(tmp_path, monkeypatch):
    profile, path = tmp_path / "profile", tmp_path / "scene.blend"
    monkeypatch.setenv("BLENDER_USER_RESOURCES", str(profile))
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(tmp_path / "data"))
    for folder in (profile, profile / "config"):
        folder.mkdir()
    assert in_own_bpy(SAVE_ALL, path, SECRET) == "True"
    saved = [path, *profile.rglob("*.blend")]
    assert any(one.name == "userpref.blend" for one in saved), saved
    assert all(one.read_bytes()[:7] == b"BLENDER" for one in saved)  # not compressed: the key would be readable
    holding = [one for one in tmp_path.rglob("*") if one.is_file() and SECRET.encode() in one.read_bytes()]
    assert holding == [tmp_path / "data" / "accounts.json"]


def test_saving_and_loading_leave_the_account_as_it_is(running, tmp_path):
    account().key = SECRET
    path = str(tmp_path / "scene.blend")
    bpy.ops.wm.save_as_mainfile(filepath=path)
    bpy.ops.wm.open_mainfile(filepath=path)
    assert account().key == SECRET


def test_a_key_from_the_environment_is_named(running, monkeypatch):
    from blender_addon.blender import accounts

    assert accounts.from_environment(Tripo, "key") == ""
    monkeypatch.setenv("TRIPO_API_KEY", SECRET)
    assert accounts.from_environment(Tripo, "key") == "TRIPO_API_KEY"
    monkeypatch.setenv("MAQUETTE_TRIPO_API_KEY", SECRET)
    assert accounts.from_environment(Tripo, "key") == "MAQUETTE_TRIPO_API_KEY"
    assert accounts.from_environment(Csm, "key") == ""
    monkeypatch.setenv("MAQUETTE_TRIPO_BASE_URL", "http://localhost:1")
    assert accounts.from_environment(Tripo, "base_url") == "MAQUETTE_TRIPO_BASE_URL"
    assert not accounts.key_is_missing(running, Tripo)
    assert accounts.key_is_missing(running, Csm)
    assert not accounts.key_is_missing(running, Local)


def test_what_kept_a_question_from_being_asked_is_not_said_once_it_is_gone(tripo):  # noqa: F811
    system = bpy.context.preferences.system
    system.use_online_access = False
    with pytest.raises(RuntimeError, match="needs the network"):
        bpy.ops.maquette.check_key(provider="tripo")
    assert said().startswith("Tripo needs the network")
    system.use_online_access = True
    assert said() == ""


def test_nor_when_something_else_is_in_the_way_now(running):
    bpy.context.preferences.system.use_online_access = False
    with pytest.raises(RuntimeError, match="needs the network"):
        bpy.ops.maquette.check_key(provider="tripo")
    assert said().startswith("Tripo needs the network")
    bpy.context.preferences.system.use_online_access = True
    assert said() == "", "there is no key yet, but the network is allowed"


def test_check_key_says_what_is_left(tripo):  # noqa: F811
    assert said() == ""
    assert bpy.ops.maquette.check_key(provider="tripo") == {"FINISHED"}
    assert said().startswith("1,000")
    assert said().endswith(" credits are left at Tripo.")
    assert [one.path for one in tripo.seen] == ["/v3/account/balance"]


@pytest.mark.fault("P01", "S02")
def test_a_wrong_key_is_one_sentence(tripo):  # noqa: F811
    account().key = SECRET
    with pytest.raises(RuntimeError, match="does not accept the API key"):
        bpy.ops.maquette.check_key(provider="tripo")
    assert "does not accept the API key" in said()
    assert SECRET not in said()


@pytest.mark.fault("P31")
@pytest.mark.parametrize("status", [403, 500])
def test_generating_stays_possible_while_the_balance_is_not_known(tripo, monkeypatch, status):  # noqa: F811
    from blender_addon.net import http

    monkeypatch.setattr(http, "PAUSES_S", (0.01, None))
    tripo.answer_next("GET /v3/account/balance", status, {}, times=9)
    with pytest.raises(RuntimeError, match="Tripo"):
        bpy.ops.maquette.check_key(provider="tripo")
    assert said().endswith(".") and "left" not in said()
    assert bpy.ops.maquette.generate() == {"FINISHED"}


def test_another_key_makes_the_answer_void(tripo):  # noqa: F811
    bpy.ops.maquette.check_key(provider="tripo")
    account().key = SECRET
    assert said() == ""


def test_without_a_key_nothing_is_asked(running):
    with pytest.raises(RuntimeError, match="Tripo needs an API key"):
        bpy.ops.maquette.check_key(provider="tripo")
    assert said().startswith("Tripo needs an API key")


@pytest.mark.fault("N01")
def test_without_online_access_nothing_is_sent(tripo):  # noqa: F811
    bpy.context.preferences.system.use_online_access = False
    for call in (bpy.ops.maquette.check_key, bpy.ops.maquette.generate):
        with pytest.raises(RuntimeError, match="Allow Online Access"):
            call(provider="tripo")
    assert tripo.seen == []
    assert len(bpy.context.window_manager.maquette.tasks) == 0


@pytest.mark.fault("N02")
def test_a_task_that_runs_is_told_when_online_access_is_taken_away(running):
    from blender_addon.blender import watch

    assert running.assembly.online
    bpy.context.preferences.system.use_online_access = False
    watch.step(bpy.context)
    assert not running.assembly.online


def test_an_account_that_cannot_be_written_is_said(running, monkeypatch):
    def refuse(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(running.assembly.accounts), "_write", refuse)
    account().key = SECRET
    assert "cannot be written" in said()
    assert account().key == ""


def test_a_question_holds_nothing_up(running):
    from blender_addon.blender import session, watch

    free, name = threading.Event(), ("balance", "tripo")
    running.inquiries.ask(name, lambda _: free.wait(LIMIT_S))
    assert running.inquiries.asking(name)
    assert session.busy()
    assert said() == "Asking Tripo…"
    watch.step(bpy.context)
    assert running.inquiries.answer(name) is None
    free.set()
    assert running.inquiries.wait(name).value is True
    assert not session.busy()


def test_an_answer_that_was_forgotten_meanwhile_counts_no_longer(running):
    free, name = threading.Event(), ("balance", "tripo")
    running.inquiries.ask(name, lambda _: free.wait(LIMIT_S))
    thread = next(one for one in threading.enumerate() if one.name == "maquette-balance-tripo")
    account().key = SECRET
    free.set()
    thread.join(LIMIT_S)
    assert not running.inquiries.collect()
    assert running.inquiries.answer(name) is None


def test_disabling_ends_every_question(running):
    from blender_addon.blender import session

    running.inquiries.ask(("balance", "tripo"), lambda halt: halt.wait(10 * LIMIT_S))
    thread = next(one for one in threading.enumerate() if one.name == "maquette-balance-tripo")
    session.unregister()
    thread.join(LIMIT_S)
    assert not thread.is_alive()


@pytest.mark.fault("S05", "U13")
def test_the_preferences_say_where_a_key_lies_and_whose_it_looks_like(running):
    from blender_addon.blender import accounts

    assert accounts.place(running, Csm) == accounts.mistaken(running, Csm) == ""
    account("csm").key = f" {SECRET}\n"
    assert account("csm").key == SECRET
    assert accounts.place(running, Csm) == "Stored unencrypted on this computer, readable by you only"
    assert accounts.mistaken(running, Csm) == "This looks like a key for Tripo"
    account().key = SECRET
    assert accounts.mistaken(running, Tripo) == ""
