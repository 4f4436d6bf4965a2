"""What costs credits is done once for each yes: not repeated, not doubled, and by no script without a question."""

import json
from pathlib import Path

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
    from blender_addon.blender import sending, snapshot
    from blender_addon.providers.tripo import Tripo

    monkeypatch.setattr(running().assembly.tasks, "start", lambda _: None)

    def add(**facts) -> Task:
        task = sending.write(Tripo, {"front": disc}, {}, True, variant_of=facts.pop("variant_of", ""))
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


def test_repeat_last_makes_no_model_of_the_image_once_more(quiet, disc, monkeypatch):  # noqa: F811
    from blender_addon.blender import begin

    monkeypatch.setattr(begin, "begin", lambda *_: journal().add(Task("local", "a.png", {}, {})))
    assert pressed("from_image", filepath=str(disc)) == 0
    assert len(journal().all()) == 1


@pytest.mark.parametrize("name", ["remove", "resume"])
def test_repeat_last_does_nothing_to_the_next_task(quiet, name):
    task = quiet(stage="failed", provider_task="a")
    assert getattr(bpy.ops.maquette, name)("EXEC_DEFAULT", True, task=task.id) == {"FINISHED"}
    assert not bpy.ops.screen.repeat_last.poll()


def test_no_script_removes_whichever_task_is_active(quiet):
    quiet(stage="failed")
    with pytest.raises(RuntimeError, match="which task is to be removed"):
        bpy.ops.maquette.remove()
    assert len(journal().all()) == 1


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


@pytest.fixture
def limits(monkeypatch):
    """Return a function that sets the artist's limits, in a Blender that has an artist in front of it."""
    from types import SimpleNamespace

    from blender_addon.blender import session, spending

    monkeypatch.setattr(spending, "bpy", SimpleNamespace(app=SimpleNamespace(background=False), types=bpy.types))

    def put(ask_above=0, daily_limit=0):
        chosen = SimpleNamespace(ask_above=ask_above, daily_limit=daily_limit, land_at="CURSOR", use_height=False)
        monkeypatch.setattr(session, "preferences", lambda: chosen)

    return put


@pytest.mark.fault("S18", "P34")
@pytest.mark.parametrize(("name", "stage"), [("retry", "failed"), ("send_again", "unconfirmed")])
@pytest.mark.parametrize("limit", ["ask_above", "daily_limit"])
def test_no_script_tries_again_what_the_artist_must_be_asked_about(quiet, limits, name, stage, limit):
    task = quiet(stage=stage)
    limits(**{limit: 1})
    operator = getattr(bpy.ops.maquette, name)
    with pytest.raises(RuntimeError, match="Press Generate in the sidebar; nothing was sent"):
        operator(task=task.id)
    assert len(journal().all()) == 1
    assert operator(task=task.id, agreed=True) == {"FINISHED"}
    assert len(journal().all()) == 2


@pytest.mark.fault("S18", "P34")
def test_what_is_asked_before_sending_again_names_the_daily_limit(quiet, limits):
    from blender_addon.blender import send_again

    task, asking = quiet(stage="unconfirmed"), send_again.Again()
    told = asking.question(bpy.context, running(), task)
    assert told == "An earlier request may already have been charged. Send another one for about 30 credits?"
    limits(daily_limit=1)
    told = asking.question(bpy.context, running(), task)
    assert "your daily limit is 1. Generate all the same?" in told and "already have been charged" in told


@pytest.mark.parametrize(("name", "stage"), [("retry", "failed"), ("send_again", "unconfirmed")])
def test_a_variant_that_is_tried_again_is_one_still(quiet, name, stage):
    first = quiet(stage="ready")
    task = quiet(stage=stage, variant_of=first.id)
    assert getattr(bpy.ops.maquette, name)(task=task.id) == {"FINISHED"}
    assert journal().all()[0].variant_of == first.id


def test_the_variants_dialog_reads_nothing_when_it_is_drawn(quiet, monkeypatch):
    import shutil
    from types import SimpleNamespace

    from blender_addon.blender import regenerate, variants

    task, drawn = quiet(stage="ready"), []
    layout = SimpleNamespace(prop=lambda *_: None, label=lambda text: drawn.append(text))
    dialog = SimpleNamespace(layout=layout, count=3, _price=regenerate.price_of(running(), task))
    shutil.rmtree(journal().folder_of(task.id))
    monkeypatch.setattr(journal(), "get", lambda _: pytest.fail("the journal was read"))
    variants.MAQUETTE_OT_variants.draw(dialog, bpy.context)
    assert drawn == ["About 90 credits"]


@pytest.mark.fault("S18")
def test_many_at_a_price_that_nobody_knows_name_the_daily_limit(quiet, limits, disc, monkeypatch):  # noqa: F811
    from blender_addon.blender import batch
    from blender_addon.providers.tripo import TripoOptions

    quiet(stage="ready", credits="80")
    monkeypatch.setattr(TripoOptions, "credits", lambda _: None)
    limits(daily_limit=50)
    asked = batch.question(bpy.context.scene, [{"front": disc}] * 2)
    assert "Tripo charges is not known. 80 credits were spent today, and your daily limit is 50. Start" in asked


@pytest.fixture
def many(quiet, tmp_path, disc, monkeypatch):  # noqa: F811
    """Return two subjects, in a Blender whose batch waits for its turns."""
    from types import SimpleNamespace

    from blender_addon.blender import batch

    monkeypatch.setattr(batch, "bpy", SimpleNamespace(app=SimpleNamespace(background=False, timers=bpy.app.timers)))
    subjects = [{"front": str(tmp_path / name)} for name in ("first.png", "second.png")]
    for at, one in enumerate(subjects):
        Path(one["front"]).write_bytes(disc.read_bytes() + bytes(at))
    yield subjects
    batch.unregister()


def test_many_are_made_as_was_agreed_whatever_the_scene_has_by_then(many, monkeypatch):
    from blender_addon.blender import batch, sending

    monkeypatch.setattr(sending, "send", lambda *_, **__: None)
    chosen = bpy.context.scene.maquette
    chosen.cut_out, chosen.crop, chosen.use_height, chosen.height, chosen.title = True, True, True, 2.0, "One"
    assert bpy.ops.maquette.generate_many(subjects=json.dumps(many), agreed=True) == {"FINISHED"}
    batch._start_next(bpy.context, *batch._queue.popleft())
    chosen.cut_out, chosen.crop, chosen.use_height, chosen.tripo.quad = False, False, False, True
    chosen.provider = "local"
    batch._start_next(bpy.context, *batch._queue.popleft())
    assert batch.summary() == ""
    second, first = journal().all()
    for name in ("provider", "options", "cut_out", "crop", "height", "title"):
        assert getattr(first, name) == getattr(second, name), name
    assert (first.provider, first.cut_out, first.crop, first.height, first.title) == ("tripo", True, True, 2.0, "")


@pytest.mark.fault("S18")
@pytest.mark.parametrize("limit", [{"ask_above": 1}, {"daily_limit": 40}], ids=lambda one: next(iter(one)))
def test_no_script_starts_many_that_the_artist_must_be_asked_about(many, limits, limit):
    from blender_addon.blender import batch

    limits(**limit)
    with pytest.raises(RuntimeError, match="Press Generate in the sidebar; nothing was sent"):
        bpy.ops.maquette.generate_many(subjects=json.dumps(many))
    assert not batch._queue and journal().all() == []
