"""The rows of the task list: what the journal says, copied to where the panel reads it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import bpy

from ..core import history
from ..core.kept import THUMBNAIL, lookable, stage_left
from ..core.price import Charge, amount
from ..core.task import Task
from . import session
from .failures import sentence_of
from .translations import say as in_words

RUNNING = {"queued", "running"}
"""States in which a task without a message runs; one with a message has stopped there and is kept."""
REOPENED = {"failed", "cancelled"}
"""Stages from which Resume takes a task up again, as long as there is something to take up."""
REFUSALS = {"input", "provider", "rejected"}
"""Kinds of errors that are the provider's answer, or Local's."""
_filled: dict[str, Task] = {}
"""Id → the task as its row shows it."""
_known: dict[str, Task] = {}
"""The same, whatever else its row says."""
_said: dict[str, tuple[Task | None, str]] = {}
"""Id → a sentence that the task itself does not have, and how the task was when it was said."""
_times: dict[str, tuple[float, float | None]] = {}
"""Id → when the provider had the task and when its model was ready, Unix time in seconds: too fine for a property."""
_forgotten: list[Charge] = []
"""What tasks that are no longer in the list have cost lately."""
_usual: dict[str, float] = {}
"""Provider → seconds that it usually takes."""
_variants: dict[str, dict[str, None]] = {}
"""Id → the ids of the task's variants."""
_running: dict[str, float] = {}
"""Ids of the tasks that somebody carries on → how far they are, as in their rows."""


def refresh(select: str = "") -> None:
    """Bring all rows up to date, the newest task first; the active one stays active unless `select` names another.

    Only what has changed is written: thousands of tasks come together in the years.
    """
    running = session.needed()
    shown = bpy.context.window_manager.maquette
    active, at = select or active_id(shown), shown.active
    tasks, _forgotten[:] = running.assembly.journal.all(), running.assembly.journal.forgotten()
    _usual.clear()
    _usual.update(history.usual_s(tasks))
    _line_up(shown.tasks, [task.id for task in tasks])
    for gone in _known.keys() - {task.id for task in tasks}:
        del _known[gone]
    for kept in (_running, _said):
        for gone in kept.keys() - {task.id for task in tasks}:
            del kept[gone]
    for row, task in zip(shown.tasks, tasks, strict=True):
        if _filled.get(task.id) is not task or task.state in RUNNING:
            _fill(row, task)
    beside = max(0, min(at, len(tasks) - 1)) if active else 0  # of one that is gone
    shown.active = next((at for at, task in enumerate(tasks) if task.id == active), beside)


def _line_up(rows: Any, ids: list[str]) -> None:
    """Let there be one row for each task, in this order; those that stay keep what they show."""
    names = [row.name for row in rows]  # to reach a row by its number takes Blender longer the further down it is
    if names == ids:
        return
    wanted, present = set(ids), set(names)
    for at in reversed(range(len(names))):
        if names[at] not in wanted:
            rows.remove(at)
            del names[at]
    for at, task_id in enumerate(ids):
        if task_id not in present:
            rows.add().name = task_id
            names.append(task_id)
            _filled.pop(task_id, None)
        if names[at] != task_id:
            found = names.index(task_id)
            rows.move(found, at)
            names.insert(at, names.pop(found))


def forgotten() -> list[Charge]:
    """Return what tasks that were forgotten have cost lately; nothing is read for it."""
    return _forgotten


def of(task_id: str) -> Task | None:
    """Return the task as its row shows it; nothing is read for it."""
    return _known.get(task_id)


def known() -> list[Task]:
    """Return the tasks as their rows show them; nothing is read for it."""
    return list(_known.values())


def reread(select: str = "") -> None:
    """Refresh; what goes wrong is said in the panel."""
    shown = bpy.context.window_manager.maquette
    try:
        refresh(select)
        shown.message = session.notices()
    except Exception as error:  # noqa: BLE001 - for handlers and timers, which have nobody to tell
        shown.message = sentence_of(error)


def update(task_id: str) -> None:
    """Bring one row up to date. A task without a row (started by another process) gets one."""
    row = find(task_id)
    task = session.needed().assembly.journal.last_known(task_id)
    _said.pop(task_id, None)  # there is news
    if row is None or task is None:
        refresh()
    else:
        _fill(row, task)


def clear() -> None:
    """Remove all rows."""
    for known in (_filled, _known, _said, _times, _variants, _running):
        known.clear()
    _forgotten.clear()
    bpy.context.window_manager.maquette.tasks.clear()


def find(task_id: str) -> Any:
    """Return the task's row, or None."""
    return bpy.context.window_manager.maquette.tasks.get(task_id)


def active_id(shown: Any) -> str:
    """Return the id of the active row, or nothing."""
    return str(shown.tasks[shown.active].name) if 0 <= shown.active < len(shown.tasks) else ""


