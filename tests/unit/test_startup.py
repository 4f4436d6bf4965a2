"""Blender's start pays for neither pydantic nor requests: what the panel reads then does not import them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
AT_START = ("journal", "task", "events", "errors", "halt", "folders", "owner", "source")
HEAVY = ("pydantic", "pydantic_core", "requests", "urllib3", "bpy", "numpy")
LIMIT_S = 60


def heavy_after(statements: str) -> list[str]:
    """Run the statements in a Python of their own; return which heavy modules they brought in."""
    ask = f"import json, sys; print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    done = subprocess.run(
        [sys.executable, "-c", f"{statements}\n{ask}"], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=LIMIT_S
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_package_itself_brings_in_nothing():
    assert heavy_after("import blender_addon") == []


@pytest.mark.parametrize("name", AT_START)
def test_what_the_panel_reads_at_start_is_light(name):
    assert heavy_after(f"import blender_addon.core.{name}") == []


def test_opening_the_journal_is_light(data_folder):
    imports = "from pathlib import Path\nfrom blender_addon.core.journal import Journal"
    assert heavy_after(f"{imports}\nJournal(Path({str(data_folder)!r})).all()") == []


def test_listing_the_providers_is_light():
    """Their ids are the names of their files; only choosing one imports it."""
    assert "requests" not in heavy_after("import blender_addon.providers; blender_addon.providers.names()")


def test_this_test_can_see_pydantic():
    assert "pydantic" in heavy_after("import blender_addon.core.options")
