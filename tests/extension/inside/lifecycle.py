"""Runs in Blender: install a zip, enable and disable it twice, and print what each step changed as one line of JSON.

python lifecycle.py ZIP
"""

import json
import subprocess
import sys
from pathlib import Path
from types import FunctionType

import bpy

MODULE = "bl_ext.user_default.maquette"

# Kept from before the extension is disabled: only with the function in hand can Blender be asked about a timer.
functions_seen = []


def traces() -> dict[str, list[str]]:
    """Return what an add-on can leave behind in Blender, by name."""
    functions_seen.extend(module_functions())
    timers = {function.__qualname__ for function in functions_seen if bpy.app.timers.is_registered(function)}
    return {
        "classes": sorted(name for name in dir(bpy.types) if "maquette" in name.lower()),
        "properties": sorted(f"{owner}.{name}" for owner, name in own_properties()),
        "handlers": sorted(f"{event}: {function}" for event, function in handlers()),
        "timers": sorted(timers),
        "menus": sorted(f"{menu}: {function}" for menu, function in menu_entries()),
        "keymaps": sorted(item.idname for item in keymap_items() if item.idname.startswith("maquette.")),
    }


def own_properties():
    """Yield the properties that some add-on registered on Blender's own types."""
    for owner in ("Scene", "WindowManager", "Object", "Collection", "Image"):
        kind = getattr(bpy.types, owner)
        for name in set(dir(kind)) | set(kind.bl_rna.properties.keys()):
            if "maquette" in name.lower():
                yield owner, name


def handlers():
    """Yield each application handler of the extension with the list that it is in."""
    for event in dir(bpy.app.handlers):
        functions = getattr(bpy.app.handlers, event)
        if isinstance(functions, list):
            yield from ((event, function.__qualname__) for function in functions if is_ours(function))


def module_functions():
    """Yield every module-level function of the extension: the only kind that is ever registered as a timer."""
    for name, module in list(sys.modules.items()):
        if f"{name}.".startswith(f"{MODULE}."):
            yield from (item for item in vars(module).values() if isinstance(item, FunctionType) and is_ours(item))


def menu_entries():
    """Yield what the extension appended to menus, panels and headers."""
    for name in dir(bpy.types):
        appended = getattr(getattr(getattr(bpy.types, name), "draw", None), "_draw_funcs", ())
        yield from ((name, function.__qualname__) for function in appended if is_ours(function))


def is_ours(function) -> bool:
    """Tell whether the extension defines a function."""
    return f"{function.__module__}.".startswith(f"{MODULE}.")


def keymap_items():
    """Yield the key bindings of add-ons; there is no key configuration in the bpy module."""
    addon = bpy.context.window_manager.keyconfigs.addon
    return [item for keymap in (addon.keymaps if addon else ()) for item in keymap.keymap_items]


def wheel_versions() -> dict[str, str]:
    """Import the extension's own wheels in a Python that sees no other packages; return their versions."""
    packages = next(Path(bpy.utils.user_resource("EXTENSIONS")).glob(".local/**/site-packages"))
    program = (
        f"import sys; sys.path.append({str(packages)!r}); import json, keyring, platformdirs, pydantic; "
        "from importlib.metadata import version; keyring.get_keyring(); "
        "print(json.dumps({name: version(name) for name in ('keyring', 'platformdirs', 'pydantic')}))"
    )
    return json.loads(subprocess.check_output([sys.executable, "-I", "-S", "-c", program], timeout=60))


def enabled() -> list[str]:
    """Return the names under which Blender has the extension enabled."""
    return [addon.module for addon in bpy.context.preferences.addons if "maquette" in addon.module]


def main() -> None:
    """Live the extension's life and print what was seen."""
    facts: dict[str, object] = {"before": traces()}
    modules_before = set(sys.modules)
    bpy.ops.extensions.package_install_files(filepath=sys.argv[1], repo="user_default", enable_on_install=True)
    facts["imported"] = sorted(set(sys.modules) - modules_before)
    facts["enabled_as"], facts["enabled"] = enabled(), traces()
    facts["wheels"] = wheel_versions()
    bpy.ops.preferences.addon_disable(module=MODULE)
    facts["disabled_as"], facts["disabled"] = enabled(), traces()
    bpy.ops.preferences.addon_enable(module=MODULE)
    facts["enabled_again"] = traces()
    bpy.ops.preferences.addon_disable(module=MODULE)
    facts["disabled_again"] = traces()
    print("FACTS " + json.dumps(facts))


main()
