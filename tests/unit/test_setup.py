"""The scripts set themselves up: whole or not at all, one process at a time, with a sentence when they cannot."""

import ast
import base64
import errno
import hashlib
import os
import re
import subprocess
import sys
import textwrap
import time
import zipfile
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

import _layout  # noqa: E402
import _lock  # noqa: E402
import _python  # noqa: E402
import _setup  # noqa: E402
import _uv  # noqa: E402
import maquette  # noqa: E402

LIMIT_S = 120
VERSION = _python.running_version()
TINY = _layout.Build(VERSION, ("tiny",))


def make_wheel(folder: Path) -> Path:
    """A wheel of one module that holds one number."""
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / "maquette_tiny-1.0-py3-none-any.whl"
    info = "maquette_tiny-1.0.dist-info/"
    files = {
        "maquette_tiny.py": "ANSWER = 42\n",
        info + "METADATA": "Metadata-Version: 2.1\nName: maquette-tiny\nVersion: 1.0\n",
        info + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digests = {name: hashlib.sha256(text.encode()).digest() for name, text in files.items()}
    record = [f"{name},sha256={base64.urlsafe_b64encode(d).rstrip(b'=').decode()}," for name, d in digests.items()]
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in {**files, info + "RECORD": "\n".join([*record, info + "RECORD,,"])}.items():
            archive.writestr(name, text)
    return wheel


@pytest.fixture
def workshop(tmp_path, monkeypatch):
    """A cache folder of its own, one tiny environment, and no network."""
    wheel = make_wheel(tmp_path / "wheels")
    locks = tmp_path / "locks"
    locks.mkdir()
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    (locks / "tiny.txt").write_text(f"maquette-tiny==1.0 --hash=sha256:{digest}\n")
    settings = {
        "MAQUETTE_CACHE_DIR": tmp_path / "cache",
        "PIP_NO_INDEX": 1,
        "PIP_FIND_LINKS": wheel.parent,
        "UV_NO_INDEX": 1,
        "UV_FIND_LINKS": wheel.parent,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setattr(_setup, "LOCKS", locks)
    monkeypatch.setitem(_setup.ENVIRONMENTS, "tiny", (TINY,))
    return tmp_path


def start(program: str) -> subprocess.Popen[str]:
    """Run a piece of Python beside the scripts, until it is killed."""
    head = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\n"
    return subprocess.Popen(
        [sys.executable, "-u", "-c", head + textwrap.dedent(program)], stdout=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(timeout=LIMIT_S)


def answer(python: Path) -> str:
    code = "import maquette_tiny; print(maquette_tiny.ANSWER)"
    return subprocess.run([python, "-c", code], capture_output=True, text=True, timeout=LIMIT_S).stdout.strip()


def test_a_lock_is_held_until_its_holder_dies(tmp_path):
    path = tmp_path / "some.lock"
    hold = f"""
        import time; from pathlib import Path; from _lock import locked
        with locked(Path({str(path)!r}), lambda: print("waiting")):
            print("held"); time.sleep({LIMIT_S})
    """
    first = start(hold)
    assert first.stdout.readline() == "held\n"
    second = start(hold)
    try:
        assert second.stdout.readline() == "waiting\n"
        first.kill()
        assert second.stdout.readline() == "held\n"
    finally:
        finish(first)
        finish(second)
    with _lock.locked(path, lambda: pytest.fail("the dead still hold it")):
        assert path.exists()


# Where a set-up may be killed: amid installing, and between being renamed into place and being stamped.
KILLED_AT = {
    "installing": """
        def _install(folder, build, interpreter):
            (folder / "half").touch(); print("here"); time.sleep(1000)
        _setup._install = _install
    """,
    "before the stamp": """
        def _install(folder, build, interpreter): (folder / "half").touch()
        def _try_out(folder, build): print("here"); time.sleep(1000)
        _setup._install, _setup._try_out = _install, _try_out
    """,
}


@pytest.mark.parametrize("moment", KILLED_AT)
def test_a_killed_set_up_is_redone(workshop, moment):
    prologue = f"""
        import time; from pathlib import Path; import _setup
        _setup.LOCKS = Path({str(workshop / "locks")!r})
        _setup.ENVIRONMENTS["tiny"] = (_setup.Build({VERSION!r}, ("tiny",)),)
    """
    killed = start(textwrap.dedent(prologue) + textwrap.dedent(KILLED_AT[moment]) + "_setup.environment('tiny')")
    assert killed.stdout.readline() == "here\n"
    finish(killed)
    assert list((workshop / "cache").rglob("half"))
    assert answer(_setup.environment("tiny")) == "42"
    assert not list((workshop / "cache").rglob("half"))


def test_an_environment_is_made_once_and_anew_when_its_lock_file_changes(workshop, monkeypatch):
    python = _setup.environment("tiny")
    with monkeypatch.context() as patch:
        patch.setattr(_setup, "_choose", lambda *_: pytest.fail("it is there already"))
        assert _setup.environment("tiny") == python
    lock = workshop / "locks" / "tiny.txt"
    lock.write_text("# another\n" + lock.read_text())
    assert not _setup.is_ready(_setup.folder_of("tiny", TINY))


def test_an_environment_whose_python_is_gone_is_not_ready(tmp_path):
    folder = tmp_path / "tiny"
    python = _setup.python_in(folder)
    python.parent.mkdir(parents=True)
    for path in (python, folder / _setup.READY):
        path.touch()
    settings = folder / "pyvenv.cfg"
    settings.write_text(f"home = {tmp_path}\nversion = 3.11.9\n")
    assert _setup.is_ready(folder)
    settings.write_text(f"home = {tmp_path / 'gone'}\nversion = 3.11.9\n")
    assert not _setup.is_ready(folder)


def test_a_wheel_with_another_hash_is_refused(workshop):
    (workshop / "locks" / "tiny.txt").write_text(f"maquette-tiny==1.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(_layout.SetupError, match="could not be installed"):
        _setup.environment("tiny")
    assert list((workshop / "cache" / "environments").iterdir()) == []


def test_only_environments_that_nobody_uses_are_forgotten(workshop):
    made = workshop / "environments" / "new"
    for name, days in (("old", 40), ("young", 10), ("new", 50)):
        stamp = made.parent / name / _setup.READY
        stamp.parent.mkdir(parents=True)
        stamp.touch()
        os.utime(stamp, (time.time() - days * 86400,) * 2)
    _setup._forget_unused(made)
    assert sorted(path.name for path in made.parent.iterdir()) == ["new", "young"]


def test_without_a_python_there_is_one_sentence_and_exit_code_2(workshop, monkeypatch, capsys):
    def no_uv(_say):
        raise _layout.SetupError("uv could not be fetched from PyPI (no network).")

    monkeypatch.setattr(_setup, "LOCKS", _layout.LOCKS)
    for name in ("running", "installed"):
        monkeypatch.setattr(_setup, name, lambda _version: None)
    monkeypatch.setattr(_setup, "find_uv", no_uv)
    assert maquette.main() == 2
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert "Python 3.11" in last and "https://www.python.org/downloads/" in last


@pytest.mark.parametrize("command", ["maquette", "bench landing", "build --output-dir .", "relock", "test unit"])
def test_a_cache_folder_that_cannot_be_made_is_one_sentence(tmp_path, command):
    (tmp_path / "file").touch()
    script, *arguments = command.split()
    told = run_script(tmp_path, script, *arguments)
    said = told.stdout if script == "test" else told.stderr
    assert told.returncode == (3 if script == "test" else 2)
    assert "The set-up stopped: " in said and "MAQUETTE_CACHE_DIR" in said
    assert "Traceback" not in told.stdout + told.stderr
    assert script == "test" or told.stderr.count("\n") == 1


@pytest.mark.parametrize(("arguments", "code"), [(["setup"], 2), (["run", "--blender", "own"], 125)])
def test_a_blender_that_cannot_be_set_up_is_one_sentence(tmp_path, arguments, code):
    (tmp_path / "file").touch()
    told = run_script(tmp_path, "window_blender", *arguments, MAQUETTE_BLENDER=str(tmp_path / "none"))
    assert (told.returncode, told.stderr.count("\n")) == (code, 1)
    assert "Traceback" not in told.stderr


def run_script(folder: Path, script: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script with a cache folder below a file."""
    command = [sys.executable, str(SCRIPTS / f"{script}.py"), *arguments]
    env = dict(os.environ, MAQUETTE_CACHE_DIR=str(folder / "file" / "cache"), **variables)
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=env, timeout=LIMIT_S)


REFUSALS = {
    "_try_out": (subprocess.TimeoutExpired(["bin/python", "-c"], 300), "python had not ended after 300 s"),
    "_build_beside": (OSError(errno.ENOSPC, "No space left on device", "/some/folder"), "/some/folder: No space left"),
}


@pytest.mark.parametrize("step", REFUSALS)
def test_what_the_machine_refuses_amid_a_set_up_is_one_sentence(workshop, monkeypatch, step):
    refusal, sentence = REFUSALS[step]

    def refuse(*_):
        raise refusal

    monkeypatch.setattr(_setup, step, refuse)
    with pytest.raises(_layout.SetupError, match=re.escape(sentence)):
        _setup.environment("tiny")


def test_what_is_called_python_is_tried(tmp_path):
    """A shim that only says that nothing is behind it, and a Python of another version, are no finds."""
    shim = tmp_path / "shim.py"
    shim.write_text("import sys; sys.exit('pyenv: command not found')")
    assert _python.probe([sys.executable, str(shim)], VERSION) is None
    assert _python.probe([sys.executable], "3.99") is None
    assert _python.probe([str(tmp_path / "none")], VERSION) is None
    found = _python.probe([sys.executable], VERSION)
    assert found is not None and Path(found.path).exists()


@pytest.mark.parametrize("right", [True, False])
def test_uv_is_used_only_when_its_hash_is_right(workshop, monkeypatch, right):
    origin = workshop / "pypi" / "folder"
    origin.mkdir(parents=True)
    wheel = _uv.Wheel("folder", "any", "")
    with zipfile.ZipFile(origin / wheel.name, "w") as archive:
        archive.writestr("uv-1.data/scripts/uv", "the program")
    digest = hashlib.sha256((origin / wheel.name).read_bytes()).hexdigest()
    monkeypatch.setattr(_uv, "WHEELS", dict.fromkeys(_uv.WHEELS, wheel._replace(sha256=digest if right else "0" * 64)))
    monkeypatch.setattr(_uv, "PYPI_FILES", (workshop / "pypi").as_uri() + "/")
    monkeypatch.setattr(_uv, "_download_with_pip", lambda _folder: None)
    monkeypatch.setenv("PATH", str(workshop))
    if right:
        assert Path(_uv.find_uv(print)).read_text() == "the program"
    else:
        with pytest.raises(_layout.SetupError, match="not the one that is expected"):
            _uv.find_uv(print)
        assert _uv.present_uv() is None


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.py")), ids=lambda path: path.name)
def test_scripts_start_on_python_3_8(path):
    """Older syntax only, and annotations that are not evaluated: they may be written as on newer Pythons."""
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
    futures = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    assert [alias.name for node in futures for alias in node.names] == ["annotations"]


@pytest.mark.parametrize(
    "name", sorted({lock for builds in _layout.ENVIRONMENTS.values() for b in builds for lock in b.locks})
)
def test_lock_files_pin_every_package_by_hash_and_agree(name):
    text = (SCRIPTS / "locks" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.findall(r"(?m)^([a-z0-9-]+)==(\S+)[^\\\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}.*\n?)+)", text)
    assert len(entries) == len(re.findall(r"(?m)^[a-z]", text)) > 0
    common = dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", (SCRIPTS / "locks" / "common.txt").read_text()))
    assert [package for package, version, _ in entries if common.get(package, version) != version] == []
    pins = dict(re.findall(r"(?m)^([a-z0-9-]+)==(\S+)", (SCRIPTS / "locks" / f"{name}.in").read_text()))
    assert [package for package, version in pins.items() if (package, version) not in [e[:2] for e in entries]] == []
