"""A whole run in a Blender of its own: every file it leaves is searched for the key, and its background Blenders."""

import json
import sys

import pytest
from enabled import disc, in_own_bpy  # noqa: F401 - a fixture
from key_search import holding, ways
from simulators.tripo import Tripo

RUN = """
import json, pathlib
place, key, picture = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
blender_addon.register()
bpy.context.preferences.system.use_online_access = True
bpy.context.preferences.filepaths.use_file_compression = False
from blender_addon.blender import session
running = session.needed()
account = bpy.context.window_manager.maquette.accounts.tripo
account.key = key
scene = bpy.context.scene
scene.maquette.provider, scene.maquette.front.path = "tripo", picture
bpy.ops.ed.undo_push(message="x")
assert bpy.ops.maquette.check_key(provider="tripo") == {"FINISHED"}
try:
    bpy.ops.maquette.generate()
except RuntimeError as error:
    print("refused:", error)
assert bpy.ops.maquette.generate(again=True) == {"FINISHED"}
processes = [one._process.pid for one in running.assembly.background._idle]
seen = [pathlib.Path(f"/proc/{pid}/{name}").read_bytes() for pid in processes for name in ("cmdline", "environ")
        if sys.platform == "linux"]
pathlib.Path(place / "worker").write_bytes(b"".join(seen))
from blender_addon.core.details import details
tasks = running.assembly.journal.all()
(place / "details").write_text("".join(details(one, running.assembly.journal.folder, {}) for one in tasks), "utf-8")
(place / "public").write_text(json.dumps([one.public() for one in tasks]), "utf-8")
bpy.ops.wm.save_userpref()
bpy.ops.wm.save_homefile()
bpy.ops.wm.save_as_mainfile(filepath=str(place / "quit.blend"), compress=False, copy=True)
bpy.ops.wm.save_as_mainfile(filepath=str(place / "plain.blend"), compress=False)
bpy.ops.wm.save_as_mainfile(filepath=str(place / "packed.blend"), compress=True)
bpy.ops.wm.save_as_mainfile(filepath=str(place / "packed.blend"), compress=True)
print(json.dumps({"workers": len(processes), "states": sorted(one.state for one in tasks)}))
"""


@pytest.mark.fault("S01", "S02", "S03", "S04")
def test_no_file_and_no_process_of_a_whole_run_holds_the_key(tmp_path, monkeypatch, disc, capfd):  # noqa: F811
    places = {name: tmp_path / name for name in ("data", "profile", "profile/config", "tmp", "cache", "saved")}
    for one in places.values():
        one.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(places["tmp"]))
    monkeypatch.setenv("MAQUETTE_DATA_DIR", str(places["data"]))
    monkeypatch.setenv("BLENDER_USER_RESOURCES", str(places["profile"]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(places["cache"]))
    monkeypatch.setenv("MAQUETTE_POLL_S", "0.01")
    with Tripo() as sim:
        refused = {"code": 2002, "message": f"your key {sim.key} is odd", "suggestion": sim.key}
        sim.answer_next("POST /v3/generation/*", 400, refused, {"X-Request-Id": sim.key})
        sim.answer_next("GET /v3/tasks/*", 500, {"message": sim.key}, {"X-Request-Id": sim.key}, times=1)
        monkeypatch.setenv("MAQUETTE_TRIPO_BASE_URL", sim.base_url)
        monkeypatch.setenv("TRIPO_API_KEY", sim.key)  # which the background Blenders must not inherit
        facts = json.loads(in_own_bpy(RUN, places["saved"], sim.key, disc))
        key = sim.key
    assert facts["workers"] and facts["states"] == ["failed", "succeeded"]
    found = holding([tmp_path], key)
    assert {name for name, _ in found} == {"accounts.json"}, found
    names = {path.name for path in tmp_path.rglob("*")}
    assert {"plain.blend", "quit.blend", "packed.blend1", "userpref.blend", "journal.sqlite", "maquette.log"} <= names
    assert (places["saved"] / "packed.blend").read_bytes().startswith(b"\x28\xb5\x2f\xfd"), "it is compressed"
    if sys.platform == "linux":
        assert b"PATH=" in (places["saved"] / "worker").read_bytes()
    said = capfd.readouterr()
    assert ways(said.out + said.err, key) == []
