"""The background Blender as a process: its answers, its deaths, its limits. A stand-in program plays it."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from command_line import PROGRAM
from waiting import LIMIT_S, until

from blender_addon.core.errors import InputError, MaquetteError, ModelFileError, ProviderError
from blender_addon.core.halt import Halt, Halted
from blender_addon.net import background as background_module
from blender_addon.net import process as process_module
from blender_addon.net.background import BackgroundBlenders, blender_program, python_program
from blender_addon.net.memory import resident_bytes
from blender_addon.net.process import BlenderProcess, ProcessGone

ROOT = Path(__file__).resolve().parents[2]


def ask(process, what=None, work="convert", limit_s=LIMIT_S, halt=None, percent=lambda _: None):
    given = {"do": what, "model": __file__, "blend": str(Path(os.environ.get("STAND_IN", ".")) / "made.blend")}
    return process.call(work, given, halt or Halt(), percent, limit_s)


def gone(process, what, **more) -> MaquetteError:
    """Return the error for the artist of a process that is gone."""
    with pytest.raises(ProcessGone) as caught:
        ask(process, what, **more)
    assert not process.alive
    assert isinstance(caught.value.__cause__, MaquetteError)
    return caught.value.__cause__


def test_work_is_done_and_its_percent_told(process):
    told = []
    assert ask(process, percent=told.append)["statistics"]["triangles"] == 12
    assert ask(process, percent=told.append)["statistics"]["triangles"] == 12
    assert told == [40.0, 40.0]
    assert process.alive


def test_an_error_is_rebuilt_and_the_process_lives_on(process):
    with pytest.raises(InputError) as caught:
        ask(process, {"kind": "input", "message": "The picture is all transparent.", "details": "alpha"})
    assert (caught.value.message, caught.value.details) == ("The picture is all transparent.", "alpha")
    assert ask(process)


@pytest.mark.fault("X05", "X08")
def test_death_is_a_sentence_with_its_last_words(process):
    error = gone(process, "die")
    assert isinstance(error, ModelFileError)
    assert error.message.startswith("Reading the model file stopped unexpectedly (exit code ")
    assert error.message.endswith("Your scene is untouched.")
    words = error.details.splitlines()
    assert words[-1] == "these were my last words"
    assert len(words) == process_module.LAST_WORDS


def test_death_in_other_work_is_not_the_model_files(process):
    error = gone(process, "die", work="reconstruct")
    assert isinstance(error, ProviderError)
    assert "The background Blender's work (reconstruct) stopped unexpectedly" in error.message


@pytest.mark.fault("F34", "X06")
def test_a_process_that_hangs_is_stopped(process):
    assert "took longer than 1 s and was stopped" in gone(process, "hang", limit_s=0.6).message


@pytest.mark.fault("X06")
def test_a_process_that_eats_memory_is_stopped(process, monkeypatch):
    monkeypatch.setattr(process_module, "MEMORY_LIMIT", 2**20)
    assert "GB of memory and was stopped" in gone(process, "hang").message


def test_a_process_that_died_before_it_was_asked_is_told(process):
    process._process.kill()
    process._process.wait(LIMIT_S)
    assert "stopped" in gone(process, None).message


@pytest.mark.fault("X07")
def test_a_program_that_cannot_be_started_is_a_sentence(tmp_path):
    with pytest.raises(ProviderError, match="could not be started"):
        BlenderProcess((str(tmp_path / "no_blender"),))


@pytest.mark.fault("X07")
def test_a_program_that_ends_at_once_is_a_sentence(folder):
    process = BlenderProcess((sys.executable, "-c", "raise SystemExit('no such option')"))
    error = gone(process, None)
    assert "exit code 1" in error.message or "stopped" in error.message
    assert error.details == "no such option"


@pytest.mark.parametrize("cancelled", [True, False])
def test_a_halt_ends_the_wait(process, folder, cancelled):
    halt = Halt()
    caught = []

    def wait():
        try:
            ask(process, "hang", halt=halt)
        except Halted as halted:
            caught.append(halted.cancelled)

    thread = threading.Thread(target=wait)
    thread.start()
    until(lambda: list(folder.glob("hangs-*")), "it hangs")
    halt.cancel() if cancelled else halt.stop()
    thread.join(LIMIT_S)
    assert caught == [cancelled]


@pytest.mark.fault("S03")
def test_no_secret_is_in_its_environment(folder, monkeypatch):
    secrets = (
        "TRIPO_API_KEY",
        "MAQUETTE_CSM_API_KEY",
        "github_token",
        "AWS_SECRET_ACCESS",
        "DB_PASSWORD",
        "MY_CREDENTIALS",
    )
    for name in secrets:
        monkeypatch.setenv(name, "do not tell")
    process = BlenderProcess(PROGRAM)
    names = ask(process, "environment", work="reconstruct")["names"]
    process.kill()
    assert not set(secrets) & set(names)
    assert {"STAND_IN", "PATH"} <= set(names)


@pytest.mark.fault("X10")
def test_it_ends_when_its_parent_is_killed(folder):
    """Also the first of two, whose pipe the second must not have inherited."""
    parent = f"""
