"""The same image with the same options once more: what counts as the same, before an artist pays twice for a click."""

import json
import time
from types import SimpleNamespace

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo, triverse  # noqa: F401 - fixtures

LINK = "https://example.org/pictures/cat.png"


def chosen():
    return bpy.context.scene.maquette


def tasks():
    from blender_addon.blender import session

    return session.needed().assembly.journal.all()


def sent_before(**given):
    from blender_addon.blender import generate

    return generate.sent_before(
        bpy.context, given.get("image", ""), given.get("provider", ""), given.get("options", "")
    )


@pytest.mark.fault("P33")
def test_the_same_is_recognized(tripo):  # noqa: F811
    assert sent_before() is None
    bpy.ops.maquette.generate()
    assert sent_before().id == tasks()[0].id
    assert sent_before(image=chosen().front.path).id == tasks()[0].id
    assert sent_before(options='{"quad": true}') is None
    assert sent_before(provider="local") is None


def test_another_picture_in_the_same_file_is_another_one(tripo, disc):  # noqa: F811
    bpy.ops.maquette.generate()
    content = bytearray(disc.read_bytes())
    content[-1] ^= 1
    disc.write_bytes(content)
    assert sent_before() is None


def test_other_views_are_another_picture(tripo):  # noqa: F811
    bpy.ops.maquette.generate()
    chosen().back.path = chosen().front.path
    assert sent_before() is None


def test_an_option_that_another_one_switches_off_makes_no_difference(tripo):  # noqa: F811
    bpy.ops.maquette.generate()
    chosen().tripo.texture = False  # PBR maps bring the texture all the same
    assert sent_before() is not None


def test_what_was_sent_long_ago_is_no_reason_to_ask(tripo):  # noqa: F811
    bpy.ops.maquette.generate()
    from blender_addon.blender import session

    (task,) = tasks()
    session.needed().assembly.journal.update(task.id, created=time.time() - 601)
    assert sent_before() is None


def test_what_was_refused_is_no_reason_to_ask(tripo):  # noqa: F811
    tripo.balance = 0
    with pytest.raises(RuntimeError, match="not enough credits"):
        bpy.ops.maquette.generate()
    assert sent_before() is None


def test_a_script_is_not_asked(triverse):  # noqa: F811
    bpy.ops.maquette.generate()
    bpy.ops.maquette.generate(again=True)
    assert [one.get("allow_duplicate") for one in triverse.creates] == [None, True]
    assert [one.again for one in tasks()] == [True, False]


@pytest.mark.parametrize(
    ("seconds", "words"), [(20, "just now"), (70, "1 minute ago"), (150, "2 minutes ago")], ids=lambda one: str(one)
)
def test_how_long_ago(seconds, words):
    from blender_addon.core.repeated import ago

    assert ago(SimpleNamespace(created=time.time() - seconds)) == words


def test_tuples_are_compared_as_the_journal_keeps_them(extension):  # noqa: F811
    from blender_addon.blender import session
    from blender_addon.core import repeated
    from blender_addon.core.task import Task
    from blender_addon.providers.csm import Csm, CsmOptions

    options = CsmOptions(scaled_bbox=(1.0, 2.0, -1.0))
    journal = session.needed().assembly.journal
    journal.add(Task("csm", "a.png", {"front": LINK}, json.loads(json.dumps(options.effective()))))
    (task,) = repeated.alike(journal, Csm, options, ["front"])
    assert repeated.alike(journal, Csm, options, ["front"], (True, False)) == [], "the pictures were sent otherwise"
    assert repeated.same_pictures(journal, task, {"front": LINK})
    assert not repeated.same_pictures(journal, task, {"front": LINK + "?other"})
