"""Every text that Maquette shows: what Blender registered, the providers' options, and the sentences in the code.

Templates are told as the tables have them: what a text fills in is {0}, {1}, … in the order of the places.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import bpy

ROOT = Path(__file__).resolve().parents[2] / "blender_addon"
SPEAKING = ("blender", "core", "landing", "local", "net", "providers", "worker", "cli/accounts.py")
"""What is shown in Blender comes from there; the command line speaks English."""
UNHEARD = ("worker/export.py", "core/details.py")
"""What only the command line shows, and what goes into bug reports."""
SHOWN = ("text", "title", "message", "confirm_text", "heading", "placeholder")
"""Arguments of what draws and asks."""
DRAWING = {"label", "operator", "prop", "menu", "popover", "progress", "row", "column", "invoke_confirm", "undo_push"}
PROSE = re.compile(r"[A-Z“{][^\n]* [^\n]*")
BASES = ("Operator", "PropertyGroup", "AddonPreferences", "Panel", "UIList", "Menu", "FileHandler")


# ---- what Blender registered
OWN = (bpy.types.Operator, bpy.types.PropertyGroup, bpy.types.AddonPreferences)
"""Classes whose properties are all ours."""


def classes() -> list[type]:
    """Return Maquette's classes that are registered now."""
    bases = (getattr(bpy.types, name) for name in BASES if hasattr(bpy.types, name))
    found = (one for base in bases for one in base.__subclasses__() if one.__name__.startswith("MAQUETTE_"))
    return sorted((one for one in found if one.is_registered), key=lambda one: one.__name__)


def rna(kind: type):
    """Return what Blender knows of the class; an operator's own properties are not in its class."""
    if issubclass(kind, bpy.types.Operator):
        return getattr(bpy.ops.maquette, kind.bl_idname.partition(".")[2]).get_rna_type()
    return kind.bl_rna


def properties(kind: type) -> list:
    """Return the properties of ours that people see: those of panels and menus are Blender's own."""
    if not issubclass(kind, (*OWN, bpy.types.UIList)):
        return []
    lists = bpy.types.UIList.bl_rna.properties.keys() if issubclass(kind, bpy.types.UIList) else ()
    inherited = {"name", "rna_type", "bl_idname", *lists}
    return [one for one in rna(kind).properties if one.identifier not in inherited and not one.is_hidden]


def labels() -> dict[str, str]:
    """Return every label of a class, property or choice, with where it stands."""
    found = {}
    for kind in classes():
        if issubclass(kind, (bpy.types.Operator, bpy.types.Panel, bpy.types.Menu)):
            found.setdefault(kind.bl_label, kind.__name__)
        for one in properties(kind):
            if one.name != one.identifier:  # a pointer or collection that nobody named
                found.setdefault(one.name, f"{kind.__name__}.{one.identifier}")
            found |= {item.name: f"{kind.__name__}.{one.identifier}" for item in getattr(one, "enum_items_static", ())}
    return {text: place for text, place in found.items() if text}


def tooltips() -> dict[str, str]:
    """Return every description of a class, property or choice, with where it stands."""
    found = {}
    for kind in classes():
        if issubclass(kind, bpy.types.Operator):
            found.setdefault(rna(kind).description, kind.__name__)
        elif issubclass(kind, (bpy.types.Panel, bpy.types.Menu)):
            found.setdefault(getattr(kind, "bl_description", ""), kind.__name__)
        for one in properties(kind):
            found.setdefault(one.description, f"{kind.__name__}.{one.identifier}")
            items = getattr(one, "enum_items_static", ())
            found |= {item.description: f"{kind.__name__}.{one.identifier}" for item in items}
    return {text: place for text, place in found.items() if text}


def declared_words() -> dict[str, str]:
    """Return what providers and preferences declare besides what is registered."""
    from blender_addon.blender.preferences import SECTIONS
    from blender_addon.providers import every, every_follow_up

    found = {label: "preferences" for _, label, _ in SECTIONS}
    for one in (*every(), *every_follow_up()):
        found |= dict.fromkeys((one.title, one.description, one.note, one.note.partition(". ")[0]), one.id)
        found |= {name.replace("_", " ").title(): one.id for name in one.regions}
    return {text: place for text, place in found.items() if text}


def follow_up_titles() -> dict[str, str]:
    """Return what the buttons of the next steps say, with whose it is."""
    from blender_addon.providers import every_follow_up

    return {one.title: one.id for one in every_follow_up()}


