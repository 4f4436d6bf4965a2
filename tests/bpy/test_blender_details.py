"""Copy Details on a failed task, and the log of a Blender: there while the add-on is, and gone with it."""

import logging

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures
from key_search import ways


@pytest.mark.fault("S02")
def test_the_details_of_a_failed_task(tripo, monkeypatch):  # noqa: F811
    from blender_addon.blender import session
    from blender_addon.core import details

    told = []
    make = details.details
    monkeypatch.setattr(details, "details", lambda *given: told.append(make(*given)) or told[0])
    tripo.refuse_next("POST /v3/generation/*", 403, 2010, f"no credit for {tripo.key}")
    with pytest.raises(RuntimeError, match="not enough credits"):
        bpy.ops.maquette.generate()
    assert bpy.ops.maquette.copy_details() == {"FINISHED"}
    (task,) = session.needed().assembly.journal.all()
    for fact in (
        f"Blender: {bpy.app.version_string}",
        f"Task: {task.id}",
        "Error: credits: ",
        "HTTP 403",
        "net.trace: ",
    ):
        assert fact in told[0]
    assert ways(told[0], tripo.key) == []


def test_without_a_task_there_are_no_details(extension):  # noqa: F811
    from blender_addon.blender import declared

    declared.ensure()
    assert not bpy.ops.maquette.copy_details.poll()


def test_disabling_takes_the_log_away(tripo):  # noqa: F811
    from blender_addon.blender import session
    from blender_addon.core.log import PACKAGE, LogFile

    def handlers():
        return [one for one in logging.getLogger(PACKAGE).handlers if isinstance(one, LogFile)]

    root = list(logging.getLogger().handlers)
    session.needed()
    assert len(handlers()) == 1 and logging.getLogger().handlers == root
    session.unregister()
    assert handlers() == [] and logging.getLogger(PACKAGE).level == logging.NOTSET
