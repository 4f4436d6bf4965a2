"""The official SDK, a second witness, lets the simulator make something of its models."""

import warnings

import pytest
from simulators import tripo_follow_up_rules as rules
from test_simulator_tripo_sdk import QUICK_S, generated, refused, sdk, sim  # noqa: F401 - fixtures
from tripo3d import Animation, RigSpec, RigType, TripoClient, TripoValidationError


async def ended(client, creating):
    return await client.wait_for_task(await creating, polling_interval=QUICK_S)


def test_an_image_becomes_a_rig_that_moves(sim, sdk, image, tmp_path):  # noqa: F811
    sim.results = {"animate_rig": b"glTF rig", "animate_retarget": b"glTF walk"}

    async def work(client):
        model = await generated(client, str(image))
        rig = await ended(client, client.rig_model(model.task_id))
        walk = await ended(client, client.retarget_animation(rig.task_id, "preset:biped:walk"))
        return model, rig, walk, [await client.download_task_models(one, str(tmp_path)) for one in (rig, walk)]

    model, rig, walk, _ = sdk(work)
    assert (rig.type, rig.credits_consumed) == ("animate_rig", 25.0)
    assert (walk.type, walk.credits_consumed) == ("animate_retarget", 10.0)
    assert sim.creates[1:] == [
        {"input": model.task_id, "model": rules.RIG_V1},
        {"input": rig.task_id, "animation": "preset:biped:walk"},
    ]
    assert (tmp_path / f"{rig.task_id}_model.glb").read_bytes() == b"glTF rig"
    assert (tmp_path / f"{walk.task_id}_model.glb").read_bytes() == b"glTF walk"


def test_a_newer_rig_moves_in_several_ways(sim, sdk, image):  # noqa: F811
    async def work(client):
        model = await generated(client, str(image))
        rigging = client.rig(model.task_id, model=rules.RIG_V25, rig_type=RigType.AQUATIC, spec=RigSpec.TRIPO)
        rig = await ended(client, rigging)
        presets = [Animation.AQUATIC_MARCH, Animation.IDLE]
        more = {"out_format": "fbx", "export_with_geometry": True, "animate_in_place": True}
        return rig, await ended(client, client.retarget_animation(rig.task_id, presets, **more))

    rig, march = sdk(work)
    assert march.credits_consumed == 20.0 and ".fbx?" in march.output.model_url
    assert {**sim.creates[1], "input": ""} == {
        "input": "", "model": rules.RIG_V25, "rig_type": "aquatic", "spec": "tripo",
    }  # fmt: skip
    assert sim.creates[2] == {
        "input": rig.task_id,
        "animations": ["preset:aquatic:march", "preset:idle"],
        "out_format": "fbx",
        "export_with_geometry": True,
        "animate_in_place": True,
    }


def test_every_preset_of_the_sdk_is_known():
    assert {one.value for one in Animation} == rules.NEW_PRESETS
    assert {one.value for one in RigType} - {"others"} == set(rules.RIG_TYPES)
    assert {one.value for one in RigSpec} == {*rules.SPECS, *rules.NEWER_SPECS}


def test_a_model_gets_a_texture_by_a_text_and_by_a_picture(sim, sdk, image):  # noqa: F811
    async def work(client):
        model = (await generated(client, str(image))).task_id
        rusty = {"text_prompt": "rust", "style_image": str(image), "texture_quality": "detailed", "compress": True}
        first = await ended(client, client.texture_model(model, model_version=rules.TEXTURE_V3, **rusty))
        again = client.texture_model(first.task_id, image_prompt=str(image), texture_seed=3, pbr=False)
        plain = client.texture_model(model, model_version=rules.TEXTURE_V35, texture_quality="fast", delight=False)
        return model, first, await ended(client, again), await ended(client, plain)

    model, first, again, plain = sdk(work)
    assert [one.type for one in (first, again, plain)] == ["texture_model"] * 3
    assert [one.credits_consumed for one in (first, again, plain)] == [20.0, 10.0, 10.0]
    _, style, picture = sim.uploads
    assert sim.creates[1:] == [
        {
            "input": model,
            "model": rules.TEXTURE_V3,
            "texture_quality": "detailed",
            "compress": "geometry",
            "texture_prompt": {"text": "rust", "style_image": style},
        },
        {
            "input": first.task_id,
            "model": rules.TEXTURE_V25,
            "texture_seed": 3,
            "pbr": False,
            "texture_prompt": {"image": picture},
        },
        {"input": model, "model": rules.TEXTURE_V35, "texture_quality": "fast", "delight": False},
    ]


