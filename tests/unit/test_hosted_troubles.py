"""What goes wrong on the way to a hosted provider and back: nothing is lost, and nothing is paid twice."""

import os
import signal

import hosted_line
import pytest
from command_line import end
from shop import free_port
from waiting import until

line = hosted_line.line
RESULT = "/results/*"
SEARCHED = ("tripo", "csm")
"""Providers whose list of tasks is looked through for one that was lost."""


# ---- the create


@pytest.mark.fault("P09")
def test_a_provider_that_is_busy_is_asked_again_and_paid_once(line):
    line.sim.answer_next(
        line.case.create, 429, {"message": "Rate limit exceeded", "retry_after": 1}, {"Retry-After": "1"}, 2
    )
    assert line.is_made(line.generate())
    assert len(line.sim.requests(line.case.create)) == 3


@pytest.mark.fault("P09", "P10")
def test_a_provider_that_stays_busy_keeps_the_task(line):
    line.sim.answer_next(line.case.create, 429, {"message": "Rate limit exceeded"}, times=4)
    said = line.generate()
    assert (said.code, said.last["kind"], line.task["stage"], line.sim.paid) == (4, "network", "prepared", 0)
    assert "too much to do" in said.last["message"]
    assert line.is_made(line.resume())


@pytest.mark.fault("P11")
def test_a_server_that_fails_at_the_create_leaves_it_unconfirmed(line):
    line.sim.answer_next(line.case.create, 503, {"message": "down"}, times=4)
    said = line.generate()
    assert (said.code, said.last["kind"]) == (4, "network")
    if line.case.id == "triverse":  # its creates carry a key, so they may be sent again
        assert line.task["stage"] == "prepared"
        assert line.is_made(line.resume())
        orders = {one.json["client_order_id"] for one in line.sim.requests(line.case.create)}
        assert len(orders) == 1
        return
    assert line.task["state"] == "unconfirmed" and "may have been charged" in said.last["message"]
    assert line.resume().code == 4, "it is not sent again by itself"
    assert len(line.sim.requests(line.case.create)) == 1


@pytest.mark.fault("N05", "X02")
def test_a_create_whose_answer_is_lost_is_not_sent_twice(line):
    line.sim.lose_next(line.case.create)
    said = line.generate()
    if line.case.id == "triverse":
        assert line.is_made(said)
        assert len({one.json["client_order_id"] for one in line.sim.requests(line.case.create)}) == 1
        return
    if line.case.id in SEARCHED:
        assert line.is_made(said) and len(line.sim.requests(line.case.create)) == 1
        return
    assert (said.code, line.task["state"], line.sim.paid) == (4, "unconfirmed", 1)
    assert line.resume().code == 4
    assert len(line.sim.requests(line.case.create)) == line.sim.paid == 1


@pytest.mark.fault("P13", "P15")
def test_a_create_answered_with_nonsense_is_not_sent_twice(line):
    for status, body in ((200, "<html>"), (200, {}), (200, []), (200, b"")):
        line.sim.answer_next(line.case.create, status, body)
        said = line.generate("--again")
        assert (said.code, said.last["kind"]) == (4, "network")
        assert "may have been charged" in said.last["message"]
        assert ("'s list of tasks shows none" in said.last["message"]) == (line.case.id in SEARCHED)
    assert [one["state"] for one in line.maquette.tasks()] == ["unconfirmed"] * 4
    assert len(line.sim.requests(line.case.create)) == 4


@pytest.mark.fault("N03", "N04")
def test_a_server_that_cannot_be_reached_keeps_the_task(line, monkeypatch):
    name = f"MAQUETTE_{line.case.id.upper()}_BASE_URL"
    nobody = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setenv(name, nobody)
    said = line.generate()
    assert (said.code, said.last["kind"], line.task["stage"]) == (4, "network", "prepared")
    assert "cannot be reached" in said.last["message"] and f"the base URL, {nobody}" in said.last["message"]
    monkeypatch.setenv(name, line.sim.base_url)
    assert line.is_made(line.resume())


@pytest.mark.fault("N03", "N30")
def test_a_connection_that_drops_before_the_create_keeps_the_task(line):
    if line.case.upload:
        line.sim.drop_next(line.case.upload, times=4)
        said = line.generate()
        assert (said.code, said.last["kind"], line.task["stage"], line.sim.paid) == (4, "network", "prepared", 0)
        assert line.is_made(line.resume())


@pytest.mark.fault("N13")
def test_a_redirected_create_is_refused(line):
    line.sim.redirect_next(line.case.create, line.sim.base_url.replace("127.0.0.1", "localhost") + "/x", 307)
    said = line.generate()
    assert (said.code, said.last["kind"], line.sim.paid) == (4, "network", 0)
    assert "redirects to another address" in said.last["message"]
    assert line.is_made(line.resume())


# ---- polling


@pytest.mark.fault("P12")
@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_trouble_while_polling_passes(line, status):
    line.sim.answer_next(line.case.poll, status, {"message": "down"}, times=2 if line.case.id != "modelslab" else 1)
    assert line.is_made(line.generate())


