"""The list of tasks in a real Blender: what earlier ones left is there, and what can be done with it.

Times are printed, never judged.
"""

import shutil
import time

import pytest
from conftest import IMAGE
from simulators.tripo import Tripo
from test_hosted import arrow

from blender_addon.core.journal import Journal
from blender_addon.core.task import Task

TASKS = 200
PAID = {"provider_task": "x-1", "sent": 50.0}
ERROR = {"kind": "provider", "message": "Tripo could not make a model of this image. Try another one.", "details": ""}
FATES = (
    {"stage": "landed", "blend": "model.blend", "model_file": "model.glb", "statistics": {"triangles": 12_000}},
    {"stage": "failed", "error": ERROR},
    {"stage": "unconfirmed", "sent": 50.0, "error": ERROR | {"kind": "network"}},
    {"stage": "landed", "options": {"face_limit": 4321}, "credits": "30"},
    {"stage": "cancelled", **PAID},
    {"stage": "ready", "blend": "model.blend", "made_for": "/home/artist/castle.blend"},
)


def fill(folder, image):
    """Leave a journal with many tasks, as an earlier Blender would."""
    journal = Journal(folder)
    for number in range(TASKS):
        facts = {"options": {}, **FATES[number % len(FATES) if number < 6 else 0]}
        created = time.time() - 3600 - 60 * number
        facts["made"] = created + 75 if facts["stage"] == "landed" else None
        task = Task("tripo", f"Old {number:03}.png", {"front": "front.png"}, created=created, **facts)
        kept = journal.folder_of(task.id)
        kept.mkdir(mode=0o700)
        if number < 12:
            shutil.copy(image, kept / "front.png")
        journal.add(task)
    journal.close()


@pytest.fixture(scope="module")
def history(play, profile):
    fill(profile / "data-history", IMAGE)
    with Tripo() as sim:
        sim.result = arrow("+X", (200, 120, 40))
        surroundings = {"MAQUETTE_TRIPO_BASE_URL": sim.base_url, "MAQUETTE_TRIPO_API_KEY": sim.key}
        surroundings["MAQUETTE_TEST_ELSEWHERE"] = sim.new_task("image_to_model", {}, 30.0).id
        paid = sim.paid
        facts = play("history", flags=[], MAQUETTE_POLL_S="0.5", **surroundings).facts
        return facts | {"paid": sim.paid - paid}


def test_the_tasks_of_an_earlier_blender_are_listed(history):
    print(f"drawing the panel of tasks, ms: {history['draw_ms']}")
    assert len(history["listed"]) == TASKS
    assert history["listed"][:2] == [["Old 000", "succeeded"], ["Old 001", "failed"]]


def test_what_runs_stands_in_the_status_bar_and_what_has_landed_is_said_in_one_place_at_a_time(history):
    assert history["status"].startswith("toadstool: ") and history["status"].endswith("%")
    assert history["status_landed"] == "", "Blender's own report says it"
    assert history["status_afterwards"] == "toadstool has landed", "for who has looked away"
    assert history["said"].count("toadstool has landed") == 1


def test_use_again_fills_the_panel(history):
    provider, faces, used, path = history["again"]
    assert (provider, faces, used) == ("tripo", 4321, True) and path.endswith("front.png")


def test_a_model_made_elsewhere_lands_and_is_fetched_once(history):
    assert history["fetched"] == ["succeeded", "", ["From the Web"]]
    assert (history["known"], history["paid"]) == (0, 0)


def test_clearing_up_leaves_finished_models_and_what_may_be_paid_for(history):
    assert history["left"] == [["Old 004"], ["cancelled", "ready", "succeeded", "unconfirmed"]]
