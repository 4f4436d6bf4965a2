"""A file at the gate."""

import builtins
import io
import os
import re
import shutil

import pytest

from blender_addon.core.errors import DamagedError, ModelFileError
from blender_addon.worker.gate import check

NEVER = ["\\\\host\\share\\a.png", "//host/a.png", "http://127.0.0.1/a.png", "/dev/zero", "file:///a.png"]
"""Names that must not even be looked for."""


def passes(tmp_path, content, name="model.bin"):
    """Let a file pass and return what was let through."""
    (tmp_path / name).write_bytes(content)
    spare = tmp_path / "spare"
    shutil.rmtree(spare, ignore_errors=True)
    spare.mkdir()
    return check(tmp_path / name, tmp_path, spare)


@pytest.fixture
def looked(monkeypatch):
    """Return the paths that this process asks the file system for from now on, as far as they begin like NEVER."""
    asked = []

    def watched(call):
        def work(path, *arguments, **options):
            name = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
            if re.match(r"[\\/]{2}|/dev/|\w{2,}:", name):
                asked.append(name)
            return call(path, *arguments, **options)

        return work

    for module, name in ((os, "stat"), (os, "lstat"), (os, "open"), (os, "scandir"), (io, "open"), (builtins, "open")):
        monkeypatch.setattr(module, name, watched(getattr(module, name)))
    return asked


def lets_through_without(tmp_path, content, name):
    """Let a file pass, and see that what the importer is given names nothing like this."""
    passed = passes(tmp_path, content)
    assert passed.folder == tmp_path / "spare"
    for file in (one for one in passed.folder.rglob("*") if one.is_file()):
        assert name.encode() not in file.read_bytes()


def refused(tmp_path, content, words=""):
    with pytest.raises(ModelFileError) as caught:
        passes(tmp_path, content)
    assert words in caught.value.message + caught.value.details
    assert len(caught.value.message) < 200 and "\n" not in caught.value.message
    assert isinstance(caught.value, DamagedError) == ("Download" in caught.value.message)
