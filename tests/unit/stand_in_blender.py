"""A program in the place of the background Blender: the same lines on the same pipes, and it can misbehave.

STAND_IN names a folder: `script.json` in it says what each work shall do instead (it is read at every request), and
what was done is written there: `calls` (a line each), the latest order of each work, `started-PID`, `ended-PID`.
"""

import json
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from pictures import real_png

FOLDER = Path(os.environ["STAND_IN"])
STATISTICS = {"objects": 1, "triangles": 12, "materials": 1, "images": 3}
MODEL = b"glTF\x02\0\0\0" + bytes(1000)


def say(**values: Any) -> None:
    """Write one line of the protocol."""
    os.write(1, json.dumps(values).encode() + b"\n")


def picture(given: dict[str, Any]) -> dict[str, Any]:
    """Convert an image."""
    path = Path(given["target"]).with_suffix(".png")
    path.write_bytes(real_png())
    return {"path": str(path)}


def reconstruct(given: dict[str, Any]) -> dict[str, Any]:
    """Make a model file of the views."""
    if not all(Path(path).is_file() for path in given["views"].values()):
        return {"missing": given["views"]}
    Path(given["target"]).write_bytes(MODEL)
    return {"faces": 12}


def convert(given: dict[str, Any]) -> dict[str, Any]:
    """Make a .blend of the model file, or only say so."""
    if given.get("do") in ("forget", "empty", "spoil"):
        if given["do"] != "forget":
            Path(given["blend"]).write_bytes(b"" if given["do"] == "empty" else b"<html>")
        return {"statistics": STATISTICS}
    Path(given["blend"]).write_bytes(b"BLENDER" + Path(given["model"]).read_bytes())
    return {"statistics": STATISTICS} | ({"warnings": ["A texture was left out."]} if given.get("do") == "warn" else {})


def write(given: dict[str, Any]) -> dict[str, Any]:
    """Write the outputs."""
    for path in [*given["outputs"], *([given["preview"]] if given["preview"] else [])]:
        Path(path).write_bytes(Path(given["blend"]).read_bytes())
    return {"statistics": STATISTICS, "main_thread_ms": 12.3456}


def hang() -> None:
    """Never answer."""
    (FOLDER / f"hangs-{os.getpid()}").touch()
    time.sleep(3600)


def die() -> None:
    """End without a word of the protocol, with words on stderr."""
    for number in range(300):
        print(f"word {number}", file=sys.stderr)
    print("these were my last words", file=sys.stderr, flush=True)
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def noise(number: int) -> None:
    """Print what Blender and its add-ons print, some of it looking like ours."""
    for line in (
        "Blender 4.3.2",
        "",
        "{not json",
        '{"id": null}',
        "[1, 2]",
        f'{{"id": {number - 1}, "done": {{}}}}',
        "{}",
    ):
        os.write(1, line.encode() + b"\n")
    os.write(1, b"\xff\xfe\n")


def behave(what: str, number: int) -> bool:
    """Misbehave; return whether the work is done all the same."""
    if what == "hang":
        hang()
    if what == "die":
        die()
    if what == "noise":
        noise(number)
    if what == "chatter":
        sys.stderr.write(("x" * 99 + "\n") * 50_000)
    if what == "flood":
        for _ in range(200):
            os.write(2, b"x" * 2**20)
            os.write(1, b"{" * 2**20)
        os.write(1, b"\n")
    if what == "eat":
        eaten = []
        while True:
            eaten.append(b"x" * 2**24)
    if what == "slow":
        hold = FOLDER / "go"
        while not hold.exists():
            time.sleep(0.01)
    return True


def answer(request: dict[str, Any]) -> None:
    """Do one work."""
    number, work, given = request["id"], request["work"], request["arguments"]
    script = json.loads((FOLDER / "script.json").read_text()) if (FOLDER / "script.json").exists() else {}
    with (FOLDER / "calls").open("a") as calls:
        calls.write(f"{work} {os.getpid()}\n")
    (FOLDER / f"{work}.json").write_text(json.dumps(given))
    say(id=number, percent=40.0)
    what = given.get("do") or script.get(work, "")
    if isinstance(what, dict):
        say(id=number, error=what)
        return
    given["do"] = what
    behave(what, number)
    if what == "environment":
        say(id=number, done={"names": sorted(os.environ)})
    elif work in WORKS:
        say(id=number, done=WORKS[work](given))
    else:
        say(id=number, done={"pid": os.getpid()})


WORKS = {"picture": picture, "reconstruct": reconstruct, "convert": convert, "write": write}


def read(requests: "queue.SimpleQueue[dict[str, Any]]") -> None:
    """Hand on the lines of stdin; its end is the parent's, and ours."""
    for line in sys.stdin.buffer:
        requests.put(json.loads(line))
    (FOLDER / f"ended-{os.getpid()}").touch()
    os._exit(0)


def main() -> None:
    """Answer until stdin ends."""
    (FOLDER / f"started-{os.getpid()}").touch()
    requests: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=read, args=(requests,), daemon=True).start()
    while True:
        answer(requests.get())


if __name__ == "__main__":
    main()
