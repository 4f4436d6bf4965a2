"""The pipe to the parent: JSON lines, UTF-8, on what were standard input and output.

    ← {"ready": true, "blender": "4.3.2"}
    → {"id": 1, "work": "convert", "arguments": {…}}
    ← {"id": 1, "percent": 40.0}                                            any number of times
    ← {"id": 1, "done": {…}}  or  {"id": 1, "error": {"kind": …, "message": …, "details": …}}

An error that says `"damaged": true` is a DamagedError.

Blender's binary prints its name on standard output before this program starts: the parent skips what comes before
`ready`. The process ends at once when its input ends, whatever it is doing: the thread that reads gets its turn even
during an importer written in C++, because Blender lets go of Python's lock while an operator runs. On Linux the
system ends it as well, even when that thread gets no turn.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from typing import Any

Message = dict[str, Any]


class Channel:
    """Requests from the parent and answers to it."""

    def __init__(self) -> None:
        """Take standard output for this channel alone; whatever prints from now on, prints to standard error."""
        sys.stdout.flush()
        self._out = os.fdopen(os.dup(1), "wb", buffering=0)
        os.dup2(2, 1)
        self._requests: queue.SimpleQueue[Message] = queue.SimpleQueue()
        threading.Thread(target=self._read, name="pipe", daemon=True).start()

    def next(self) -> Message:
        """Wait for the next request."""
        return self._requests.get()

    def send(self, message: Message) -> None:
        """Write one line. Ends the process when nobody listens any more."""
        line = json.dumps(message, ensure_ascii=False, separators=(",", ":")) + "\n"
        try:
            self._out.write(line.encode("utf-8", "replace"))
        except OSError:
            os._exit(0)

    def _read(self) -> None:
        try:
            with open(0, "rb", closefd=False) as lines:
                for line in lines:
                    self._requests.put(json.loads(line))
        finally:
            os._exit(0)  # the parent is gone: no exit handlers, Blender's can hang
