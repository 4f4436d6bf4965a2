"""What is asked about the price is true: of an unknown one, of several views, of a task of yesterday."""

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo, triverse  # noqa: F401 - fixtures

import blender_addon


@pytest.fixture
def daily_limit(tripo):  # noqa: F811
    """Return a function that sets the artist's daily limit in credits."""
    addon = bpy.context.preferences.addons.new()
    addon.module = blender_addon.__name__
    yield lambda credits: setattr(addon.preferences, "daily_limit", credits)
    bpy.context.preferences.addons.remove(addon)


def test_a_price_that_nobody_knows_is_asked_about_where_a_day_has_a_limit(daily_limit, tripo, monkeypatch):  # noqa: F811
    from blender_addon.blender import spending
    from blender_addon.providers.tripo import Tripo, TripoOptions

    daily_limit(1_000)
    assert spending.question(Tripo, {}, ["front"]) == ""
    monkeypatch.setattr(TripoOptions, "credits", lambda _: None)
    unknown = "What Tripo charges for this is not known, and your daily limit is 1,000."
    assert spending.question(Tripo, {}, ["front"]) == f"{unknown} Generate all the same?"
    with pytest.raises(RuntimeError, match=r"your daily limit is 1,000\. Press Generate in the sidebar"):
        bpy.ops.maquette.generate()
    assert tripo.creates == []


@pytest.fixture
def of_two_views(triverse, disc, tmp_path):  # noqa: F811
    """Return the session and a task of two views, which its provider makes dearer than one; both prices were asked."""
    from blender_addon.blender import session

    triverse.prices = {one: 160 if one.endswith("mv") else 40 for one in triverse.prices}
    chosen = bpy.context.scene.maquette
    assert bpy.ops.maquette.ask_price() == {"FINISHED"}
    chosen.back.path = str(disc)
    assert bpy.ops.maquette.ask_price() == {"FINISHED"}
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    chosen.back.path = ""
    running = session.needed()
    (task,) = running.assembly.journal.all()
    assert sorted(task.views) == ["back", "front"]
    return running, task


def test_what_is_made_once_more_is_priced_with_all_its_views(of_two_views):
    from blender_addon.blender import batch, regenerate

    running, task = of_two_views
    provider, price = regenerate.price_of(running, task)
    assert price == 160
    assert regenerate.question(provider, price) == "About 160 credits. Generate again?"
    subjects = [{"front": None}, {"front": None, "back": None}]
    assert "They cost about 200 credits." in batch.question(bpy.context.scene, subjects)


def test_what_another_process_has_spent_counts_at_once(daily_limit, tripo):  # noqa: F811
    from blender_addon.blender import session, snapshot, spending
    from blender_addon.core.journal import Journal
    from blender_addon.core.task import Task
    from blender_addon.providers.tripo import Tripo

    daily_limit(150)
    ours = session.needed().assembly.journal
    ours.add(Task("local", "a.png", {"front": "a.png"}, {}))
    snapshot.refresh()
    assert spending.question(Tripo, {}, ["front"]) == ""
    theirs = Journal(ours.folder)
    theirs.add(Task("tripo", "a.png", {"front": "a.png"}, {}, stage="landed", credits="130"))
    theirs.close()
    assert spending.question(Tripo, {}, ["front"]).startswith("This makes about 160 credits today")


def test_a_task_of_yesterday_is_not_paid_today_unasked(daily_limit, tripo, disc):  # noqa: F811
    from blender_addon.blender import sending, session, snapshot
    from blender_addon.core.price import spent_today
    from blender_addon.providers.tripo import Tripo

    tasks, journal = session.needed().assembly.tasks, session.needed().assembly.journal
    task = sending.write(Tripo, {"front": disc}, {}, False)
    journal.update(task.id, created=task.created - 86_400)
    snapshot.refresh()
    daily_limit(10)
    with pytest.raises(RuntimeError, match=r"your daily limit is 10\. Press Generate in the sidebar; nothing was sent"):
        bpy.ops.maquette.resume(task=task.id)
    assert tripo.creates == [] and spent_today(journal.all()) == 0
    assert bpy.ops.maquette.resume(task=task.id, agreed=True) == {"FINISHED"}
    tasks.wait(task.id)
    assert tripo.paid == 1 and spent_today(journal.all()) == 30
