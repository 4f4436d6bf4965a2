"""How much memory another process holds and how much is free, on the three systems, by the standard library alone."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from pathlib import Path


def resident_bytes(pid: int) -> int | None:
    """Return the resident memory of the process in bytes, or None when it cannot be told."""
    try:
        if sys.platform == "win32":
            return _windows(pid)
        if sys.platform == "darwin":
            answer = subprocess.run(
                ["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, timeout=5, check=True
            )
            return int(answer.stdout) * 1024
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        import resource

        return pages * resource.getpagesize()
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


def free_bytes() -> int | None:
    """Return how much memory programs could still get, in bytes, or None when it cannot be told."""
    try:
        if sys.platform == "win32":
            return _windows_free()
        if sys.platform == "darwin":
            told = subprocess.run(["/usr/bin/vm_stat"], capture_output=True, timeout=5, check=True, text=True).stdout
            pages = re.findall(r"^Pages (?:free|inactive|speculative): +(\d+)", told, re.MULTILINE)
            return sum(map(int, pages)) * int(re.findall(r"page size of (\d+)", told)[0]) if pages else None
        told = Path("/proc/meminfo").read_text()
        return int(re.findall(r"^MemAvailable: +(\d+) kB", told, re.MULTILINE)[0]) * 1024
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


def keep_below(pid: int, limit: int) -> None:
    """Let the system refuse the process more memory of its own than that, in bytes; only Linux can.

    Not its address space: Blender reserves several times what it uses.
    """
    if sys.platform == "linux":
        import resource

        with contextlib.suppress(OSError, ValueError):  # it has ended, or this system's own limit is lower
            _, hard = resource.prlimit(pid, resource.RLIMIT_DATA)
            resource.prlimit(pid, resource.RLIMIT_DATA, (limit, hard))


def _windows_free() -> int | None:
    """Ask GlobalMemoryStatusEx (ullAvailPhys is its fourth field)."""
    if sys.platform != "win32":
        return None
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = (
            ("size", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("all", "free", "c", "d", "e", "f", "g")),
        )

    status = Status(size=ctypes.sizeof(Status))
    return int(status.free) if ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status)) else None


def _windows(pid: int) -> int | None:
    """Ask GetProcessMemoryInfo (WorkingSetSize is the fourth field of PROCESS_MEMORY_COUNTERS)."""
    if sys.platform != "win32":
        return None
    import ctypes

    class Counters(ctypes.Structure):
        _fields_ = (
            ("size", ctypes.c_ulong),
            ("faults", ctypes.c_ulong),
            *((name, ctypes.c_size_t) for name in ("peak", "working", "a", "b", "c", "d", "paged", "peak_paged")),
        )

    kernel = ctypes.windll.kernel32
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(0x1000 | 0x10, False, pid)  # query limited information, read
    if not handle:
        return None
    counters = Counters(size=ctypes.sizeof(Counters))
    try:
        done = kernel.K32GetProcessMemoryInfo(ctypes.c_void_p(handle), ctypes.byref(counters), counters.size)
    finally:
        kernel.CloseHandle(ctypes.c_void_p(handle))
    return int(counters.working) if done else None
