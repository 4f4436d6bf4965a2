"""Runs Maquette's command line out of this checkout; what it needs is set up on first use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from _layout import SetupError, say
from _setup import environment, package_environment

PYTHON = "py" if sys.platform == "win32" else "python3"


def main() -> int:
    """Hand all arguments to the command line and return its exit code."""
    try:
        python = str(environment("run"))
    except SetupError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        say("Interrupted; the set-up starts anew next time.")
        return 130
    # -P: a folder called blender_addon where the command is typed must not be taken for this one.
    command = [python, "-P", "-m", "blender_addon", *sys.argv[1:]]
    told = package_environment() | {"MAQUETTE_CALLED": f"{PYTHON} {sys.argv[0]}"}
    if sys.platform != "win32":
        os.execve(python, command, told)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the child as well, and it is the child's to answer
    return subprocess.call(command, env=told)


if __name__ == "__main__":
    sys.exit(main())
