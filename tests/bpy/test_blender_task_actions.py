"""What can be done with a task: which buttons its state has, trying again, using its options again, fetching by id."""

import time

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures

from blender_addon.core.task import Task

CREATE = "POST /v3/generation/*"
LIMIT_S = 60.0
BROKEN = {"kind": "network", "message": "The connection was lost.", "details": ""}


REFUSED = {"kind": "rejected", "message": "The picture was refused.", "details": ""}


@pytest.fixture
def running(extension):  # noqa: F811
    """Return the session."""
    from blender_addon.blender import session

    return session.needed()


def journal():
    from blender_addon.blender import session

    return session.needed().assembly.journal


def rows():
    return bpy.context.window_manager.maquette.tasks


def chosen():
    return bpy.context.scene.maquette


def add(provider="local", views=("front",), **facts):
    """Put a task into the journal and the list, and return its row."""
    from blender_addon.blender import snapshot

    facts = {"options": {}, **facts}
    task = Task(provider, "crate.png", {name: f"{name}.png" for name in views}, **facts)
    journal().add(task)
    journal().folder_of(task.id).mkdir()
    snapshot.refresh()
    return rows()[task.id]


def until(condition):
    ends = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < ends, "never happened"
        time.sleep(0.01)


# ---- the buttons


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        ({"stage": "running"}, ["cancel"]),
        ({"stage": "running", "error": BROKEN}, ["resume", "cancel"]),
        ({"stage": "ready"}, ["land", "replace"]),
        ({"stage": "landed"}, ["land", "replace"]),
        ({"stage": "failed"}, ["retry"]),
        ({"stage": "failed", "provider_task": "x"}, ["resume", "retry"]),
        ({"stage": "failed", "provider_task": "x", "error": BROKEN}, ["resume", "retry"]),
        ({"stage": "failed", "provider_task": "x", "error": REFUSED}, ["retry", "resume"]),
        ({"stage": "failed", "provider_task": "x", "error": REFUSED, "views": ()}, ["resume"]),
        ({"stage": "cancelled", "views": (), "provider_task": "x"}, ["resume"]),
        ({"stage": "unconfirmed", "provider": "tripo"}, ["look_again", "send_again"]),
        ({"stage": "unconfirmed", "provider": "modelslab"}, ["send_again"]),
    ],
)
def test_the_buttons_are_those_of_the_state(running, facts, names):
    from blender_addon.blender import task_panel

    found = task_panel.actions(add(**facts))
    assert [one.operator for one in found] == [f"maquette.{name}" for name in names]
    every = [*found, *(one for one in vars(task_panel).values() if isinstance(one, task_panel.Action))]
    assert all(getattr(bpy.ops.maquette, one.operator.partition(".")[2]).get_rna_type() for one in every)


def test_the_list_shows_what_was_asked_for(running):
    from blender_addon.blender.task_list import listed

    names = [add(stage="landed", provider="tripo").name, add(stage="failed").name]
    asked = (("", "ALL"), ("CRA", "ALL"), ("trip", "ALL"), ("failed", "ALL"), ("", "MODELS"), ("x", "ALL"))
    found = [[listed(rows()[name], words, kind) for name in names] for words, kind in asked]
    assert found == [[True, True], [True, True], [True, False], [False, True], [True, False], [False, False]]


def test_how_long_it_takes_and_usually_takes(running):
    from blender_addon.blender import snapshot, task_list

    now = time.time()
    name = add(stage="landed", created=now - 900, made=now - 835).name
    runs = add(stage="running", created=now - 32).name
    snapshot.refresh()
    assert [task_list.elapsed(rows()[one]) for one in (name, runs)] == ["1:05", "0:32"]
    assert rows()[runs].usual == pytest.approx(65, abs=0.1)
    assert [task_list.clock(one) for one in (0, 59.9, 3600, 36_061)] == ["0:00", "0:59", "1:00:00", "10:01:01"]


