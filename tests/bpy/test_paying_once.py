"""What costs credits is done once for each yes: not repeated, not doubled, and by no script without a question."""

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures

from blender_addon.core.task import Task


def running():
    from blender_addon.blender import session

    return session.needed()


def journal():
    return running().assembly.journal


def pressed(name, **values):
    """Call an operator as its button would, which Blender's Repeat Last remembers; then press Repeat Last."""
    operator = getattr(bpy.ops.maquette, name)
    assert operator("EXEC_DEFAULT", True, **values) == {"FINISHED"}
    before = len(journal().all())
    if bpy.ops.screen.repeat_last.poll():  # Blender has kept something to repeat
        bpy.ops.screen.repeat_last()
    return len(journal().all()) - before


@pytest.fixture
def quiet(tripo, disc, monkeypatch):  # noqa: F811
    """Return a function that writes a task of Tripo's to the journal. No task starts."""
    from blender_addon.blender import generate, snapshot
    from blender_addon.providers.tripo import Tripo

    monkeypatch.setattr(running().assembly.tasks, "start", lambda _: None)

    def add(**facts) -> Task:
        task = generate.write(Tripo, {"front": disc}, {}, True, variant_of=facts.pop("variant_of", ""))
        journal().update(task.id, **facts)
        snapshot.refresh(select=task.id)
        return journal().get(task.id)

    return add


@pytest.mark.fault("P33")
def test_repeat_last_sends_nothing_again(tripo, disc):  # noqa: F811
    from blender_addon.landing import provenance

    assert pressed("generate") == 0
    bpy.context.view_layer.objects.active = next(one for one in bpy.data.objects if provenance.task_of(one))
    assert pressed("variants", count=1) == 0
    assert pressed("regenerate") == 0


@pytest.mark.fault("P33", "P34")
@pytest.mark.parametrize(("name", "stage"), [("retry", "failed"), ("send_again", "unconfirmed")])
def test_repeat_last_tries_nothing_again(quiet, name, stage):
    task = quiet(stage=stage)
    assert pressed(name, task=task.id) == 0
    assert [one.again for one in journal().all()] == [True, True]


@pytest.mark.fault("P33")
def test_a_script_in_a_window_does_not_send_the_same_twice(quiet, monkeypatch):
    from types import SimpleNamespace

    from blender_addon.blender import generate

    quiet(stage="running", provider_task="a")
    generate.check_once(bpy.context, "", "", "")  # in the background it may be meant
    window = SimpleNamespace(app=SimpleNamespace(background=False), types=bpy.types)
    monkeypatch.setattr(generate, "bpy", window)
    with pytest.raises(RuntimeError, match=r"was sent just now\. Switch Again on"):
        bpy.ops.maquette.generate()
    assert len(journal().all()) == 1


@pytest.mark.fault("P34")
def test_no_script_sends_again_what_may_have_been_charged(quiet):
    quiet(stage="unconfirmed")
    with pytest.raises(RuntimeError, match=r"may already have been charged\. Switch Again on"):
        bpy.ops.maquette.generate()
    assert len(journal().all()) == 1
