"""Options in Blender: the declaration and the properties say the same, and a .blend keeps what was set."""

from types import SimpleNamespace
from typing import Annotated, Literal

import bpy
import pytest
from enabled import extension, in_own_bpy  # noqa: F401 - a fixture
from pydantic import Field

import blender_addon
from blender_addon import providers
from blender_addon.core.options import Options, Ui, choice_number, option_fields

WRITE = """
blender_addon.register()
from blender_addon.blender import declared
declared.ensure()
chosen = bpy.context.scene.maquette
chosen.front.path = "//cat.png"
chosen.local.depth, chosen.local.method, chosen.local.use_face_limit = 2.5, "relief", True
chosen.local.face_limit = 12345
bpy.ops.wm.save_as_mainfile(filepath=sys.argv[-1])
print("written")
"""
READ = """
from blender_addon.blender import declared
from blender_addon.providers import find
chosen = bpy.context.scene.maquette
values = declared.values(bpy.context.scene, find("local"))
print(chosen.front.path, chosen.provider, values["depth"], values["method"], values["face_limit"])
"""
BEFORE = "blender_addon.register()\nfrom blender_addon.blender import declared\ndeclared.ensure()\n"
OPEN = "bpy.ops.wm.open_mainfile(filepath=sys.argv[1])\n"
LATER = "from blender_addon.blender import declared\ndeclared.ensure()\n"
SAVE = "bpy.ops.wm.save_as_mainfile(filepath=sys.argv[2])\n"
ALL = "//cat.png local 2.5 relief 12345"


def sample(**choices):
    """Return a provider whose options are of every kind there is."""

    class Samples(Options):
        flag: Annotated[bool, Field(title="Flag", description="A flag")] = True
        count: Annotated[int, Field(title="Count", description="A count", ge=1, le=9)] = 3
        size: Annotated[float, Field(title="Size", description="A size", ge=0.5), Ui(unit="LENGTH")] = 1.5
        share: Annotated[float, Field(title="Share", description="A share", ge=0, le=1), Ui(unit="FACTOR")] = 0.3
        words: Annotated[str, Field(title="Words", description="Some words")] = "none"
        kind: Annotated[choices.get("kind", Literal["one", "two"]), Field(title="Kind", description="A kind")] = "one"
        box: Annotated[tuple[float, float, float], Field(title="Box", description="A box")] = (1.0, 2.0, 0.1)
        limit: Annotated[int | None, Field(title="Limit", description="A limit"), Ui(initial=7)] = None
        hook: Annotated[str, Field(title="Hook", description="A hook"), Ui(cli_only=True)] = ""

    return type("Sample", (), {"id": "sample", "label": "Sample", "description": "Samples", "options": Samples})


@pytest.fixture
def made(extension):  # noqa: F811
    """Return a function that makes the options of a provider beside the real ones."""
    from blender_addon.blender import declared, properties

    declared.ensure()

    def make(provider):
        declared.add(properties.MAQUETTE_PG_scene, provider)
        return getattr(bpy.context.scene.maquette, provider.id)

    return make


def test_every_option_of_every_provider_and_follow_up_has_its_property(extension):  # noqa: F811
    from blender_addon.blender import declared

    declared.ensure()
    for provider in (*providers.every(), *providers.every_follow_up()):
        shown = getattr(bpy.context.scene.maquette, provider.id).bl_rna.properties
        for one in option_fields(provider.options):
            assert (one.name in shown) is not one.ui.cli_only
            if one.name in shown:
                assert (shown[one.name].name, shown[one.name].description) == (one.title, one.description)
                assert (f"use_{one.name}" in shown) is one.optional
        assert provider.options.build(declared.values(bpy.context.scene, provider)) == provider.options()


def test_each_kind_becomes_blenders_own(made):
    group = made(sample())
    shown = group.bl_rna.properties
    assert {name: shown[name].type for name in ("flag", "count", "size", "words", "kind", "box", "limit")} == {
        "flag": "BOOLEAN", "count": "INT", "size": "FLOAT", "words": "STRING", "kind": "ENUM", "box": "FLOAT",
        "limit": "INT",
    }  # fmt: skip
    assert (shown["count"].hard_min, shown["count"].hard_max) == (1, 9)
    assert (shown["size"].hard_min, shown["size"].unit, shown["share"].subtype) == (0.5, "LENGTH", "FACTOR")
    assert shown["box"].array_length == 3
    assert (group.limit, group.use_limit) == (7, False)
    assert "hook" not in shown