def test_the_time_in_which_nobody_was_there_is_not_told_as_the_time_that_it_took(running):
    from blender_addon.blender import snapshot, task_list

    now, days = time.time(), 3 * 24 * 3600
    resumed = add(stage="landed", created=now - days, sent=now - days, made=now - 60).name
    runs = add(stage="running", created=now - days, sent=now - days).name
    slow = add(stage="landed", created=now - 2 * 3600, made=now).name
    snapshot.refresh()
    assert [task_list.elapsed(rows()[one]) for one in (resumed, runs, slow)] == ["", "", "2:00:00"]


def test_what_a_task_costs_is_said_where_it_costs_something(running):
    facts = {"stage": "landed", "estimate": "0"}
    assert [add(one, **facts).cost for one in ("local", "tripo")] == ["", "about 0 credits"]


def test_the_status_bar_says_what_runs(running):
    from blender_addon.blender import status_bar

    assert status_bar.words() == ""
    one = add(stage="running", percent=45).name
    assert status_bar.words() == "crate: 45%"
    add(stage="submitted")
    assert status_bar.words() == "2 models: 22%"
    add(stage="running", error=BROKEN)
    assert status_bar.words() == "2 models: 22%", "a task that has stopped does not run"
    journal().update(one, stage="landed")
    from blender_addon.blender import snapshot

    snapshot.refresh()
    assert status_bar.words() == "crate: queued"


def test_a_picture_is_looked_for_once(running, disc):  # noqa: F811
    from blender_addon.blender import thumbnails

    gone = add().picture
    for path in (gone, str(disc), str(disc), ""):
        thumbnails.kept(path)
    assert list(thumbnails._collection()) == [str(disc)] and thumbnails._missing == {gone}
    disc.rename(gone)
    thumbnails.forget(gone)
    thumbnails.kept(gone)
    assert set(thumbnails._collection()) == {str(disc), gone}


# ---- trying again


@pytest.fixture
def failed(tripo):  # noqa: F811
    """Return the id of a task of Tripo's that was refused."""
    tripo.refuse_next(CREATE, 403, 2010, "You don't have enough credit")
    chosen().tripo.texture_quality, chosen().use_height = "detailed", True
    chosen().height = 1.5
    with pytest.raises(RuntimeError, match="credits"):
        bpy.ops.maquette.generate()
    return journal().all()[0].id


def test_retry_sends_the_same_as_a_new_task(failed, tripo, disc):  # noqa: F811
    before = journal().get(failed)
    chosen().tripo.texture_quality, chosen().use_height, chosen().front.path = "standard", False, ""
    disc.unlink()
    assert bpy.ops.maquette.retry(task=failed) == {"FINISHED"}
    new = journal().all()[0]
    assert new.id != failed and journal().get(failed).stage == "failed"
    same = ("provider", "image", "views", "options", "height", "place")
    assert [getattr(new, name) for name in same] == [getattr(before, name) for name in same]
    until(lambda: journal().get(new.id).stage == "ready")
    assert [one["texture_quality"] for one in tripo.creates] == ["detailed"] and tripo.paid == 1


def test_only_what_has_failed_is_tried_again(running):
    with pytest.raises(RuntimeError, match="this one is succeeded"):
        bpy.ops.maquette.retry(task=add(stage="landed").name)
    task = add(stage="failed").name
    with pytest.raises(RuntimeError, match="no longer kept"):
        bpy.ops.maquette.retry(task=task)


def test_what_may_be_paid_twice_is_asked_about_before_a_retry(failed, tripo):  # noqa: F811
    from blender_addon.blender import send_again, session

    def asked():
        return send_again.question(session.needed(), journal().get(failed))

    assert asked() == "", "it was refused: nothing was charged"
    bpy.ops.maquette.retry(task=failed)
    until(lambda: tripo.paid == 1 and journal().all()[0].provider_task)
    assert asked().startswith("The same image with the same options was sent just now.")


# ---- using its options again


