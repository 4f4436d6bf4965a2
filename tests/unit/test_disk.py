"""Disks that are full, read-only, slow to let go or oddly named: a sentence, and nothing paid for is lost."""

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from another import ROOT
from waiting import LIMIT_S

from blender_addon.core import files, notes
from blender_addon.core.errors import InputError, as_ours
from blender_addon.core.journal import Journal
from blender_addon.core.task import Task

HERE = Path(__file__).parent
DIES = """
import os, signal, sys
from pathlib import Path
from blender_addon.core.journal import Journal
from blender_addon.core.task import Task
journal = Journal(Path(sys.argv[1]))
task = Task("tripo", "castle.png", {}, {})
journal.folder_of(task.id).mkdir()
journal.add(task)
print(task.id, flush=True)
journal.update(task.id, stage="submitted", provider_task="paid-1")
os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""


def a_task(**facts):
    return Task("tripo", "castle.png", {"front": "front.png"}, {}, **facts)


@pytest.mark.fault("D13", "X01")
def test_a_process_that_is_killed_right_after_submitted_has_kept_the_id(data_folder):
    process = subprocess.Popen(
        [sys.executable, "-c", DIES, str(data_folder)], cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8"
    )
    task_id = process.communicate(timeout=LIMIT_S)[0].strip()
    assert process.returncode != 0
    for suffix in ("-shm", "-wal"):
        assert (data_folder / f"journal.sqlite{suffix}").exists(), "nothing was tidied up"
    assert Journal(data_folder).get(task_id).provider_task == "paid-1"
    assert notes.read(data_folder / "tasks" / task_id).task.provider_task == "paid-1"


@pytest.mark.fault("D13")
def test_every_connection_waits_for_the_disk(data_folder, monkeypatch):
    """Asked of the connections that are really used, at the moment when they write."""
    modes = []
    journal = Journal(data_folder)
    change = Journal._changed

    def spy(self, database, *arguments):
        modes.append(
            tuple(database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode"))
        )
        return change(self, database, *arguments)

    monkeypatch.setattr(Journal, "_changed", spy)
    task = a_task()
    journal.add(task)
    journal.update(task.id, stage="submitted", provider_task="paid-1")
    assert modes == [(2, "wal")], "2 is FULL: the WAL is on the disk when the change is called done"


# ---- full disks

if os.name == "posix":  # Windows has neither small mounts nor limits for the size of a file

    def fills(kind, folder, image, point):
        """Run a paid task in a process whose disk is full from that point on, and again when there is room."""
        program = [sys.executable, str(HERE / "full_disk.py"), kind, str(folder), str(image), point]
        if kind == "disk":
            mount = 'mount -t tmpfs -o size=70m none "$1" && shift && exec "$@"'
            program = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, "sh", str(folder), *program]
        ran = subprocess.run(program, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=2 * LIMIT_S)
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout.splitlines()[-1])

    def can_mount():
        return (
            bool(shutil.which("unshare"))
            and not subprocess.run(
                ["unshare", "--mount", "--map-root-user", "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True
            ).returncode
        )

    KINDS = ["limit", *(["disk"] if can_mount() else [])]
    """A limit for the size of every file, which any system has; and a real disk that is really full."""

    @pytest.mark.fault("D03")
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_disk_that_is_full_before_the_create_sends_nothing(data_folder, image, kind):
        data_folder.mkdir()
        found = fills(kind, data_folder, image, "upload")
        assert found["creates"] == 0
        assert (found["kind"], "disk is full or cannot be written" in found["message"]) == ("disk", True)
        assert found["stage"] in ("prepared", "uploading")
        assert (found["creates_later"], found["stage_later"]) == (1, "ready"), "it goes on when there is room"

    @pytest.mark.fault("D04")
    @pytest.mark.parametrize("kind", [*KINDS, "journal"])
    def test_a_disk_that_is_full_after_the_create_tells_the_id_and_never_sends_again(data_folder, image, kind):
        data_folder.mkdir()
        found = fills(kind, data_folder, image, "created")
        assert "paid-1" in found["message"]
        assert (found["creates"], found["creates_later"]) == (1, 1)
        if kind != "limit":  # there was room for the note, or in the temporary folder
            assert (found["provider_task_later"], found["stage_later"]) == ("paid-1", "ready")

    @pytest.mark.fault("D03")
    def test_a_task_that_cannot_be_added_is_a_sentence_and_leaves_nothing(data_folder, image):
        data_folder.mkdir()
        found = fills("limit", data_folder, image, "prepare")
        assert "nothing was sent" in found["message"]
        assert (found["creates"], found["left"]) == (0, [])

    # ---- rights

    def unprivileged(work):
        """Do the work as a user whom rights hold back, and return what it says: root may do everything."""
        if os.geteuid() != 0:
            return work()
        out, into = os.pipe()
        child = os.fork()
        if not child:
            os.setuid(65534)
            try:
                said = work()
            except BaseException as error:  # noqa: BLE001 - told to the parent
                said = repr(error)
            os.write(into, said.encode())
            os._exit(0)
        os.close(into)
        with os.fdopen(out, "rb") as pipe:
            said = pipe.read().decode()
        os.waitpid(child, 0)
        return said

    @pytest.fixture
    def public(tmp_path):
        """Give a folder that other users can reach."""
        for one in (tmp_path, *tmp_path.parents[:2]):
            one.chmod(0o755)
        path = tmp_path / "public"
        path.mkdir()
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
        yield path
        for one in (path, *path.rglob("*")):
            one.chmod(0o755)

    def opened(folder):
        try:
            Journal(folder)
        except InputError as error:
            return error.message
        return "it works"

    @pytest.mark.fault("D05")
    @pytest.mark.parametrize("name", ["", "below", "below/it"])
    def test_a_folder_that_cannot_be_written_is_a_sentence(public, name):
        public.chmod(0o555)
        said = unprivileged(lambda: opened(public / name))
        assert "Permission denied" in said and said.count("\n") == 0
        assert "Choose another" in said or "choose another" in said

    @pytest.mark.fault("D05")
    def test_a_journal_that_cannot_be_written_any_more_is_a_sentence(public):
        assert unprivileged(lambda: opened(public / "data")) == "it works"
        for one in (public / "data", *(public / "data").rglob("*")):
            one.chmod(0o555 if one.is_dir() else 0o444)
        said = unprivileged(lambda: opened(public / "data"))
        assert "cannot be written" in said and "choose another folder; nothing was sent" in said

    @pytest.mark.fault("D10")
    def test_a_file_that_is_held_is_renamed_when_it_is_let_go(public):
        """Rights come and go here as a virus scanner's hold does."""
        (public / "new").write_text("new")
        public.chmod(0o555)
        later = threading.Timer(0.3, public.chmod, (0o755,))
        later.start()
        said = unprivileged(lambda: str(files.replace(public / "new", public / "old")))
        later.join()
        assert (said, (public / "old").read_text()) == ("None", "new")

    @pytest.mark.fault("D10")
    def test_a_file_that_is_held_for_ever_is_named(public):
        (public / "new").write_text("new")
        public.chmod(0o555)
        said = unprivileged(lambda: held(public))
        assert str(public / "new") in said
        assert (public / "new").exists()

    def held(folder):
        try:
            files.replace(folder / "new", folder / "old", patience_s=0.1)
        except PermissionError as error:
            return as_ours(error).message
        return ""


def test_a_note_that_cannot_be_written_stops_nothing(data_folder):
    journal = Journal(data_folder)
    task = a_task()
    journal.folder_of(task.id).mkdir()
    (journal.folder_of(task.id) / "task.json").mkdir()  # nothing can be renamed over a folder
    journal.add(task)
    assert journal.update(task.id, stage="submitted", provider_task="paid-1").provider_task == "paid-1"
    assert [one.name for one in journal.folder_of(task.id).iterdir()] == ["task.json"], "no part is left"