def test_a_model_is_taken_apart_and_gets_fewer_faces(sim, sdk, image):  # noqa: F811
    async def work(client):
        model = (await generated(client, str(image))).task_id
        old = await ended(client, client.mesh_segmentation(model))
        more = {"segmentation_granularity": "detailed", "split_by_connectivity": False, "ref_image": str(image)}
        parts = await ended(client, client.mesh_segment(model, model=TripoClient.SEGMENT_V2_MODEL, **more))
        few = await ended(client, client.mesh_decimate(parts.task_id, face_limit=5000, part_names=["head"]))
        named = client.smart_lowpoly(model, model_version="P-v1.0-20250506", quad=True, bake=False)
        newest = client.mesh_decimate(model, model="P-v3.0-20260909", smart_uv=True)
        return model, old, parts, few, await ended(client, named), await ended(client, newest)

    model, old, parts, few, named, newest = sdk(work)
    assert [one.type for one in (old, parts)] == ["mesh_segmentation"] * 2
    assert [one.type for one in (few, named, newest)] == ["highpoly_to_lowpoly"] * 3
    assert [one.credits_consumed for one in (old, parts, few, named, newest)] == [40.0, 40.0, 30.0, 10.0, 30.0]
    assert ".fbx?" in named.output.model_url and ".glb?" in few.output.model_url
    assert sim.creates[1:] == [
        {"input": model, "model": rules.SEGMENT_V1},
        {
            "input": model,
            "model": rules.SEGMENT_V2,
            "segmentation_granularity": "detailed",
            "split_by_connectivity": False,
            "ref_image": list(sim.uploads)[1],
        },
        {"input": parts.task_id, "face_limit": 5000, "part_names": ["head"]},
        {"input": model, "model": rules.DECIMATE_V1, "quad": True, "bake": False},
        {"input": model, "model": rules.DECIMATE_V3, "smart_uv": True},
    ]


def test_a_body_of_v2_goes_through_as_it_is(sim, sdk, image):  # noqa: F811
    async def work(client):
        model = (await generated(client, str(image))).task_id
        return model, await ended(client, client.create_task({"type": "animate_rig", "original_model_task_id": model}))

    model, rig = sdk(work)
    assert (rig.type, sim.creates[1]) == ("animate_rig", {"original_model_task_id": model})


def test_refusals_reach_it_with_their_codes(sim, sdk, image):  # noqa: F811
    model = sdk(lambda client: generated(client, str(image))).task_id
    skeleton = sdk(lambda client: ended(client, client.rig(model, spec="mixamo"))).task_id
    paid = sim.paid
    assert refused(sdk, lambda client: client.rig("00000000-0000-4000-8000-000000000000")) == 2001
    assert refused(sdk, lambda client: client.rig(model, rig_type=RigType.AVIAN)) == 1004
    assert refused(sdk, lambda client: client.rig(skeleton)) == 2006
    assert refused(sdk, lambda client: client.retarget(model, animation="preset:biped:walk")) == 2012
    assert refused(sdk, lambda client: client.retarget(skeleton, animation="preset:biped:walk")) == 2012
    assert refused(sdk, lambda client: client.texture_model(model, texture=False, pbr=False)) == 1004
    assert refused(sdk, lambda client: client.texture_model(skeleton, text_prompt="rust")) == 2006
    assert refused(sdk, lambda client: client.mesh_segment(model, segmentation_granularity="simple")) == 1004
    assert refused(sdk, lambda client: client.mesh_decimate(model, face_limit=100)) == 1004
    sim.balance = 24
    assert refused(sdk, lambda client: client.rig(model)) == 2010
    sim.fail_tasks()
    sim.balance = 1000
    failed = sdk(lambda client: generated(client, str(image))).task_id
    assert refused(sdk, lambda client: client.mesh_segment(failed)) == 2007
    assert sim.paid == paid + 1


def test_what_the_sdk_does_not_send(sim, sdk, image):  # noqa: F811
    async def work(client):
        rig = await ended(client, client.rig_model((await generated(client, str(image))).task_id, "v2.0-20250506"))
        await client.retarget_animation(rig.task_id, Animation.RUN, bake_animation=False)
        with pytest.raises(TripoValidationError):
            await client.retarget(rig.task_id)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of the model that is gone, and of baking
        sdk(work)
    assert sim.creates[1]["model"] == rules.RIG_V25
    assert sim.creates[2].keys() == {"input", "animation"}
