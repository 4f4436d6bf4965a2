"""The price is asked about, online access is switched off in the middle of a task, and in the end Blender crashes."""

import json

import pytest
from key_search import holding, ways
from simulators.tripo import Tripo

OFFLINE, ONLINE = "/offline-from-here", "/online-again"


class Patient(Tripo):
    """Its tasks run until Blender is online again."""

    SCRIPT = (("running", 40),)

    def no_route(self, seen, other_method):
        if seen.path.endswith(ONLINE):
            for task in self.tasks.values():
                task.steps = ["success"]
        return super().no_route(seen, other_method)


@pytest.fixture(scope="module")
def careful(play):
    with Patient() as tripo:
        account = json.dumps({"provider": "tripo", "key": tripo.key, "base_url": tripo.base_url})
        variables = {"MAQUETTE_POLL_S": "0.2", "MAQUETTE_TEST_ACCOUNT": account}
        played = play("careful", flags=[], size="1150x1100", crashes=True, **variables)
        yield played, tripo


@pytest.mark.fault("S18")
def test_the_price_is_asked_about_and_no_sends_nothing(careful):
    played, tripo = careful
    asked = played.facts["asked"]
    assert asked["questions"] == ["This costs about 30 credits. Generate all the same?"] * 2
    assert [asked[f"sent {when}"] for when in ("before no", "after no", "before yes", "after yes")] == [0, 0, 0, 1]
    assert tripo.paid == 1


@pytest.mark.fault("N02")
def test_a_task_waits_while_online_access_is_off(careful):
    played, tripo = careful
    assert played.facts["paused"] == [
        "running", "Paused while Blender's online access is off; the task goes on at Tripo.", ""
    ]  # fmt: skip
    paths = [one.path for one in tripo.seen]
    (off,), (on,) = ([at for at, path in enumerate(paths) if path.endswith(mark)] for mark in (OFFLINE, ONLINE))
    assert on == off + 1, "nothing was asked meanwhile"
    assert played.facts["after"] == ["succeeded", "", ""]


@pytest.mark.fault("S01", "S02", "X04")
def test_no_key_is_in_a_crash_report_nor_in_the_info_editor(careful):
    played, tripo = careful
    (report,) = (played.folder / "temporary").rglob("*.crash.txt")
    info = played.folder / "info.txt"
    for kept in (report, info):
        assert "bpy.ops." in kept.read_text("utf-8"), "it says what was done, though not what was paid for"
    profile = played.folder.parents[1]
    assert {name for name, _ in holding([profile], tripo.key)} == {"accounts.json"}
    assert ways(played.output, tripo.key) == []
