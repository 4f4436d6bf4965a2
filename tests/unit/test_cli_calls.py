"""The commands: what can be typed, the help of each, and those that run no task."""

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from blender_addon.cli.calls import parser

ROOT = Path(__file__).resolve().parents[2]


def commands(one: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Walk the parsers of all commands."""
    yield one
    for action in one._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from commands(below)


COMMANDS = {one.prog: one for one in commands(parser())}


@pytest.mark.parametrize("prog", COMMANDS)
def test_every_command_has_help_and_so_has_what_it_takes(maquette, prog):
    said = maquette(*prog.split()[1:], "--help")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"usage: {prog} ")
    assert COMMANDS[prog].description and COMMANDS[prog].description in " ".join(said.out.split())
    taken = [one for one in COMMANDS[prog]._actions if not isinstance(one, argparse._SubParsersAction)]
    assert [one.dest for one in taken if not one.help] == []


def test_the_version_is_the_manifests(maquette):
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text("utf-8"))
    assert maquette("--version") == (0, f"Maquette {manifest['version']}\n", "")


def test_all_commands_are_known():
    names = ["", *("generate", "import", "providers", "balance", "tasks")]
    names += [f"tasks {one}" for one in ("resume", "fetch", "follow", "cancel", "forget", "details")]
    assert sorted(COMMANDS) == sorted(f"maquette {one}".strip() for one in names)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ([], "Say what to do: `maquette generate IMAGE` makes a model. `maquette --help` lists the rest."),
        (["dance"], "There is no command “dance”. The commands are: generate, import, providers, balance, tasks."),
        (
            ["tasks", "dance"],
            "There is no command “dance”. The commands are: resume, fetch, follow, cancel, forget, details.",
        ),
    ],
)
def test_what_is_no_command_is_said_in_a_users_words(maquette, typed, sentence):
    said = maquette(*typed)
    assert said.code == 2 and said.err.startswith(f"maquette: {sentence}") and said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("typed", "quoted"),
    [
        (["dance"], "--help"),
        (["tasks", "dance"], "tasks --help"),
        (["tasks", "details", "nosuch"], "tasks"),
        (["generate", "--help"], "providers ID"),
    ],
)
def test_a_quoted_command_can_be_typed_as_it_stands(maquette, monkeypatch, typed, quoted):
    monkeypatch.setenv("MAQUETTE_CALLED", "python3 scripts/maquette.py")
    said = maquette(*typed)
    words = " ".join((said.out + said.err).split())
    assert f"`python3 scripts/maquette.py {quoted}`" in words and "`maquette" not in words
    assert said.code or words.startswith("usage: python3 scripts/maquette.py ")


def test_providers_are_listed_for_people_and_for_programs(maquette):
    said = maquette("providers")
    assert (said.code, said.err) == (0, "")
    assert any(line.startswith("local ") for line in said.out.splitlines())
    facts = json.loads(maquette("providers", "--json").out)
    assert {one["id"] for one in facts} >= {"local"}
    said = maquette("providers", "local")
    assert "100–500000 · none" in said.out
    assert all(f"\n{name}" in said.out for name in ("method", "height", "face_limit", "texture_size"))
    one = json.loads(maquette("providers", "local", "--json").out)
    assert (one["id"], one["front_axis"], one["views"]) == ("local", "-Y", ["front", "left", "back", "right"])
    assert {field["name"] for field in one["options"]} >= {"method", "height"}


def test_balance(maquette):
    assert json.loads(maquette("balance", "local", "--json").out) == {"provider": "local", "credits": None}
    said = maquette("balance", "local")
    assert (said.code, said.out) == (0, "Local needs no account.\n")


def test_python_m_is_the_same_program(folder):
    done = subprocess.run(
        [sys.executable, "-m", "blender_addon", "tasks", "--json"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.returncode, json.loads(done.stdout), done.stderr) == (0, [], "")
