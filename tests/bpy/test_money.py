"""What is asked about the price is true: of an unknown one, of several views, of a task of yesterday."""

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures

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
    assert spending.question(bpy.context.scene, Tripo, {}) == ""
    monkeypatch.setattr(TripoOptions, "credits", lambda _: None)
    unknown = "What Tripo charges for this is not known, and your daily limit is 1,000."
    assert spending.question(bpy.context.scene, Tripo, {}) == f"{unknown} Generate all the same?"
    with pytest.raises(RuntimeError, match=r"your daily limit is 1,000\. Press Generate in the sidebar"):
        bpy.ops.maquette.generate()
    assert tripo.creates == []