def times(task_id: str) -> tuple[float, float | None] | None:
    """Return when the task began and when its model was ready, Unix time in seconds; None for one without a row."""
    return _times.get(task_id)


def variants(task_id: str) -> list[str]:
    """Return the ids of the task's variants."""
    return list(_variants.get(task_id, ()))


def running() -> dict[str, float]:
    """Return the ids of the tasks that somebody carries on, and how far they are: 0–1, or −1 while nobody can tell.

    No row is looked up: with hundreds of them that takes Blender long.
    """
    return _running


def say(task_id: str, message: str) -> None:
    """Show a sentence in the task's row until something happens to it."""
    row = find(task_id)
    if row is not None:
        row.message = message
        _said[task_id] = _known.get(task_id), message
        _running.pop(task_id, None)
        _filled.pop(task_id, None)


def _fill(row: Any, task: Task) -> None:
    _filled[task.id] = _known[task.id] = task
    provider = _provider(task)
    row.name, row.label = task.id, _label(task, provider)
    row.provider = provider.label if provider else task.provider
    row.state = task.state
    row.factor = -1.0 if task.percent is None else task.percent / 100
    running = session.needed()
    stale = task.state in RUNNING and running.assembly.tasks.running(task.id)  # its thread has not begun yet
    row.message = "" if stale else _still_said(task) or _message(task, provider)
    row.waiting = running.waiting.get(task.id, "") if task.state in RUNNING else ""
    if task.state in RUNNING and not row.message:
        _running[task.id] = row.factor
    else:
        _running.pop(task.id, None)
    _times[task.id] = history.began(task), task.made or task.ended
    row.elsewhere, row.usual = task.elsewhere, _usual.get(task.provider, 0.0)
    row.picture = _picture(task, running.assembly.journal.folder_of(task.id))
    row.lookable = provider is not None and lookable(task, provider)
    row.resumable = task.stage in REOPENED and bool(stage_left(running.assembly.journal, task))
    row.refused = task.stage == "failed" and _refused(task)
    row.variant_of = task.variant_of
    if task.variant_of:
        _variants.setdefault(task.variant_of, {})[task.id] = None
    row.made_for = Path(task.made_for).name
    row.triangles = task.statistics.get("triangles", 0)
    row.contents = _contents(task.statistics)
    row.cost = _cost(task) if provider is None or provider.base_url else ""  # Local costs nothing, and never will
    row.warnings = "\n".join(task.warnings)


def _label(task: Task, provider: type[Any] | None) -> str:
    """Return what the model is called; of a follow-up first what it does, for the model itself is in the list too."""
    return f"{in_words(provider.title)} · {task.name}" if provider and provider.title else task.name


def _refused(task: Task) -> bool:
    """Tell whether the provider has said no to the task: asked again it says the same, and no model has come."""
    return not (task.elsewhere or task.model_file) and (task.error or {}).get("kind") in REFUSALS


def _picture(task: Task, folder: Path) -> str:
    """Return the file that shows the model, else the one that shows the source image; empty where there is none."""
    if task.blend and (folder / THUMBNAIL).is_file():
        return str(folder / THUMBNAIL)
    front = task.views.get("front", "")
    return str(folder / front) if front and "://" not in front else ""


def _still_said(task: Task) -> str:
    """Return what was said of the task, if nothing has happened to it since; empty otherwise."""
    then, message = _said.get(task.id, (None, ""))
    if then != task:
        _said.pop(task.id, None)
        return ""
    return message


def _message(task: Task, provider: type[Any] | None) -> str:
    """Return what happened to the task, as a sentence; empty when there is nothing to say."""
    if task.error:
        return task.error["message"]
    if task.variant_of and task.stage == "ready":
        return "A variant lands when you choose it, under Variants or with Land."
    if task.stage == "cancelled" and task.provider_task and provider and provider.base_url:
        return f"Cancelled here. {provider.label} goes on with it and may still charge: Resume fetches the model."
    return ""


def _contents(counts: dict[str, int]) -> str:
    """Return what the model consists of, in words; empty as long as nobody knows."""
    words = {"triangles": "triangle", "materials": "material", "images": "texture"}
    found = [(counts[kind], word) for kind, word in words.items() if counts.get(kind)]
    text = " · ".join(f"{count:,} {word}{'s' * (count > 1)}" for count, word in found)
    return f"{text} up to {counts['texture_px']} px" if counts.get("texture_px") else text


def _cost(task: Task) -> str:
    """Return what the task cost, else what it will probably cost; empty when nobody knows."""
    if task.credits is not None:
        return amount(Decimal(task.credits))
    if task.estimate is None or task.stage in REOPENED:  # whether a failed one is charged, nobody has said
        return ""
    return f"about {amount(Decimal(task.estimate))}"


def _provider(task: Task) -> type[Any] | None:
    """Return the task's provider, or None where this version has none of that name."""
    from ..providers import find as find_provider
    from ..providers import known as is_known

    return find_provider(task.provider) if is_known(task.provider) else None
