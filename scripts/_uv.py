"""Finding uv, or fetching it into the cache folder: the wheel from PyPI, held to a hash written down here."""

from __future__ import annotations

import hashlib
import platform
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from _layout import SetupError, cache_folder, clean_environment, told_in_a_sentence
from _lock import locked

VERSION = "0.13.8"
OLDEST = (0, 5)  # knows all that is asked of it here
PYPI_FILES = "https://files.pythonhosted.org/packages/"


class Wheel(NamedTuple):
    """One file of uv's release."""

    folder: str
    tag: str
    sha256: str

    @property
    def name(self) -> str:
        """Return the wheel's file name."""
        return f"uv-{VERSION}-py3-none-{self.tag}.whl"


# Source: PyPI's page of uv 0.13.8, read on 2026-11-21.
WHEELS = {
    "linux-x86_64": Wheel(
        "c5/32/52ee34636aea1ab3f8baeeae1c3599461b8cddfb379862cc72ac61b8d91c",
        "manylinux_2_17_x86_64.manylinux2014_x86_64",
        "e18a57b8b352eb7c8feb317b9f6f533c8f0ad9673fd6cf34bbe3cf1a9f6a8984",
    ),
    "linux-arm64": Wheel(
        "80/ce/f5eba24d8ec7fa566f9d50d1a69dbf9510137c30366b9f16dbeaf9b9dae4", "manylinux_2_28_aarch64",
        "5337c30bb893b4f9ce0ceb921ba2da0d13f649da644f40ad3bef84083bef0203",
    ),
    "darwin-arm64": Wheel(
        "84/46/deb3a1eb3020575e41d1f9840c07185761d8d4c25cd6f58e813afb017476", "macosx_11_0_arm64",
        "62b6943c7fd64fac6854f780bea6e0359e5a5bc3241f83ee357bb38276afac49",
    ),
    "darwin-x86_64": Wheel(
        "be/7a/fd8a719c0198f8f8341847fc33b377f25ac79f7c4a56dbce5ceb086f239c", "macosx_10_12_x86_64",
        "b7124ca1956ec2e476a1003ea5715a15f0266afaec37f4dc9c6972ba8183e6d1",
    ),
    "win32-x86_64": Wheel(
        "6a/1d/d813afac1a7cbe3eeeca8709b47bdcd5e5189d08364b8d7a9f693082f0f1", "win_amd64",
        "cfbc13020a64cdf2f116d2936824c38edbf41e5c07f1ea291baf02e31ebf3ed0",
    ),
    "win32-arm64": Wheel(
        "98/fd/9cc888863d2326e6e5c6ae2a66d4b3ff248f9cd6bb50cb8be36a941c3e26", "win_arm64",
        "b4184029b1b7c54409b9cd4372c73a36ef9c2d1d7cf3b0aca59c8b1932f041dc",
    ),
}  # fmt: skip


def present_uv() -> str | None:
    """Return the uv that is on the PATH or was fetched before."""
    found = shutil.which("uv")
    if found and _suits(found):
        return found
    fetched = _home()
    return str(fetched) if fetched.exists() else None


@told_in_a_sentence()
def find_uv(say: Callable[[str], None]) -> str:
    """Return a uv that runs, fetched when there is none; raises SetupError when it cannot be had."""
    with locked(cache_folder() / "locks" / "uv.lock"):
        return present_uv() or _fetch(say)


def _home() -> Path:
    return cache_folder() / ("uv-" + VERSION) / ("uv.exe" if sys.platform == "win32" else "uv")


def _suits(uv: str) -> bool:
    try:
        told = subprocess.run([uv, "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = re.match(rb"uv (\d+)\.(\d+)", told)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST


def _fetch(say: Callable[[str], None]) -> str:
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
    wheel = WHEELS.get(f"{sys.platform}-{machine}")
    if not wheel:
        raise SetupError(f"There is no uv for this kind of machine ({sys.platform} {machine}).")
    say(f"Fetching uv {VERSION} (20 MB)…")
    home = _home()
    home.parent.mkdir(parents=True, exist_ok=True)
    beside = home.with_name(home.name + ".new")
    archive = home.parent / wheel.name
    _download(wheel, archive)
    _unpack(archive, beside)
    archive.unlink()
    beside.replace(home)
    return str(home)


def _download(wheel: Wheel, archive: Path) -> None:
    """Fetch the wheel with pip, which knows this machine's proxies, mirrors and certificates, else from PyPI itself."""
    _download_with_pip(archive.parent)
    if archive.exists() and _sha256(archive) == wheel.sha256:
        return
    try:
        with urllib.request.urlopen(f"{PYPI_FILES}{wheel.folder}/{wheel.name}", timeout=60) as answer:
            archive.write_bytes(answer.read())
    except OSError as error:
        raise SetupError(f"uv could not be fetched from PyPI ({error}).") from None
    if _sha256(archive) != wheel.sha256:
        raise SetupError("The uv that was fetched is not the one that is expected, so it is not used.")


def _download_with_pip(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    command += ["--dest", str(folder), "uv==" + VERSION]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean_environment())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _unpack(archive: Path, target: Path) -> None:
    with zipfile.ZipFile(str(archive)) as wheel:
        member = next(name for name in wheel.namelist() if name.endswith(("scripts/uv", "scripts/uv.exe")))
        target.write_bytes(wheel.read(member))
    target.chmod(0o755)
