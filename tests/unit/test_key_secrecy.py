"""The API key is seen by the provider's API and by nobody else: all that a whole run leaves is searched for it."""

import base64
import logging
import os
import signal
from pathlib import Path
from urllib.parse import urlsplit

import hosted_line
import pytest
from command_line import end
from hosted_line import HostedLine
from key_search import holding, ways
from waiting import until

from blender_addon.cli.assembly import Assembly
from blender_addon.core.errors import MaquetteError
from blender_addon.net.accounts import Accounts

line = hosted_line.line


class Spied:
    """Everything that the program says or writes, and what must not be in it."""

    def __init__(self, line: HostedLine, places: list[Path], caplog: pytest.LogCaptureFixture) -> None:
        self.line, self.places, self._caplog = line, places, caplog
        self.said: list[str] = []

    def run(self, *arguments: object) -> int:
        """Generate, and keep what was said."""
        said = self.line.generate(*arguments)
        self.said += [said.out, said.err]
        return said.code

    def check(self) -> None:
        """Fail when the key stands anywhere, or a signed link's query where it may be read by chance."""
        key, sim = self.line.sim.key, self.line.sim
        assert len(key) > 30 and sim.leaks == []
        files = [path for place in self.places for path in place.rglob("*") if path.is_file()]
        assert any(path.name == "journal.sqlite" for path in files) and len(files) > 3
        assert holding(self.places, key) == []
        logged = self._caplog.text + "".join(str(vars(one)) for one in self._caplog.records)
        signatures = {one.query["Signature"] for one in sim.seen if "Signature" in one.query}
        for text in (*self.said, logged):
            assert ways(text, key) == []
            assert not any(one in text for one in signatures)


@pytest.fixture
def spied(line, tmp_path, caplog, monkeypatch):
    """Give the run a folder of its own for everything it may write: data, cache, temporary files, the current one."""
    places = [tmp_path]
    for name, variables in {"cwd": (), "cache": ("XDG_CACHE_HOME",), "tmp": ("TMPDIR", "TEMP", "TMP")}.items():
        folder = tmp_path / name
        folder.mkdir()
        for variable in variables:
            monkeypatch.setenv(variable, str(folder))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path / "cwd")
    caplog.set_level(logging.DEBUG, logger="blender_addon")
    return Spied(line, places, caplog)


@pytest.mark.fault("S01", "S02", "S03", "S04")
def test_a_run_that_succeeds(spied):
    assert spied.run() == 0
    for name in ("tasks", "providers"):
        said = spied.line.maquette(name, "--json")
        spied.said += [said.out, said.err]
    spied.line.maquette("balance", spied.line.case.id)
    spied.check()


@pytest.mark.fault("S02", "S04")
@pytest.mark.parametrize("status", [400, 401, 403, 409, 422, 500])
@pytest.mark.parametrize("at", ["create", "poll", "upload"])
def test_an_answer_that_repeats_the_key(spied, status, at):
    """Whatever a provider says back: as text, in a tree of errors, in a header."""
    sim, match = spied.line.sim, getattr(spied.line.case, at)
    if not match:  # the picture travels in the create
        assert spied.line.case.id == "csm" and spied.run() == 0
        spied.check()
        return
    said = f"The key {sim.key} is not allowed"
    body = {"status": "error", "code": sim.key, "message": {"key": [said]}, "error": {"message": said, "code": sim.key}}
    sim.answer_next(match, status, body, {"X-Request-Id": sim.key}, times=10**4)
    assert spied.run("--timeout", "0.5") != 0  # trouble with a poll is waited out as long
    spied.check()


@pytest.mark.fault("S02", "S04")
def test_an_answer_that_repeats_the_key_in_another_spelling(spied):
    key = spied.line.sim.key.encode()
    packed = [base64.b64encode(before + key).decode() for before in (b"", b"user:", b"me:", b"you:")]
    for said in (*packed, f"Basic {packed[1]}", key.hex(), key.hex().upper()):
        body = {"status": "error", "code": said, "message": f"bad: {said}", "suggestion": said, "error": said}
        spied.line.sim.answer_next(spied.line.case.create, 400, body, {"X-Request-Id": said})
        assert spied.run("--again") == 1
    spied.check()