def test_values_are_those_that_were_typed(made):
    from blender_addon.blender import declared

    provider = sample()
    group = made(provider)
    assert declared.values(bpy.context.scene, provider) == {
        "flag": True, "count": 3, "size": 1.5, "share": 0.3, "words": "none", "kind": "one", "box": (1.0, 2.0, 0.1),
        "limit": None,
    }  # fmt: skip
    group.use_limit = True
    assert declared.values(bpy.context.scene, provider)["limit"] == 7


def test_a_choice_keeps_its_number(made):
    kind = made(sample()).bl_rna.properties["kind"]
    assert {one.identifier: one.value for one in kind.enum_items} == {
        "one": choice_number("one"),
        "two": choice_number("two"),
    }


def test_a_saved_choice_stays_when_choices_are_added_in_front(made):
    from blender_addon.blender import declared

    made(sample()).kind = "two"
    declared.remove(bpy.context.scene.maquette.__class__, "sample")
    assert made(sample(kind=Literal["zero", "one", "half", "two"])).kind == "two"


def test_a_choice_that_is_gone_becomes_the_default(made):
    from blender_addon.blender import declared

    made(sample()).kind = "two"
    declared.remove(bpy.context.scene.maquette.__class__, "sample")
    provider = sample(kind=Literal["one", "three"])
    made(provider)
    assert declared.values(bpy.context.scene, provider)["kind"] == "one"


@pytest.mark.parametrize(
    "order",
    [BEFORE + OPEN, "blender_addon.register()\n" + OPEN + LATER, OPEN + BEFORE],
    ids=["options first", "file first", "extension last"],
)
def test_a_blend_keeps_what_was_set(order, tmp_path):
    path = tmp_path / "kept.blend"
    assert in_own_bpy(WRITE, path) == "written"
    assert in_own_bpy(order + READ, path) == ALL


def test_a_blend_that_was_saved_without_the_options_keeps_them(tmp_path):
    first, second = tmp_path / "first.blend", tmp_path / "second.blend"
    in_own_bpy(WRITE, first)
    in_own_bpy("blender_addon.register()\n" + OPEN + SAVE + "print()", first, second)
    in_own_bpy(OPEN + SAVE + "print()", second, second)
    assert in_own_bpy(BEFORE + OPEN + READ, second) == ALL


def test_a_line_of_the_menu_of_providers_chooses_and_says_what_it_makes(extension):  # noqa: F811
    from blender_addon.blender import declared, provider_menu

    declared.ensure()
    operator = provider_menu.MAQUETTE_OT_choose_provider
    for one in providers.every():
        assert bpy.ops.maquette.choose_provider(provider=one.id) == {"FINISHED"}
        assert bpy.context.scene.maquette.provider == one.id
        assert operator.description(bpy.context, SimpleNamespace(provider=one.id)) == one.description
    assert bpy.ops.maquette.choose_provider(provider="nobody") == {"CANCELLED"}


@pytest.fixture
def own(extension):  # noqa: F811
    """Return the add-on's preferences, as an artist who has enabled it has them."""
    addon = bpy.context.preferences.addons.new()
    addon.module = blender_addon.__name__
    yield addon.preferences
    bpy.context.preferences.addons.remove(addon)


def test_the_preferences_say_how_tall_a_model_is_for_which_the_panel_does_not(own):
    from blender_addon.blender import draft

    scene, tripo = bpy.context.scene, providers.find("tripo")
    scene.unit_settings.scale_length = 0.01
    assert draft.height(scene, tripo) is None
    own.use_height, own.height = True, 1.8
    assert draft.height(scene, tripo) == draft.wishes(scene, tripo)["height"] == 1.8, "metres in every scene"
    assert draft.height(scene, providers.find("local")) is None, "it has an option of its own"
    scene.maquette.use_height, scene.maquette.height = True, 30
    assert draft.height(scene, tripo) == 0.3
