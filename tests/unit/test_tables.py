"""The README's tables are those of the code, and no documented parameter is left out unnoticed."""

import importlib.util
import json
import os
import re
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from pydantic import Field

from blender_addon import providers
from blender_addon.core.options import Options, Ui
from blender_addon.providers.local import Local

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("maquette_tables", ROOT / "scripts" / "readme" / "tables.py")
tables = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tables)
DOCUMENTED = json.loads(tables.DOCUMENTED.read_text("utf-8"))


@pytest.fixture
def copy(tmp_path):
    """Give copies of the README and the list of parameters, as keywords of `main`."""
    paths = {"readme": tmp_path / "README.md", "documented": tmp_path / "documented.json"}
    paths["readme"].write_text(tables.README.read_text("utf-8"), "utf-8")
    paths["documented"].write_text(tables.DOCUMENTED.read_text("utf-8"), "utf-8")
    return paths


def change(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_readme_is_up_to_date():
    assert tables.main(["--check"]) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| `turbo` | shown | `turbo` |\n", ""),
        ("| **Local** |", "| **Here** |"),
        ("| **Rig** |", "| **Bones** |"),
        ("parameters that the documents name", "parameters"),
    ],
)
def test_an_edited_readme_is_stale_and_is_mended(copy, capsys, old, new):
    right = copy["readme"].read_text("utf-8")
    change(copy["readme"], old, new)
    assert tables.main(["--check"], **copy) == 1
    assert "stale: run python3 scripts/tables.py" in capsys.readouterr().err
    assert copy["readme"].read_text("utf-8") != right, "a check writes nothing"
    assert tables.main([], **copy) == 0
    assert copy["readme"].read_text("utf-8") == right
    assert tables.main(["--check"], **copy) == 0


def test_prose_is_left_alone(copy):
    change(copy["readme"], "# Maquette", "# Another head")
    assert tables.main(["--check"], **copy) == 0


@pytest.mark.parametrize("mark", ["<!-- providers:begin", "<!-- next-steps:begin", "<!-- coverage:end -->"])
def test_a_readme_without_marks_is_a_sentence(copy, capsys, mark):
    change(copy["readme"], mark, "<!-- gone")
    assert tables.main([], **copy) == 1
    assert "The README needs one" in capsys.readouterr().err


def test_a_parameter_that_the_code_does_not_know_is_named(copy, capsys):
    change(copy["documented"], '"mesh_simplify",', '"mesh_simplify", "mesh_smooth",')
    before = copy["readme"].read_text("utf-8")
    for arguments in (["--check"], []):
        assert tables.main(arguments, **copy) == 1
        assert "ModelsLab's documented parameter mesh_smooth is neither an option" in capsys.readouterr().err
    assert copy["readme"].read_text("utf-8") == before


def documented(name):
    return deepcopy(DOCUMENTED[name])


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_parameter_has_its_one_place(name):
    rows, wrong = tables.rows_of(providers.find(name), documented(name))
    assert not wrong
    assert {row.parameter.strip("`") for row in rows} == {
        *(one for names in DOCUMENTED[name]["documents"].values() for one in names),
        *DOCUMENTED[name].get("ours", {}),
    }


@pytest.mark.parametrize("name", DOCUMENTED)
def test_whatever_is_taken_out_of_either_side_is_missed(name):
    """The other providers' sizes do not matter: each option and each documented parameter alone."""
    provider = providers.find(name)
    for gone in provider.options.model_fields:

        class Poorer(provider.options):
            """Without one of them."""

        del Poorer.__pydantic_fields__[gone]
        poorer = type(provider.__name__, (provider,), {"options": Poorer})
        assert any(f" {gone} " in sentence for sentence in tables.rows_of(poorer, documented(name))[1]), gone
    for gone in provider.sets:
        poorer = type(provider.__name__, (provider,), {"sets": {k: v for k, v in provider.sets.items() if k != gone}})
        wrong = tables.rows_of(poorer, documented(name))[1]
        assert any(re.search(rf" {gone} is (listed as ours and is )?neither", sentence) for sentence in wrong), gone
    for gone in {one for names in DOCUMENTED[name]["documents"].values() for one in names}:
        less = documented(name)
        less["documents"] = {title: [one for one in names if one != gone] for title, names in less["documents"].items()}
        assert any(f" {gone} is in no document" in sentence for sentence in tables.rows_of(provider, less)[1]), gone


class Told(Options):
    """One of every class."""

    plain: Annotated[int, Field(title="Plain", description="Shown")] = 1
    other: Annotated[int, Field(title="Other", description="Shown")] = 1
    hook: Annotated[str | None, Field(title="Hook", description="For scripts"), Ui(cli_only=True)] = None
    own: Annotated[bool, Field(title="Own", description="Ours")] = True