@pytest.mark.fault("S02", "S04")
@pytest.mark.parametrize("body", ["<p>{key}</p>", "{key}", '{{"message": "{key}"'])
def test_a_page_that_repeats_the_key(spied, body):
    sim = spied.line.sim
    for match in (spied.line.case.create, spied.line.case.poll):
        for status in (200, 400, 500):
            sim.answer_next(match, status, body.format(key=sim.key), times=4)
    for _ in range(4):
        spied.run("--again")
    spied.check()


@pytest.mark.fault("S02", "S04")
def test_a_task_that_ends_with_the_key_in_its_reason(spied):
    sim = spied.line.sim
    words = ("message", "error", "error_message", "error_msg")
    word = {"tripo": "failed", "csm": "failed", "modelslab": "failed", "modelstream": "failed", "triverse": "FAILED"}
    sim.script([sim.SCRIPT[0], {"status": word[spied.line.case.id], **dict.fromkeys(words, f"no {sim.key}")}])
    assert spied.run() == 1
    spied.check()


@pytest.mark.fault("S02", "S04")
def test_connections_that_break_everywhere(spied):
    sim, case = spied.line.sim, spied.line.case
    sim.lose_next(case.poll, times=5)
    sim.answer_next("/results/*", 503, times=9)
    sim.lose_next(case.create)
    for _ in range(3):
        spied.run("--again")
    spied.check()


@pytest.mark.fault("S02", "S04")
def test_a_process_that_is_killed_and_one_that_is_interrupted(spied):
    sim, case = spied.line.sim, spied.line.case
    sim.script([sim.SCRIPT[0]])
    for number, how in enumerate((getattr(signal, "SIGKILL", signal.SIGTERM), signal.SIGINT), 1):
        run = spied.line.maquette.start("generate", spied.line.image, "--provider", case.id, "--again")
        try:
            until(lambda: sum(task.polls > 1 for task in sim.tasks.values()) >= number, "it polls")  # noqa: B023
            if os.name == "posix":
                run.send_signal(how)
        finally:
            run.kill() if os.name != "posix" else None
        said = end(run)
        spied.said += [said.out, said.err]
    spied.check()


@pytest.mark.fault("S04", "S05")
def test_a_key_that_was_entered_stands_in_its_own_file_only(spied, monkeypatch, data_folder):
    monkeypatch.delenv(f"MAQUETTE_{spied.line.case.id.upper()}_API_KEY")
    data_folder.mkdir(exist_ok=True)
    Accounts(data_folder).enter(spied.line.case.id, "key", spied.line.sim.key)
    assert spied.run() == 0
    kept = data_folder / "accounts.json"
    assert spied.line.sim.key in kept.read_text()
    kept.unlink()
    spied.check()


@pytest.mark.fault("S02")
def test_an_error_and_what_led_to_it_hold_no_key(spied):
    """A traceback shows the text of every error in its chain."""
    from blender_addon.cli.accounts import balance
    from blender_addon.providers import find

    sim = spied.line.sim
    sim.answer_next("*", 401, {"message": sim.key, "status": "error"})
    sim.drop_next("*", times=9)
    assembly = Assembly(spied.places[0] / "data", hosted_line.PROGRAM)
    try:
        for _ in range(2):
            with pytest.raises(MaquetteError) as caught:
                balance(assembly, find(spied.line.case.id))
            error: BaseException | None = caught.value
            while error:
                assert sim.key not in str(error) + repr(error) + repr(getattr(error, "details", ""))
                error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    finally:
        assembly.close()


@pytest.mark.fault("S16")
def test_a_signed_link_has_no_query_where_people_may_read_it(spied):
    sim = spied.line.sim
    links = []
    publish = sim.publish
    sim.publish = lambda *given, **more: links.append(publish(*given, **more)) or links[-1]
    sim.answer_next("/results/*", 404, "<Error/>", times=99)
    sim.answer_next("*/tasks/download/*", 404, times=99)
    assert spied.run() == 4
    assert links and all(urlsplit(link).query not in "".join(spied.said) for link in links)
    spied.check()
