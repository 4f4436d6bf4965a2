"""An object that comes from a linked file: nothing is paid for a new version of it, and nothing tries to replace it."""

import bpy
import pytest
from enabled import disc, extension  # noqa: F401 - fixtures
from hosted import online, tripo  # noqa: F401 - fixtures
from placed import arrive
from replaced import choose
from test_blender_landing import ready, row  # noqa: F401 - a fixture

from blender_addon.blender import session
from blender_addon.landing import provenance, targets


def overridden(tmp_path, task, local=False):
    """Return an object of that task whose collection is linked from another file and overridden."""
    collection = bpy.data.collections.new("Prop")
    item = bpy.data.objects.new("hero", bpy.data.meshes.new("hero"))
    collection.objects.link(item)
    provenance.mark([item], {"task": task, "provider": "tripo"})
    path = str(tmp_path / "prop.blend")
    bpy.data.libraries.write(path, {collection})
    bpy.data.collections.remove(collection)
    bpy.data.objects.remove(item)
    with bpy.data.libraries.load(path, link=True) as (_, linked):
        linked.collections = ["Prop"]
    bpy.context.scene.collection.children.link(linked.collections[0])
    own = linked.collections[0].override_hierarchy_create(bpy.context.scene, bpy.context.view_layer)
    (item,) = own.all_objects
    bpy.context.view_layer.update()
    if local:
        item.make_local()
    assert item.is_editable and bool(item.override_library) is not local and own.override_library
    choose(item)
    return item


@pytest.mark.parametrize("local", [False, True], ids=["overridden", "in an overridden collection"])
def test_nothing_is_paid_for_what_can_never_be_replaced(tripo, tmp_path, local):  # noqa: F811
    from blender_addon.blender import replace, variants

    bpy.ops.maquette.generate()
    (task,) = session.needed().assembly.journal.all()
    item = overridden(tmp_path, task.id, local)
    assert targets.fixed(item) and replace.replaced(bpy.context) == []
    for name in ("regenerate", "replace"):
        assert not getattr(bpy.ops.maquette, name).poll(), name
    with pytest.raises(RuntimeError, match="This object comes from a linked file"):
        bpy.ops.maquette.regenerate()
    assert variants.MAQUETTE_OT_variants.obstacle(bpy.context) == "", "a variant can land beside it"
    assert tripo.paid == 1


def test_a_model_that_waits_for_such_an_object_lands_by_itself(ready, tmp_path):  # noqa: F811
    running, task = ready
    item = overridden(tmp_path, "other")
    targets.mark(item, task)
    running.started.add(task)
    arrive(running, task)
    assert running.assembly.journal.get(task).stage == "landed"
    assert bpy.data.objects["crate"].users_scene and item.users_scene
