"""The log: written by several processes at once, rotated, private, and without a secret."""

import base64
import json
import logging
import os
import re
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from command_line import end
from hosted_cases import CASES
from hosted_line import calling
from key_search import ways

from blender_addon.core import log, redact
from blender_addon.core.owner import alone
from blender_addon.core.redact import redacted, visible

ROOT = Path(__file__).resolve().parents[2]
KEY = 'tsk_5ecret/"+ö5ecret5ecret'
logger = logging.getLogger("blender_addon.core.somewhere")


@pytest.fixture
def attached(data_folder, monkeypatch):
    monkeypatch.setattr(redact, "_hidden", set())
    data_folder.mkdir()
    handler = log.attach(data_folder)
    yield data_folder
    log.detach(handler)


def text(folder):
    return "".join(path.read_text("utf-8") for path in sorted(folder.glob("maquette.log*"), reverse=True))


WRITE = """
import logging, sys
from pathlib import Path
from blender_addon.core import log
log.LARGEST = int(sys.argv[3])
log.attach(Path(sys.argv[1]))
for number in range(int(sys.argv[4])):
    logging.getLogger("blender_addon.x").info("%s-%05d %s", sys.argv[2], number, "x" * 80)
"""


def write_at_once(folder, largest, count):
    runs = [
        subprocess.Popen([sys.executable, "-c", WRITE, folder, name, str(largest), str(count)], cwd=ROOT)
        for name in ("one", "two", "three")
    ]
    assert [one.wait(60) for one in runs] == [0, 0, 0]


def test_processes_that_write_at_once_lose_and_tear_no_line(data_folder):
    data_folder.mkdir()
    write_at_once(data_folder, 10**9, 400)
    found = re.findall(r"(?m)^\S+ INFO \d+ MainThread x: (\w+)-(\d{5}) x{80}$", text(data_folder))
    assert len(text(data_folder).splitlines()) == len(found) == 1200
    for name in ("one", "two", "three"):
        assert [int(number) for who, number in found if who == name] == list(range(400))


def test_rotation_by_processes_at_once_keeps_the_last_lines_whole(data_folder):
    data_folder.mkdir()
    write_at_once(data_folder, 20_000, 400)
    files = sorted(one.name for one in data_folder.iterdir())
    assert files == ["maquette.log", "maquette.log.1", "maquette.log.2", "maquette.log.lock"]
    assert all((data_folder / name).stat().st_size <= 20_000 for name in files)
    found = re.findall(r"(?m)^\S+ INFO \d+ MainThread x: (\w+)-(\d{5}) x{80}$", text(data_folder))
    assert len(found) == len(text(data_folder).splitlines()) > 250
    for name in ("one", "two", "three"):  # of each, what is left is its last lines, without a gap
        numbers = [int(number) for who, number in found if who == name]
        assert not numbers or numbers == list(range(numbers[0], 400))


def test_a_process_that_holds_the_lock_holds_nobody_up(attached):
    with alone(attached / "maquette.log.lock"):
        logger.info("written all the same")
    assert "written all the same" in text(attached)


@pytest.mark.fault("S05")
def test_the_file_is_for_this_user_only(attached):
    previous = os.umask(0)
    try:
        logger.info("hello")
    finally:
        os.umask(previous)
    if os.name == "posix":
        assert [stat.S_IMODE(path.stat().st_mode) for path in attached.glob("maquette.log*")] == [0o600, 0o600]


