"""How much memory another process holds, on the three systems, with the standard library alone."""

from __future__ import annotations

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
