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
