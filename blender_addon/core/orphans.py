"""Tasks whose process has died: found with a glance at the journal that is cheap enough to be taken now and then."""

from __future__ import annotations

import contextlib
from contextlib import closing
from pathlib import Path

from .damage import connect
from .journal import NAME
from .owner import alive
from .task import ENDED, WAITING

Stamp = tuple[tuple[int, int], ...]
PATIENCE_S = 0.02
"""It is taken in Blender's own thread: a journal that is busy is looked at again later."""


def orphans(folder: Path) -> list[str]:
    """Return the ids of tasks that go on without the artist and were left by a process that died.

    What a process let go of by itself is not among them: that waits for whoever starts it again. Makes no journal where
    there is none. Raises OSError, sqlite3.Error.
    """
    path = folder / NAME
    if not path.exists():
        return []
    marks = ", ".join("?" * len(ENDED | WAITING))
    with closing(connect(path, PATIENCE_S)) as database:
        rows = database.execute(
            f"SELECT id, owner FROM task WHERE owner IS NOT NULL AND stage NOT IN ({marks}) ORDER BY created",
            (*ENDED, *WAITING),
        ).fetchall()
    return [task_id for task_id, owner in rows if not alive(folder / "owners", owner)]


def stamp(folder: Path) -> Stamp:
    """Return something that is another thing once any process has written to the journal."""
    found = []
    for name in (NAME, f"{NAME}-wal"):
        with contextlib.suppress(OSError):
            facts = (folder / name).stat()
            found.append((facts.st_mtime_ns, facts.st_size))
    return tuple(found)
