"""`maquette import`: a model file from anywhere is landed as a provider's would be."""

import json

import pytest
from test_cli import check_lines

from blender_addon.core.journal import Journal


def ordered(maquette) -> dict:
    """Return the latest order to land a model."""
    return json.loads((maquette.folder / "convert.json").read_text())


def test_import_lands_a_file_the_same_way(maquette, tmp_path):
    model = tmp_path / "tower.glb"
    model.write_bytes(b"glTF" + bytes(20))
    said = maquette("import", model, "--out", tmp_path / "b.blend", "--preview", tmp_path / "b.png", "--jsonl")
    assert said.code == 0
    check_lines(said.lines)
    assert [line["event"] for line in said.lines] == ["succeeded"]
    assert said.last["outputs"] == [str(tmp_path / "b.blend"), str(tmp_path / "b.png")]
    assert maquette.tasks() == [], "it is no task of a provider"


@pytest.mark.parametrize(
    ("data", "code", "kind", "sentence"),
    [
        (b"<!DOCTYPE html><p>Sign in</p>", 2, "input", "is a web page"),
        (b"", 2, "input", "is empty"),
        (b"Kaydara FBX Binary  \0", 2, "input", "is an FBX file"),
        (b"solid cube", 2, "input", "is of no known format"),
        (None, 2, "input", "There is no file"),
    ],
)
def test_import_says_what_a_file_is_instead(maquette, tmp_path, data, code, kind, sentence):
    model = tmp_path / "tower.glb"
    if data is not None:
        model.write_bytes(data)
    said = maquette("import", model, "--out", tmp_path / "b.blend", "--jsonl")
    assert (said.code, said.last["kind"]) == (code, kind)
    assert sentence in said.last["message"]
    assert said.last["task"] is None


def test_import_says_what_takes_an_image(maquette, image, tmp_path):
    said = maquette("import", image, "--out", tmp_path / "b.blend")
    assert (said.code, said.err) == (
        2,
        "maquette: castle.png is an image: `maquette generate` makes a model from one.\n",
    )


def test_import_speaks_of_no_scene_and_of_no_task(maquette, tmp_path):
    model = tmp_path / "tower.glb"
    model.write_bytes(b"glTF" + bytes(20))
    maquette.script(convert="die")
    for flags in ((), ("--jsonl",)):
        said = maquette("import", model, "--out", tmp_path / "b.blend", *flags)
        message = said.last["message"] if flags else said.err
        assert said.code == 1 and "stopped unexpectedly" in message
        assert "scene" not in message and "task" not in message


def test_import_says_that_a_folder_is_one(maquette, tmp_path):
    said = maquette("import", tmp_path, "--out", tmp_path / "b.blend")
    assert (said.code, said.err) == (2, f"maquette: {tmp_path} is a folder. Give the model file in it.\n")


def test_import_has_to_be_told_where_to(maquette, tmp_path):
    assert "There is no file" in maquette("import", tmp_path / "tower.glb").err, "what is said first"
    (tmp_path / "tower.glb").write_bytes(b"glTF" + bytes(20))
    said = maquette("import", tmp_path / "tower.glb")
    assert said.code == 2 and "--out FILE" in said.err and "--preview PNG" in said.err
    assert maquette("import", tmp_path / "tower.glb", "--preview", tmp_path / "a.png").code == 0


def test_the_model_is_named_after_its_file_or_as_is_asked(maquette, tmp_path):
    for file, name in (("tower.glb", "tower"), ("Model.glb", "Model")):
        (tmp_path / file).write_bytes(b"glTF" + bytes(20))
        said = maquette("import", tmp_path / file, "--out", tmp_path / "b.glb")
        assert (said.code, ordered(maquette)["name"]) == (0, name)
        hint = f"The model is called “{name}”, like its file; --name gives it another name."
        assert (hint in said.err.splitlines()) == (name == "Model")
    said = maquette("import", tmp_path / "Model.glb", "--name", " Crown ", "--out", tmp_path / "b.glb")
    assert ordered(maquette)["name"] == "Crown" and "--name" not in said.err


def test_the_import_that_generate_names_lands_the_same_model_again(maquette, image, tmp_path, data_folder):
    assert maquette("generate", image, "--name", "Old Castle").code == 0
    first = ordered(maquette)
    (task,) = maquette.tasks()
    kept = data_folder / "tasks" / task["id"] / "model.glb"
    said = maquette("import", kept, "--preview", tmp_path / "a.png", "--jsonl")
    assert (said.code, said.last["task"]) == (0, task["id"])
    again = ordered(maquette)
    assert {**again, "blend": "", "patience": 0} == {**first, "blend": "", "patience": 0}
    assert again["name"] == "Old Castle" and "up_axis" not in again


def test_a_hosted_providers_model_is_turned_and_scaled_as_its_task_was(maquette, image, tmp_path, data_folder):
    maquette("generate", image)
    (task,) = maquette.tasks()
    Journal(data_folder).update(task["id"], provider="tripo", in_parts=True, height=2.0)
    kept = data_folder / "tasks" / task["id"] / "model.glb"
    for flags, height in (((), 2.0), (("--height", "3"), 3.0)):
        assert maquette("import", kept, "--out", tmp_path / "a.glb", *flags).code == 0
        order = ordered(maquette)
        assert (order["name"], order["front_axis"], order["parts"], order["height"]) == ("castle", "+X", True, height)
        assert order["provenance"]["task"] == task["id"]
