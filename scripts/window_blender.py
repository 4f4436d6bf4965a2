"""Sets up and starts a real Blender with a window, for the window tests, on machines with and without a screen."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from _debian import SUITES, set_up
from _layout import SetupError, say
from _window import Start, default_binds, own_blender, start, which_blender

NO_BLENDER = 125


def parser() -> argparse.ArgumentParser:
    """Describe the two commands."""
    top = argparse.ArgumentParser(description=__doc__)
    commands = top.add_subparsers(dest="task", required=True)
    setup = commands.add_parser("setup", help="make the Debian chroot with Blender (as root, on Debian or Ubuntu)")
    setup.add_argument("suite", nargs="?", choices=SUITES, default=SUITES[0])
    go = commands.add_parser("run", help="start Blender; its exit code is handed on, 124: out of time, 125: no Blender")
    go.add_argument("--blender", choices=("own", *SUITES), help="default: MAQUETTE_BLENDER, trixie, one on the PATH")
    go.add_argument("--size", default="1600x1000", help="of the virtual screen and the window")
    go.add_argument("--limit", type=float, default=600, metavar="S", help="seconds until it is ended")
    go.add_argument("--bind", action="append", default=[], metavar="DIR", help="show this folder in the chroot as well")
    go.add_argument("--env", action="append", default=[], metavar="NAME[=VALUE]", help="set or hand on a variable")
    go.add_argument("--home", default="", metavar="DIR", help="home in the chroot (default: one that is kept)")
    go.add_argument("--shell", action="store_true", help="run the arguments as a command on the screen instead")
    go.add_argument("arguments", nargs="*", metavar="-- ARGS", help="Blender's arguments")
    return top


def requested(options: argparse.Namespace, kind: str) -> Start:
    """Turn the command line into what is to be started."""
    blender = [own_blender() if kind == "own" else "blender", "--window-geometry", "0", "0", *options.size.split("x")]
    variables = dict(pair.partition("=")[::2] for pair in options.env if "=" in pair)
    variables.update((name, os.environ[name]) for name in options.env if "=" not in name and name in os.environ)
    return Start(
        command=[*([] if options.shell else blender), *options.arguments],
        size=options.size,
        limit_s=options.limit,
        variables=variables,
        root="",
        home=options.home,
        binds=default_binds() + [str(Path(folder).absolute()) for folder in options.bind],
    )


def main() -> int:
    """Carry out the command and return the exit code."""
    options = parser().parse_args()
    try:
        if options.task == "setup":
            say(f"Ready: {set_up(options.suite)}")
            return 0
        kind = which_blender(options.blender)
        return start(kind, requested(options, kind))
    except SetupError as error:
        say(str(error))
        return NO_BLENDER if options.task == "run" else 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
