"""Makes the files here anew: python3 tests/compressed/make.py FOLDER, with numpy, node and, in FOLDER, the packages.

npm install --prefix FOLDER gltfpack@1.3.0 @gltf-transform/cli@4.5.1 meshoptimizer@1.3.0
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bpy"))

from compressed import HERE
from compressed.plain import MODELS

GLTFPACK = {
    "ring-c": ("-c",),
    "ring-cc": ("-cc", "-noq"),
    "ring-cz": ("-cz",),
    "ring-cz-noq": ("-cz", "-noq"),
    "ring-vpf": ("-cc", "-vpf", "-vtf", "-vnf"),
    "ring-cf": ("-c", "-cf"),
    "ring-vn16": ("-cc", "-vn", "16", "-vpn"),
    "moving-cc": ("-cc", "-ac"),
    "moving-cz": ("-cz", "-ac"),
    "shapes-cc": ("-cc",),
}
TRANSFORM = {"ring-medium": "medium", "ring-high": "high"}


def main() -> None:
    """Make all of them."""
    packages = Path(sys.argv[1]) / "node_modules"
    with tempfile.TemporaryDirectory() as folder:
        for name, model in MODELS.items():
            (Path(folder) / f"{name}.glb").write_bytes(model().build())
        for name, options in GLTFPACK.items():
            run(packages / "gltfpack" / "cli.js", "-i", source(folder, name), "-o", made(name), "-kn", "-km", *options)
        command = packages / "@gltf-transform" / "cli" / "bin" / "cli.js"
        for name, level in TRANSFORM.items():
            run(command, "meshopt", source(folder, name), made(name), "--level", level)
        run(command, "draco", source(folder, "ring"), made("draco-ring"))
    made("ring-cf").with_suffix(".fallback.bin").unlink()  # what the file names and nobody needs
    run(HERE / "streams.mjs", packages / "meshoptimizer" / "index.js", HERE / "streams.json")


def source(folder: str, name: str) -> Path:
    """Return the model's path before."""
    return Path(folder) / f"{name.partition('-')[0]}.glb"


def made(name: str) -> Path:
    """Return its path afterwards."""
    return HERE / f"{name}.glb"


def run(*command: object) -> None:
    """Run a program of node's."""
    subprocess.run(["node", *map(str, command)], check=True, timeout=120)


if __name__ == "__main__":
    main()
