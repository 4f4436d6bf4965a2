"""Another process with the same journal: it does what it is told, and can be killed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LIMIT_S = 30.0
ANOTHER = """
import sys
from pathlib import Path
from blender_addon.core.journal import Journal
journal = Journal(Path(sys.argv[1]))
for line in sys.stdin:
    call, *arguments = line.split()
    print(getattr(journal, call)(*arguments), flush=True)
"""


class Another:
    """Another process with the same journal; it does what it is told and can be killed."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", ANOTHER, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def call(self, *words: str) -> str:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def kill_only(self) -> None:
        """End it as a crash or `kill -9` does: nothing is tidied up."""
        self.process.kill()
        self.process.wait(LIMIT_S)

    def kill(self) -> None:
        """End it the same way, and close its pipes."""
        self.kill_only()
        for stream in (self.process.stdin, self.process.stdout):
            stream.close()
