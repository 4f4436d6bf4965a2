"""The key store: the system's keychain where it works, else the file, and no keychain ever holds anything up."""

import json
import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from waiting import LIMIT_S, until

from blender_addon.core.errors import AccountError
from blender_addon.core.provider import Provider
from blender_addon.net import keychain
from blender_addon.net.accounts import Accounts
from blender_addon.net.keychain import Keychain, KeychainError

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KEY, OTHER = "key-0123456789", "other-key-0123456789"


class Far(Provider):
    """Nothing but its names."""

    id, label, base_url = "far", "Far", "https://far.example"


class Folder:
    """A data folder with a keychain."""

    def __init__(self, data: Path, chain: Path) -> None:
        self.data, self.chain = data, chain

    def accounts(self, limit_s: float = LIMIT_S) -> Accounts:
        """Return the accounts as a new session has them."""
        return Accounts(self.data, Keychain(limit_s))

    def file(self) -> dict:
        """Return what the file holds."""
        return json.loads((self.data / "accounts.json").read_text())

    def asked(self, what: str = "get") -> int:
        """Return how often the keychain was asked."""
        file = self.chain / f"asked-{what}"
        return len(file.read_text()) if file.exists() else 0

    def secrets(self) -> list[str]:
        """Return the names in the keychain."""
        return sorted(one.name for one in self.chain.glob("*.secret"))


def use(monkeypatch, name):
    """Let keyring find that keychain; in this process it may have found another one."""
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", f"keychains.{name}")
    import keyring.core

    monkeypatch.setattr(keyring.core, "_keyring_backend", None)


@pytest.fixture
def folder(data_folder, tmp_path, monkeypatch):
    chain = tmp_path / "chain"
    for one in (data_folder, chain):
        one.mkdir()
    monkeypatch.setenv("MAQUETTE_TEST_KEYCHAIN", str(chain))
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    monkeypatch.delenv("MAQUETTE_FAR_API_KEY", raising=False)
    use(monkeypatch, "OnDisk")
    return Folder(data_folder, chain)


def moved(accounts):
    until(lambda: accounts.keeps("far") == "keychain", "the key is moved")


@pytest.mark.fault("S05")
def test_a_key_that_is_entered_goes_to_the_keychain(folder):
    accounts = folder.accounts()
    accounts.enter("far", "key", f" {KEY}\n")
    assert accounts.key(Far) == KEY, "at once"
    moved(accounts)
    assert accounts.key(Far) == accounts.entered("far", "key") == KEY
    assert "key" not in folder.file()["far"]
    assert folder.secrets() == [f"Maquette-{folder.file()['far']['keychain']}.secret"]
    files = [one for one in (*folder.data.rglob("*"), *folder.chain.rglob("*")) if one.is_file()]
    assert not any(KEY.encode() in one.read_bytes() for one in files)


@pytest.mark.fault("S05")
def test_a_key_that_lies_in_the_file_is_moved_when_it_is_used(folder):
    (folder.data / "accounts.json").write_text(json.dumps({"far": {"key": KEY, "region": "east"}}))
    accounts = folder.accounts()
    assert accounts.key(Far) == KEY
    moved(accounts)
    assert folder.accounts().key(Far) == KEY
    assert folder.file()["far"].keys() == {"keychain", "region"}


def test_another_session_asks_once(folder):
    first = folder.accounts()
    first.enter("far", "key", KEY)
    moved(first)
    before, accounts = folder.asked(), folder.accounts()
    assert (accounts.keeps("far"), accounts.has_key(Far), accounts.entered("far", "key")) == ("keychain", True, "")
    assert not accounts.ready(Far) and folder.asked() == before, "what the panel asks reaches no keychain"
    assert [accounts.key(Far) for _ in range(3)] == [KEY] * 3
    assert accounts.ready(Far) and folder.asked() == before + 1


def test_what_another_process_enters_is_seen(folder):
    one, other = folder.accounts(), folder.accounts()
    one.enter("far", "key", KEY)
    moved(one)
    assert other.key(Far) == KEY
    code = (
        "import sys, threading; from pathlib import Path; from blender_addon.net.accounts import Accounts\n"
        "one = Accounts(Path(sys.argv[1])); one.enter('far', 'key', sys.argv[2])\n"
        "[each.join(30) for each in threading.enumerate() if each is not threading.current_thread()]"
    )
    subprocess.run([sys.executable, "-c", code, folder.data, OTHER], cwd=ROOT, check=True, timeout=60)
    assert other.keeps("far") == "keychain"
    assert other.key(Far) == one.key(Far) == OTHER
    assert len(folder.secrets()) == 1, "the old key is gone"


def test_an_empty_entry_forgets(folder):
    accounts = folder.accounts()
    accounts.enter("far", "key", KEY)
    moved(accounts)
    accounts.enter("far", "key", "")
    until(lambda: not folder.secrets(), "it is removed")
    assert folder.file() == {"far": {}} and not accounts.has_key(Far)