import sys, time
from blender_addon.net.process import BlenderProcess
both = [BlenderProcess({PROGRAM!r}) for _ in range(2)]
time.sleep(3600)
"""
    parent = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT)
    until(lambda: len(list(folder.glob("started-*"))) == 2, "both are started")
    parent.kill()
    parent.wait(LIMIT_S)
    until(lambda: len(list(folder.glob("ended-*"))) == 2, "both end")


def test_memory_is_measured():
    assert 2**20 < resident_bytes(os.getpid()) < 2**36
    assert resident_bytes(2**30) is None


# ---- the background Blenders of a process


def calls(folder) -> list[str]:
    return (folder / "calls").read_text().splitlines()


def test_one_process_serves_one_task_after_the_other(blenders, folder):
    for _ in range(3):
        assert ask_for(blenders)["statistics"]
    assert len(set(calls(folder))) == 1
    assert len(list(folder.glob("started-*"))) == 1


def ask_for(blenders, what=None, work="convert", halt=None):
    halt = halt or Halt()
    limit = threading.Timer(LIMIT_S, halt.stop)  # a slot that never comes ends the test
    limit.start()
    try:
        blend = str(Path(os.environ.get("STAND_IN", ".")) / "made.blend")
        return blenders.call(work, {"do": what, "model": __file__, "blend": blend}, halt, lambda _: None)
    finally:
        limit.cancel()


@pytest.mark.fault("X05")
def test_a_dead_one_is_replaced_and_its_error_is_the_artists(blenders, folder):
    for _ in range(3):  # more often than there are slots
        with pytest.raises(ModelFileError, match="stopped unexpectedly"):
            ask_for(blenders, "die")
    assert ask_for(blenders)["statistics"]


@pytest.mark.fault("X07")
def test_a_program_that_cannot_be_started_takes_no_slot(tmp_path):
    blenders = BackgroundBlenders((str(tmp_path / "no_blender"),))
    for _ in range(background_module.AT_ONCE + 2):
        with pytest.raises(ProviderError, match="could not be started"):
            ask_for(blenders)
    blenders.warm_up()  # never raises: a task that is paid for goes on
    blenders.close()


@pytest.mark.fault("X06")
def test_a_limit_of_time_is_kept(blenders, monkeypatch):
    monkeypatch.setitem(background_module._LIMITS_S, "convert", 0.6)
    with pytest.raises(ModelFileError, match="took longer"):
        ask_for(blenders, "hang")


def test_at_most_two_work_at_once_and_the_third_can_be_cancelled(blenders, folder):
    halts = [Halt() for _ in range(3)]
    ended = []

    def work(halt):
        try:
            ask_for(blenders, "hang", halt=halt)
        except Halted:
            ended.append(halt)

    threads = [threading.Thread(target=work, args=(halt,)) for halt in halts]
    for one in threads[:2]:
        one.start()
    until(lambda: len(list(folder.glob("hangs-*"))) == 2, "two hang")
    threads[2].start()
    halts[2].cancel()
    threads[2].join(LIMIT_S)
    assert ended == [halts[2]]
    assert len(calls(folder)) == 2
    for halt in halts:
        halt.stop()
    for one in threads:
        one.join(LIMIT_S)
    assert len(ended) == 3


def test_close_ends_the_busy_ones_too(blenders, folder):
    caught = []
    halt = Halt()

    def work():
        try:
            ask_for(blenders, "hang", halt=halt)
        except (Halted, MaquetteError) as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    until(lambda: list(folder.glob("hangs-*")), "it hangs")
    halt.stop()
    blenders.close()
    thread.join(LIMIT_S)
    assert [type(one) for one in caught] == [Halted]


def test_an_idle_one_is_ended_after_a_while(blenders, folder, monkeypatch):
    monkeypatch.setattr(background_module, "IDLE_S", 0.05)
    blenders.warm_up()
    process = blenders._idle[0]
    until(lambda: not process.alive, "the idle one ends")
    monkeypatch.undo()


def test_a_warm_one_is_used(blenders, folder, monkeypatch):
    blenders.warm_up()
    blenders.warm_up()
    ask_for(blenders)
    assert len(list(folder.glob("started-*"))) == 1


@pytest.mark.fault("S11")
def test_the_command_line_of_a_blender():
    program = blender_program("/opt/blender/blender")
    assert program[:5] == (
        *("/opt/blender/blender", "--background", "--factory-startup", "--offline-mode", "--disable-autoexec"),
    )
    assert Path(program[-1]).parts[-2:] == ("worker", "__main__.py")
    assert program[-2] == "--python"


def test_a_python_without_blender_is_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "bpy", None)
    with pytest.raises(InputError, match="has no Blender in it"):
        python_program()
