"""The report of a full run: what the long tests measured, stamped with the code that they tested.

The long tests write their figures as JSON files into a folder; REPORT.json keeps them, REPORT.md shows them. The stamp
is a hash of the transport, journal, gate, worker and landing code. Only a run that made the figures makes a stamp, and
only when there are enough of them and nothing was lost, paid twice, hung or reached outside.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import faults
from _layout import ROOT

REPORT = ROOT / "tests" / "REPORT.json"
NEEDED = ("kill", "corpus")
"""Figures without which there is no report; `corpus-5.0` is one of `corpus`."""
KILLS = {"killed": 150, "network cut": 50}
"""How often a run is hit at least, by the way it is hit."""
FILES = {"glb": 1000, "fbx": 500, "obj": 500, "stl": 500, "ply": 500, "zip": 500, "usd": 500}
"""How many damaged files each Blender is given at least, by format."""
NEVER = ("lost", "paid twice", "other faults", "over time", "read outside", "written outside", "packed from outside")
"""What must not have happened once."""
STAMPED = tuple(f"blender_addon/{name}/*.py" for name in ("net", "worker", "landing", "core"))
UNSTAMPED = {
    "blender_addon/core/" + name + ".py"
    for name in ("__init__", "metadata", "options", "prepare", "provenance", "source")
}
"""What an image and an option are: no long test is about them."""
RENEW = "python3 scripts/test.py full"


def stamped(root: Path = ROOT) -> list[Path]:
    """Return the files that the stamp is made of; new ones in those folders belong to it without being listed."""
    found = {path for pattern in STAMPED for path in root.glob(pattern)}
    return sorted(path for path in found if path.relative_to(root).as_posix() not in UNSTAMPED)


def stamp(root: Path = ROOT) -> str:
    """Return the hash of these files and their names; line ends do not matter."""
    digest = hashlib.sha256()
    for path in stamped(root):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def stale() -> str:
    """Return what is wrong with the report in a sentence, or nothing."""
    report = REPORT
    if not report.exists():
        return f"There is no {report.name}: run {RENEW}."
    shown = report.with_suffix(".md")
    kept = json.loads(report.read_text(encoding="utf-8"))["stamp"]
    if not shown.exists() or kept not in shown.read_text(encoding="utf-8"):
        return f"{shown.name} does not belong to {report.name}: run {RENEW}."
    if kept != stamp():
        return f"{report.name} was made with other transport, journal, gate, worker or landing code: run {RENEW}."
    return ""


def write(figures: Path, layers: Mapping[str, str], before: str) -> str:
    """Write the report of a run and return nothing, or the sentence why not; `before` is the stamp at its start."""
    report = REPORT
    made = {path.stem: _read(path) for path in sorted(figures.glob("*.json"))}
    lacking = [name for name in NEEDED if not any(one == name or one.startswith(name + "-") for one in made)]
    if lacking:
        return f"No report is written: no test made the figures {' and '.join(lacking)}."
    if problems := wanting(made):
        return f"No report is written: {'; '.join(problems)}."
    if before != stamp():
        return "No report is written: the code was changed while its tests ran."
    facts = {
        "stamp": before,
        "made": time.strftime("%Y-%m-%d", time.gmtime()),
        "versions": versions(),
        "faults": faults.read().counts(),
        "layers": dict(layers),
        "figures": made,
        "stamped": [path.relative_to(ROOT).as_posix() for path in stamped()],
    }
    report.write_bytes((json.dumps(facts, indent=2, ensure_ascii=False) + "\n").encode())
    report.with_suffix(".md").write_bytes(render(facts).encode())
    return ""


def _read(path: Path) -> Any:
    """Read figures, without the sentences that damaged files ended in: those quote the files and this machine."""
    figures = json.loads(path.read_text(encoding="utf-8"))
    for one in figures.get("formats", {}).values():
        one.pop("sentences", None)
    return figures


def wanting(made: Mapping[str, Any]) -> list[str]:
    """Return where there are too few figures, and what happened that must not."""
    hits = made.get("kill", {})
    found = _few("kill", KILLS, {way: one["hits"] for way, one in hits.items()})
    for name, figures in made.items():
        groups = figures if name.startswith("kill") else {}
        if name.startswith("corpus"):
            formats = figures.get("formats", {})
            groups = {kind: one["cases"] for kind, one in formats.items()}
            found += _few(name, FILES, {kind: one["files"] for kind, one in formats.items()})
        found += [f"{name}, {group}: {what}" for group, one in groups.items() for what in NEVER if one.get(what)]
    return found


def _few(name: str, least: Mapping[str, int], counts: Mapping[str, int]) -> list[str]:
    """Return where there are fewer than must be."""
    return [f"{name}: {counts.get(one, 0)} of {least[one]} {one}" for one in least if counts.get(one, 0) < least[one]]


def versions() -> dict[str, str]:
    """Return the versions of what was tested and of what it ran on; Blender's are the layers' names."""
    manifest = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8")
    found = re.search(r'^version = "(.+)"', manifest, re.MULTILINE)
    return {
        "Maquette": found[1] if found else "unknown",
        "system": f"{platform.system()} {platform.machine()}",
        "Python of the scripts": platform.python_version(),
    }


def render(facts: Mapping[str, Any]) -> str:
    """Return the report as Markdown."""
    rows = {**facts["versions"], "made on": facts["made"], "stamp": f"`{facts['stamp']}`"}
    parts = [
        "# Report of the full run\n\nMade by `" + RENEW + "`; the figures are also in REPORT.json. The stamp is a hash "
        "of the transport, journal, gate, worker and landing code that was tested (the files at the end): a test fails "
        "when that code has changed since.",
        _table({"": rows}),
        "## Layers\n\n" + _table({"outcome": facts["layers"]}),
        "## Faults\n\nRows of [FAULTS.md](FAULTS.md).\n\n" + _table({"rows": facts["faults"]}),
    ]
    for name, figures in facts["figures"].items():
        parts += [f"## Figures: {name}", *_tables(figures)]
    parts.append("## Stamped files\n\n" + ", ".join(f"`{one}`" for one in facts["stamped"]) + "\n")
    return "\n\n".join(parts)


def _tables(figures: Mapping[str, Any]) -> list[str]:
    """Return plain figures as one table, groups of figures side by side, and groups of groups as a table each."""
    plain = {key: one for key, one in figures.items() if not isinstance(one, Mapping)}
    groups = {key: one for key, one in figures.items() if key not in plain}
    deep = {key: one for key, one in groups.items() if one and all(isinstance(two, Mapping) for two in one.values())}
    flat = {key: one for key, one in groups.items() if key not in deep}
    made = [_table(columns) for columns in ({"": plain} if plain else {}, flat) if columns]
    return made + [f"### {key}\n\n{_table(one)}" for key, one in deep.items()]


def _table(columns: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a table with these columns; its rows are the keys of any of them."""
    keys = list(dict.fromkeys(key for column in columns.values() for key in column))
    lines = [["", *columns], ["---"] * (len(columns) + 1)]
    lines += [[key, *(_cell(column.get(key, "")) for column in columns.values())] for key in keys]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(value: Any) -> str:
    """Return a figure as text in one line; figures inside it stand under each other."""
    if isinstance(value, Mapping):
        return "<br>".join(f"{key}: {_cell(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    return str(value).replace("|", "\\|").replace("\n", " ")
