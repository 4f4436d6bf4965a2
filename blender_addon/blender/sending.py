"""Sending a task: it is written to the journal, started and shown; a script in background mode waits for its model."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from ..core import events
from ..core.errors import InputError, rebuild
from . import draft, land, placeholder, price, readiness, session, snapshot, turns
from .failures import log

if TYPE_CHECKING:
    from ..core.task import Task


def write(
    wanted: type[Any], views: Mapping[str, Path | str], values: Mapping[str, Any], again: bool, **facts: Any
) -> "Task":
    """Write the task to the journal, as one of the file that is open. Raises MaquetteError."""
    from ..core.prepare import prepare as prepare_task

    running = _able(wanted)
    assembly = running.assembly
    assembly.check_links(wanted, views)
    told = price.told(running, draft.Draft(wanted, tuple(views), wanted.options.build(values)))
    task = prepare_task(assembly.journal, wanted, views, values, told, made_for=bpy.data.filepath, again=again, **facts)
    _written(running, wanted, task)
    return task


def write_follow_up(wanted: type[Any], before: "Task", values: Mapping[str, Any], **facts: Any) -> "Task":
    """Write a task that goes on with the model of another one, as one of the open file. Raises MaquetteError."""
    from ..core.follow_up import prepare_follow_up

    running = _able(wanted)
    journal = running.assembly.journal
    task = prepare_follow_up(journal, wanted, before, values, made_for=bpy.data.filepath, **facts)
    _written(running, wanted, task)
    return task


def _able(wanted: type[Any]) -> session.Session:
    """Return the session when this Blender can speak to the provider. Raises MaquetteError."""
    running = session.needed()
    if wanted.base_url and not running.assembly.online:
        raise InputError(readiness.OFFLINE.format(label=wanted.label) + ".")
    if readiness.network(wanted).sentence == readiness.ASKING:  # which may be asking a person: Blender must not wait
        raise InputError("Waiting for the API key from the system's keychain. Try again in a moment.")
    running.assembly.connect(wanted)  # without an API key it says so
    return running


def _written(running: session.Session, wanted: type[Any], task: "Task") -> None:
    """Take note of a task that was written: it is one of the open file, and the balance will not be true any more."""
    running.inquiries.forget("balance", wanted.account())
    running.started.add(task.id)


def send(context: bpy.types.Context, task: "Task", image: str, alone: bool = True) -> None:
    """Start the task that was written and show it; in background mode wait for it and land it. Raises MaquetteError.

    `image` as the operator's; `alone`: its placeholder is an undo step of its own.
    """
    running = session.needed()
    start(context, running, task)
    if bpy.app.background:
        try:
            wait(running, task.id)
        finally:
            snapshot.update(task.id)
            price.learn(running, task.id)
        land.land_task(context, running, task.id, asked=False)
    if placeholder.wanted():
        show_placeholder(context, task, image, alone)


def start(context: bpy.types.Context, running: session.Session, task: "Task") -> None:
    """Start the task that was written, for this scene, and make its row active."""
    running.assembly.tasks.start(task.id)
    turns.wake()  # it is watched, whatever goes wrong with showing it
    running.scenes[task.id] = context.scene.session_uid
    snapshot.refresh(select=task.id)


def show_placeholder(context: bpy.types.Context, task: "Task", image: str, alone: bool = True) -> None:
    """Put the placeholder; the task has started, so without one nothing is lost."""
    try:
        placeholder.put(context, task, image, draft.expected_height(task), alone)
    except Exception as error:  # noqa: BLE001 - see above
        log().warning("task %s has no placeholder: %r", task.id, error)


def wait(running: session.Session, task_id: str) -> None:
    """Wait until the task is ready to land. Raises the error that it ended with."""
    import queue

    tasks, told = running.assembly.tasks, running.assembly.events
    while True:
        try:
            event = told.get(timeout=0.2)
        except queue.Empty:
            if tasks.running(task_id) or not told.empty():
                continue
            raise InputError("The task is being run by another process.") from None
        if event.task != task_id:
            continue
        if isinstance(event, events.Ready):
            return
        if isinstance(event, events.Failed):
            raise rebuild(event.kind, event.message)
        if isinstance(event, events.Cancelled):
            raise InputError("The task was cancelled.")
