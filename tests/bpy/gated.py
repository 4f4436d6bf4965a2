"""A file at the gate."""

import shutil

import pytest

from blender_addon.core.errors import DamagedError, ModelFileError
from blender_addon.worker.gate import check

NEVER = ["\\\\host\\share\\a.png", "//host/a.png", "http://127.0.0.1/a.png", "/dev/zero", "file:///a.png"]
"""Names that must not even be opened."""


def passes(tmp_path, content, name="model.bin"):
    """Let a file pass and return what was let through."""
    (tmp_path / name).write_bytes(content)
    spare = tmp_path / "spare"
    shutil.rmtree(spare, ignore_errors=True)
    spare.mkdir()
    return check(tmp_path / name, tmp_path, spare)


def refused(tmp_path, content, words=""):
    with pytest.raises(ModelFileError) as caught:
        passes(tmp_path, content)
    assert words in caught.value.message + caught.value.details
    assert len(caught.value.message) < 200 and "\n" not in caught.value.message
    assert isinstance(caught.value, DamagedError) == ("Download" in caught.value.message)
