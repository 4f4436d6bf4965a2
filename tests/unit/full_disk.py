"""One paid task in a process whose disk is full from a given point on, and once more when there is room again.

Called with: limit, journal or disk; the data folder; an image; the point. Prints what happened as one line of JSON.
"""

import json
import os
import resource
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from scripted import Here, Server  # noqa: E402

from blender_addon.core.errors import InputError  # noqa: E402

LIMITS = {"limit": 64, "journal": 3000}
"""Bytes that a file may have: nothing fits; a task's note fits, and the journal does not."""


def fill(kind: str, folder: Path) -> None:
    """Leave no room."""
    if kind in LIMITS:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMITS[kind], resource.RLIM_INFINITY))
        return
    with (folder / "filler").open("wb", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def make_room(folder: Path) -> None:
    """Take it back."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    (folder / "filler").unlink(missing_ok=True)


def main(kind: str, folder: Path, image: Path, point: str) -> dict[str, object]:
    """Run the task twice."""
    os.environ["MAQUETTE_POLL_S"] = "0.001"
    server = Server()
    here = Here(folder, server)
    if point == "prepare":
        fill(kind, folder)
        try:
            here.prepare("paid", image)
        except InputError as error:
            left = [one.name for one in here.journal.tasks_folder.iterdir()]
            return {"message": error.message, "creates": len(server.creates), "left": left}
    task = here.prepare("paid", image)
    server.at_point[point] = lambda _: fill(kind, folder)
    kept = here.run(task)
    told = here.events[-1].as_json()
    found = {"creates": len(server.creates), "stage": kept.stage, "kind": told["kind"], "message": told["message"]}
    make_room(folder)
    server.at_point.clear()
    here.journal.close()
    again = Here(folder, server)
    later = again.run(task)
    facts = {"stage": later.stage, "provider_task": later.provider_task, "creates": len(server.creates)}
    return found | {f"{name}_later": value for name, value in facts.items()}


if __name__ == "__main__":
    chosen, data, picture, where = sys.argv[1:]
    print(json.dumps(main(chosen, Path(data), Path(picture), where)))
