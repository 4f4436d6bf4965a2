"""How long a provider usually takes, from the tasks that it has finished."""

from blender_addon.core.history import LATEST, began, usual_s
from blender_addon.core.task import Task

VIEWS = {"front": "front.png"}


def task(seconds, provider="tripo", views=VIEWS, **facts):
    return Task(provider, "a.png", views, {}, created=100.0, sent=200.0, made=200.0 + seconds, **facts)


def test_it_is_the_middle_of_the_latest_ones():
    latest = [task(60 + at) for at in range(LATEST - 1)] + [task(99_999)]
    assert usual_s([*latest, *(task(1) for _ in range(50))]) == {"tripo": 64.0}


def test_each_provider_has_its_own():
    assert usual_s([task(10), task(20, "csm"), task(30)]) == {"tripo": 20.0, "csm": 20.0}


def test_what_has_no_model_or_was_only_fetched_says_nothing():
    unfinished = Task("tripo", "a.png", VIEWS, {}, stage="failed", ended=9.0)
    assert usual_s([unfinished, task(5, views={})]) == {}


def test_time_begins_when_the_provider_was_asked():
    assert began(task(5)) == 200.0
    assert began(Task("local", "a.png", VIEWS, {}, created=7.0)) == 7.0
