"""The command line `maquette`: arguments in, exit code out."""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Sequence

from ..core.errors import MaquetteError, as_ours
from ..core.folders import data_folder
from ..core.patience import BRIEF, NONE
from .assembly import Assembly
from .calls import read
from .report import INTERRUPTED, Report


def main(arguments: Sequence[str] | None = None, program: Sequence[str] = (), online: bool = True) -> int:
    """Run one call and return the exit code.

    `program` starts the background Blender (default: this Python's bpy); `online`: the network may be used.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a pipe may not know every letter of a file's name
    words = list(sys.argv[1:] if arguments is None else arguments)
    report = Report("--jsonl" in words)
    try:
        chosen = read(words)
        assembly = Assembly(data_folder(), program, BRIEF if online else NONE)
        assembly.online = online
    except MaquetteError as error:
        return report.error(error)
    except SystemExit as end:  # --help
        return int(end.code or 0)
    try:
        _say_damage(assembly, report)
        return int(chosen.run(chosen, assembly, report))
    except KeyboardInterrupt:
        return _interrupted(assembly, report, chosen.resumable)
    except BrokenPipeError:  # the reader of a pipe has seen enough: `maquette tasks | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last line before a person
        return report.error(as_ours(error))
    finally:
        _say_damage(assembly, report)
        assembly.close(wait_s=2.0)


def _say_damage(assembly: Assembly, report: Report) -> None:
    """Say what was damaged in the journal and what has become of it, once."""
    while assembly.journal.notices:
        report.note(assembly.journal.notices.pop(0))


def _interrupted(assembly: Assembly, report: Report, resumable: bool) -> int:
    """Stop what runs, say that it is kept, and return the exit code.

    Another Ctrl-C ends the process at once: nothing is lost, the journal stands a kill.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    assembly.tasks.stop(2.0)
    while not assembly.events.empty():
        report.event(assembly.events.get())
    report.note("Interrupted." + " `maquette tasks resume` goes on where it stopped." * resumable)
    return INTERRUPTED
