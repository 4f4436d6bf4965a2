"""What Maquette does when a file is loaded or saved."""

from __future__ import annotations

from typing import Any

import bpy
from bpy.app.handlers import persistent

from . import last_used, ring, session, snapshot, status_bar, turns
from .failures import log


@persistent
def file_loaded(*_arguments: Any) -> None:
    """Let nothing that was made for another file land by itself, and show the tasks again."""
    running = session.current()
    if running:
        running.started.clear()
        running.arrivals.clear()
        running.scenes.clear()
        running.leaving.clear()
        running.picturing.clear()
        running.textured = None
        running.stands.clear()
        running.missed.clear()
        ring.stop()
        status_bar.forget()
        running.has_placeholders = False
        snapshot.clear()  # the file may bring rows of its own
        snapshot.reread()
        turns.wake()
    last_used.offer()
    turns.file_opened()


@persistent
def history_moved(*_arguments: Any) -> None:
    """Undo and redo bring back placeholders of tasks that have ended meanwhile, and take their pictures away."""
    running = session.current()
    if running and running.has_placeholders:  # most files never have one, and pay nothing at each undo
        turns.look_for_placeholders(running, loaded=False)


_active = ""
"""Id of the row that was active before saving."""


@persistent
def before_saving(*_arguments: Any) -> None:
    """Empty the snapshot: Blender saves the window manager, and a .blend that is handed on must not list tasks."""
    global _active
    _active = snapshot.active_id(bpy.context.window_manager.maquette)
    snapshot.clear()


@persistent
def after_saving(*_arguments: Any) -> None:
    """Fill the snapshot again; the tasks of this file belong to it by the name that it has now."""
    running = session.current()
    if running:
        _follow(running)
        snapshot.reread(select=_active)


def _follow(running: session.Session) -> None:
    import sqlite3

    for task_id in running.started:
        try:
            running.assembly.journal.update(task_id, made_for=bpy.data.filepath)
        except KeyError:  # it was removed
            log().debug("task %s is gone", task_id)
        except (OSError, sqlite3.Error) as error:  # what is wrong with the journal, reread() says
            log().warning("made_for could not be changed: %r", error)


HANDLERS = (
    ("load_post", file_loaded),
    ("undo_post", history_moved),
    ("redo_post", history_moved),
    ("save_pre", before_saving),
    ("save_post", after_saving),
    ("save_post_fail", after_saving),
)


def register() -> None:
    """Add the handlers."""
    for name, one in HANDLERS:
        getattr(bpy.app.handlers, name).append(one)


def unregister() -> None:
    """Remove the handlers."""
    for name, one in reversed(HANDLERS):
        getattr(bpy.app.handlers, name).remove(one)
