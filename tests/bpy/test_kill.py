"""A run with a real background Blender is killed with it: nothing is lost, nothing is paid twice, and it lands.

One kill by default; with MAQUETTE_FULL=1 some, in each Blender. The whole of the kills is in tests/unit/test_kill.py.
"""

import bpy
import pytest
from killing import figures, hits, moments

from blender_addon.net.background import python_program

KILLS = 14 if figures.FULL else 1


@pytest.fixture(scope="module")
def outcomes():
    """Collect what became of each task, and write the figures in the end."""
    every = {"killed": []}
    yield every
    figures.write("kill-blender-" + ".".join(map(str, bpy.app.version[:2])), every)


@pytest.mark.fault("X01", "X04")
@pytest.mark.parametrize("number", range(KILLS))
def test_a_run_that_is_killed_lands_or_says_what_is_unsure(number, tmp_path, outcomes):
    outcome = hits.kill(number, tmp_path, python_program(), moments.of_blender(number))
    outcomes["killed"].append(outcome)
    assert not outcome.fault, f"{outcome.provider}, {outcome.moment}: {outcome.end}: {outcome.fault}"
