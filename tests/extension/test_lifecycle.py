"""The built zip, installed and enabled in Blender as a module, then disabled: nothing is paid early, nothing stays."""

import json
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def facts(archive, profile, in_bpy):
    """What the life of the extension changed, from one run of Blender."""
    ran = in_bpy("lifecycle.py", archive, env=profile)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr, ran.stderr
    line = next(line for line in ran.stdout.splitlines() if line.startswith("FACTS "))
    return json.loads(line.removeprefix("FACTS "))


def test_it_is_enabled_under_its_extension_name(facts):
    assert facts["enabled_as"] == ["bl_ext.user_default.maquette"]
    assert "bl_ext.user_default.maquette" in facts["imported"]


def test_it_registers_its_classes_and_one_pointer_an_owner(facts):
    assert "MAQUETTE_OT_generate" in facts["enabled"]["classes"]
    assert {"Scene.maquette", "WindowManager.maquette"} == set(facts["enabled"]["properties"])


@pytest.mark.parametrize("costly", ["pydantic", "pydantic_core", "requests", "urllib3", "keyring"])
def test_start_up_does_not_pay_for(facts, costly):
    assert costly not in facts["imported"]


def test_disabling_leaves_nothing_behind(facts):
    assert facts["disabled"] == facts["before"]
    assert facts["disabled_as"] == []


def test_enabling_a_second_time_is_like_the_first(facts):
    assert facts["enabled_again"] == facts["enabled"]
    assert facts["disabled_again"] == facts["before"]


@pytest.mark.fault("S05")
def test_wheels_are_complete_by_themselves(facts):
    listed = tomllib.loads((ROOT / "blender_manifest.toml").read_text(encoding="utf-8"))["wheels"]
    versions = dict(Path(wheel).name.split("-")[:2] for wheel in listed)
    assert facts["wheels"] == {name: versions[name] for name in ("keyring", "platformdirs", "pydantic")}