def test_many_entries_at_once_leave_one_key(folder):
    accounts = [folder.accounts() for _ in range(3)]

    def enter(number):
        for at in range(5):
            accounts[number].enter("far", "key", f"key-{number}-{at}-0123456789")

    threads = [threading.Thread(target=enter, args=(number,)) for number in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(LIMIT_S)
    moved(accounts[0])
    assert folder.accounts().key(Far).endswith("-4-0123456789")
    until(lambda: len(folder.secrets()) == 1, "the others are removed")


@pytest.mark.fault("S05", "S06")
@pytest.mark.parametrize("broken", ["Locked", "Forgetful", "Crashing", "NotThere"])
def test_where_the_keychain_does_not_work_the_key_stays_in_the_file(folder, monkeypatch, caplog, broken):
    caplog.set_level(logging.INFO)
    use(monkeypatch, broken)
    accounts = folder.accounts()
    accounts.enter("far", "key", KEY)
    until(lambda: accounts.keychain.trouble() and not accounts._moving, "it has been tried")
    assert accounts.key(Far) == KEY and accounts.keeps("far") == "file"
    assert not accounts.keychain.usable()
    assert caplog.text.count("stays in its file") == 1 and KEY not in caplog.text
    use(monkeypatch, "OnDisk")
    later = folder.accounts()
    assert later.key(Far) == KEY
    moved(later)
    assert folder.accounts().key(Far) == KEY, "it is moved when the keychain works again"


@pytest.mark.fault("S06")
def test_a_keychain_that_hangs_holds_nothing_up(folder, monkeypatch):
    use(monkeypatch, "Hanging")
    accounts = folder.accounts(limit_s=0.2)
    accounts.enter("far", "key", KEY)
    assert accounts.key(Far) == KEY
    until(lambda: accounts.keychain.trouble() == "it does not answer", "it is given up")
    accounts.enter("far", "key", OTHER)
    assert accounts.key(Far) == OTHER and folder.file()["far"]["key"] == OTHER
    assert folder.asked() == 1, "it was asked once in this session"


@pytest.mark.fault("S06")
@pytest.mark.parametrize(
    ("broken", "said"), [("Hanging", "it does not answer"), ("Locked", r"it failed \(KeyringLocked\)")]
)
def test_a_key_that_the_keychain_does_not_give_is_one_sentence(folder, monkeypatch, broken, said):
    first = folder.accounts()
    first.enter("far", "key", KEY)
    moved(first)
    before = folder.asked()
    use(monkeypatch, broken)
    accounts = folder.accounts(limit_s=0.2)
    for _ in range(3):
        with pytest.raises(AccountError, match=f"did not give it: {said}. Unlock it and start again, or enter"):
            accounts.key(Far)
    assert folder.asked() == before + 1, "it was asked once"
    accounts.enter("far", "key", OTHER)
    assert accounts.key(Far) == OTHER and accounts.keeps("far") == "file", "for this session"


@pytest.mark.fault("S06")
def test_an_answer_that_comes_late_counts(folder, monkeypatch):
    first = folder.accounts()
    first.enter("far", "key", KEY)
    moved(first)
    use(monkeypatch, "Slow")
    accounts = folder.accounts(limit_s=0.1)
    with pytest.raises(AccountError, match="does not answer"):
        accounts.key(Far)
    (folder.chain / "go").touch()
    until(lambda: not accounts.keychain.trouble(), "somebody has unlocked it")
    assert accounts.key(Far) == KEY


@pytest.mark.fault("S06")
def test_a_process_ends_though_its_keychain_hangs(folder, monkeypatch):
    code = (
        "import sys; from pathlib import Path; from blender_addon.net.accounts import Accounts\n"
        "Accounts(Path(sys.argv[1])).enter('far', 'key', sys.argv[2])"
    )
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keychains.Hanging")
    subprocess.run([sys.executable, "-c", code, folder.data, KEY], cwd=ROOT, check=True, timeout=LIMIT_S)
    assert folder.file()["far"]["key"] == KEY


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_where_a_keychain_is_offered(monkeypatch, platform):
    monkeypatch.setattr(keychain.sys, "platform", platform)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)
    assert keychain.offered() == (platform != "linux")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keychains.OnDisk")
    assert keychain.offered()


def test_where_none_is_offered_it_is_not_asked(monkeypatch):
    monkeypatch.setattr(keychain, "offered", lambda: False)
    with pytest.raises(KeychainError, match="none that can be used"):
        Keychain().get("far")


def test_keyring_is_not_imported_before_a_keychain_is_asked(folder):
    code = (
        "import sys; from pathlib import Path; from blender_addon.net.accounts import Accounts\n"
        "one = Accounts(Path(sys.argv[1])); one.keeps('far'); one.entered('far', 'key'); one.keychain.usable()\n"
        "sys.exit('keyring' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, folder.data], cwd=ROOT, check=True, timeout=60)
