"""The command line `maquette`: arguments in, exit code out."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from ..core.errors import InputError, MaquetteError, as_ours
from ..core.folders import data_folder
from ..core.patience import BRIEF, NONE
from . import generate, given, importing, providers, tasks
from .assembly import Assembly
from .report import INTERRUPTED, Report


class Parser(argparse.ArgumentParser):
    """Raises InputError instead of ending the process: inside Blender that would end Blender."""

    def __init__(self, **facts: Any) -> None:
        """Take flags only as they are written: `--json` is not a short form of `--jsonl`."""
        super().__init__(allow_abbrev=False, **facts)

    def error(self, message: str) -> NoReturn:
        """Raise InputError with argparse's sentence."""
        raise InputError(f"{message[:1].upper()}{message[1:]}. `{self.prog} --help` shows what can be given.")


def parser() -> Parser:
    """Return the parser of every call."""
    root = Parser(prog="maquette", description="Image in, finished 3D model out.")
    calls = root.add_subparsers(dest="call", required=True, metavar="CALL", parser_class=Parser)
    _generate_calls(calls)
    _provider_calls(calls)
    _task_calls(calls)
    return root


Calls = argparse._SubParsersAction  # argparse gives it no public name


def _generate_calls(calls: Calls[Parser]) -> None:
    one = calls.add_parser("generate", help="make a model from an image")
    one.add_argument("image", metavar="IMAGE", help="the front view: a file or a public https:// address")
    one.add_argument("--view", metavar="NAME=IMAGE", action="append", default=[], help="left, back or right view")
    one.add_argument("--provider", metavar="ID", default="local", help="who makes it (default: local)")
    one.add_argument(
        "--set", metavar="OPTION=VALUE", action="append", default=[], help="`maquette providers ID` lists the options"
    )
    one.add_argument("--name", metavar="NAME", default="", help="what the model is called (default: as the image)")
    one.add_argument("--remove-background", action="store_true", help="send the pictures without their background")
    one.add_argument("--crop", action="store_true", help="send the pictures cropped to the object")
    one.add_argument("--timeout", metavar="S", type=_above_zero("seconds"), help="seconds from upload to download")
    one.add_argument("--again", action="store_true", help="pay again for what was just sent in the same way")
    _output_flags(one)
    one.set_defaults(run=generate.generate)
    one = calls.add_parser("import", help="land a model file the same way")
    one.add_argument("file", metavar="FILE")
    one.add_argument("--name", metavar="NAME", default="", help="what the model is called (default: as the file)")
    one.add_argument("--parts", action="store_true", help="keep separate parts apart, which are joined otherwise")
    _output_flags(one)
    one.set_defaults(run=importing.import_file)


def _output_flags(one: argparse.ArgumentParser) -> None:
    formats = " ".join(given.OUTPUTS)
    one.add_argument("--height", metavar="M", type=_above_zero("metres"), help="make the model so many metres tall")
    one.add_argument("--out", metavar="FILE", action="append", default=[], help=f"write it there, by suffix: {formats}")
    one.add_argument("--preview", metavar="PNG", help="render a picture of it")
    _jsonl_flag(one)


def _jsonl_flag(one: argparse.ArgumentParser) -> None:
    one.add_argument("--jsonl", action="store_true", help="one JSON object a line instead of sentences")


def _provider_calls(calls: Calls[Parser]) -> None:
    one = calls.add_parser("providers", help="list the providers, or one with its options")
    one.add_argument("id", metavar="ID", nargs="?")
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=providers.list_providers)
    one = calls.add_parser("balance", help="check the API key and show the credits that are left")
    one.add_argument("id", metavar="ID")
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=providers.balance)


def _task_calls(calls: Calls[Parser]) -> None:
    one = calls.add_parser("tasks", help="list the tasks; resume, fetch, cancel, forget or report one")
    one.add_argument("--json", action="store_true")
    one.set_defaults(run=tasks.list_tasks)
    what = one.add_subparsers(metavar="resume | fetch | cancel | forget | details", parser_class=Parser)
    one = what.add_parser("resume", help="carry on what was interrupted")
    one.add_argument("ids", metavar="ID", nargs="*")
    one.add_argument("--timeout", metavar="S", type=_above_zero("seconds"))
    _jsonl_flag(one)
    one.set_defaults(run=tasks.resume)
    one = what.add_parser("fetch", help="fetch the model of a task that was made elsewhere; nothing is paid for it")
    one.add_argument("provider", metavar="PROVIDER")
    one.add_argument("id", metavar="ID", help="what the provider calls the task")
    one.add_argument("--name", default="", help="what the model is called")
    one.add_argument("--timeout", metavar="S", type=_above_zero("seconds"), help="seconds until the download has ended")
    _output_flags(one)
    one.set_defaults(run=generate.fetch)
    for name, run in (("cancel", tasks.cancel), ("forget", tasks.forget)):
        one = what.add_parser(name, help=f"{name} tasks")
        one.add_argument("ids", metavar="ID", nargs="+")
        one.set_defaults(run=run)
    one = what.add_parser("details", help="print what a bug report about a task needs; no key stands in it")
    one.add_argument("id", metavar="ID")
    one.set_defaults(run=tasks.show_details)


def _above_zero(unit: str) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = 0.0
        if not 0 < number < float("inf"):
            raise argparse.ArgumentTypeError(f"must be a number of {unit} above 0, not “{text}”")
        return number

    return read


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
        chosen = parser().parse_args(words)
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
        return _interrupted(assembly, report)
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


def _interrupted(assembly: Assembly, report: Report) -> int:
    """Stop what runs, say that it is kept, and return the exit code.

    Another Ctrl-C ends the process at once: nothing is lost, the journal stands a kill.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    assembly.tasks.stop(2.0)
    while not assembly.events.empty():
        report.event(assembly.events.get())
    report.note("Interrupted. `maquette tasks resume` goes on where it stopped.")
    return INTERRUPTED
