"""Downloads that go on where another connection, link or process ended, and those that must not."""

import subprocess
import sys
from email.utils import formatdate
from pathlib import Path

import pytest
import shop
from model_server import FILE, HALF, NOTHING, REST, TAG, Ranges, asked, begun, cut, fetch, full, rest, said, whole
from shop import RawServer, selling, transport
from waiting import until

from blender_addon.core.errors import LinkError, NetworkError
from blender_addon.core.halt import Halt
from blender_addon.net import http
from blender_addon.net.part import Part, Version

ROOT = Path(__file__).resolve().parents[2]


sim = selling(FILE)
target = shop.target


@pytest.mark.fault("N16", "N17", "N29", "P28")
def test_a_broken_download_goes_on_where_it_ended(sim, target):
    with RawServer(Ranges(cut(ETag=TAG), rest(ETag=TAG))) as server:
        assert fetch(sim, server.url + "/m", target) == len(FILE) and whole(target)
        assert asked(server) == [NOTHING, REST]


@pytest.mark.fault("P22", "S16")
def test_a_link_that_runs_out_in_the_middle_is_continued_by_a_fresh_one(sim, target):
    """The side-car holds no link, so that nobody can read one from it."""
    expired = said(403, b"<Error/>", Content_Length=8)
    with RawServer(Ranges(cut(ETag=TAG), expired, rest(ETag=TAG))) as server:
        with pytest.raises(LinkError, match="works no longer"):
            fetch(sim, server.url + "/old?Signature=secret", target)
        kept = target.with_name("model.part.begun.json").read_text()
        assert Part(target).size == HALF
        assert all(word not in kept for word in ("secret", "Signature", "127.0.0.1", "http", "/old"))
        assert fetch(sim, server.url + "/fresh?Signature=other", target) == len(FILE) and whole(target)
        assert asked(server) == [NOTHING, REST, REST]


PROGRAM = """
import sys
from pathlib import Path
from blender_addon.core.halt import Halt
from blender_addon.core.provider import Auth
from blender_addon.net.http import HttpTransport
transport = HttpTransport("Shop", sys.argv[1], "key-of-the-test", Auth(), lambda: True)
transport.download(sys.argv[2], Path(sys.argv[3]), Halt(), lambda _: None)
"""


@pytest.mark.fault("X03", "S04")
def test_a_process_that_was_killed_leaves_what_the_next_one_continues(sim, target):
    sim.cut_next("/results/*", 150_000, 600)
    link = sim.publish("m.glb")
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, sim.base_url, link, str(target)], cwd=ROOT)
    try:
        until(lambda: Part(target).size == HALF, "the half comes")
    finally:
        process.kill()
        process.wait(30)
    sim.release()
    assert not target.exists()
    assert fetch(sim, sim.publish("m.glb"), target) == len(FILE) and whole(target)
    assert sim.seen[-1].headers["range"] == f"bytes={HALF}-" and sim.seen[-1].headers["if-range"].startswith('"')


OLD, NOW = formatdate(0, usegmt=True), formatdate(10**9, usegmt=True)
DATED = {"Last_Modified": OLD, "Date": NOW}


def test_a_date_of_change_continues_the_same_address_only(sim, target):
    with RawServer(Ranges(cut(**DATED), rest(**DATED))) as server:
        assert fetch(sim, server.url + "/m?Expires=1", target) == len(FILE) and whole(target)
        assert asked(server) == [NOTHING, (f"bytes={HALF}-", OLD)]
    with RawServer(Ranges(cut(**DATED), said(403, b"", Content_Length=0), full(**DATED))) as server:
        with pytest.raises(LinkError):
            fetch(sim, server.url + "/m.glb?Expires=1", target)
        assert fetch(sim, server.url + "/m.fbx?Expires=2", target) == len(FILE) and whole(target)
        assert asked(server)[-1] == NOTHING, "another file of the same task may have the same date"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ETag": 'W/"v1"'},
        {"ETag": "v1"},
        {"ETag": '""'},
        {"Last_Modified": OLD, "Date": OLD},
        {"Last_Modified": OLD},
        {"Last_Modified": "yesterday", "Date": NOW},
        {"ETag": 'W/"v1"', **DATED},
    ],
    ids=str,
)
def test_what_names_no_version_for_sure_is_not_continued(sim, target, headers):
    with RawServer(Ranges(cut(**headers), full(**headers))) as server:
        assert fetch(sim, server.url + "/m", target) == len(FILE) and whole(target)
        assert asked(server) == [NOTHING, NOTHING]


