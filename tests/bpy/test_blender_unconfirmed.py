"""Tasks of which nobody knows whether they were charged, and what the list says of a task that waits."""

import time

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures

from blender_addon.core.events import Failed, Waiting
from blender_addon.core.task import Task

CREATE = "POST /v3/generation/*"
LIMIT_S = 60.0


def running():
    from blender_addon.blender import session

    return session.needed()


def journal():
    return running().assembly.journal


def row(task):
    return bpy.context.window_manager.maquette.tasks[task]


def until(condition):
    ends = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < ends, "never happened"
        time.sleep(0.01)


@pytest.fixture
def lost(tripo):  # noqa: F811
    """Return the id of a task of Tripo's that is unconfirmed."""
    tripo.answer_next(CREATE, 503, {"message": "down"})
    with pytest.raises(RuntimeError, match="may have been charged"):
        bpy.ops.maquette.generate()
    (task,) = journal().all()
    assert (row(task.id).state, row(task.id).lookable, tripo.paid) == ("unconfirmed", True, 0)
    return task.id


@pytest.mark.fault("N05")
def test_a_lost_create_is_found_by_itself(tripo):  # noqa: F811
    tripo.lose_next(CREATE)
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    assert (tripo.paid, len(tripo.requests(CREATE)), journal().all()[0].stage) == (1, 1, "landed")


@pytest.mark.fault("N05", "P11")
def test_look_again_takes_the_task_up_when_it_has_turned_up(lost, tripo):  # noqa: F811
    assert bpy.ops.maquette.look_again(task=lost) == {"FINISHED"}
    until(lambda: not running().assembly.tasks.running(lost))
    assert journal().get(lost).stage == "unconfirmed"
    found = tripo.new_task("image_to_model", {}, 30.0)
    assert bpy.ops.maquette.look_again() == {"FINISHED"}
    until(lambda: journal().get(lost).stage == "ready")
    assert (journal().get(lost).provider_task, len(tripo.requests(CREATE))) == (found.id, 1)
    assert bpy.ops.maquette.land(task=lost) == {"FINISHED"}
    with pytest.raises(RuntimeError, match="is not unconfirmed"):
        bpy.ops.maquette.look_again(task=lost)


@pytest.mark.fault("P34")
def test_send_again_makes_a_second_task_of_the_same(lost, tripo):  # noqa: F811
    assert bpy.ops.maquette.send_again(task=lost) == {"FINISHED"}
    new, old = journal().all()
    until(lambda: journal().get(new.id).stage == "ready")
    assert (new.image, new.options, new.again, new.made_for) == (old.image, old.options, True, old.made_for)
    assert (old.id, journal().get(lost).stage, tripo.paid) == (lost, "unconfirmed", 1)
    assert new.id in running().started
    with pytest.raises(RuntimeError, match="Only a task that is unconfirmed"):
        bpy.ops.maquette.send_again(task=new.id)


def test_what_stands_for_an_unconfirmed_task_stands_for_the_one_that_is_sent_again(lost, tripo, disc):  # noqa: F811
    from blender_addon.blender import placeholder
    from blender_addon.landing import placeholders

    placeholder.put(bpy.context, journal().get(lost), str(disc), 1.0)
    assert bpy.ops.maquette.send_again(task=lost) == {"FINISHED"}
    new, _ = journal().all()
    assert list(running().stands) == [task for _, task in placeholders.every()] == [new.id]


@pytest.mark.fault("N01", "P34")
def test_send_again_needs_what_generate_needs(lost, tripo):  # noqa: F811
    bpy.context.preferences.system.use_online_access = False
    with pytest.raises(RuntimeError, match="needs the network"):
        bpy.ops.maquette.send_again(task=lost)
    bpy.context.preferences.system.use_online_access = True
    bpy.context.window_manager.maquette.accounts.tripo.key = ""
    with pytest.raises(RuntimeError, match="API key"):
        bpy.ops.maquette.send_again(task=lost)
    assert len(journal().all()) == 1


@pytest.mark.fault("P34")
def test_generate_asks_first_for_ever(lost):
    from blender_addon.blender import generate

    journal().update(lost, created=time.time() - 10**6)
    before = generate.sent_before(bpy.context, "", "", "")
    assert before.id == lost
    assert generate.question(before) == (
        "An earlier request may already have been charged. Send another one for about 30 credits?"
    )
    before.estimate = None
    assert generate.question(before).endswith("Send another one?")
    before.stage = "landed"
    assert generate.question(before).startswith("The same image with the same options was sent")


def add(**facts):
    from blender_addon.blender import snapshot

    task = Task(facts.pop("provider", "tripo"), "crate.png", {"front": "front.png"}, {}, **facts)
    journal().add(task)
    snapshot.refresh()
    return task.id


@pytest.mark.fault("N02", "N07")
def test_a_task_that_waits_says_for_what_and_has_not_stopped(tripo):  # noqa: F811
    from blender_addon.blender import snapshot, task_list, watch

    task = add(stage="running", provider_task="a")
    for sentence in ("Waiting for the connection.", ""):
        running().assembly.events.put(Waiting(task, sentence))
        watch.step(bpy.context)
        snapshot.refresh()
        assert (row(task).waiting, row(task).message, task_list.word(row(task))) == (sentence, "", "Running")
    running().assembly.events.put(Waiting(task, "Waiting for the connection."))
    running().assembly.events.put(Failed(task, "account", "No key."))
    watch.step(bpy.context)
    assert (row(task).waiting, row(task).message) == ("", "No key.")


@pytest.mark.fault("P35")
@pytest.mark.parametrize(
    ("provider", "name", "told"), [("tripo", "a", True), ("tripo", None, False), ("local", "a", False)]
)
def test_a_cancelled_task_says_that_it_may_be_charged(tripo, provider, name, told):  # noqa: F811
    task = add(provider=provider, stage="cancelled", provider_task=name)
    assert ("may still charge: Resume fetches the model" in row(task).message) is told


def test_a_create_with_a_key_of_its_own_can_be_sent_again_at_no_cost(tripo):  # noqa: F811
    assert row(add(provider="triverse", stage="unconfirmed")).lookable


@pytest.mark.parametrize("provider", ["modelslab", "modelstream", "gone"])
def test_only_some_providers_can_be_looked_at(tripo, provider):  # noqa: F811
    assert row(add(provider=provider, stage="unconfirmed")).lookable is False