@pytest.mark.fault("S15")
def test_a_link_planted_in_place_of_the_log_is_not_followed(attached, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (attached / log.NAME).symlink_to(victim)
    logger.info("hello")
    assert victim.read_text() == "mine"


def test_nothing_is_written_before_there_is_anything_to_log(attached, tmp_path):
    assert list(attached.iterdir()) == []
    handler = log.attach(tmp_path / "nowhere")
    logger.info("no folder, no file, no error")
    log.detach(handler)
    assert not (tmp_path / "nowhere").exists()


def test_only_the_packages_own_logger_has_a_handler(data_folder):
    root, own = logging.getLogger(), logging.getLogger("blender_addon")
    before = list(root.handlers), list(own.handlers), own.level
    handlers = [log.attach(data_folder) for _ in range(2)]
    assert handlers[0] is handlers[1] and root.handlers == before[0]
    log.detach(handlers[0])
    assert handlers[0] in own.handlers, "somebody else still logs"
    log.detach(handlers[1])
    assert (root.handlers, own.handlers, own.level) == before


def test_threads_that_log_at_once_lose_nothing(attached):
    def write(name):
        for number in range(100):
            logger.info("%s-%d", name, number)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(text(attached).splitlines()) == 300


@pytest.mark.fault("S02")
@pytest.mark.parametrize(
    "spelling",
    [
        *(KEY, json.dumps(KEY)[1:-1], "tsk_5ecret%2F%22%2B%C3%B65ecret5ecret"),
        *(base64.b64encode(KEY.encode()).decode(), base64.urlsafe_b64encode(KEY.encode()).decode()),
        *(KEY.encode().hex(), KEY.encode().hex().upper()),
    ],
    ids=["raw", "json", "percent", "base64", "base64 for addresses", "hex", "HEX"],
)
def test_a_known_key_is_taken_out_however_it_is_spelt(attached, spelling):
    redact.hide(KEY)
    logger.info("before %s after", spelling)
    assert "5ecret" not in text(attached) and spelling not in text(attached)
    assert "before •••" in text(attached) and "after" in text(attached)


@pytest.mark.fault("S02")
@pytest.mark.parametrize("user", ["", "a", "me", "you", "user"])
def test_a_known_key_is_taken_out_of_a_login(attached, user):
    redact.hide(KEY)
    packed = base64.b64encode(f"{user}:{KEY}".encode()).decode()
    logger.info("Basic %s", packed)
    assert "•••" in text(attached) and packed[8:-8] not in text(attached) and ways(text(attached), KEY) == []


@pytest.mark.fault("S02")
@pytest.mark.parametrize(
    "said",
    [
        "Authorization: Bearer 5ecret-5ecret",
        "{'Authorization': 'Bearer 5ecret-5ecret', 'Accept': 'x'}",
        "headers={'x-api-key': b'5ecret-5ecret'}",
        '{"key": "5ecret-5ecret", "image": 1}',
        json.dumps(json.dumps({"key": "5ecret-5ecret"})),
        "PROXY-AUTHORIZATION=Basic 5ecret-5ecret",
        "TRIPO_API_KEY=5ecret-5ecret",
    ],
)
def test_an_unknown_key_is_taken_out_where_its_name_stands_before_it(attached, said):
    logger.info(said)
    assert "5ecret" not in text(attached)
    assert "•••" in text(attached)


@pytest.mark.fault("S16")
@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("see https://cdn.example/a/b.glb?Signature=5ecret&Expires=1 now", "see https://cdn.example/a/b.glb now"),
        ('{"url": "https://cdn.example/x?5ecret"}', '{"url": "https://cdn.example/x"}'),
        (
            "exceeded with url: /a/b.glb?X-Amz-Signature=5ecret (Caused by x)",
            "exceeded with url: /a/b.glb (Caused by x)",
        ),
        ("What? That is no address.", "What? That is no address."),
    ],
)
def test_an_address_loses_its_query(said, left):
    assert redacted(said) == left


@pytest.mark.fault("S12")
def test_what_a_provider_says_is_plain_text_in_one_line(attached):
    said = "bad\x1b[2J\x1b]0;title\x07 %s %n {0} \u202eevil\n2026-01-01T00:00:00Z ERROR 1 MainThread x: forged\r\x00"
    logger.info("it says: %s", said)
    logger.info(said)  # formatted by nobody: there are no arguments
    written = text(attached)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", written)
    assert r"\x1b[2J" in written and "%s %n {0}" in written
    assert not re.search(r"(?m)^2026-01-01", written), "a line was forged"


def test_letters_of_all_languages_stay():
    assert visible("Größe 大きい ✓ 🏰 a\u0301") == "Größe 大きい ✓ 🏰 a\u0301"


def test_the_lines_of_a_task_are_found_with_their_tracebacks(attached):
    logger.info("task abc: one")
    logger.info("task def: other")
    try:
        raise ValueError("what led to it")
    except ValueError:
        logger.exception("task abc: two")
    logger.info("task def: last")
    found = log.last_lines(attached, "abc")
    assert "task abc: one" in found[0] and "what led to it" in found[-1]
    assert not any("def" in one for one in found)


# ---- a whole run

line = calling(CASES[0])


@pytest.mark.fault("S16")
def test_a_run_is_told_line_by_line(line, data_folder):
    line.sim.answer_next(line.case.poll, 500, {"message": "sorry"}, {"X-Request-Id": "r-4711"}, times=1)
    assert line.generate().code == 0
    written = (data_folder / log.NAME).read_text("utf-8")
    task, host = line.task, line.sim.base_url.partition("://")[2]
    requests = re.findall(r"(?m)^\S+ INFO \d+ (\S+) net\.trace: (\w+) (\S+) (\d+) [\d.]+ s ?(.*)$", written)
    assert len(requests) == len(line.sim.seen)
    assert requests[0][2].startswith(host) and not any("?" in where for _, _, where, _, _ in requests)
    assert {who for who, *_ in requests} == {f"maquette-{task['id']}-request"}
    assert ("500", "X-Request-Id r-4711") in [one[3:] for one in requests]
    for event in ("submitted", "progressed", "downloaded", "ready"):
        assert f"task {task['id']} {event}" in written
    assert str(task["provider_task"]) in written


def test_a_request_that_fails_is_told(line, data_folder):
    line.sim.drop_next("*", times=99)
    assert line.generate().code == 4
    written = (data_folder / log.NAME).read_text("utf-8")
    assert re.search(r"net\.trace: \w+ \S+ \w*(Error|Timeout) [\d.]+ s", written)


def test_a_call_that_has_nothing_to_say_makes_no_file(maquette, data_folder):
    for call in (["providers"], ["tasks", "--json"]):
        assert end(maquette.start(*call)).code == 0
    assert not list(data_folder.glob("maquette.log*"))
