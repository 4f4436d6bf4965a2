"""What comes instead of the file: too much, too little, packed, damaged, or more than the disk holds."""

import base64
import errno
import gzip
import hashlib
import shutil

import pytest
import shop
from model_server import FILE, HALF, NOTHING, REST, SIZE, TAG, Ranges, asked, begun, cut, fetch, full, rest, said, whole
from shop import RawServer, as_older_requests, selling, transport

from blender_addon.core.errors import DiskError, NetworkError, ProviderError
from blender_addon.core.halt import Halt
from blender_addon.net import download, part
from blender_addon.net.part import Part, Version

OPEN = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


sim = selling(FILE)
target = shop.target


@pytest.mark.fault("N24")
def test_without_a_length_the_file_itself_says_whether_it_is_whole(sim, target):
    with RawServer(Ranges(OPEN + FILE[:HALF], OPEN + FILE)) as server:
        assert fetch(sim, server.url + "/m", target) == SIZE and whole(target)
        assert len(server.requests) == 2
    target.unlink()
    with RawServer(Ranges(OPEN + b"v 1 2 3\n")) as server:
        assert fetch(sim, server.url + "/m", target) == 8, "a text has no length in it"


@pytest.mark.fault("N24")
def test_chunks_say_themselves_where_they_end(sim, target):
    body = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in (FILE[:HALF], FILE[HALF:]))
    told = []
    with RawServer(Ranges(CHUNKED + body[:100_000], CHUNKED + body + b"0\r\n\r\n")) as server:
        assert transport(sim).download(server.url + "/m", target, Halt(), told.append) == SIZE and whole(target)
        assert len(server.requests) == 2 and set(told) <= {0.0, 100.0}


@pytest.mark.fault("N25")
@pytest.mark.parametrize("size", [10**12, 2**31 + 1, 10**30])
def test_a_file_that_is_announced_as_too_large_is_not_begun(sim, target, size):
    with RawServer(Ranges(said(200, FILE, Content_Length=size))) as server:
        with pytest.raises(ProviderError, match=r"which is larger than 2 GB: not downloaded"):
            fetch(sim, server.url + "/m", target)
        assert len(server.requests) == 1 and list(target.parent.iterdir()) == []


@pytest.mark.fault("N26")
def test_a_rest_that_is_longer_than_announced_is_dropped_and_fetched_once_more(sim, target):
    longer = FILE[HALF:] + bytes(50_000)
    endless = rest(HALF, longer, Content_Length=len(longer), ETag=TAG)
    with RawServer(Ranges(cut(ETag=TAG), endless, full(ETag=TAG))) as server:
        assert fetch(sim, server.url + "/m", target) == SIZE and whole(target)
        assert asked(server) == [NOTHING, REST, NOTHING]
    target.unlink()
    with RawServer(Ranges(cut(ETag=TAG), endless, cut(ETag=TAG), endless)) as server:
        with pytest.raises(NetworkError, match="larger than announced"):
            fetch(sim, server.url + "/m", target)
        assert len(server.requests) == 4 and not target.exists()


@pytest.mark.fault("N27")
def test_the_file_is_asked_for_unpacked(sim, target):
    fetch(sim, sim.publish("m.glb"), target)
    assert [one.headers["accept-encoding"] for one in sim.seen] == ["identity"]


@pytest.mark.fault("N27")
@pytest.mark.parametrize("older", [False, True])
def test_a_file_that_comes_packed_all_the_same_is_unpacked_and_never_continued(sim, target, monkeypatch, older):
    if older:
        as_older_requests(monkeypatch)
    packed = gzip.compress(FILE)
    headers = {"Content_Encoding": "gzip", "Content_Length": len(packed), "ETag": TAG}
    with RawServer(Ranges(said(200, packed[:-900], **headers), said(200, packed, **headers))) as server:
        assert fetch(sim, server.url + "/m", target) == SIZE and whole(target)
        assert asked(server) == [NOTHING, NOTHING]


@pytest.mark.fault("N26")
def test_a_bomb_that_unpacks_without_end_is_stopped(sim, target, monkeypatch):
    monkeypatch.setattr(download, "LARGEST", 2**20)
    bomb = gzip.compress(bytes(2**24))
    with RawServer(Ranges(said(200, bomb, Content_Encoding="gzip", Content_Length=len(bomb)))) as server:
        with pytest.raises(ProviderError, match="larger than"):
            fetch(sim, server.url + "/m", target)
        assert len(server.requests) == 1 and list(target.parent.iterdir()) == []


def md5(content):
    return base64.b64encode(hashlib.md5(content).digest()).decode()


