"""Many processes at once on a new machine: each of them gets the journal."""

import subprocess
import sys
import threading
from pathlib import Path

from waiting import until

from blender_addon.core.journal import Journal
from blender_addon.core.owner import alone

ROOT = Path(__file__).parents[2]
OPEN = (
    "import sys; from pathlib import Path; from blender_addon.core.journal import Journal; "
    "print(Journal(Path(sys.argv[1])).all())"
)


def open_journal(folder):
    command = [sys.executable, "-c", OPEN, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_processes_that_make_the_journal_at_once_all_get_it(tmp_path):
    started = [open_journal(tmp_path) for _ in range(6)]
    assert [process.communicate(timeout=60)[0].strip() for process in started] == ["[]"] * 6


def test_the_journal_is_made_by_one_at_a_time(tmp_path):
    """SQLite's switch to WAL does not wait for another process's; seen as “database is locked”."""
    made = []
    with alone(tmp_path / "journal.lock"):
        thread = threading.Thread(target=lambda: made.append(Journal(tmp_path)), daemon=True)
        thread.start()
        until((tmp_path / "owners").is_dir, "it has begun")
        thread.join(0.3)
        assert not made
    until(lambda: made, "it goes on")
