"""Was the same just sent? Looked up in the journal before an artist pays twice for one click too many."""

from __future__ import annotations

import filecmp
import json
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .task import Task

if TYPE_CHECKING:  # pydantic is not loaded for this
    from .journal import Journal
    from .options import Options
    from .provider import Provider

RECENT_S = 600.0


def alike(
    journal: Journal,
    provider: type[Provider[Any]],
    options: Options,
    views: Collection[str],
    chosen: tuple[bool, bool] = (False, False),
    follows: str = "",
) -> list[Task]:
    """Return the tasks of the last minutes with this provider, these options and views of these names, newest first.

    `chosen`: whether their background is taken away, and whether they are cropped; `follows`: the provider's id of the
    task with whose model they go on; no views are sent with it.

    Those that ended before the provider had them are no reason to ask: nothing was charged. Unconfirmed ones are one
    for ever.
    """
    force = json.dumps(options.effective(views), sort_keys=True)  # the journal turns tuples into lists
    since = time.time() - RECENT_S
    return [
        task
        for task in journal.all()
        if (task.created >= since or task.stage == "unconfirmed")
        and task.provider == provider.id
        and (follows or task.views.keys() == set(views))
        and (task.cut_out, task.crop, task.follows) == (*chosen, follows)
        and json.dumps(task.options, sort_keys=True) == force
        and (task.provider_task or task.stage not in {"failed", "cancelled"})
    ]


def same_pictures(journal: Journal, task: Task, views: Mapping[str, Path | str]) -> bool:
    """Tell whether the task was made from these pictures, by their content."""
    folder = journal.folder_of(task.id)
    return all(_same(folder, task.views[name], given) for name, given in views.items())


def _same(folder: Path, kept: str, given: Path | str) -> bool:
    if isinstance(given, str):
        return kept == given
    try:
        return filecmp.cmp(folder / kept, given, shallow=False)
    except OSError:  # one of them is gone, or the other one was an address
        return False


def ago(task: Task) -> str:
    """Return how long ago the task was made, in words."""
    minutes = int((time.time() - task.created) / 60)
    return "just now" if minutes < 1 else f"{minutes} minute{'' if minutes == 1 else 's'} ago"
