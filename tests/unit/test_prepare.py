"""From what the artist gave to a task in the journal; what cannot be used leaves nothing behind."""

import pytest
from pictures import jpeg, png, webp

from blender_addon.core.errors import InputError
from blender_addon.core.prepare import prepare
from blender_addon.core.price import spent_today
from blender_addon.core.task import Task
from blender_addon.providers import find


def test_prepare_copies_the_image_and_writes_the_task(journal, tmp_path):
    image = tmp_path / "My Castle.jpg"
    image.write_bytes(png(64, 64))
    task = prepare(journal, find("local"), {"front": image, "left": image}, {"depth": 0.5}, outputs=["/x.glb"])
    image.unlink()
    kept = journal.get(task.id)
    assert kept == task
    assert (kept.stage, kept.image, kept.name, kept.estimate) == ("prepared", "My Castle.jpg", "My Castle", "0")
    assert kept.views == {"front": "front.png", "left": "left.png"}, "by content, not by suffix"
    assert (journal.folder_of(task.id) / "left.png").read_bytes() == png(64, 64)
    assert kept.options["depth"] == 0.5
    assert kept.options["method"] == "auto"


def test_a_kept_copy_is_called_as_the_image_was(journal, tmp_path):
    image = tmp_path / "My Castle.png"
    image.write_bytes(png(64, 64))
    first = prepare(journal, find("local"), {"front": image}, {})
    copy = journal.folder_of(first.id) / first.views["front"]
    assert prepare(journal, find("local"), {"front": copy}, {}).image == "My Castle.png"
    journal.remove(first.id)
    assert prepare(journal, find("local"), {"front": copy}, {}).image == "front.png"


def test_what_cannot_be_prepared_leaves_nothing(journal, tmp_path, monkeypatch):
    image = tmp_path / "a.png"
    image.write_bytes(png(64, 64))
    local = find("local")
    for views, options, sentence in (
        ({"front": tmp_path / "b.png"}, {}, "There is no image"),
        ({"front": image}, {"depth": 99.0}, "Depth"),
        ({"left": image}, {}, "The front view is missing"),
        ({"front": image, "top": image}, {}, "There is no view “top”. The views are: left, back, right."),
    ):
        with pytest.raises(InputError, match=sentence):
            prepare(journal, local, views, options)
    monkeypatch.setattr(local, "views", ("front",))
    with pytest.raises(InputError, match="Local takes one image only, without a left view"):
        prepare(journal, local, {"front": image, "left": image}, {})
    monkeypatch.setattr(journal, "add", lambda task, **_: (_ for _ in ()).throw(InputError("The journal is full.")))
    with pytest.raises(InputError, match="The journal is full"):
        prepare(journal, local, {"front": image}, {})
    assert list(journal.tasks_folder.iterdir()) == []
    assert journal.all() == []


@pytest.mark.parametrize("name", ["cut.jpg", "cut.webp"])
def test_half_a_picture_is_not_paid_for(journal, tmp_path, name):
    small = webp(b"VP8L", 64, 64)
    longer = small[:4] + len(small).to_bytes(4, "little") + small[8:] + bytes(8)
    whole = jpeg(64, 64) + b"\xff\xd9" if name == "cut.jpg" else longer
    (tmp_path / name).write_bytes(whole)
    prepare(journal, find("tripo"), {"front": tmp_path / name}, {})
    (tmp_path / name).write_bytes(whole[:-2])
    with pytest.raises(InputError, match="it is not there to its end"):
        prepare(journal, find("tripo"), {"front": tmp_path / name}, {})
    assert len(journal.all()) == 1


def test_a_task_keeps_what_is_in_force_with_its_views(journal, tmp_path):
    image = tmp_path / "a.png"
    image.write_bytes(png(64, 64))
    tripo, views = find("tripo"), {"front": image, "left": image}
    asked = {"enable_image_autofix": True}
    assert prepare(journal, tripo, {"front": image}, asked).options["enable_image_autofix"] is True
    assert prepare(journal, tripo, views, asked).options["enable_image_autofix"] is False, "for a single image only"


@pytest.mark.parametrize("wish", ["cut_out", "crop"])
def test_an_address_cannot_be_cut_out(journal, wish):
    with pytest.raises(InputError, match="Save it and choose the file"):
        prepare(journal, find("tripo"), {"front": "https://example.org/a.png"}, {}, **{wish: True})
    assert journal.all() == []


def test_what_was_made_elsewhere_was_not_paid_for_today(journal):
    paid = {"credits": "30", "provider_task": "x"}
    tasks = [Task("tripo", "a", views, {}, **paid) for views in ({"front": "front.png"}, {})]
    assert spent_today(tasks) == 30


def test_views_that_the_options_leave_unused_are_refused(journal, tmp_path):
    image = tmp_path / "a.png"
    image.write_bytes(png(64, 64))
    with pytest.raises(InputError, match="multi_image"):
        prepare(journal, find("modelslab"), {"front": image, "left": image}, {})
    assert journal.all() == []
