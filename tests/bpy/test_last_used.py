"""The options that were used last come along into new files, and presets set options alone."""

from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures

from blender_addon.providers import every, find

SHIPPED = Path(__file__).resolve().parents[2] / "blender_addon" / "blender" / "presets" / "maquette"


@pytest.fixture
def artist(extension, monkeypatch, tmp_path):  # noqa: F811
    """Let there be an artist in front of Blender, with options to choose from."""
    from blender_addon.blender import declared, last_used

    declared.ensure()
    seen = SimpleNamespace(data=bpy.data, ops=bpy.ops, types=bpy.types, app=SimpleNamespace(background=False))
    monkeypatch.setattr(last_used, "bpy", seen)
    (tmp_path / "data").mkdir(exist_ok=True)
    return last_used


def chosen():
    return bpy.context.scene.maquette


def use(last_used):
    """Set what an artist sets, and press Generate as far as this matters."""
    chosen().provider, chosen().tripo.quad, chosen().tripo.use_face_limit = "tripo", True, True
    chosen().tripo.face_limit, chosen().crop = 12_000, True
    chosen().title, chosen().front.path = "Crown", "/secret/crown.png"
    last_used.keep(bpy.context.scene, find("tripo"))


def test_a_new_file_has_the_options_that_were_used_last(artist):
    use(artist)
    bpy.ops.wm.read_homefile()
    assert (chosen().provider, chosen().tripo.quad, chosen().tripo.face_limit) == ("tripo", True, 12_000)
    assert chosen().tripo.use_face_limit and chosen().crop
    assert (chosen().title, chosen().front.path) == ("", "")
    assert "crown" not in artist._path().read_text("utf-8")


def test_what_was_set_in_a_file_stays(artist, tmp_path):
    chosen().csm.topology = "quads"
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "own.blend"))
    use(artist)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "own.blend"))
    assert (chosen().provider, chosen().csm.topology, chosen().tripo.quad) == ("local", "quads", False)


def test_a_saved_file_that_nobody_touched_is_no_new_one(artist, tmp_path):
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "bare.blend"))
    use(artist)
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "bare.blend"))
    assert chosen().provider == "local"


def test_a_scene_with_options_of_its_own_keeps_them(artist):
    use(artist)
    chosen().provider, chosen().tripo.quad = "csm", False
    other = bpy.data.scenes.new("untouched")
    artist.offer()
    assert (chosen().provider, chosen().tripo.quad) == ("csm", False)
    assert (other.maquette.provider, other.maquette.tripo.quad) == ("tripo", True)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"scene": {"provider": "gone"}, "options": {"tripo": {"quad": "x"}}}']
)
def test_what_cannot_be_read_is_left_alone(artist, content):
    artist._path().write_bytes(content)
    bpy.ops.wm.read_homefile()
    assert (chosen().provider, chosen().tripo.quad) == ("local", False)


def test_a_script_in_the_background_neither_keeps_nor_gets_any(tripo):  # noqa: F811
    from blender_addon.blender import last_used

    assert bpy.ops.maquette.generate() == {"FINISHED"}
    assert not last_used._path().exists()


# ---- presets


def apply(path):
    bpy.ops.script.execute_preset(filepath=str(path), menu_idname="MAQUETTE_PT_presets")


@pytest.mark.parametrize("name", ["Game_Prop", "Hero_PBR", "Rig-ready_Quads", "Draft"])
def test_a_shipped_preset_fits_every_provider(artist, name):
    from blender_addon.blender import declared

    paths = [Path(one) for one in bpy.utils.preset_paths("maquette")]
    assert SHIPPED in paths and (SHIPPED / f"{name}.py").is_file()
    chosen().front.path, chosen().title = "/a.png", "Crown"
    apply(SHIPPED / f"{name}.py")
    for one in every():
        group = getattr(chosen(), one.id)
        assert any(map(group.is_property_set, group.bl_rna.properties.keys())), one.id
        one.options.build(declared.values(bpy.context.scene, one))
    assert (chosen().front.path, chosen().title, chosen().provider) == ("/a.png", "Crown", "local")


def test_switching_off_takes_back_the_name_that_a_preset_has_left(artist, extension):  # noqa: F811
    presets = bpy.types.MAQUETTE_PT_presets
    before = presets.bl_label
    apply(SHIPPED / "Draft.py")
    assert presets.bl_label == "Draft", "Blender names the class after it"
    extension.unregister()
    extension.register()
    assert presets.bl_label == before


def test_after_a_draft_a_hero_is_the_same_as_from_the_start(artist):
    from blender_addon.blender import declared

    def values():
        return {one.id: declared.values(bpy.context.scene, one) for one in every()}

    apply(SHIPPED / "Hero_PBR.py")
    fresh = values()
    for name in ("Draft", "Rig-ready_Quads", "Game_Prop", "Hero_PBR"):
        apply(SHIPPED / f"{name}.py")
    assert values() == fresh


def test_a_preset_of_ones_own_holds_options_alone(artist, tmp_path, monkeypatch):
    monkeypatch.setattr(bpy.utils, "user_resource", lambda *_, path="", **__: made(tmp_path / path))
    monkeypatch.setattr(bpy.utils, "preset_paths", lambda _: [str(tmp_path / "presets" / "maquette")])
    chosen().front.path = "/secret/crown.png"
    chosen().provider, chosen().tripo.quad, chosen().title = "tripo", True, "Crown"
    assert bpy.ops.maquette.preset_add(name="Mine") == {"FINISHED"}
    (path,) = (tmp_path / "presets" / "maquette").iterdir()
    text = path.read_text("utf-8")
    assert "crown" not in text.lower() and "key" not in text and "chosen.tripo.quad = True" in text
    chosen().provider, chosen().tripo.quad = "local", False
    apply(path)
    assert (chosen().provider, chosen().tripo.quad, chosen().title) == ("tripo", True, "Crown")
    assert bpy.ops.maquette.preset_add(name="Mine", remove_name=True) == {"FINISHED"}
    assert not path.exists()


def made(folder):
    folder.mkdir(parents=True, exist_ok=True)
    return str(folder)