def test_use_again_fills_the_panel(running, disc):  # noqa: F811
    options = {"face_limit": 5000, "texture_quality": "detailed", "pbr": False, "texture_seed": None}
    task = add("tripo", ("front", "back"), options=options, height=0.5, stage="landed").name
    folder = journal().folder_of(task)
    (folder / "front.png").write_bytes(disc.read_bytes())
    chosen().tripo.use_texture_seed, chosen().source = True, "IMAGE"
    chosen().left.path, chosen().back.path = "/old/left.png", "/old/back.png"
    assert bpy.ops.maquette.use_again(task=task) == {"FINISHED"}
    filled = chosen().tripo
    assert (chosen().provider, chosen().source) == ("tripo", "FILE")
    assert (filled.use_face_limit, filled.face_limit, filled.texture_quality) == (True, 5000, "detailed")
    assert (filled.pbr, filled.use_texture_seed) == (False, False)
    assert (chosen().use_height, chosen().height) == (True, 0.5)
    assert chosen().front.path == str(folder / "front.png")
    assert (chosen().left.path, chosen().back.path) == ("", ""), "the copy of the back view is gone"


def test_what_an_option_can_no_longer_be_is_said(running, disc):  # noqa: F811
    from blender_addon.blender import use_again
    from blender_addon.providers import find

    options = {"texture_quality": "of another version", "face_limit": 10**12, "unknown": 1}
    (remark,) = use_again.use(bpy.context.scene, find("tripo"), options, {"front": disc}, None)
    assert remark == "Texture Quality, Face Limit: no longer what it was."


def test_the_name_stays_when_it_is_generated_again(running, disc):  # noqa: F811
    from blender_addon.blender import generate

    task = add(stage="landed").name
    (journal().folder_of(task) / "front.png").write_bytes(disc.read_bytes())
    bpy.ops.maquette.use_again(task=task)
    assert generate.prepare(bpy.context, "", "", {}).image == "crate.png"


# ---- made elsewhere


def test_a_model_made_elsewhere_lands_and_is_fetched_once(tripo):  # noqa: F811
    name = tripo.new_task("image_to_model", {}, 30.0).id
    paid = tripo.paid
    assert bpy.ops.maquette.fetch(provider="tripo", provider_task=f" {name}\n", title="From the Web") == {"FINISHED"}
    (task,) = journal().all()
    assert (task.stage, task.provider_task, task.name, tripo.paid) == ("landed", name, "From the Web", paid)
    assert [one.name for one in bpy.context.scene.objects if one.get("maquette_task") == task.id] == ["From the Web"]
    assert rows()[task.id].elsewhere
    tripo.seen.clear()
    add(created=time.time() + 9)
    assert bpy.ops.maquette.fetch(provider="tripo", provider_task=f'"{name}\u200b",') == {"FINISHED"}
    shown = bpy.context.window_manager.maquette
    assert (len(rows()), rows()[shown.active].name, tripo.seen) == (2, task.id, [])


@pytest.mark.parametrize("text", ["../account/balance", "abc/../x", "a?b"])
def test_an_id_that_is_none_is_never_sent(tripo, text):  # noqa: F811
    with pytest.raises(RuntimeError, match="no task id of Tripo"):
        bpy.ops.maquette.fetch(provider="tripo", provider_task=text)
    assert (tripo.seen, len(rows())) == ([], 0)


@pytest.mark.parametrize("text", ["", " \n", '""'])
def test_a_field_that_was_left_empty_is_named(tripo, text):  # noqa: F811
    with pytest.raises(RuntimeError, match="Enter the id"):
        bpy.ops.maquette.fetch(provider="tripo", provider_task=text)


def test_an_id_that_nobody_knows_is_said(tripo):  # noqa: F811
    with pytest.raises(RuntimeError, match="Tripo knows no task 11111111-1111-4111-8111-111111111111"):
        bpy.ops.maquette.fetch(provider="tripo", provider_task="11111111-1111-4111-8111-111111111111")
    assert rows()[0].state == "failed"


def test_without_the_network_nothing_is_fetched(tripo):  # noqa: F811
    bpy.context.preferences.system.use_online_access = False
    with pytest.raises(RuntimeError, match="Online Access"):
        bpy.ops.maquette.fetch(provider="tripo", provider_task="abc")
    assert (tripo.seen, len(rows())) == ([], 0)
