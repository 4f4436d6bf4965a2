"""What can be typed after `maquette`: commands, flags and their help."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from ..core.details import version
from ..core.errors import InputError
from . import follow_ups, generate, given, importing, providers, tasks
from .called import called, typed


def read(words: Sequence[str]) -> argparse.Namespace:
    """Return what was typed; `run` in it is what does it. Raises InputError, and SystemExit after printing help."""
    if not words:
        raise InputError("Say what to do: `maquette generate IMAGE` makes a model. `maquette --help` lists the rest.")
    return parser().parse_args(words)


class Parser(argparse.ArgumentParser):
    """Raises InputError instead of ending the process: inside Blender that would end Blender."""

    def __init__(self, **facts: Any) -> None:
        """Take flags only as they are written: `--json` is not a short form of `--jsonl`."""
        super().__init__(allow_abbrev=False, **facts)

    def format_help(self) -> str:
        """Return the help with every command as it is typed here."""
        return typed(super().format_help())

    def error(self, message: str) -> NoReturn:
        """Raise InputError with argparse's sentence."""
        raise InputError(f"{message[:1].upper()}{message[1:]}. `{self.prog} --help` shows what can be given.")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Raise InputError for a command that there is not; argparse's sentence speaks of arguments and choices."""
        if action.choices is not None and value not in action.choices:
            raise InputError(
                f"There is no command “{value}”. The commands are: {', '.join(action.choices)}. `{self.prog} --help` "
                "tells what they do."
            )


def parser() -> Parser:
    """Return the parser of every command."""
    more = "`maquette COMMAND --help` tells more of a command."
    root = Parser(prog=called(), description="An image in, a finished 3D model out.", epilog=more)
    root.add_argument("--version", action="version", version=f"Maquette {version()}", help="print Maquette's version")
    root.set_defaults(resumable=False)
    calls = root.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    _generate_calls(calls)
    _provider_calls(calls)
    _task_calls(calls)
    return root


Calls = argparse._SubParsersAction  # argparse gives it no public name


def _call(calls: Calls[Parser], name: str, brief: str, more: str = "", **facts: Any) -> Parser:
    """Add a command; `brief` stands in the list of commands, and both in its own help."""
    return calls.add_parser(name, help=brief, description=f"{brief[0].upper()}{brief[1:]}. {more}".strip(), **facts)


def _generate_calls(calls: Calls[Parser]) -> None:
    one = _call(
        calls, "generate", "make a model from an image", "Without --out the model is kept, and you are told where."
    )
    one.add_argument("image", metavar="IMAGE", help="the front view: a file or, for a hosted provider, https://…")
    one.add_argument(
        "--view",
        metavar="NAME=IMAGE",
        action="append",
        default=[],
        help="another view of the same object: left=…, back=… or right=…; left is the object's own left",
    )
    one.add_argument(
        "--provider", metavar="ID", default="local", help="who makes it; `maquette providers` (default: local)"
    )
    _set_flag(one, "set an option of the provider; `maquette providers ID` lists them")
    one.add_argument("--name", metavar="NAME", default="", help="what the model is called (default: as the image)")
    one.add_argument("--remove-background", action="store_true", help="send the pictures without their background")
    one.add_argument("--crop", action="store_true", help="send the pictures cropped to the object")
    _paid_flags(one)
    one.set_defaults(run=generate.generate, resumable=True)
    one = _call(calls, "import", "tidy a model file and write it in any format", "Give --out, --preview or both.")
    one.add_argument("file", metavar="FILE", help="GLB, glTF, FBX, OBJ, STL, PLY, USD, or a ZIP with one of these")
    one.add_argument("--name", metavar="NAME", default="", help="what the model is called (default: as the file)")
    one.add_argument("--parts", action="store_true", help="keep separate parts apart, which are joined otherwise")
    _output_flags(one)
    one.set_defaults(run=importing.import_file)


def _set_flag(one: argparse.ArgumentParser, words: str) -> None:
    more = f"{words} (may be given several times)"
    one.add_argument("--set", metavar="OPTION=VALUE", action="append", default=[], help=more)


def _paid_flags(one: argparse.ArgumentParser) -> None:
    """Add what belongs to each command that may cost something."""
    one.add_argument("--again", action="store_true", help="send, and pay, once more what was just sent in the same way")
    _timeout_flag(one)
    _output_flags(one)


