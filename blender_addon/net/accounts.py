"""API keys, base URLs and regions: what the environment says, else what the artist entered.

The file lies in the data folder, readable by this user only, so that the command line and every Blender share it and
neither a .blend nor Blender's preferences ever hold a key.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from pathlib import Path
from typing import Any

from ..core.errors import AccountError, DiskError, InputError
from ..core.owner import alone
from ..core.provider import Provider
from .address import check_base

FIELDS = ("key", "base_url", "region")


class Accounts:
    """What is known of the artist's account at each provider. Safe in any thread."""

    def __init__(self, folder: Path) -> None:
        """Use the file in the data folder; it is read when it is first needed."""
        self._path = folder / "accounts.json"
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._kept: dict[str, dict[str, str]] = {}

    def entered(self, provider: str, field: str) -> str:
        """Return what the artist entered (key, base_url or region); empty when nothing."""
        with self._lock:
            with contextlib.suppress(OSError):  # somebody writes it just now: what was read before still holds
                self._read()
            return self._kept.get(provider, {}).get(field, "")

    def enter(self, provider: str, field: str, value: str) -> None:
        """Keep what the artist entered; empty forgets it. Raises DiskError."""
        assert field in FIELDS
        with self._lock:
            try:
                with alone(self._path.with_suffix(".lock")):  # another process may enter something at the same time
                    self._read()
                    kept = {**self._kept, provider: {**self._kept.get(provider, {}), field: value.strip()}}
                    self._write({name: {key: text for key, text in one.items() if text} for name, one in kept.items()})
            except OSError as error:
                raise DiskError(f"{self._path} cannot be written ({error.strerror}); nothing was changed.") from error

    def key(self, provider: type[Provider[Any]]) -> str:
        """Return the API key. Raises AccountError when there is none, or one that cannot be sent."""
        names = (f"MAQUETTE_{provider.id.upper()}_API_KEY", *provider.key_names)
        found = next((os.environ[name] for name in names if os.environ.get(name, "").strip()), "")
        key = (found or self.entered(provider.id, "key")).strip()
        if not key:
            raise AccountError(
                f"{provider.label} needs an API key. Enter it in Maquette's preferences, or set {names[0]}."
            )
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise AccountError(f"The API key of {provider.label} holds characters that no key has. Copy it again.")
        return key

    def has_key(self, provider: type[Provider[Any]]) -> bool:
        """Tell whether there is an API key, or none is needed."""
        try:
            return not provider.base_url or bool(self.key(provider))
        except AccountError:
            return False

    def base_url(self, provider: type[Provider[Any]]) -> str:
        """Return where requests go, without a slash at the end. Raises InputError when it is no safe address."""
        base = self.chosen_base(provider) or provider.regions.get(self.entered(provider.id, "region"), "")
        base = (base or provider.base_url).rstrip("/")
        problem = check_base(base)
        if problem:
            name = f"MAQUETTE_{provider.id.upper()}_BASE_URL"
            where = name if os.environ.get(name, "").strip() else "it in the preferences"
            raise InputError(f"The base URL of {provider.label} {problem}: {base}. Change {where}.")
        return base

    def chosen_base(self, provider: type[Provider[Any]]) -> str:
        """Return the base URL that environment or preferences name; empty when the provider's own is used."""
        name = f"MAQUETTE_{provider.id.upper()}_BASE_URL"
        return os.environ.get(name, "").strip() or self.entered(provider.id, "base_url")

    def _read(self) -> None:
        """Read the file again when it has changed: another process may have written it. Raises OSError."""
        try:
            facts = self._path.stat()
        except FileNotFoundError:
            self._stamp, self._kept = None, {}
            return
        stamp = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
        if stamp != self._stamp:
            self._kept, self._stamp = _parsed(self._path.read_bytes()), stamp

    def _write(self, kept: dict[str, dict[str, str]]) -> None:
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(kept, file)
        part.replace(self._path)
        self._stamp = None


def _parsed(content: bytes) -> dict[str, dict[str, str]]:
    """Return what the file holds; a damaged file counts as empty, and is written anew with the next entry."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        str(name): {field: str(one[field]) for field in FIELDS if isinstance(one.get(field), str)}
        for name, one in found.items()
        if isinstance(one, dict)
    }
