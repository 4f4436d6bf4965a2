"""What each follow-up declares: whole, and in harmony with the provider whose models it takes."""

import re
from inspect import isabstract

import pytest

from blender_addon.core.options import choice_number, option_fields
from blender_addon.core.price import about
from blender_addon.providers import every, every_follow_up, find, follow_up_names, follow_ups_of, known, names

STEPS = every_follow_up()
by_step = pytest.mark.parametrize("step", STEPS, ids=lambda one: one.id)
ACCOUNT = ("label", "base_url", "regions", "auth", "key_names", "key_start", "key_page", "front_axis")


def test_they_are_offered_in_their_order():
    titles = ["Rig", "Animate", "Retexture", "Low Poly", "Separate Parts", "Complete Parts"]
    assert [one.title for one in STEPS] == titles
    ranks = [(one.owner, one.rank) for one in STEPS]
    assert len(set(ranks)) == len(ranks)


def test_a_follow_up_is_no_provider():
    assert not set(names()) & set(follow_up_names())
    assert all(not (one.follows or one.owner or one.title) for one in every())


@by_step
def test_a_declaration_is_whole(step):
    assert (step.id, step.account()) == (step.__module__.rpartition(".")[2], step.owner)
    assert not isabstract(step) and step.id.startswith(f"{step.owner}_") and step.owner in names()
    assert step.follows and all(known(one) for one in step.follows) and step.views == ()
    assert step.rank > 0 and step.title.istitle() and step.description[-1] not in ".!;:,"
    assert step.path.startswith("/v3/") and step.kind and step.at_once > 0


@by_step
def test_it_uses_the_account_of_its_provider(step):
    owner = find(step.owner)
    assert {name: getattr(step, name) for name in ACCOUNT} == {name: getattr(owner, name) for name in ACCOUNT}


@by_step
def test_it_is_offered_for_whatever_it_takes_and_nothing_else(step):
    every_id = (*names(), *follow_up_names())
    assert {one for one in every_id if step in follow_ups_of(one)} == set(step.follows)


@by_step
def test_it_can_be_reached_from_a_model_of_the_provider(step):
    reached, before = {step.owner}, set()
    while reached != before:
        before = set(reached)
        reached |= {one.id for name in before for one in follow_ups_of(name)}
    assert step.id in reached


@by_step
def test_what_its_row_tells_is_what_its_options_cost(step):
    told = {int(one) for one in re.findall(r"\b\d+\b(?!\.)", re.sub(r"v\d\.\d", "", step.price))}
    default = step.options().credits()
    assert default in told and about(default) == f"About {default} credits"


@by_step
def test_its_options_are_declared_for_people(step):
    for one in option_fields(step.options):
        assert one.title and one.description and one.description[-1] not in ".!;:,"
        choices, labels = [name for name, _ in one.choices], [label for _, label in one.choices]
        assert len(set(labels)) == len(labels) and len(set(map(choice_number, choices))) == len(choices)
        assert set(one.ui.labels) <= set(choices), "a label of no choice"
    assert len({one.title for one in option_fields(step.options)}) == len(option_fields(step.options))


@by_step
def test_choicesthat_mean_something_are_options(step):
    own = step.options.model_fields
    assert set(step.sent_as) <= set(own) and set(step.seed_options) <= set(own) and not set(step.sets) & set(own)
    assert not (step.height_option or step.parts_option or step.face_option)
