"""The artist's threshold for what a model may cost without being asked, and what other add-ons may do with Generate."""

from types import SimpleNamespace

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo, triverse  # noqa: F401 - fixtures

import blender_addon


@pytest.fixture
def ask_above(tripo, monkeypatch):  # noqa: F811
    """Return a function that sets the threshold, in a Blender that has an artist in front of it."""
    from blender_addon.blender import spending

    addon = bpy.context.preferences.addons.new()
    addon.module = blender_addon.__name__
    monkeypatch.setattr(spending, "bpy", in_front(spending.bpy))
    yield lambda credits: setattr(addon.preferences, "ask_above", credits)
    bpy.context.preferences.addons.remove(addon)


def in_front(real):
    """Return what spending.py sees of Blender when it does not run in the background, which the module always does."""
    return SimpleNamespace(context=real.context, types=real.types, app=SimpleNamespace(background=False))


def question(**values):
    from blender_addon.blender import spending
    from blender_addon.providers.tripo import Tripo

    return spending.question(Tripo, values, ["front"])


@pytest.mark.fault("S18")
def test_nothing_is_asked_by_default_and_below_the_threshold(ask_above):
    assert question() == ""
    ask_above(10_000)
    assert question() == ""


@pytest.mark.fault("S18")
def test_above_the_threshold_the_price_is_asked_about(ask_above):
    from blender_addon.blender import spending
    from blender_addon.providers.local import Local
    from blender_addon.providers.tripo import TripoOptions

    price = int(TripoOptions.build({}).credits())
    ask_above(price)
    assert question() == "", "above, not at"
    ask_above(price - 1)
    assert question() == f"This costs about {price} credits. Generate all the same?"
    assert spending.question(Local, {}, ["front"]) == ""


@pytest.mark.fault("S18")
def test_a_price_that_nobody_knows_is_asked_about(ask_above, monkeypatch):
    from blender_addon.providers.tripo import TripoOptions

    ask_above(1)
    monkeypatch.setattr(TripoOptions, "credits", lambda _: None)
    assert question() == "What Tripo charges for this is not known. Generate all the same?"


@pytest.mark.fault("S18")
def test_a_script_does_not_get_around_the_threshold(ask_above, tripo):  # noqa: F811
    ask_above(1)
    with pytest.raises(
        RuntimeError, match=r"the preferences say to ask above 1 credit\. Press Generate in the sidebar"
    ):
        bpy.ops.maquette.generate()
    assert tripo.seen == []
    assert len(bpy.context.window_manager.maquette.tasks) == 0
    assert bpy.ops.maquette.generate(agreed=True) == {"FINISHED"}


@pytest.mark.fault("S18")
def test_a_day_has_its_limit_in_the_background_too(ask_above, tripo, monkeypatch):  # noqa: F811
    from blender_addon.blender import session, snapshot, spending

    preferences = session.preferences()
    preferences.daily_limit = 60
    assert question() == ""
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    assert question() == "", "60 is not above 60"
    preferences.daily_limit = 59
    assert question() == "This makes about 60 credits today, and your daily limit is 59. Generate all the same?"
    monkeypatch.setattr(spending, "bpy", bpy)
    with pytest.raises(RuntimeError, match=r"your daily limit is 59\. Press Generate in the sidebar; nothing was sent"):
        bpy.ops.maquette.generate(again=True)
    assert tripo.paid == 1
    (task,) = session.needed().assembly.journal.all()
    session.needed().assembly.journal.update(task.id, created=task.created - 86_400, sent=task.sent - 86_400)
    snapshot.refresh()
    assert question() == "", "that was yesterday"


@pytest.mark.fault("S18")
@pytest.mark.parametrize("others", [False, True], ids=["the only one", "one of two"])
def test_a_task_that_is_removed_counts_for_its_day(ask_above, tripo, others):  # noqa: F811
    from blender_addon.blender import session, snapshot

    session.preferences().daily_limit = 59
    journal = session.needed().assembly.journal
    for _ in range(1 + others):
        assert bpy.ops.maquette.generate(agreed=True, again=True) == {"FINISHED"}
    asked = question()
    assert f"about {60 + 30 * others} credits today" in asked
    session.needed().assembly.tasks.forget(journal.all()[0].id)
    snapshot.refresh()
    assert len(journal.all()) == others and question() == asked


@pytest.mark.fault("S18")
def test_in_the_background_nobody_is_asked(ask_above, monkeypatch):
    from blender_addon.blender import spending

    monkeypatch.setattr(spending, "bpy", bpy)
    ask_above(1)
    assert question() == ""


@pytest.mark.fault("S18", "S17")
@pytest.mark.parametrize(
    "content", [b"-----BEGIN OPENSSH PRIVATE KEY-----\n" * 40, b"BM", b"", None], ids=["key", "BM", "empty", "none"]
)
def test_an_operator_checks_the_path_it_is_given(tripo, tmp_path, content):  # noqa: F811
    path = tmp_path / "id_ed25519.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(RuntimeError, match=r"id_ed25519|The front view begins like a BMP file"):
        bpy.ops.maquette.generate(image=str(path))
    assert not tripo.creates and not tripo.uploads


@pytest.mark.fault("S18")
def test_an_operator_takes_no_option_that_there_is_not(tripo):  # noqa: F811
    for options in ('{"callback_url": "https://evil.example"}', '{"face_limit": -1}', "[]"):
        with pytest.raises(RuntimeError):
            bpy.ops.maquette.generate(options=options)
    assert tripo.creates == []