def _timeout_flag(one: argparse.ArgumentParser) -> None:
    wait = "stop waiting for the provider after so many seconds; the task is kept"
    one.add_argument("--timeout", metavar="S", type=_above_zero("seconds"), help=wait)


def _output_flags(one: argparse.ArgumentParser) -> None:
    out = f"write the model there, in the format of the suffix (may be given several times): {' '.join(given.OUTPUTS)}"
    one.add_argument("--height", metavar="M", type=_above_zero("metres"), help="make the model so many metres tall")
    one.add_argument("--out", metavar="FILE", action="append", default=[], help=out)
    one.add_argument("--preview", metavar="PNG", help="write a picture of the model there")
    _jsonl_flag(one)


def _jsonl_flag(one: argparse.ArgumentParser) -> None:
    one.add_argument("--jsonl", action="store_true", help="print one JSON object a line instead of sentences")


def _json_flag(one: argparse.ArgumentParser) -> None:
    one.add_argument("--json", action="store_true", help="print JSON instead of sentences")


def _provider_calls(calls: Calls[Parser]) -> None:
    one = _call(calls, "providers", "list the providers, or the options of one")
    one.add_argument("id", metavar="ID", nargs="?", help="the provider whose options are listed: local, tripo, …")
    _json_flag(one)
    one.set_defaults(run=providers.list_providers)
    one = _call(calls, "balance", "check the API key of a provider and show what is left on the account")
    one.add_argument("id", metavar="ID", help="the provider; `maquette providers` lists them")
    _json_flag(one)
    one.set_defaults(run=providers.balance)


def _task_calls(calls: Calls[Parser]) -> None:
    prog = f"{called()} tasks"
    usage = f"{prog} [-h] [--json]\n       {prog} COMMAND ..."
    one = _call(calls, "tasks", "list the tasks; resume, fetch, follow, cancel, forget or report one", usage=usage)
    _json_flag(one)
    one.set_defaults(run=tasks.list_tasks)
    what = one.add_subparsers(title="commands", metavar="COMMAND", prog=prog, parser_class=Parser)
    one = _call(what, "resume", "carry on what was interrupted", "It writes the files that were asked for at first.")
    one.add_argument("ids", metavar="ID", nargs="*", help="the tasks (default: all that are unfinished)")
    _timeout_flag(one)
    _jsonl_flag(one)
    one.set_defaults(run=tasks.resume, resumable=True)
    one = _call(what, "fetch", "fetch the model of a task that was made elsewhere; nothing is paid for it")
    one.add_argument("provider", metavar="PROVIDER", help="the provider; `maquette providers` lists them")
    one.add_argument("id", metavar="ID", help="what the provider calls the task, as on its web page")
    one.add_argument("--name", metavar="NAME", default="", help="what the model is called (default: as the task)")
    _timeout_flag(one)
    _output_flags(one)
    one.set_defaults(run=generate.fetch, resumable=True)
    _follow_call(what)
    for name, brief, run in (
        ("cancel", "stop tasks that run, wherever they run", tasks.cancel),
        ("forget", "remove tasks and their files for ever; what was written by --out stays", tasks.forget),
    ):
        one = _call(what, name, brief)
        one.add_argument("ids", metavar="ID", nargs="+", help="the tasks; `maquette tasks` lists them")
        one.set_defaults(run=run)
    one = _call(what, "details", "print what a bug report about a task needs; no API key stands in it")
    one.add_argument("id", metavar="ID", help="the task; `maquette tasks` lists them")
    one.set_defaults(run=tasks.show_details)


def _follow_call(what: Calls[Parser]) -> None:
    one = _call(
        what, "follow", "make something of a finished model at its provider: rig it, animate it, retexture it, …"
    )
    one.add_argument("id", metavar="ID", help="the task that made the model; `maquette tasks` lists them")
    one.add_argument("what", metavar="WHAT", help="what is made of it; `maquette providers PROVIDER` lists it")
    _set_flag(one, "set an option; `maquette providers WHAT` lists them")
    one.add_argument("--name", metavar="NAME", default="", help="what the model is called (default: as before)")
    _paid_flags(one)
    one.set_defaults(run=follow_ups.follow_up, resumable=True)


def _above_zero(unit: str) -> Callable[[str], float]:
    def read_number(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = 0.0
        if not 0 < number < float("inf"):
            raise argparse.ArgumentTypeError(f"must be a number of {unit} above 0, not “{text}”")
        return number

    return read_number
