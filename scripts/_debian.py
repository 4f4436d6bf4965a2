"""Makes a Debian chroot with the real Blender, a virtual screen and software OpenGL, in the cache folder.

trixie has Blender 4.3 and does not change; sid has the newest Blender, and changes every day.
Everything is mounted in a mount namespace of its own, so nothing stays mounted, however this ends.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from _layout import SetupError, cache_folder, say, told_in_a_sentence
from _lock import locked

SUITES = ("trixie", "sid")
READY = "maquette-ready"
# What Blender's own Python modules need (numpy: exporters; requests: extensions; zstandard, cattr: asset files), the
# screen, Mesa's software OpenGL, and xdotool, xprop and ImageMagick for tests that click and look.
PACKAGES = (
    *("blender", "python3-numpy", "python3-requests", "python3-zstandard", "python3-cattr"),
    *("xvfb", "xauth", "xdotool", "x11-utils", "imagemagick", "libgl1-mesa-dri", "libegl1", "mesa-vulkan-drivers"),
)
# A file system tree and processes of its own: nothing stays mounted, and what runs in it ends with its first process.
PRIVATE = ("unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child=KILL")
# The extension brings wheels for the Pythons of Blender's own builds; sid's Python is another one.
EXTRA = {"trixie": (), "sid": ("python3-pydantic", "python3-platformdirs")}
# A mirror may be a dated copy of Debian: it is taken however old it is, and its signature is checked all the same.
APT = """APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
DPkg::Options {"--path-exclude=/usr/share/doc/*"; "--path-exclude=/usr/share/man/*";};
"""


def chroot_of(suite: str) -> Path:
    """Return the folder that a suite's chroot belongs in."""
    return cache_folder() / ("blender-" + suite)


def is_ready(suite: str) -> bool:
    """Tell whether the chroot is there, whole, and made by this recipe."""
    try:
        return (chroot_of(suite) / READY).read_text(encoding="ascii") == _recipe(suite)
    except OSError:
        return False


def _recipe(suite: str) -> str:
    return hashlib.sha256(repr((suite, packages(suite), APT)).encode()).hexdigest()


def packages(suite: str) -> tuple[str, ...]:
    """Return the Debian packages of a suite's chroot."""
    return (*PACKAGES, *EXTRA[suite])


@told_in_a_sentence()
def set_up(suite: str) -> Path:
    """Return the chroot, made first when it is not there; raises SetupError."""
    root = chroot_of(suite)
    with locked(cache_folder() / "locks" / (root.name + ".lock"), lambda: say("Another process makes it; waiting…")):
        if is_ready(suite):
            return root
        _check_machine()
        if not _is_complete(root, suite):
            _build_beside(root, suite)
        (root / READY).write_text(_recipe(suite), encoding="ascii")
    return root


def _check_machine() -> None:
    if not sys.platform.startswith("linux") or not shutil.which("apt-get"):
        raise SetupError("Only Debian and Ubuntu can make the chroot; elsewhere set MAQUETTE_BLENDER to a Blender.")
    if os.geteuid() != 0:
        raise SetupError("Only root can make the chroot: run this as root, or set MAQUETTE_BLENDER to a Blender.")
    if not shutil.which("debootstrap"):
        raise SetupError("debootstrap is missing: sudo apt-get install debootstrap")


def _is_complete(root: Path, suite: str) -> bool:
    """Tell whether a chroot without our stamp holds every package, installed to the end, and a Blender that starts."""
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status}\n", *packages(suite)]
    states = _output(["chroot", str(root), *query])
    audit = _output(["chroot", str(root), "dpkg", "--audit"])
    return states is not None and set(states.split()) == {"installed"} and audit == "" and _starts(root)


def _starts(root: Path) -> bool:
    return bool(_output(["chroot", str(root), "blender", "--version"]))


def _output(command: list[str]) -> str | None:
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return None


def _build_beside(root: Path, suite: str) -> None:
    for left in root.parent.glob(root.name + ".building-*"):  # by one that was killed: the lock is ours
        shutil.rmtree(str(left), ignore_errors=True)
    say(f"Making a Debian {suite} with Blender in {root} (330 MB to fetch, 1.4 GB on disk)…")
    beside = Path(tempfile.mkdtemp(prefix=root.name + ".building-", dir=str(root.parent)))
    beside.chmod(0o755)
    try:
        program = [sys.executable, str(Path(__file__).resolve()), str(beside), suite, mirror()]
        command = ["setpriv", "--pdeathsig", "KILL", *PRIVATE, *program]  # killed with us: it must not go on alone
        if subprocess.call(command, stdin=subprocess.DEVNULL, stdout=sys.stderr) or not _starts(beside):
            raise SetupError(f"The Debian {suite} chroot could not be made; the lines above say why.")
        shutil.rmtree(str(root), ignore_errors=True)
        beside.rename(root)
    finally:
        shutil.rmtree(str(beside), ignore_errors=True)


def mirror() -> str:
    """Return the Debian mirror that this machine itself uses, else Debian's own."""
    sites = _output(["apt-get", "indextargets", "--format", "$(ORIGIN) $(SITE)", "Created-By: Packages"]) or ""
    debian = [line.split()[1] for line in sites.splitlines() if line.startswith("Debian ")]
    return next((site for site in debian if "security" not in site), "http://deb.debian.org/debian")


def fill(root: Path, suite: str, site: str) -> None:
    """Install Debian and Blender into an empty folder; runs inside its own mount namespace."""
    run(["debootstrap", "--variant=minbase", suite, str(root), site])
    (root / "etc/apt/apt.conf.d/99maquette").write_text(APT, encoding="ascii")
    policy = root / "usr/sbin/policy-rc.d"  # no service is to be started in there
    policy.write_text("#!/bin/sh\nexit 101\n", encoding="ascii")
    policy.chmod(0o755)
    mtab = root / "etc/mtab"  # Blender reads the list of file systems from it
    if not mtab.exists() and not mtab.is_symlink():
        mtab.symlink_to("/proc/self/mounts")
    mount_system(root)
    apt = ["chroot", str(root), "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get", "-q", "-y"]
    run([*apt, "update"])
    run([*apt, "install", *packages(suite)])
    run([*apt, "clean"])


def mount_system(root: Path) -> None:
    """Show the kernel's file systems inside the chroot."""
    run(["mount", "-t", "proc", "proc", str(root / "proc")])
    for name in ("dev", "sys"):
        run(["mount", "--rbind", "/" + name, str(root / name)])


def run(command: list[str]) -> None:
    """Run one step; raises CalledProcessError."""
    subprocess.run(command, check=True)


if __name__ == "__main__":
    try:
        fill(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
    except subprocess.CalledProcessError as failure:
        sys.exit(f"{failure}")
