"""The official SDK, a second witness, takes the simulator for Tripo."""

import asyncio

import pytest
from pictures import real_png
from simulators.tripo import Tripo
from simulators.tripo_rules import V31
from tripo3d import TripoAPIError, TripoClient, TripoRequestError

QUICK_S = 0.1
"""The SDK's shortest poll interval."""
LIMIT_S = 20.0


@pytest.fixture
def sim():
    with Tripo() as one:
        yield one
        assert one.leaks == []


@pytest.fixture
def sdk(sim):
    """Run what is given the SDK's client to its end."""

    def run(work, key=None):
        async def whole():
            async with TripoClient(api_key=key or sim.key, v3_base_url=sim.base_url) as client:
                return await asyncio.wait_for(work(client), LIMIT_S)

        return asyncio.run(whole())

    return run


def refused(sdk, work, **more) -> int:
    with pytest.raises(TripoAPIError) as caught:
        sdk(work, **more)
    assert caught.value.suggestion and caught.value.request_id
    return caught.value.code


async def generated(client, *given, **options):
    task = await client.image_to_model(*given, model_version=V31, **options)
    return await client.wait_for_task(task, polling_interval=QUICK_S)


def test_an_image_becomes_a_model(sim, sdk, image, tmp_path):
    async def work(client):
        task = await generated(client, str(image), texture_quality="detailed", model_seed=7)
        return task, await client.download_task_models(task, str(tmp_path))

    task, files = sdk(work)
    assert (task.status.value, task.progress, task.type) == ("success", 100, "image_to_model")
    assert task.credits_consumed == 40.0
    assert task.create_time > 0
    assert files["model"].endswith(".glb")
    assert (tmp_path / f"{task.task_id}_model.glb").read_bytes() == sim.result
    (upload,) = sim.requests("POST /v3/files")
    assert upload.parts["file"].data == image.read_bytes()
    (token,) = sim.uploads
    assert sim.creates == [{"input": token, "model": V31, "texture_quality": "detailed", "model_seed": 7}]


def test_views_become_a_model(sim, sdk, image):
    async def work(client):
        task = await client.multiview_to_model([str(image), None, str(image), None], model_version=V31, quad=True)
        return await client.wait_for_task(task, polling_interval=QUICK_S)

    task = sdk(work)
    assert (task.type, task.credits_consumed) == ("multiview_to_model", 35.0)
    assert ".fbx?" in task.output.model_url
    front, left, back, right = sim.creates[0]["inputs"]
    assert front in sim.uploads and back in sim.uploads
    assert left is None and right is None


def test_a_large_file_goes_over_a_presigned_address(sim, sdk, image, monkeypatch):
    monkeypatch.setattr(TripoClient, "MULTIPART_MAX_BYTES", 10)
    token = sdk(lambda client: client.upload_file(str(image)))["file_token"]
    assert sim.uploads[token].data == real_png()
    assert [one.host for one in sim.seen] == ["api", "results"]


def test_the_account(sim, sdk, image):
    async def work(client):
        before = await client.get_balance()
        task = await generated(client, str(image))
        several = await client.list_tasks([task.task_id, "none"])
        return before, task, several, await client.get_usage(limit=5), await client.get_balance()

    before, task, several, usage, after = sdk(work)
    assert (before.balance, before.frozen, after.balance) == (1000.0, 0.0, 970.0)
    assert several.tasks[task.task_id].status.value == "success"
    assert several.missed == ["none"]
    assert [(one.task_id, one.status, one.credits_consumed) for one in usage] == [(task.task_id, "success", 30.0)]


@pytest.mark.parametrize(("code", "status"), [(2008, "failed"), (2018, "expired"), (2008, "banned")])
def test_a_task_that_ends_without_a_model(sim, sdk, image, code, status):
    sim.fail_tasks(code, "The reason", status)
    task = sdk(lambda client: generated(client, str(image)))
    assert (task.status.value, task.error_code, task.error_message) == (status, code, "The reason")
    assert task.credits_consumed == 0.0 and not task.output.urls


def test_errors_reach_it_with_their_codes(sim, sdk, image, tmp_path):
    text = tmp_path / "castle.txt"
    text.write_text("no image")
    assert refused(sdk, lambda client: client.get_balance(), key="tsk_other") == 2
    assert refused(sdk, lambda client: client.upload_file(str(text))) == 2004
    assert refused(sdk, lambda client: client.get_task("none")) == 2001
    assert refused(sdk, lambda client: client.image_to_model(str(image))) == 1004, "its default model is none of ours"
    embedded = {"type": "image_to_model", "input": "data:image/png;base64,iVBO", "model": V31}
    assert refused(sdk, lambda client: client.create_task(embedded)) == 1004
    assert refused(sdk, lambda client: generated(client, str(image), generate_parts=True)) == 1004
    sim.balance = 29
    assert refused(sdk, lambda client: generated(client, str(image))) == 2010
    sim.refuse_next("POST *image-to-model", 429, 2000)
    assert refused(sdk, lambda client: generated(client, str(image))) == 2000
    assert sim.paid == 0


def test_it_asks_again_for_a_task_and_never_creates_twice(sim, sdk, image):
    sim.refuse_next("GET /v3/tasks/*", 429, 1007, Retry_After="0")
    sim.drop_next("GET /v3/tasks/*")
    assert sdk(lambda client: generated(client, str(image))).status.value == "success"
    sim.lose_next("POST *image-to-model")
    with pytest.raises(TripoRequestError):
        sdk(lambda client: generated(client, str(image)))
    assert sim.paid == 2


def test_an_expired_link_is_an_error_of_the_download(sim, sdk, image, tmp_path):
    sim.expire_links(2)

    async def work(client):
        task = await generated(client, str(image))
        first = await client.download_task_models(task, str(tmp_path))
        return first, await client.download_task_models(await client.get_task(task.task_id), str(tmp_path))

    first, second = sdk(work)
    assert set(first.values()) == {None}, "the model and the picture"
    assert first.keys() == second.keys() and all(second.values())