class Planted(Local):
    """A hosted provider that declares everything a table can show."""

    id = "planted"
    label = "Planted"
    base_url = "https://api.example"
    key_page = "https://keys.example/new"
    options = Told
    sets: ClassVar = {"file": "the image | or its address"}
    sent_as: ClassVar = {"other": "different"}


class PlantedStep(Planted):
    """A follow-up that leaves something out."""

    id = "planted_step"
    title = "Polish"
    description = "Make it | shine"
    owner = "planted"
    follows = ("planted", "planted_step")
    price = "2 credits"
    sets: ClassVar = {"file": "not offered: it has one", "task": "input"}


STEP = {"documents": {"C": ["task", "file", "plain", "other", "hook"]}, "ours": {"own": "a piece of it"}}
PLANTED = {
    "planted": {
        "documents": {"A": ["file", "plain"], "B": ["file", "other", "hook"]},
        "ours": {"own": "chooses the address"},
    }
}


def test_a_table_has_each_class_in_the_documents_order():
    assert tables.coverage_table([Planted, Local], PLANTED).splitlines() == [
        "All 4 parameters that the documents name are covered. shown: 2 · command line only: 1 · set by Maquette: 1",
        "",
        "**Planted**: “A” · “B”",
        "",
        "| Parameter | In Maquette | Sent as |",
        "| --- | --- | --- |",
        "| `file` | set by Maquette | the image \\| or its address |",
        "| `plain` | shown | `plain` |",
        "| `other` | shown | `different` |",
        "| `hook` | command line only | `hook` |",
        "| `own` | shown, ours | chooses the address |",
    ]


def test_what_a_follow_up_does_not_offer_is_a_kind_of_its_own():
    lines = tables.coverage_table([Planted, PlantedStep, Local], {**PLANTED, "planted_step": STEP}).splitlines()
    assert lines[0] == (
        "Of the 9 parameters that the documents name, 8 are covered; the others are not offered, each with the reason. "
        "shown: 4 · command line only: 2 · set by Maquette: 2 · not offered: 1"
    )
    at = lines.index("**Planted, Polish**: “C”")
    assert lines[at + 4 : at + 6] == ["| `task` | set by Maquette | input |", "| `file` | not offered | it has one |"]


def test_a_follow_up_that_lacks_a_parameter_is_named_with_its_step():
    less = {**STEP, "documents": {"C": ["task", "file", "plain", "other", "hook", "gloss"]}}
    with pytest.raises(tables.TableError, match="Planted, Polish's documented parameter gloss is neither an option"):
        tables.coverage_table([Planted, PlantedStep], {**PLANTED, "planted_step": less})


def test_the_table_of_next_steps():
    labels = {"planted": "Planted", "planted_step": "*Polish*"}
    assert tables.step_table([PlantedStep], labels).splitlines()[2:] == [
        "| **Polish** | Make it \\| shine | Planted · *Polish* | 2 credits |"
    ]


@pytest.mark.parametrize(
    ("ours", "documents", "words"),
    [
        ({}, ["file", "plain", "other", "hook"], "Planted's own is in no document"),
        ({"own": "", "old": ""}, ["file", "plain", "other", "hook"], "Planted's old is listed as ours"),
        ({"own": ""}, ["file", "plain", "other"], "Planted's hook is in no document"),
    ],
)
def test_what_is_in_no_document_has_to_be_ours(ours, documents, words):
    with pytest.raises(tables.TableError, match=words):
        tables.coverage_table([Planted], {"planted": {"documents": {"A": documents}, "ours": ours}})


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"sets": {"file": "x", "plain": "y"}}, "plain is both an option and in `sets`"),
        ({"sent_as": {"gone": "x"}}, "gone by another name"),
        ({"label": "Planted", "id": "unheard"}, "unheard has no document"),
    ],
)
def test_a_provider_that_contradicts_itself_is_named(own, words):
    with pytest.raises(tables.TableError, match=words):
        tables.coverage_table([type("Wrong", (Planted,), own)], PLANTED)


def test_a_document_without_a_provider_is_named():
    with pytest.raises(tables.TableError, match=r"planted is in documented\.json and is no hosted provider"):
        tables.coverage_table([Local], PLANTED)


def test_the_table_of_providers():
    rows = tables.provider_table([Planted, Local]).splitlines()[2:]
    assert rows[0].endswith("| front · left · back · right | GLB | free | [keys.example](https://keys.example/new) |")
    assert rows[1].endswith("| front · left · back · right | GLB | free | none needed |")


@pytest.mark.parametrize(("arguments", "code"), [(["--what"], 2), (["--check"], 2)])
def test_a_machine_that_cannot_set_up_is_told_in_a_sentence(tmp_path, arguments, code):
    (tmp_path / "file").write_text("")
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "tables.py"), *arguments],
        env={**os.environ, "MAQUETTE_CACHE_DIR": str(tmp_path / "file" / "cache")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr and done.stderr
