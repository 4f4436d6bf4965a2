"""Keychains as keyring knows them, to be named in PYTHON_KEYRING_BACKEND: one on the disk, and some that are broken.

MAQUETTE_TEST_KEYCHAIN is the folder of the one on the disk; the others write there how often they were asked.
"""

import base64
import os
import threading
import time
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


def _folder() -> Path:
    return Path(os.environ["MAQUETTE_TEST_KEYCHAIN"])


def _count(name: str) -> None:
    with (_folder() / f"asked-{name}").open("a") as file:
        file.write(".")


class OnDisk(KeyringBackend):
    """Works. What it keeps is not readable as it stands."""

    priority = 1

    def _file(self, service: str, name: str) -> Path:
        return _folder() / f"{service}-{name}.secret"

    def get_password(self, service: str, username: str) -> str | None:
        """Return the secret."""
        _count("get")
        file = self._file(service, username)
        return base64.b85decode(file.read_bytes()).decode() if file.exists() else None

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep the secret."""
        _count("set")
        self._file(service, username).write_bytes(base64.b85encode(password.encode()))

    def delete_password(self, service: str, username: str) -> None:
        """Forget the secret."""
        try:
            self._file(service, username).unlink()
        except FileNotFoundError as error:
            raise PasswordDeleteError(username) from error


class Hanging(OnDisk):
    """Waits for a person who is not there."""

    def get_password(self, service: str, username: str) -> str | None:
        """Never return."""
        _count("get")
        threading.Event().wait()

    def set_password(self, service: str, username: str, password: str) -> None:
        """Never return."""
        self.get_password(service, username)


class Slow(OnDisk):
    """Waits for a person who takes a while: until there is a file called `go`."""

    def get_password(self, service: str, username: str) -> str | None:
        """Wait, then return the secret."""
        while not (_folder() / "go").exists():
            time.sleep(0.01)
        return super().get_password(service, username)


class Locked(OnDisk):
    """Refuses everything, and says the secret while it does."""

    def get_password(self, service: str, username: str) -> str | None:
        """Refuse."""
        _count("get")
        raise KeyringLocked("it is locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Refuse."""
        raise KeyringLocked(f"it is locked: {password}")


class Forgetful(OnDisk):
    """Takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Forget it."""


class Crashing(OnDisk):
    """Has a mistake."""

    def get_password(self, service: str, username: str) -> str | None:
        """Fail."""
        raise ZeroDivisionError

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fail."""
        raise ZeroDivisionError(password)
