"""A background Blender that floods, never listens, grows, or lies about its result. A stand-in program plays it."""

import os
import sys
from pathlib import Path

import pytest
from waiting import LIMIT_S

from blender_addon.core.errors import MaquetteError, ModelFileError
from blender_addon.core.halt import Halt
from blender_addon.net import process as process_module
from blender_addon.net.memory import resident_bytes
from blender_addon.net.process import BlenderProcess, ProcessGone

PROGRAM = (sys.executable, str(Path(__file__).with_name("stand_in_blender.py")))


@pytest.fixture
def process(folder):
    one = BlenderProcess(PROGRAM)
    yield one
    one.kill()


def ask(process, what=None, limit_s=LIMIT_S):
    given = {"do": what, "model": __file__, "blend": str(Path(os.environ["STAND_IN"]) / "made.blend")}
    return process.call("convert", given, Halt(), lambda _: None, limit_s)


def gone(process, what, **more) -> MaquetteError:
    """Return the error for the artist of a process that is gone."""
    with pytest.raises(ProcessGone) as caught:
        ask(process, what, **more)
    assert not process.alive
    assert isinstance(caught.value.__cause__, MaquetteError)
    return caught.value.__cause__


@pytest.mark.fault("X08")
def test_a_flood_without_an_end_of_line_is_not_kept(process):
    before = resident_bytes(os.getpid())
    assert ask(process, "flood")["statistics"]
    assert resident_bytes(os.getpid()) - before < 100 * 2**20, "200 MB came on each pipe"
    assert len(process._words) <= process_module.LAST_WORDS and max(map(len, process._words)) <= 500


@pytest.mark.fault("X06", "X08")
def test_a_program_that_never_reads_its_input_is_stopped(folder):
    process = BlenderProcess((sys.executable, "-c", "import time; time.sleep(3600)"))
    assert "took longer than 1 s and was stopped" in gone(process, None, limit_s=0.6).message


@pytest.mark.fault("X09")
@pytest.mark.parametrize("what", ["forget", "empty", "spoil"])
def test_a_result_that_is_not_there_is_a_death(process, what):
    error = gone(process, what)
    assert isinstance(error, ModelFileError)
    assert error.message == "Reading the model file ended without a result. Your scene is untouched."


@pytest.mark.fault("X06")
def test_a_process_that_grows_is_stopped(process, monkeypatch):
    ask(process)
    monkeypatch.setattr(process_module, "MEMORY_LIMIT", resident_bytes(process._process.pid) + 2**28)
    monkeypatch.setattr(process_module, "MEMORY_LOOK_S", 0.01)
    assert "of memory and was stopped" in gone(process, "eat").message


@pytest.mark.fault("X08")
def test_megabytes_on_stderr_stop_nothing(process):
    assert ask(process, "chatter")["statistics"]


@pytest.mark.fault("X08")
def test_noise_on_stdout_is_no_answer(process):
    assert ask(process, "noise")["statistics"]
    assert ask(process, "noise")["statistics"]
