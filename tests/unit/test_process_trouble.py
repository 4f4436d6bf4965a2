"""A background Blender that floods, never listens, grows, or lies about its result. A stand-in program plays it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import LIMIT_S, until

from blender_addon.core.errors import MaquetteError, ModelFileError
from blender_addon.core.halt import Halt
from blender_addon.net import process as process_module
from blender_addon.net.background import limit_s
from blender_addon.net.memory import free_bytes, resident_bytes
from blender_addon.net.process import BlenderProcess, ProcessGone

ROOT = Path(__file__).resolve().parents[2]


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


@pytest.mark.fault("X06")
def test_where_little_is_free_less_is_allowed(process, monkeypatch):
    ask(process)
    monkeypatch.setattr(process_module, "free_bytes", lambda: 0)
    monkeypatch.setattr(process_module, "LEAST_MEMORY", resident_bytes(process._process.pid) + 2**28)
    monkeypatch.setattr(process_module, "MEMORY_LOOK_S", 0.01)
    message = gone(process, "eat").message
    assert "of memory and was stopped" in message and "Close other programs" in message


@pytest.mark.parametrize(("free", "allowed"), [(None, 4.0), (0, 1.0), (1, 1.0), (3, 1.5), (8, 4.0), (64, 4.0)])
def test_half_of_what_is_free_is_allowed_in_gigabytes(process, monkeypatch, free, allowed):
    monkeypatch.setattr(process_module, "free_bytes", lambda: free if free is None else free * 2**30)
    assert process._limit_memory() == allowed * 2**30


def test_free_memory_is_measured():
    assert 2**24 < free_bytes() < 2**46


@pytest.mark.fault("X06")
def test_the_system_refuses_what_grows_between_two_looks(process, monkeypatch):
    """Only Linux can; elsewhere the looks alone do it."""
    ask(process)
    refuses = sys.platform == "linux"
    monkeypatch.setattr(process_module, "MEMORY_LIMIT", resident_bytes(process._process.pid) + 2**28)
    monkeypatch.setattr(process_module, "MEMORY_MARGIN", 2**28)
    monkeypatch.setattr(process_module, "MEMORY_LOOK_S", 3600.0 if refuses else 0.01)
    error = gone(process, "eat")
    assert "MemoryError" in error.details if refuses else "of memory" in error.message


@pytest.mark.fault("X06")
def test_a_large_model_file_may_take_longer(tmp_path):
    for name, size in (("small", 2**20), ("large", 300 * 2**20)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
    given = [{"model": str(tmp_path / name)} for name in ("small", "large", "missing")]
    assert [limit_s("convert", one) for one in given] == [120.0, 320.0, 120.0]
    assert limit_s("convert", given[1] | {"patience": 2}) == 640.0
    assert limit_s("picture", {}) == 60.0


STUCK = """
import ctypes, fcntl, os, runpy, sys
runpy.run_path(sys.argv[1])["end_with_parent"]()
held = open(sys.argv[2], "w")
fcntl.flock(held, fcntl.LOCK_EX)
os.write(1, b'{"id": 1, "done": {}}' + bytes([10]))
ctypes.PyDLL(None).sleep(3600)  # which keeps Python's lock
"""
PARENT = """
import os, sys, threading, time
from blender_addon.core.halt import Halt
from blender_addon.net.process import BlenderProcess
started = []


def run():
    started.append(BlenderProcess((sys.executable, "-c", *sys.argv[1:])))
    started[0].call("picture", {}, Halt(), lambda _: None, 600)


task = threading.Thread(target=run)
task.start()
task.join()
while os.path.exists(f"/proc/self/task/{task.native_id}"):
    time.sleep(0.01)
assert started[0].alive, "it ended with the task's thread"
print("ready", flush=True)
time.sleep(3600)
"""


@pytest.mark.fault("X10")
def test_one_that_hangs_with_pythons_lock_ends_with_its_parent(tmp_path):
    """On Linux; it outlives the thread of the task that it was started for."""
    if sys.platform != "linux":
        return
    from fcntl import LOCK_EX, LOCK_NB, flock

    main, held = ROOT / "blender_addon" / "worker" / "__main__.py", tmp_path / "held"
    command = [sys.executable, "-c", PARENT, STUCK, str(main), str(held)]
    parent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert parent.stdout.readline() == b"ready\n"
    finally:
        parent.kill()
        parent.communicate(timeout=LIMIT_S)

    def ended():
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return False
        return True

    with held.open("w") as file:
        until(ended, "it ends")
