"""What a bug report needs of a task, as text that may be shown to anybody: no key, no signed link, no home folder."""

from __future__ import annotations

import json
import platform
import re
import sys
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from . import log
from .redact import redacted, visible
from .task import Task

_TIMES = {"created": "created", "sent": "create sent", "ended": "ended"}
"""Field of a task → what happened then."""


def details(task: Task, folder: Path, programs: Mapping[str, str]) -> str:
    """Return the report about the task whose log lies in the data folder; `programs` are name → version."""
    facts = {
        "Maquette": version(),
        **programs,
        "Python": platform.python_version(),
        "System": f"{platform.platform()} ({platform.machine()})",
        "Task": task.id,
        "Provider": task.provider,
        "Provider's task": task.provider_task or "none",
        "Goes on with": task.follows or "none",
        "Stage": task.stage + ("" if task.percent is None else f", {task.percent} %"),
        "Times (UTC)": ", ".join(f"{what} {_when(at)}" for name, what in _TIMES.items() if (at := getattr(task, name))),
        "Views": _json({name: Path(one).suffix if "://" not in one else one for name, one in task.views.items()}),
        "Options": _json(task.options),
        "Estimate, cost": f"{task.estimate or 'unknown'}, {task.credits or 'unknown'}",
        "Model file, .blend": f"{task.model_file or 'none'}, {task.blend or 'none'}",
        "Statistics": _json(task.statistics),
        "Warnings": " ".join(task.warnings) or "none",
    }
    error = task.error or {}
    text = [f"{name}: {value}" for name, value in facts.items()]
    text.append(f"Error: {error.get('kind', 'none')}" + (f": {error['message']}" if error.get("message") else ""))
    if words := error.get("details"):  # of an error in the background Blender these are its last words
        text += ["Details:", *(f"  {one}" for one in words.splitlines())]
    text += ["Log:", *(f"  {one}" for one in log.last_lines(folder, task.id))]
    return public("\n".join(text))


def public(text: str) -> str:
    """Return the text without secrets, control characters and the name of the home folder."""
    home = str(Path.home())
    for one in {home, json.dumps(home)[1:-1], home.replace("\\", "/")}:
        if len(one) > 1:
            text = text.replace(one, "~")
    return visible(redacted(text), kept="\n")


def version() -> str:
    """Return Maquette's version: the manifest lies in the installed extension, or beside the package in its source."""
    package = Path(__file__).parents[1]
    for folder in (package, package.parent):
        manifest = folder / "blender_manifest.toml"
        if manifest.is_file():
            return str(tomllib.loads(manifest.read_text("utf-8")).get("version", "unknown"))
    return installed("maquette") or "unknown"


def installed(name: str) -> str:
    """Return the version of an installed Python package; empty when there is none."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def bpy_version() -> str:
    """Return the version of Blender as a module of this Python; what the command line works with."""
    return installed("bpy") or f"not in {Path(sys.executable).name}"


def bpy_release() -> tuple[int, int]:
    """Return the first two numbers of that version; higher ones than any where there is none."""
    found = re.match(r"(\d+)\.(\d+)", bpy_version())
    return (int(found[1]), int(found[2])) if found else (sys.maxsize, 0)


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
