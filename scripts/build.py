"""Build the installable extension, one zip a platform, with Blender's own builder and validator.

The standard library alone, so that any Python 3 can start it; Blender's tools and pip run in the managed environment.
"""

from __future__ import annotations

import argparse
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from _layout import LOCKS, ROOT, SetupError, cache_folder, clean_environment, say
from _lock import locked
from _setup import environment
from _uv import find_uv

LOCK = LOCKS / "wheels.txt"

# Blender's platform names, and how the platform tags of their wheels begin and end.
PLATFORMS = {
    "linux-x64": ("manylinux", "_x86_64"),
    "macos-arm64": ("macosx", "_arm64"),
    "macos-x64": ("macosx", "_x86_64"),
    "windows-arm64": ("win", "_arm64"),
    "windows-x64": ("win", "_amd64"),
}


def main() -> None:
    """Build, validate and name the zips that were asked for, one path a line on stdout."""
    arguments = parse_arguments()
    manifest = (ROOT / "blender_manifest.toml").read_text(encoding="utf-8")
    names = chosen_platforms(arguments.platform)
    try:
        arguments.output_dir.mkdir(parents=True, exist_ok=True)
        python = environment("run")
        wheels = [wheel for name in names for wheel in fetched_wheels(name, manifest, python)]
        # Beside the result, so that a finished zip is only renamed; one that failed the validator never gets there.
        with tempfile.TemporaryDirectory(prefix=".maquette-", dir=arguments.output_dir) as folder:
            staged = stage(Path(folder), names, manifest, wheels)
            for archive in build(staged, Path(folder), python):
                print(archive.replace(arguments.output_dir.resolve() / archive.name))
    except KeyboardInterrupt:
        sys.exit(130)
    except SetupError as error:
        say(str(error))
        sys.exit(2)
    except OSError as error:
        sys.exit(f"The extension cannot be built: {error.filename or 'a file'}: {error.strerror}.")


def parse_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Build the Maquette extension, ready to install in Blender.")
    parser.add_argument("--output-dir", type=Path, required=True, help="folder that gets the zip files")
    parser.add_argument(
        "--platform", choices=[*PLATFORMS, "native", "all"], default="all", help="native is this machine (default: all)"
    )
    return parser.parse_args()