# ---- what the code says
@cache
def sources() -> dict[str, ast.Module]:
    """Return the files that speak, by their names below the package."""
    files = [file for place in SPEAKING for file in sorted((ROOT / place).rglob("*.py")) or [ROOT / place]]
    names = {file.relative_to(ROOT).as_posix(): file for file in files}
    return {name: ast.parse(file.read_text("utf-8")) for name, file in names.items() if name not in UNHEARD}


def template(node: ast.AST) -> str:
    """Return a text, or an f-string or format string with numbered places; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return numbered(node.value)
    if not isinstance(node, ast.JoinedStr):
        return ""
    places = iter(range(len(node.values)))
    parts = (one.value if isinstance(one, ast.Constant) else f"{{{next(places)}}}" for one in node.values)
    return "".join(str(one) for one in parts)


def numbered(text: str) -> str:
    """Return a format string with its names replaced by numbers."""
    if not re.search(r"\{\w*\}", text):
        return text
    parts = enumerate(Formatter().parse(text))
    return "".join(literal + ("" if name is None else f"{{{at}}}") for at, (literal, name, _, _) in parts)


@cache
def sentences() -> dict[str, str]:
    """Return every text in the code that reads like one for people, with where it stands."""
    found = {}
    for name, tree in sources().items():
        silent = _silent(tree)
        for node in ast.walk(tree):
            text = "" if id(node) in silent else template(node).strip()
            if PROSE.fullmatch(text) and re.search("[a-z]{2}", text):
                found.setdefault(text, f"{name}:{node.lineno}")
    return found


@cache
def words() -> dict[str, str]:
    """Return the texts, single words too, that are given to what draws and asks."""
    found = {}
    for name, tree in sources().items():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            for given in shown(call):
                found |= {text: f"{name}:{call.lineno}" for text in _told_in(given) if re.search("[A-Za-z]{2}", text)}
    return found


def shown(call: ast.Call) -> list[ast.expr]:
    """Return what the call shows to a person."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if (name == "report" and len(call.args) > 1) or name == "poll_message_set":
        return [call.args[-1]]
    if name == "say":
        return call.args[:1]
    if name == "beside":
        return call.args[1:2]
    if name == "sentence":
        return call.args[2:3]
    return [one.value for one in call.keywords if one.arg in SHOWN] if name in DRAWING else []


def untold() -> list[str]:
    """Return where a text is shown that Blender cannot look up, because it is put together, and `say` is not asked."""
    found = []
    for name, tree in sources().items():
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            function = getattr(call.func, "attr", getattr(call.func, "id", ""))
            untranslated = any(one.arg == "translate" for one in call.keywords)
            if function in ("say", "sentence", "beside") or untranslated:
                continue
            names = [one.value for one in call.keywords if one.arg == "placeholder"]  # or addresses
            wanting = [one for one in shown(call) if one not in names and not _found(one)]
            found += [f"{name}:{call.lineno}: {ast.unparse(one)}" for one in wanting]
    return found


def _found(node: ast.expr) -> bool:
    """Tell whether Blender can look the text up as it stands, or `say` does."""
    if isinstance(node, ast.IfExp):
        return _found(node.body) and _found(node.orelse)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in ("say", "translations.say")
    if isinstance(node, ast.JoinedStr):
        return not re.search("[A-Za-z]{2}", template(node))
    return isinstance(node, ast.Constant)


def _told_in(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _told_in(node.body)
        yield from _told_in(node.orelse)
    elif text := template(node):
        yield text


def _silent(tree: ast.Module) -> set[int]:
    """Return what no person reads: docstrings, parts of f-strings, the log, an error's details, SQL, annotations."""
    silent: set[int] = set()
    for node in ast.walk(tree):
        hidden: list[ast.AST] = []
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            hidden = [node.value]
        elif isinstance(node, ast.JoinedStr):
            hidden = [one for one in node.values if isinstance(one, ast.Constant)]
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if re.search(r"\blog\b|execute|re\.compile|TypeError", name):
                hidden = list(node.args)
            elif name.endswith("Error"):
                hidden = list(node.args[1:])
        elif isinstance(node, (ast.FunctionDef, ast.AnnAssign, ast.arg)):
            hidden = [one for one in (getattr(node, "returns", None), getattr(node, "annotation", None)) if one]
            hidden = [one for one in hidden if isinstance(one, ast.Constant)]
        silent |= {id(inner) for one in hidden for inner in ast.walk(one)}
    return silent
