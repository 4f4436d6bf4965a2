"""A hosted provider from the scene: what keeps Generate from being pressed, what it costs, and what is sent."""

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo, triverse  # noqa: F401 - fixtures

from blender_addon.core.errors import InputError
from blender_addon.core.source import Accepts
from blender_addon.core.task import Task
from blender_addon.providers.tripo import Tripo, TripoOptions

LINK = "https://example.org/pictures/cat.png"


def chosen():
    return bpy.context.scene.maquette


def reason():
    from blender_addon.blender import readiness

    return readiness.reason(bpy.context.scene)


def page():
    from blender_addon.blender import draft, readiness

    return readiness.obstacle(bpy.context.scene, draft.of(bpy.context.scene)).page


def price():
    from blender_addon.blender import draft, session
    from blender_addon.blender.price import words

    return words(session.current(), draft.of(bpy.context.scene))


def tasks():
    from blender_addon.blender import session

    return session.needed().assembly.journal.all()


# ---- what keeps Generate from being pressed


def test_everything_is_right(tripo):  # noqa: F811
    assert (reason(), page()) == ("", "")


@pytest.mark.fault("U13")
def test_a_missing_key_leads_to_our_preferences(tripo):  # noqa: F811
    bpy.context.window_manager.maquette.accounts.tripo.key = ""
    assert (reason(), page()) == ("Tripo needs an API key. Enter it in Maquette's preferences", "ACCOUNT")


@pytest.mark.fault("U13")
def test_a_key_that_no_key_can_be_leads_to_our_preferences(tripo):  # noqa: F811
    bpy.context.window_manager.maquette.accounts.tripo.key = "two words"
    assert (reason(), page()) == (
        "The API key of Tripo holds characters that no key has. Copy it again.",
        "ACCOUNT",
    )


@pytest.mark.fault("N01")
def test_online_access_leads_to_the_systems_preferences(tripo):  # noqa: F811
    bpy.context.preferences.system.use_online_access = False
    assert (reason(), page()) == (
        "Tripo needs the network. Allow Online Access in the preferences (System)",
        "SYSTEM",
    )


def test_a_base_url_that_is_not_safe(tripo, monkeypatch):  # noqa: F811
    monkeypatch.setenv("MAQUETTE_TRIPO_BASE_URL", "http://example.org")
    assert "must begin with https://" in reason()
    assert page() == "ACCOUNT"


def test_views_and_options_that_do_not_go_together(tripo, monkeypatch):  # noqa: F811
    def refuse(_self, views):
        raise InputError(f"No {' and '.join(views)}.")

    monkeypatch.setattr(TripoOptions, "check_views", refuse)
    chosen().back.path = chosen().front.path
    assert reason() == "No front and back."


def test_a_picture_that_is_too_small_for_the_provider(tripo, monkeypatch):  # noqa: F811
    monkeypatch.setattr(Tripo, "accepts", Accepts(min_side=97))
    assert reason() == "The image disc.png is 96 × 96 pixels; Tripo needs at least 97 × 97."
    chosen().source, chosen().front.image = "IMAGE", bpy.data.images.new("stamp", 64, 64)
    assert reason() == "The image stamp is 64 × 64 pixels; Tripo needs at least 97 × 97."


# ---- a public address as the source


def test_an_address_is_taken_as_it_is(tripo):  # noqa: F811
    chosen().front.path = f" {LINK} "
    assert reason() == ""
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    assert tripo.creates[0]["input"] == LINK
    (task,) = tasks()
    assert (task.image, task.views) == ("cat.png", {"front": LINK})


def test_an_address_beside_a_file(tripo):  # noqa: F811
    chosen().left.path = LINK
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    front, left, back, right = tripo.creates[0]["inputs"]
    assert (front in tripo.uploads, left, back, right) == (True, LINK, None, None)


def test_an_address_given_by_a_script(tripo):  # noqa: F811
    assert bpy.ops.maquette.generate(image=LINK) == {"FINISHED"}
    assert tripo.creates[0]["input"] == LINK


def test_an_address_has_no_thumbnail(tripo):  # noqa: F811
    from blender_addon.blender import thumbnails

    chosen().front.path = LINK
    assert thumbnails.icon(chosen(), "front") == 0


def test_an_address_that_is_none(tripo):  # noqa: F811
    chosen().front.path = "https://nothing"
    assert "is no address of an image" in reason()


def test_an_address_where_files_only_are_taken(tripo):  # noqa: F811
    chosen().provider, chosen().front.path = "local", LINK
    assert reason() == f"Local takes image files only. Save {LINK} and choose the file."


# ---- what it costs


def test_the_estimate_follows_the_options(tripo):  # noqa: F811
    assert price() == "About 30 credits"
    chosen().tripo.quad = True
    assert price() == "About 35 credits"
    assert tripo.seen == []


def test_what_is_left_stands_behind_it_until_it_is_spent(tripo):  # noqa: F811
    bpy.ops.maquette.check_key()
    assert price() == "About 30 credits (of 1,000 left)"
    bpy.ops.maquette.generate()
    assert price() == "About 30 credits"


def test_local_costs_nothing(tripo):  # noqa: F811
    chosen().provider = "local"
    assert price() == ""


