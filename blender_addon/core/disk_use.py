"""How much room the tasks take on the disk, and what can be cleared away. For threads: every file is looked at."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .errors import InputError
from .journal import Journal
from .kept import stage_left
from .task import ENDED, Task
from .tasks import Tasks

GIVEN_UP = frozenset({"failed", "cancelled"})
_SPARE = re.compile(r".+_converted\.\w+|reconstructed\.glb|.+\.part")
"""Files that a task needs while it runs, and makes again if it ever runs again."""


@dataclass
class Amount:
    """So many tasks with so much on the disk."""

    tasks: int = 0
    size_bytes: int = 0

    def add(self, size_bytes: int) -> None:
        """Count one more task."""
        self.tasks += 1
        self.size_bytes += size_bytes


@dataclass
class Use:
    """What takes the room."""

    every: Amount = field(default_factory=Amount)
    given_up: Amount = field(default_factory=Amount)
    """Failed and cancelled tasks of which nothing can be fetched that was paid for."""
    fetchable: Amount = field(default_factory=Amount)
    """Failed and cancelled tasks that were paid for, perhaps, and that Resume may still fetch."""
    spare: Amount = field(default_factory=Amount)
    """Files of tasks that have ended, which only a running task needs."""


def measure(journal: Journal, check: Callable[[], None]) -> Use:
    """Add up all files of all tasks. `check` is called between two tasks and may raise."""
    use = Use()
    for task in journal.all():
        check()
        sizes = dict(_files(journal.folder_of(task.id)))
        use.every.add(sum(sizes.values()))
        if task.stage in GIVEN_UP:
            (use.fetchable if fetchable(journal, task) else use.given_up).add(sum(sizes.values()))
        if spare := sum(size for path, size in sizes.items() if _is_spare(task, path)):
            use.spare.add(spare)
    return use


def fetchable(journal: Journal, task: Task) -> bool:
    """Tell whether Resume may still bring a model that was paid for. Nothing of Local's ever left this computer."""
    return (task.sent is not None or task.elsewhere) and bool(stage_left(journal, task))


def clear_given_up(tasks: Tasks, also_fetchable: bool, check: Callable[[], None]) -> int:
    """Remove failed and cancelled tasks with their files for ever, and return how many. A finished one always stays."""
    removed = 0
    for one in tasks.journal.all():
        check()
        task = tasks.journal.get(one.id)  # the ones before it may have taken long
        if task and task.stage in GIVEN_UP and (also_fetchable or not fetchable(tasks.journal, task)):
            with contextlib.suppress(InputError):  # it has just been taken up again
                tasks.forget(task.id)
                removed += 1
    return removed


def clear_spare(journal: Journal, check: Callable[[], None]) -> int:
    """Remove the files that only a running task needs, of tasks that have ended; return how many bytes that were."""
    freed = 0
    for one in journal.all():
        check()
        files = [*_files(journal.folder_of(one.id))]
        task = journal.get(one.id)  # which may have been taken up again meanwhile
        for path, size in files:
            if task and _is_spare(task, path):
                with contextlib.suppress(OSError):
                    path.unlink()
                    freed += size
    return freed


def _is_spare(task: Task, path: Path) -> bool:
    """Tell whether nobody needs the file. Local's own model file does, as long as there is no copy beside it."""
    if task.stage not in ENDED or not _SPARE.fullmatch(path.name):
        return False
    return path.name != "reconstructed.glb" or bool(task.model_file and path.with_name(task.model_file).is_file())


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Give all files below the folder with their sizes in bytes; a link counts as itself and leads nowhere."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place) / name
            with contextlib.suppress(OSError):
                yield path, path.lstat().st_size
