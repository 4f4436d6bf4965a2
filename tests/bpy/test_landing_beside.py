"""Pictures beside a model that are none of its textures."""

from pathlib import Path

import pytest

from blender_addon.landing import beside


def test_what_is_hidden_and_what_macos_packs_for_itself_is_no_texture(tmp_path):
    for name in ("owl.fbx", "color.png", "._color.png", "__MACOSX/._normal.png", ".git/rough.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert [file.name for file in beside.find(tmp_path / "owl.fbx", tmp_path)] == ["color.png"]


SHOWS_IT = (
    "preview.png",
    "owl_thumbnail.jpg",
    "Thumb.png",
    "render01.png",
    "owlRender.png",
    "Screenshot 2.png",
    "icons.png",
)


@pytest.mark.parametrize("name", SHOWS_IT)
def test_a_picture_of_the_model_is_not_its_base_color(name):
    skin = Path("skin.png")
    assert beside.chosen([Path(name)], "owl", ["owl"]) == {}
    assert beside.chosen([Path(name), skin], "owl", ["owl"]) == {"Base Color": skin}
    assert beside.chosen([skin, Path("surrender.png")], "owl", ["owl"]) == {}, "two that may be it"
