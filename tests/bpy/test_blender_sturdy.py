"""What goes wrong in one place leaves everything else as it is: a full disk, a broken file, a step that fails."""

import math
import tempfile
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures

OPERATORS = (
    "pick_image",
    "use_image",
    "clear_image",
    "forget_found",
    "paste_image",
    "capture_view",
    "generate_folder",
    "generate_many",
)


def chosen():
    return bpy.context.scene.maquette


def in_front(module, monkeypatch):
    """Let there be an artist in front of Blender, as far as this module knows."""
    app = SimpleNamespace(background=False, timers=bpy.app.timers)
    seen = SimpleNamespace(data=bpy.data, ops=bpy.ops, types=bpy.types, context=bpy.context, app=app)
    monkeypatch.setattr(module, "bpy", seen)


def kinds():
    return {name for name in dir(bpy.types) if name.startswith("MAQUETTE")}


# ---- the options


@pytest.mark.parametrize(
    "content", ['{"scene": {}, "options": {"local": 5}}', '{"scene": {"height": 1' + 400 * "0" + '}, "options": {}}']
)
def test_options_come_whatever_was_kept_of_the_last_ones(extension, monkeypatch, tmp_path, content):  # noqa: F811
    from blender_addon.blender import declared, last_used

    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / last_used.NAME).write_text(content)
    in_front(last_used, monkeypatch)
    declared.ensure()
    last_used.offer()  # as when a file is opened
    assert declared.ready() and chosen().provider == "local"


def test_what_fails_with_the_last_options_is_not_worth_a_word(extension, monkeypatch):  # noqa: F811
    from blender_addon.blender import declared, last_used

    in_front(last_used, monkeypatch)
    monkeypatch.setattr(last_used, "_read", lambda: 1 / 0)
    declared.ensure()
    last_used.offer()
    assert declared.ready()


@pytest.mark.parametrize("at", ["_group", "_default", "appearing"])
def test_options_that_fail_midway_are_taken_back_and_come_the_next_time(extension, monkeypatch, at):  # noqa: F811
    from blender_addon.blender import appearing, declared

    before = kinds()
    with monkeypatch.context() as broken:
        if at == "appearing":
            broken.setattr(appearing, "_CLASSES", (*appearing._CLASSES[:20], NoBlenderClass, *appearing._CLASSES[20:]))
        else:
            broken.setattr(declared, at, fails_at(3 if at == "_group" else 1, getattr(declared, at)))
        with pytest.raises((ValueError, RuntimeError)):
            declared.ensure()
    assert not declared.ready()
    assert {one for one in kinds() - before if not one.startswith("MAQUETTE_PG_account_")} == set()
    declared.ensure()
    assert declared.ready() and "MAQUETTE_PT_tasks" in kinds() and chosen().provider == "local"


class NoBlenderClass:
    """Cannot be registered. (At `object` itself Blender 5.2 crashes.)"""


def fails_at(turn, work):
    calls = iter(range(1, turn + 1))

    def failing(*arguments):
        if next(calls) == turn:
            raise ValueError("injected")
        return work(*arguments)

    return failing


def test_what_failed_midway_leaves_nothing_behind_when_it_is_disabled(extension, monkeypatch):  # noqa: F811
    from blender_addon.blender import appearing, declared

    with monkeypatch.context() as broken:
        broken.setattr(appearing, "_CLASSES", (*appearing._CLASSES[:20], NoBlenderClass))
        with pytest.raises((ValueError, RuntimeError)):
            declared.ensure()
    extension.unregister()
    assert kinds() == set()
    extension.register()


# ---- What Will Be Sent


def test_a_full_disk_is_said_where_the_picture_would_be(tripo, monkeypatch):  # noqa: F811
    from blender_addon.blender import draft, sent, session

    running, wanted = session.needed(), draft.of(bpy.context.scene)
    monkeypatch.setattr(tempfile, "mkdtemp", full)
    assert sent.answer(bpy.context.scene, wanted, "front") is None, "drawing goes on"
    ((_, thread),) = running.inquiries._open.values()
    thread.join(60)
    running.inquiries.collect()
    assert "disk" in sent.answer(bpy.context.scene, wanted, "front").problem


def full(*_arguments, **_more):
    raise OSError(28, "No space left on device")


def test_an_image_that_cannot_be_written_out_is_said(tripo, monkeypatch):  # noqa: F811
    from blender_addon.blender import sent

    chosen().source, chosen().front.image = "IMAGE", bpy.data.images.new("painted", 8, 8)
    monkeypatch.setattr(sent, "_place", full)
    with pytest.raises(RuntimeError, match=r"^Error: .*disk"):
        bpy.ops.maquette.show_sent()


# ---- watching


