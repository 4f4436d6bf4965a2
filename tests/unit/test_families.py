"""Views that are known by their files' names."""

from pathlib import Path

import pytest

from blender_addon.core.families import families, parted, siblings


def made(folder, *names):
    for name in names:
        (folder / name).write_bytes(b"picture")
    return folder


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chair_front.png", ("chair", "front")),
        ("old chair-Left.jpg", ("old chair", "left")),
        ("chair.BACK.webp", ("chair", "back")),
        ("chair.png", ("chair", "")),
        ("front.png", ("front", "")),
        ("upright.png", ("upright", "")),
        ("chair_front_2.png", ("chair_front_2", "")),
    ],
)
def test_a_name_tells_subject_and_view(name, expected):
    assert parted(Path(name)) == expected


def test_the_other_views_stand_beside_the_front(tmp_path):
    made(tmp_path, "chair_front.png", "chair_left.png", "chair_back.jpg", "table_right.png", "chairs_right.png")
    found = siblings(tmp_path / "chair_front.png")
    assert {view: path.name for view, path in found.items()} == {"left": "chair_left.png", "back": "chair_back.jpg"}


def test_a_front_that_is_not_called_so_has_siblings_too(tmp_path):
    made(tmp_path, "chair.png", "chair-right.png")
    assert list(siblings(tmp_path / "chair.png")) == ["right"]


def test_letters_are_those_of_the_front(tmp_path):
    made(tmp_path, "Chair FRONT.PNG", "Chair LEFT.PNG")
    assert siblings(tmp_path / "Chair FRONT.PNG")["left"].name == "Chair LEFT.PNG"


def test_another_view_has_no_siblings(tmp_path):
    made(tmp_path, "chair_left.png", "chair_back.png")
    assert siblings(tmp_path / "chair_left.png") == {}


def names(*paths):
    return [{view: path.name for view, path in one.items()} for one in families(Path(path) for path in paths)]


def test_pictures_are_sorted_into_subjects():
    assert names("b/table.png", "b/chair_left.png", "b/chair_front.png") == [
        {"front": "chair_front.png", "left": "chair_left.png"},
        {"front": "table.png"},
    ]


def test_the_same_name_in_another_folder_is_another_subject():
    assert names("a/chair.png", "b/chair_left.png") == [{"front": "chair.png"}, {"front": "chair_left.png"}]


def test_what_is_called_the_front_is_it_before_what_has_no_view():
    assert names("chair.png", "chair_front.png", "chair_back.png") == [
        {"front": "chair.png"},
        {"front": "chair_front.png", "back": "chair_back.png"},
    ]


def test_views_without_a_front_are_subjects_of_their_own():
    assert names("chair_left.png", "chair_back.png") == [{"front": "chair_back.png"}, {"front": "chair_left.png"}]


def test_no_picture_is_lost():
    given = ["a.png", "a.jpg", "a_left.png", "a_left.jpg", "a_front.png", "b_back.png"]
    assert sorted(name for one in names(*given) for name in one.values()) == sorted(given)