@pytest.mark.fault("N20")
def test_a_server_that_sends_all_again_starts_over(sim, target):
    told = []
    with RawServer(Ranges(cut(ETag=TAG), full(ETag=TAG))) as server:
        transport(sim).download(server.url + "/m", target, Halt(), told.append)
        assert whole(target) and asked(server) == [NOTHING, REST]


@pytest.mark.fault("N22")
def test_a_version_that_changed_starts_over(sim, target):
    link = sim.publish("m.glb")
    begun(target, Version('"of yesterday"', len(FILE)), b"x" * HALF)
    assert fetch(sim, link, target) == len(FILE) and whole(target)
    assert [one.headers.get("if-range") for one in sim.seen] == ['"of yesterday"']


WRONG = {
    "start": rest(HALF - 100),
    "later start": rest(HALF + 100),
    "no range": said(206, FILE[HALF:], Content_Length=len(FILE) - HALF, ETag=TAG),
    "nonsense": rest(Content_Range="bytes all/of it", ETag=TAG),
    "other length": rest(Content_Range=f"bytes {HALF}-{len(FILE)}/{len(FILE) + 1}", ETag=TAG),
    "other tag": rest(ETag='"v2"'),
    "weak tag": rest(ETag='W/"v1"', Content_Range="bytes 0-1/2"),
}


@pytest.mark.fault("N21", "N22")
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_rest_that_does_not_fit_starts_over(sim, target, wrong):
    with RawServer(Ranges(cut(ETag=TAG), wrong, full(ETag=TAG))) as server:
        assert fetch(sim, server.url + "/m", target) == len(FILE) and whole(target)
        assert asked(server) == [NOTHING, REST, NOTHING]


@pytest.mark.fault("N23")
@pytest.mark.parametrize("size", [len(FILE), HALF, len(FILE) + 1])
def test_a_range_that_cannot_be_had_means_whole_or_starts_over(sim, target, size):
    beyond = said(416, b"", Content_Length=0, Content_Range=f"bytes */{len(FILE)}")
    begun(target, Version(TAG), (FILE + b"x")[:size])
    with RawServer(Ranges(beyond, full(ETag=TAG))) as server:
        assert fetch(sim, server.url + "/m", target) == len(FILE) and whole(target)
        first = (f"bytes={size}-", TAG)
        assert asked(server) == ([first] if size == len(FILE) else [first, NOTHING])


def test_a_part_of_more_than_the_whole_is_not_continued(sim, target):
    begun(target, Version(TAG, 10), FILE[:HALF])
    with RawServer(Ranges(full(ETag=TAG))) as server:
        assert fetch(sim, server.url + "/m", target) == len(FILE) and whole(target) and asked(server) == [NOTHING]


@pytest.mark.parametrize("about", [b"", b"{", b"[]", b'{"link": "x"}', b"\xff", b"null"])
def test_a_damaged_side_car_starts_over(sim, target, about):
    begun(target, Version(TAG, len(FILE)))
    target.with_name("model.part.begun.json").write_bytes(about)
    with RawServer(Ranges(full(ETag=TAG))) as server:
        assert fetch(sim, server.url + "/m", target) == len(FILE) and whole(target) and asked(server) == [NOTHING]


@pytest.mark.fault("N16")
def test_new_bytes_give_new_patience(sim, target, monkeypatch):
    """As long as something comes it goes on; five connections that bring nothing end it."""
    at = list(range(0, len(FILE), 16_384))
    pieces = [
        said(206, FILE[a : a + 16_384], Content_Range=f"bytes {a}-{len(FILE) - 1}/{len(FILE)}", ETag=TAG) for a in at
    ]
    first = said(200, FILE[:16_384], Content_Length=len(FILE), ETag=TAG)
    with RawServer(Ranges(first, *pieces[1:])) as server:
        assert fetch(sim, server.url + "/m", target) == len(FILE) and whole(target)
        assert len(server.requests) == len(at) > 2 * http.TRIES
    target.unlink()
    with RawServer(Ranges(first, rest(16_384, b"", Content_Length=9, ETag=TAG))) as server:
        with pytest.raises(NetworkError, match=r"could not be fetched.*The task is kept"):
            fetch(sim, server.url + "/m", target)
        assert len(server.requests) == 1 + http.TRIES and Part(target).size == 16_384


def test_a_server_that_always_breaks_at_the_same_place_is_given_up(sim, target):
    with RawServer(Ranges(cut())) as server:
        with pytest.raises(NetworkError, match="could not be fetched"):
            fetch(sim, server.url + "/m", target)
        assert len(server.requests) == 1 + http.TRIES
