"""`maquette tasks fetch`: a model that was made elsewhere is fetched by the provider's id; nothing is ever created."""

import pytest
from hosted_line import PROGRAM, line  # noqa: F401 - fixtures

from blender_addon.core.errors import InputError
from blender_addon.core.fetching import checked_id, enter
from blender_addon.core.journal import Journal
from blender_addon.providers import every, find

WRONG = [
    "../users/me",
    "a/b/c",
    "abc?x=1",
    "abc#x",
    "abc%2e",
    "..",
    "",
    "ab c",
    "-abc",
    "abc\n def",
    "ä" * 9,
    "a" * 129,
]


def fetch(line, *arguments):  # noqa: F811
    return line.maquette("tasks", "fetch", line.case.id, *arguments, "--out", line.out, "--jsonl")


@pytest.fixture
def made(line):  # noqa: F811
    """Return the provider's id of a finished task of which the journal knows nothing."""
    assert line.is_made(line.generate())
    task = line.task
    line.maquette("tasks", "forget", task["id"])
    line.out.unlink()
    line.sim.seen.clear()
    return task["provider_task"]


def test_a_model_made_elsewhere_is_fetched_and_nothing_is_created(line, made):  # noqa: F811
    said = fetch(line, f" {made} ")
    assert line.is_made(said), said.out
    assert not line.sim.requests(line.case.create)
    assert line.task["provider_task"] == made and line.task["image"] == f"{find(line.case.id).label} {made[:8]}"


def test_an_id_that_is_here_already_is_said(line, made):  # noqa: F811
    fetch(line, made, "--name", "A chair. Or two/three")
    task = line.task
    assert task["image"] == "A chair Or two three"
    line.sim.seen.clear()
    said = fetch(line, made)
    assert (said.code, said.last["kind"], line.sim.seen) == (2, "input", [])
    assert task["id"] in said.last["message"] and line.task == task


def test_an_id_that_the_provider_does_not_know_ends_with_a_sentence(line):  # noqa: F811
    said = fetch(line, "00000000-0000-4000-8000-000000000001")
    assert (said.code, said.last["kind"]) == (1, "provider")
    assert "knows no task 00000000-0000-4000-8000-000000000001" in said.last["message"]
    assert line.sim.paid == 0 and line.task["state"] == "failed"


@pytest.mark.parametrize("text", WRONG)
def test_what_could_lead_to_another_address_is_no_id(text):
    for provider in every():
        with pytest.raises(InputError):
            checked_id(provider, text)


def test_local_has_nothing_to_fetch():
    with pytest.raises(InputError, match="on this computer"):
        checked_id(find("local"), "abcdef")


def test_a_fetched_task_says_nothing_about_options_that_nobody_chose(tmp_path):
    journal = Journal(tmp_path)
    task = enter(journal, find("tripo"), "abc-1")
    journal.close()
    assert (task.options, task.elsewhere, task.perhaps_charged, task.stage) == ({}, True, False, "submitted")
