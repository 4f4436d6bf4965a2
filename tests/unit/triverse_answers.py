"""Triverse's answers as its documents print them, and a way to play them to a flow."""

from blender_addon.core.flow import Response, drive
from blender_addon.core.provider import Source
from blender_addon.core.source import VIEWS, View
from blender_addon.providers.triverse import Triverse, TriverseOptions

TASK = "92483a80-236c-4889-9a95-4c90bb64dfd8"
KEY = "3f2b0c6de2f84f2c9d7d3c8f4a1b5e60"
# the answer in the document
CREATED = {
    "code": 0,
    "message": "success",
    "data": {
        "task_uuid": TASK,
        "flow_name": "image-to-mesh",
        "status": "PENDING",
        "created_at": "2026-05-27T12:39:48.228522Z",
        "cost_credits": 120,
    },
}
REFERENCE = "tasks/uid_64e96053-76ab-4e9c-bd82-2def925b53bc/20250805/"
NONSENSE = [
    None,
    "",
    [],
    ["x"],
    3,
    "<html>Bad Gateway</html>",
    {},
    {"data": None},
    {"data": []},
    {"code": 0, "data": {}},
]


def said(data, code=0, status=200, **more):
    return Response(status, {"code": code, "message": "success" if not code else "No.", "data": data, **more})


def error(code, status, message="The words.", **more):
    return Response(status, {"code": code, "message": message, **more})


def play(flow, *answers):
    """Return what the flow returned, and what it sent."""
    waiting, sent = list(answers), []

    def send(request):
        sent.append(request)
        return waiting.pop(0)

    result = drive(flow, send)
    assert not waiting, "an answer was not asked for"
    return result, sent


def uploads(*names):
    return [said({"file_key": f"{REFERENCE}{name}.png"}) for name in names]


def submit(views, answer=None, again=False, sent_before=False, **values):
    """Return what came of it, and the requests."""
    source = Source(views, "task-1", KEY, sent_before, again)
    files = uploads(*(name for name in VIEWS if name in views and views[name].path))
    flow = Triverse().submit(source, TriverseOptions.build(values))
    return play(flow, *files, answer or Response(200, CREATED))


FRONT = {"front": View(link="https://example.org/owl.png")}
