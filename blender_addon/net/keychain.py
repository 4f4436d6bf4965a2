"""The system's keychain, through the library keyring: Keychain on macOS, Credential Manager on Windows.

Every call runs in a thread and is waited for a few seconds at most: a keychain may be locked, ask a person for a
password, or hang. It is asked once a session for each key; an answer that comes late still counts. keyring is imported
in the thread, never while Blender starts.

On Linux the keychain is used only when PYTHON_KEYRING_BACKEND names one: what keyring needs there to speak to the
Secret Service (cryptography, cffi) is no part of the extension, and Blender could not read a key that the command line
put there.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import threading
import time
from collections.abc import Callable

SERVICE = "Maquette"
LIMIT_S = 5.0
OFF = ("keyring.backends.null.Keyring", "keyring.backends.fail.Keyring")
"""What people name in PYTHON_KEYRING_BACKEND to have no keychain used."""


class KeychainError(Exception):
    """Why the keychain cannot be used, in a few words."""


class Keychain:
    """The user's keychain. Safe in any thread."""

    def __init__(self, limit_s: float = LIMIT_S) -> None:
        """Nothing is asked yet."""
        self._limit_s = limit_s
        self._lock = threading.Lock()
        self._questions: dict[str, _Question] = {}

    def usable(self) -> bool:
        """Tell whether there may be one, and it has not failed in this session. Asks nothing."""
        return offered() and not self.trouble()

    def trouble(self) -> str:
        """Return why it is not used any more in this session; empty as long as nothing went wrong."""
        with self._lock:
            return next((words for one in self._questions.values() if (words := one.problem())), "")

    def get(self, name: str) -> str:
        """Return the secret of that name; empty when there is none. Raises KeychainError."""
        return self._asked(name, lambda: _read(name)).answer()

    def known(self, name: str) -> str | None:
        """Return the secret when it has been asked for and has come; None otherwise. Waits for nothing."""
        with self._lock:
            question = self._questions.get(name)
        return question.found if question else None

    def ready(self, name: str) -> bool:
        """Tell whether `get` would answer or raise at once."""
        with self._lock:
            question = self._questions.get(name)
        return bool((question and (question.done.is_set() or question.problem())) or self.trouble())

    def put(self, name: str, secret: str) -> None:
        """Keep the secret, and see whether it can be read again. Raises KeychainError."""
        self._asked(name, lambda: _written(name, secret)).answer()

    def remove(self, name: str) -> None:
        """Forget the secret, in the background: whether it worked, nobody has to know."""
        if self.usable():  # else what went wrong is remembered
            with self._lock:
                self._questions.pop(name, None)
            _Question(lambda: _removed(name), self._limit_s)

    def _asked(self, name: str, work: Callable[[], str]) -> _Question:
        """Return the question of that name, asked now or before. Raises KeychainError when another one failed."""
        trouble = self.trouble()
        with self._lock:
            question = self._questions.get(name)
            if question is None:
                if trouble or not offered():
                    raise KeychainError(trouble or "there is none that can be used")
                question = self._questions[name] = _Question(work, self._limit_s)
            return question


class _Question:
    """One call of keyring in a thread of its own."""

    def __init__(self, work: Callable[[], str], limit_s: float) -> None:
        """Start it."""
        self.done = threading.Event()
        self.found: str | None = None
        self._problem = ""
        self._work, self._ends = work, time.monotonic() + limit_s
        threading.Thread(target=self._run, name="maquette-keychain", daemon=True).start()

    def _run(self) -> None:
        try:
            self.found = self._work()
        except Exception as error:  # noqa: BLE001 - told where it is waited for; its text might hold the secret
            self._problem = f"it failed ({type(error).__name__})"
        finally:
            self.done.set()

    def problem(self) -> str:
        """Return why there is no answer; empty as long as it may come in time."""
        late = not self.done.is_set() and time.monotonic() > self._ends
        return "it does not answer" if late else self._problem

    def answer(self) -> str:
        """Return the answer, waiting as long as there is time. Raises KeychainError."""
        self.done.wait(max(0.0, self._ends - time.monotonic()))
        if not self.done.is_set() or self.found is None:
            raise KeychainError(self.problem() or "it does not answer")
        return self.found


def offered() -> bool:
    """Tell whether this system has a keychain that every Maquette can reach, without importing keyring."""
    named = os.environ.get("PYTHON_KEYRING_BACKEND", "")
    chosen = named not in OFF if named else sys.platform in ("win32", "darwin")
    return chosen and importlib.util.find_spec("keyring") is not None


def _read(name: str) -> str:
    import keyring

    return keyring.get_password(SERVICE, name) or ""


def _written(name: str, secret: str) -> str:
    import keyring

    keyring.set_password(SERVICE, name, secret)
    if keyring.get_password(SERVICE, name) != secret:  # some take everything and keep nothing
        raise LookupError(name)
    return secret


def _removed(name: str) -> str:
    import keyring

    keyring.delete_password(SERVICE, name)
    return ""