def chosen_platforms(choice: str) -> list[str]:
    """Return Blender's names of the platforms to build for."""
    if choice == "all":
        return list(PLATFORMS)
    if choice != "native":
        return [choice]
    system, machine = platform.system().lower(), platform.machine().lower()
    other_names = {"darwin": "macos", "x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}
    native = f"{other_names.get(system, system)}-{other_names.get(machine, machine)}"
    if native not in PLATFORMS:
        sys.exit(f"The extension is not made for {native}: choose {', '.join(PLATFORMS)} or all with --platform.")
    return [native]


def fetched_wheels(name: str, manifest: str, python: Path) -> list[Path]:
    """Return the wheels of one platform that the manifest lists, downloaded where the cache lacks them."""
    cache = cache_folder() / "wheels"
    listed = re.findall(r'"\./wheels/([^"]+\.whl)"', manifest)
    wanted = [cache / wheel for wheel in listed if belongs(wheel, name)]
    trusted = set(re.findall(r"sha256:([0-9a-f]{64})", LOCK.read_text(encoding="utf-8")))
    with locked(cache_folder() / "locks" / "wheels.lock", lambda: say("Another build is fetching wheels; waiting…")):
        if not all(is_trusted(wheel, trusted) for wheel in wanted):
            say(f"Fetching the wheels for {name}…")
            for wheel in wanted:
                if not wheel.name.endswith("-any.whl"):
                    download(wheel.name, cache, python)
    for wheel in wanted:
        if not is_trusted(wheel, trusted):
            sys.exit(f"{wheel.name} is not in the lock: make blender_manifest.toml and {LOCK.name} agree.")
    return wanted


def belongs(wheel: str, name: str) -> bool:
    """Tell whether a wheel runs on a platform of Blender's."""
    tag = wheel[: -len(".whl")].rpartition("-")[2]
    start, end = PLATFORMS[name]
    return tag == "any" or (tag.startswith(start) and tag.endswith(end))


def is_trusted(wheel: Path, trusted: set[str]) -> bool:
    """Tell whether a file is there and is one of the lock's, byte for byte."""
    return wheel.is_file() and hashlib.sha256(wheel.read_bytes()).hexdigest() in trusted


def download(wheel: str, cache: Path, python: Path) -> None:
    """Fetch a wheel, and those of every platform that go with it, into the cache; pip knows the user's mirrors."""
    _, _, version, abi, tags = wheel[: -len(".whl")].split("-")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        command = [*pip(python), "download", "--quiet", "--no-deps", "--only-binary=:all:"]
        command += ["--require-hashes", "--requirement", str(LOCK), "--dest", folder]
        command += ["--implementation", "cp", "--python-version", version[len("cp") :], "--abi", abi]
        command += [word for tag in tags.split(".") for word in ("--platform", tag)]
        run(command, f"{wheel} cannot be downloaded, check the network and pip's index")
        for file in Path(folder).iterdir():
            file.replace(cache / file.name)


def pip(python: Path) -> list[str]:
    """Return the command that starts pip: the environment's own, or uv's, whose environments come without one."""
    has_pip = subprocess.run([str(python), "-c", "import pip"], capture_output=True, check=False).returncode == 0
    return [str(python), "-m", "pip"] if has_pip else [find_uv(say), "tool", "run", "--python", str(python), "pip"]


def stage(folder: Path, names: list[str], manifest: str, wheels: list[Path]) -> Path:
    """Lay out the extension as Blender's builder wants it: __init__.py beside the manifest, the wheels below."""
    staged = folder / "staged"
    shutil.copytree(ROOT / "blender_addon", staged, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", ".*"))
    shutil.copy(ROOT / "LICENSE", staged)
    (staged / "wheels").mkdir()
    for wheel in set(wheels):
        shutil.copy(wheel, staged / "wheels")
    listed = ", ".join(f'"{name}"' for name in names)
    narrowed = re.sub(r"(?m)^platforms = \[[^\]]*\]", f"platforms = [{listed}]", manifest)
    (staged / "blender_manifest.toml").write_text(narrowed, encoding="utf-8")
    return staged


def build(staged: Path, folder: Path, python: Path) -> list[Path]:
    """Run Blender's builder and, on each zip, its validator; return the zips."""
    scripts = blender_scripts(python)
    builder = [str(python), str(scripts / "addons_core" / "bl_pkg" / "cli" / "blender_ext.py")]
    tags = f"--valid-tags={scripts / 'modules' / '_bpy_internal' / 'extensions' / 'tags.py'}"
    source = ["--source-dir", str(staged), "--output-dir", str(folder), "--split-platforms", tags]
    run([*builder, "build", *source], "Blender's builder refused the extension")
    archives = sorted(folder.glob("*.zip"))
    for archive in archives:
        run([*builder, "validate", tags, str(archive)], f"Blender's validator refused {archive.name}")
    return archives


def blender_scripts(python: Path) -> Path:
    """Return the scripts folder inside the bpy wheel of an environment, without importing bpy."""
    finder = "import importlib.util; print(importlib.util.find_spec('bpy').submodule_search_locations[0])"
    package = Path(run([str(python), "-c", finder], "The environment has no bpy").strip())
    return next(package.glob("*/scripts"))


def run(command: list[str], complaint: str) -> str:
    """Run a program and return its output; end with the complaint and the program's own last word when it fails."""
    env = clean_environment()
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", env=env, check=False)
    if done.returncode:
        lines = [line for line in f"{done.stdout}\n{done.stderr}".splitlines() if "error" in line.lower()]
        sys.exit(f"{complaint}: {lines[-1].strip() if lines else f'exit code {done.returncode}'}")
    return done.stdout


if __name__ == "__main__":
    main()