def test_options_that_do_not_fit_have_no_price(tripo):  # noqa: F811
    chosen().tripo.generate_parts = True
    assert (price(), reason() != "") == ("", True)


def test_a_price_is_asked_for_and_kept_for_these_options(triverse):  # noqa: F811
    assert price() == "Price unknown"
    assert bpy.ops.maquette.ask_price() == {"FINISHED"}
    told = price()
    assert told.startswith("About ") and told.endswith(" credits")
    bpy.ops.maquette.check_key()
    assert price().startswith(f"{told} (of ")
    chosen().triverse.turbo = True
    assert price().startswith("Price unknown (")
    chosen().triverse.turbo = False
    assert price().startswith(told)
    assert len(triverse.requests("POST */tasks/pricing/quote")) == 1
    assert triverse.paid == 0


@pytest.mark.fault("P30")
def test_a_price_that_has_risen_is_shown_before_it_is_paid(triverse):  # noqa: F811
    bpy.ops.maquette.ask_price()
    assert price() == "About 150 credits"
    triverse.prices = dict.fromkeys(triverse.prices, 180)
    with pytest.raises(RuntimeError, match=r"risen from 150 to 180 credits\. Nothing was sent"):
        bpy.ops.maquette.generate()
    assert (triverse.requests("POST */upload/image"), price()) == ([], "About 180 credits")
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    assert (triverse.paid, len(triverse.requests("POST */tasks/pricing/quote"))) == (1, 3)


@pytest.mark.fault("P31")
def test_a_price_that_cannot_be_had_is_one_sentence(triverse):  # noqa: F811
    bpy.context.window_manager.maquette.accounts.triverse.key = "tri_" + "wrong" * 8
    with pytest.raises(RuntimeError) as caught:
        bpy.ops.maquette.ask_price()
    assert "Traceback" not in str(caught.value)
    assert price() == "Price unknown"


# ---- generating


def test_a_model_comes_and_its_cost_is_shown(tripo):  # noqa: F811
    before = set(bpy.data.objects)
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    assert len(set(bpy.data.objects) - before) == 1
    (row,) = bpy.context.window_manager.maquette.tasks
    assert (row.provider, row.state, row.cost) == ("Tripo", "succeeded", "30 credits")
    assert tripo.leaks == []


@pytest.mark.fault("F02")
def test_a_model_file_that_came_cut_off_is_fetched_once_more(tripo):  # noqa: F811
    tripo.answer_next("GET /results/*", 200, tripo.result[:-40])
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    assert (len(tripo.requests("GET /results/*")), tripo.paid) == (2, 1)


@pytest.mark.fault("U13")
def test_a_missing_key_is_said_before_anything_is_written(tripo):  # noqa: F811
    bpy.context.window_manager.maquette.accounts.tripo.key = ""
    with pytest.raises(RuntimeError, match="Tripo needs an API key"):
        bpy.ops.maquette.generate()
    assert (tasks(), tripo.seen) == ([], [])


def test_the_key_is_nowhere_but_in_its_file(tripo, tmp_path, caplog):  # noqa: F811
    caplog.set_level("DEBUG")
    bpy.ops.maquette.check_key()
    bpy.ops.maquette.generate()
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"), compress=False)
    key = tripo.key.encode()
    holding = [one.name for one in tmp_path.rglob("*") if one.is_file() and key in one.read_bytes()]
    assert holding == ["accounts.json"]
    assert tripo.key not in caplog.text
    for operator in (bpy.ops.maquette.generate, bpy.ops.maquette.check_key, bpy.ops.maquette.ask_price):
        assert not {"key", "api_key"} & set(operator.get_rna_type().properties.keys())


# ---- the task list


@pytest.mark.parametrize(
    ("facts", "cost"),
    [
        ({"stage": "running", "estimate": "30"}, "about 30 credits"),
        ({"stage": "unconfirmed", "estimate": "30"}, "about 30 credits"),
        ({"stage": "landed", "estimate": "30", "credits": "35.50"}, "35.5 credits"),
        ({"stage": "landed", "credits": "1"}, "1 credit"),
        ({"stage": "failed", "estimate": "30"}, ""),
        ({"stage": "running"}, ""),
    ],
    ids=lambda one: str(one)[:60],
)
def test_a_row_tells_what_it_costs(facts, cost, extension):  # noqa: F811
    from blender_addon.blender import session, snapshot

    warnings = ["A texture was left out.", "Two normals were repaired."]
    session.needed().assembly.journal.add(Task("tripo", "a.png", {"front": LINK}, {}, **facts, warnings=warnings))
    snapshot.refresh()
    (row,) = bpy.context.window_manager.maquette.tasks
    assert (row.cost, row.warnings.splitlines()) == (cost, warnings)


@pytest.mark.fault("P11")
def test_a_create_without_an_answer_is_unconfirmed_and_says_so(tripo):  # noqa: F811
    from blender_addon.blender import task_list

    tripo.answer_next("POST /v3/generation/*", 503, {"message": "down"})
    with pytest.raises(RuntimeError, match="may have been charged"):
        bpy.ops.maquette.generate()
    (row,) = bpy.context.window_manager.maquette.tasks
    assert (task_list.word(row), task_list.resumable(row)) == ("Unconfirmed", False)