@pytest.mark.fault("N12", "P15")
@pytest.mark.parametrize("body", ["<html>log in</html>", b"", b"[", {}, [], None, {"status": 7}, {"data": None}])
def test_an_answer_to_a_poll_that_nobody_understands_loses_nothing(line, body):
    line.sim.answer_next(line.case.poll, 200, body)
    said = line.generate()
    if said.code:
        assert (said.code, said.last["kind"], line.task["state"]) == (4, "network", "queued")
        said = line.resume()
    assert line.is_made(said)


@pytest.mark.fault("P17")
def test_an_unknown_status_is_waited_out(line):
    line.sim.script([line.sim.SCRIPT[0], "POSTPROCESSING2", {"status": "polishing", "percent": None}, line.case.done])
    assert line.is_made(line.generate())


@pytest.mark.fault("P02")
def test_a_key_that_is_revoked_meanwhile_keeps_what_is_paid(line, monkeypatch):
    name = f"MAQUETTE_{line.case.id.upper()}_API_KEY"
    line.sim.script([line.sim.SCRIPT[0]])
    line.sim.answer_next(line.case.poll, 401, {"message": "Invalid API key", "status": "error"})
    said = line.generate()
    assert (said.code, said.last["kind"], line.task["state"]) == (3, "account", "queued")
    line.finish()
    monkeypatch.setenv(name, line.sim.key)
    assert line.is_made(line.resume())


@pytest.mark.fault("P19")
def test_out_of_time_keeps_the_task(line):
    line.sim.script([line.sim.SCRIPT[0]])
    said = line.generate("--timeout", "0.3")
    assert (said.code, said.last["kind"]) == (4, "timeout") and line.task["state"] in ("queued", "running")
    line.finish()
    assert line.is_made(line.resume())


@pytest.mark.fault("X01", "X03", "X04", "U14")
def test_a_killed_process_is_taken_up_without_a_second_create(line):
    line.sim.script([line.sim.SCRIPT[0]])
    run = line.kill_when(lambda: len(line.sim.requests(line.case.poll)) > 2, "it polls")
    assert end(run).code in (-getattr(signal, "SIGKILL", 9), 1)
    line.finish()
    assert line.is_made(line.resume())
    assert len(line.sim.requests(line.case.create)) == 1


@pytest.mark.fault("X02")
def test_a_process_killed_during_the_create_does_not_create_again(line):
    line.kill_in_create()
    said = line.resume()
    if line.case.id in ("triverse", *SEARCHED):  # the same key: the task that is there already; or it is found
        assert line.is_made(said) and len(line.sim.tasks) == 1
        return
    assert (said.code, line.task["state"], line.sim.paid) == (4, "unconfirmed", 1)
    assert "may have been charged" in said.last["message"]


@pytest.mark.fault("X03")
def test_an_interrupted_process_says_how_to_go_on(line):
    with line.polling() as run:
        if os.name == "posix":
            run.send_signal(signal.SIGINT)
            said = end(run)
            assert said.code == 130 and "tasks resume" in said.err
    line.finish()
    assert line.is_made(line.resume())


# ---- the model file


@pytest.mark.fault("P22")
def test_a_link_that_has_expired_is_replaced_by_a_fresh_one(line):
    line.sim.expire_links(1)
    assert line.is_made(line.generate())
    assert line.sim.paid == 1


@pytest.mark.fault("P22")
def test_links_that_stay_dead_keep_the_task(line):
    line.sim.answer_next(RESULT, 403, "<Error/>", times=99)
    line.sim.answer_next("*/tasks/download/*", 404, times=99)
    said = line.generate()
    assert (said.code, said.last["kind"], line.task["state"]) == (4, "network", "running")
    assert "link works no longer" in said.last["message"]
    line.sim._orders.clear()
    assert line.is_made(line.resume())


@pytest.mark.fault("N16", "N17")
def test_a_download_that_breaks_is_made_again(line):
    line.sim.result = b"glTF" + bytes(400_000)
    line.sim.cut_next(RESULT, 100_000, times=2)
    line.sim.answer_next(RESULT, 503)
    assert line.is_made(line.generate())


@pytest.mark.fault("P24")
def test_an_unsafe_link_is_not_followed(line):
    for link in ("http://10.0.0.1/a.glb", "https://169.254.169.254/a.glb", "https://user@127.0.0.1/a.glb"):
        line.sim.publish = lambda *_, link=link, **__: link
        said = line.generate("--again", image="https://example.org/castle.png")
        if line.case.id == "triverse":  # which can also give the file itself
            assert said.code == 0 or "not followed" in said.last["message"]
            continue
        assert said.code == 1 and "was not followed" in said.last["message"], said.last


@pytest.mark.fault("P35")
def test_a_task_can_be_cancelled_from_another_process(line):
    line.sim.script([line.sim.SCRIPT[0]])
    run = line.maquette.start("generate", line.image, "--provider", line.case.id, "--jsonl")
    try:
        until(lambda: line.sim.requests(line.case.poll), "it polls")
        assert line.maquette("tasks", "cancel", line.task["id"]).code == 0
        assert end(run).last["event"] == "cancelled"
    finally:
        run.kill()
    assert line.task["state"] == "cancelled" and line.sim.paid == 1
