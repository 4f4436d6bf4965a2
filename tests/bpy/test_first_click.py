"""A shortcut or a script may come before the panel was ever drawn, and before the options are loaded."""

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures

from blender_addon.core.errors import InputError


def test_an_address_may_be_pasted_before_the_options_are_loaded(extension):  # noqa: F811
    from blender_addon.blender import declared, paste

    assert not declared.ready()
    with pytest.raises(InputError, match="takes image files only"):
        paste._paste_link(bpy.context.scene, "front", "https://example.org/a.png")


def test_a_folder_may_be_asked_about_before_the_options_are_loaded(extension, disc):  # noqa: F811
    from blender_addon.blender import batch, declared

    assert not declared.ready()
    assert batch.question(bpy.context.scene, [{"front": disc}]).startswith("1 models will be made")
