"""A run is killed, or its network cut, at any moment: nothing is lost, and nothing is paid twice.

By default a seeded sample of the moments; with MAQUETTE_FULL=1 the whole.
"""

import pytest
from command_line import PROGRAM
from killing import figures, hits, moments

KILLS, CUTS = (150, 50) if figures.FULL else (10, 5)


@pytest.fixture(scope="module")
def outcomes():
    """Collect what became of each task, and write the figures in the end."""
    every = {"killed": [], "network cut": []}
    yield every
    figures.write("kill", every)


@pytest.mark.fault("X01", "X02", "X03", "X04")
@pytest.mark.parametrize("number", range(KILLS))
def test_a_run_that_is_killed_lands_or_says_what_is_unsure(number, tmp_path, outcomes):
    outcome = hits.kill(number, tmp_path, PROGRAM, moments.of_stand_in(number))
    outcomes["killed"].append(outcome)
    assert not outcome.fault, f"{outcome.provider}, {outcome.moment}: {outcome.end}: {outcome.fault}"


@pytest.mark.fault("N03", "N04", "N05", "N07", "N16", "N29", "N30", "X03")
@pytest.mark.parametrize("number", range(CUTS))
def test_a_run_whose_network_goes_lands_or_says_what_is_unsure(number, tmp_path, outcomes):
    outcome = hits.cut(number, tmp_path, PROGRAM, moments.of_cut(number))
    outcomes["network cut"].append(outcome)
    assert not outcome.fault, f"{outcome.provider}, {outcome.moment}: {outcome.end}: {outcome.fault}"
