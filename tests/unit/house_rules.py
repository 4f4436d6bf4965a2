"""The rules of the house, held against a source tree with `ast`: who may import whom, names, sizes."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BPY = frozenset(
    ["bpy", "bpy_extras", "bmesh", "mathutils", "gpu", "gpu_extras", "blf", "bl_math", "idprop", "rna_keymap_ui"]
)
PYDANTIC = frozenset({"pydantic", "pydantic_core"})
NUMPY = frozenset({"numpy"})


@dataclass(frozen=True)
class Layer:
    """What one folder of the package may import besides the standard library and itself."""

    layers: frozenset[str] = frozenset()
    foreign: frozenset[str] = frozenset()
    threads: bool = False
    """Its code runs in threads: it waits on events and never sleeps."""


LAYERS = {
    "core": Layer(foreign=PYDANTIC, threads=True),
    "net": Layer(frozenset({"core"}), frozenset({"requests"}), threads=True),
    "providers": Layer(frozenset({"core"}), PYDANTIC, threads=True),
    "local": Layer(foreign=NUMPY),
    "landing": Layer(frozenset({"core"}), BPY | NUMPY),
    "worker": Layer(frozenset({"core", "local", "landing"}), BPY | NUMPY),
    "cli": Layer(frozenset({"core", "net", "providers"})),
    "blender": Layer(frozenset({"core", "net", "providers", "landing", "cli"}), BPY),
    # the package's own two files, which import inside functions or for the command line
    "__init__": Layer(frozenset({"blender"})),
    "__main__": Layer(frozenset({"cli"})),
}
ALSO = {"core/folders.py": frozenset({"platformdirs"}), "net/keychain.py": frozenset({"keyring"})}
ALSO["blender/encoding.py"] = NUMPY  # which lets other threads work meanwhile; bpy stays outside
ALSO["blender/preset_menu.py"] = frozenset({"bl_operators", "bl_ui"})  # Blender's own preset system
NAMELESS = frozenset({"utils", "util", "helpers", "helper", "common", "manager", "misc"})
FILE_LINES, FUNCTION_LINES = 300, 40


@dataclass(frozen=True)
class Import:
    """One imported module: `.`-less name from the package's top, or the name of a foreign module."""

    line: int
    own: bool
    parts: tuple[str, ...]


def breaches(package: Path) -> list[str]:
    """Return every breach in the package at that folder, as `file:line: what`."""
    found = []
    for path in sorted(package.rglob("*.py")):
        file = path.relative_to(package).as_posix()
        text = path.read_text("utf-8")
        tree = ast.parse(text, file)
        for line, what in (*_imports(package, file, tree), *_sleeps(file, tree), *_sizes(path, text, tree)):
            found.append(f"{file}:{line}: {what}")
    return found


def _layer(file: str) -> str:
    return file.partition("/")[0] if "/" in file else file.removesuffix(".py")


def _imports(package: Path, file: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    name = _layer(file)
    if name not in LAYERS:
        yield 1, f"{name} is no layer of this house"
        return
    allowed = LAYERS[name].foreign | ALSO.get(file, frozenset())
    for one in imported(package, file, tree):
        if not one.own and one.parts[0] == "blender_addon":
            yield one.line, "absolute import of the package: it has another name when it is installed"
        elif not one.own and one.parts[0] not in sys.stdlib_module_names | allowed:
            yield one.line, f"{name} imports {one.parts[0]}"
        elif one.own and (not one.parts or one.parts[0] not in LAYERS[name].layers | {name}):
            yield one.line, f"{name} imports {'.'.join(one.parts) or 'the top of the package'}"
        elif one.own and name == "providers" and one.parts[0] == name and not one.parts[-1].startswith("_"):
            yield one.line, f"a provider imports {one.parts[-1]}: what they share has a leading underscore"
    if file == "__init__.py":
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield node.lineno, "the package imports at its top: Blender's start pays for it"


def imported(package: Path, file: str, tree: ast.AST) -> Iterator[Import]:
    """Yield what the file imports, wherever it stands in it (functions and TYPE_CHECKING too)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for one in node.names:
                yield Import(node.lineno, False, tuple(one.name.split(".")))
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield Import(node.lineno, False, tuple(str(node.module).split(".")))
        elif isinstance(node, ast.ImportFrom):
            yield from _relative(package, file, node)
        elif isinstance(node, ast.Call) and _called(node) in ("import_module", "__import__"):
            names = [str(one.value) for one in node.args[:1] if isinstance(one, ast.Constant)]
            yield from (Import(node.lineno, False, tuple(name.split("."))) for name in names)


def _relative(package: Path, file: str, node: ast.ImportFrom) -> Iterator[Import]:
    """Resolve `from ..core import x`: each name may be a module of its own."""
    here = file.split("/")[:-1]
    base = [*here[: len(here) - (node.level - 1)], *(node.module.split(".") if node.module else [])]
    if node.level - 1 > len(here):
        base = ["(outside the package)"]
    for one in node.names:
        inside = package.joinpath(*base, one.name)
        is_module = inside.with_suffix(".py").is_file() or inside.is_dir() or not node.module
        yield Import(node.lineno, True, (*base, one.name) if is_module else tuple(base))


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _sleeps(file: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    name = _layer(file)
    if name not in LAYERS or not LAYERS[name].threads:
        return
    for node in ast.walk(tree):
        names = [one.name for one in node.names] if isinstance(node, ast.ImportFrom) and node.module == "time" else []
        if "sleep" in names or (isinstance(node, ast.Call) and _called(node) == "sleep"):
            yield node.lineno, f"{name} sleeps: a thread waits on an event, so that cancel and quit act at once"


def _sizes(path: Path, text: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    for name in (path.stem, path.parent.name):
        if name.strip("_") in NAMELESS:
            yield 1, f"a module called {name} says nothing"
    if (lines := text.count("\n")) > FILE_LINES:
        yield 1, f"{lines} lines, at most {FILE_LINES}"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {length} lines, at most {FUNCTION_LINES}"