def test_a_step_that_fails_ends_its_turn_and_its_timer_and_the_next_one_comes_later(extension, monkeypatch):  # noqa: F811
    from blender_addon.blender import session, turns, watch

    def step(_context):
        raise ValueError("injected")

    session.needed()
    monkeypatch.setattr(watch, "step", step)
    monkeypatch.setattr(session, "busy", lambda: True)
    monkeypatch.setattr(turns, "_quiet_since_s", 0.0)
    (window, *_) = bpy.context.window_manager.windows
    watch._timer = bpy.context.window_manager.event_timer_add(60.0, window=window)
    turn = SimpleNamespace(_ends=math.inf, _say=lambda: False, cancel=partial(watch.MAQUETTE_OT_watch.cancel, None))
    ended = watch.MAQUETTE_OT_watch.modal(turn, bpy.context, SimpleNamespace(type="TIMER"))
    assert ended == {"FINISHED", "PASS_THROUGH"} and watch._timer is None
    assert turns.next_turn() == turns.GAP_S, "it is tried again"
    assert watch._timer is None, "but not at once"
    monkeypatch.setattr(watch, "_rests_until", 0.0)
    assert not watch.resting()


# ---- two drops, a count that failed, linked scenes, right clicks


def test_two_images_that_are_dropped_while_the_options_load_are_both_made(tripo, disc, monkeypatch):  # noqa: F811
    from blender_addon.blender import begin

    pressed = []
    in_front(begin, monkeypatch)
    monkeypatch.setattr(begin, "press", lambda _, ask=True, **where: pressed.append((chosen().front.path, ask, where)))
    paths = [str(disc.with_name(name)) for name in ("mug.png", "lamp.png")]
    for path in paths:
        Path(path).write_bytes(disc.read_bytes())
        assert bpy.ops.maquette.from_image(filepath=path) == {"FINISHED"}
    assert chosen().front.path == paths[1]
    assert begin._step() == begin.turns.GAP_S
    assert begin._step() is None
    assert pressed == [(paths[0], False, {}), (paths[1], True, {})], "no question stays open about another image"
    assert begin._step() is None


def test_who_drops_two_images_is_told_once_that_there_are_no_options(tripo, monkeypatch):  # noqa: F811
    from blender_addon.blender import begin

    told = []
    in_front(begin, monkeypatch)
    monkeypatch.setattr(begin.declared, "ready", lambda: False)
    monkeypatch.setattr(begin, "tell", lambda _context, text: told.append(text))
    for _ in range(2):
        begin.soon(bpy.context, lambda _: told.append("worked"))
    assert begin._step() == begin.turns.GAP_S and told == []
    bpy.context.window_manager.maquette.message = "They cannot be loaded."
    assert begin._step() is None and told == ["They cannot be loaded."]


class Drawn:
    """A layout that keeps what is drawn."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        def draw(*arguments, **values):
            self.calls.append((name, *arguments, values.get("icon", "")))
            return self

        return draw


def test_after_a_count_that_failed_it_can_be_counted_again(extension, monkeypatch):  # noqa: F811
    from blender_addon.blender import disk, session
    from blender_addon.blender.inquiry import Answer

    session.needed().inquiries.settle(disk._USE, Answer(problem="The disk cannot be read."))
    layout = Drawn()
    monkeypatch.setattr(disk, "sentence", lambda layout, _, text, icon, **_place: layout.label(text, icon=icon))
    disk.draw(layout, bpy.context)
    assert ("label", "The disk cannot be read.", "ERROR") in layout.calls
    assert ("operator", "maquette.count_disk", "FILE_REFRESH") in layout.calls


def test_a_linked_scene_is_not_written_to(extension, disc, tmp_path):  # noqa: F811
    from blender_addon.blender import declared

    declared.ensure()
    path = str(tmp_path / "library.blend")
    bpy.context.scene.name = "Linked"
    bpy.ops.wm.save_as_mainfile(filepath=path, copy=True)  # Blender 5.2 crashes when it writes a scene as a library
    bpy.ops.wm.read_factory_settings()
    with bpy.data.libraries.load(path, link=True) as (_, wanted):
        wanted.scenes = ["Linked"]
    bpy.context.window_manager.windows[0].scene = wanted.scenes[0]
    assert not bpy.context.scene.is_editable
    for name in OPERATORS:
        with pytest.raises(RuntimeError, match=r"poll\(\) The scene is linked"):
            getattr(bpy.ops.maquette, name)()
    assert chosen().front.path == ""


def test_a_right_click_runs_no_getter(extension):  # noqa: F811
    from blender_addon.blender import entries

    image = bpy.data.images.new("painted", 8, 8)

    seen = []

    class Holder:
        def __getattr__(self, name):
            seen.append(name)
            return image

    for kind, read in (("STRING", []), ("POINTER", ["texture"])):
        context = SimpleNamespace(button_pointer=Holder(), button_prop=SimpleNamespace(type=kind, identifier="texture"))
        menu = SimpleNamespace(layout=Drawn())
        entries.button_menu(menu, context)
        assert seen == read