def sha(content):
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@pytest.mark.fault("P29")
@pytest.mark.parametrize("name", ["Repr_Digest", "x_goog_hash"])
def test_a_damaged_file_is_fetched_once_more_from_its_first_byte(sim, target, name):
    good = f"sha-256=:{sha(FILE)}:" if name == "Repr_Digest" else f"crc32c=AAAAAA==,md5={md5(FILE)}"
    broken = said(200, FILE[:-1] + b"?", Content_Length=SIZE, ETag=TAG, **{name: good})
    with RawServer(Ranges(broken, full(ETag=TAG, **{name: good}))) as server:
        assert fetch(sim, server.url + "/m", target) == SIZE and whole(target)
        assert asked(server) == [NOTHING, NOTHING]
    target.unlink()
    with RawServer(Ranges(broken)) as server:
        with pytest.raises(NetworkError, match="arrived damaged, twice"):
            fetch(sim, server.url + "/m", target)
        assert len(server.requests) == 2 and list(target.parent.iterdir()) == []


@pytest.mark.fault("P29")
def test_a_rest_that_does_not_belong_to_its_beginning_is_noticed(sim, target):
    begun(target, Version(TAG, SIZE, "", f"sha256 {sha(FILE)}"), b"glTF" + bytes(HALF - 4))
    with RawServer(Ranges(rest(ETag=TAG), full(ETag=TAG))) as server:
        assert fetch(sim, server.url + "/m", target) == SIZE and whole(target)
        assert asked(server) == [REST, NOTHING]


# ---- the disk


def free(monkeypatch, count):
    usage = shutil.disk_usage(".")
    monkeypatch.setattr(part.shutil, "disk_usage", lambda _: usage._replace(free=count))


@pytest.mark.fault("D01")
def test_a_disk_without_room_is_said_before_the_download(sim, target, monkeypatch):
    free(monkeypatch, 3 * SIZE - 1)
    link = sim.publish("m.glb")
    with pytest.raises(
        DiskError, match=r"needs 1 MB of free disk space, and .*task has 0 MB\. Free some space"
    ) as caught:
        fetch(sim, link, target)
    assert str(target.parent) in caught.value.message and caught.value.task_kept
    assert len(sim.seen) == 1 and list(target.parent.iterdir()) == []
    free(monkeypatch, 3 * SIZE)
    assert fetch(sim, link, target) == SIZE


@pytest.mark.fault("D01")
def test_what_is_there_already_needs_no_room_again(sim, target, monkeypatch):
    begun(target, Version(TAG, SIZE))
    free(monkeypatch, 3 * SIZE - HALF)
    with RawServer(Ranges(rest(ETag=TAG))) as server:
        assert fetch(sim, server.url + "/m", target) == SIZE


@pytest.mark.fault("D02")
def test_a_disk_that_runs_full_keeps_what_came(sim, target, monkeypatch):
    opened = type(target).open

    class Full:
        """A disk with room for half of the file."""

        def __init__(self, file):
            self._file = file

        def write(self, view):
            room = HALF - self._file.tell()
            if not room:
                raise OSError(errno.ENOSPC, "No space left on device")
            return self._file.write(view[: min(room, 5000)])

        def __getattr__(self, name):
            return getattr(self._file, name)

    def open_(self, mode="r", *given, **named):
        file = opened(self, mode, *given, **named)
        return Full(file) if self.name.endswith(".begun") and mode in ("wb", "ab") else file

    link = sim.publish("m.glb")
    with monkeypatch.context() as patch:
        patch.setattr(type(target), "open", open_)
        with pytest.raises(DiskError, match="The disk is full") as caught:
            fetch(sim, link, target)
        assert str(target.parent) in caught.value.message and len(sim.seen) == 1
    assert Part(target).size == HALF
    assert fetch(sim, link, target) == SIZE and whole(target)
    assert sim.seen[-1].headers["range"] == f"bytes={HALF}-"


@pytest.mark.fault("D10")
def test_a_file_that_another_program_holds_is_waited_for_and_named(sim, target, monkeypatch):
    monkeypatch.setattr(part, "RENAME_S", 0.01)
    refused, replace = [], type(target).replace

    def held(self, other):
        if self.name.endswith(".begun") and len(refused) < times:
            refused.append(self)
            raise PermissionError(13, "The file is used by another process")
        return replace(self, other)

    monkeypatch.setattr(type(target), "replace", held)
    times = 9
    assert fetch(sim, sim.publish("m.glb"), target) == SIZE and whole(target) and len(refused) == 9
    target.unlink()
    times = 19
    with pytest.raises(DiskError, match=r"model\.part\.begun could not be renamed"):
        fetch(sim, sim.publish("m.glb"), target)
    assert Part(target).size == SIZE
    assert fetch(sim, sim.publish("m.glb"), target) == SIZE and len(sim.seen) == 3, "a 416 says that it is whole"
