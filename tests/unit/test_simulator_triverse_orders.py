"""Triverse's simulator charges for one order once, and keeps accounts."""

import pytest
import requests
from simulators.triverse import Triverse
from test_simulator_triverse import ask, create, made, refusal, upload


@pytest.fixture
def sim():
    with Triverse() as one:
        yield one


def test_an_order_is_charged_once(sim):
    """The first answer comes again, although the image was uploaded again and the duplicate window is open."""
    first, second = (
        create(sim, image_file=upload(sim).json()["data"]["file_key"], client_order_id="order-1") for _ in range(2)
    )
    assert first.json() == second.json()
    assert (sim.paid, sim.balance, sim.frozen) == (1, 880, 120)


def test_an_order_whose_answer_was_lost_is_charged_once(sim):
    sim.lose_next("POST /api/v1/tasks/image-to-mesh")
    with pytest.raises(requests.ConnectionError):
        create(sim, client_order_id="order-1")
    assert made(sim, client_order_id="order-1") in sim.tasks
    assert sim.paid == 1


def test_an_order_is_compared_by_keys_when_the_test_says_so(sim):
    sim.by_content = False
    answers = [
        create(sim, image_file=upload(sim).json()["data"]["file_key"], client_order_id="order-1") for _ in range(2)
    ]
    assert refusal(answers[1]) == (409, 2005)


def test_an_order_s_id_is_not_for_another_order(sim):
    made(sim, client_order_id="order-1")
    answer = create(sim, client_order_id="order-1", turbo=True, allow_duplicate=True)
    assert (refusal(answer), "data" in answer.json(), sim.paid) == ((409, 2005), False, 1)


@pytest.mark.parametrize("repeat", ["conflict", "conflict with task"])
def test_a_repeated_order_can_be_a_conflict(sim, repeat):
    sim.repeat = repeat
    task = made(sim, client_order_id="order-1")
    answer = create(sim, client_order_id="order-1")
    assert (refusal(answer), sim.paid) == ((409, 2005), 1)
    assert answer.json().get("data") == ({"task_uuid": task} if repeat == "conflict with task" else None)


@pytest.mark.parametrize("order", [{}, {"client_order_id": "order-2"}])
def test_a_duplicate_is_refused_within_the_window(sim, order):
    made(sim, client_order_id="order-1")
    assert refusal(create(sim, **order)) == (409, 2005)
    assert create(sim, turbo=True, client_order_id="order-3").status_code == 200
    sim.forward(sim.duplicate_window_s + 1)
    assert create(sim, **order).json()["data"]["task_uuid"] in sim.tasks
    assert sim.paid == 3


def test_a_duplicate_that_is_wanted_is_made(sim):
    made(sim, client_order_id="order-1")
    again = made(sim, client_order_id="order-2", allow_duplicate=True)
    assert made(sim, client_order_id="order-2", allow_duplicate=True) == again
    assert sim.paid == 2


def test_credits_are_frozen_then_taken_or_given_back(sim):
    task = made(sim)
    assert ask(sim, "GET", "/users/balance").json()["data"] == {"balance": 880, "frozen": 120}
    for _ in range(4):
        ask(sim, "GET", f"/tasks/{task}")
    assert (sim.balance, sim.frozen) == (880, 0)
    sim.fail_tasks()
    task = made(sim, turbo=True)
    told = [ask(sim, "GET", f"/tasks/{task}").json()["data"] for _ in range(4)][-1]
    assert (told["status"], told["error"]) == ("FAILED", {"code": 5003, "message": "The backend is unavailable."})
    assert (sim.balance, sim.frozen) == (880, 0)


def test_without_enough_credits_nothing_is_made(sim):
    sim.balance = 119
    assert refusal(create(sim, client_order_id="order-1")) == (403, 2010)
    sim.balance = 120
    assert create(sim, client_order_id="order-1").status_code == 200


def test_a_quote_costs_nothing(sim):
    order = {"flow_name": "image-to-model", "params": {"polygon_limit": 5000, "texture_size": 2048}}
    told = ask(sim, "POST", "/tasks/pricing/quote", order).json()["data"]
    assert told == {**order, "cost_credits": 150, "available_credits": 1000}
    sim.prices["image-to-model"] = None
    assert ask(sim, "POST", "/tasks/pricing/quote", order).json()["data"]["cost_credits"] is None
    assert (sim.paid, sim.balance) == (0, 1000)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"flow_name": "image-to-splat", "params": {}}, 2002),
        ({"flow_name": "image-to-mesh"}, 1004),
        ({"params": {}}, 1004),
        ({"flow_name": "image-to-mesh", "params": {}, "turbo": True}, 1004),
        ({"flow_name": "image-to-mesh", "params": {"texture_size": 1024}}, 1004),
        ({"flow_name": "image-to-mesh", "params": {"polygon_limit": 1}}, 1004),
        ({"flow_name": "image-to-mesh", "params": {"client_order_id": "a b"}}, 1004),
    ],
)
def test_a_quote_for_what_is_not_allowed_is_refused(sim, order, code):
    assert refusal(ask(sim, "POST", "/tasks/pricing/quote", order)) == (400, code)
