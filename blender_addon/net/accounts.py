"""API keys, base URLs and regions: what the environment says, else what the artist entered.

The file lies in the data folder, readable by this user only, so that the command line and every Blender share it and
neither a .blend nor Blender's preferences ever hold a key. A key that is entered is written there first and then moved
to the system's keychain where there is one that works; the file keeps the name that it has there.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import threading
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from ..core.errors import AccountError, DiskError, InputError
from ..core.files import write_whole
from ..core.owner import alone
from ..core.provider import Provider
from ..core.redact import hide
from .address import check_base
from .keychain import Keychain, KeychainError

log = logging.getLogger(__name__)
FIELDS = ("key", "base_url", "region", "keychain")
"""The last one is the name of the key in the system's keychain."""
Kept: TypeAlias = dict[str, dict[str, str]]


class Accounts:
    """What is known of the artist's account at each provider. Safe in any thread."""

    def __init__(self, folder: Path, keychain: Keychain | None = None) -> None:
        """Use the file in the data folder; it is read when it is first needed."""
        self._path = folder / "accounts.json"
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._kept: Kept = {}
        self.keychain = keychain or Keychain()
        self._moving: set[str] = set()

    def entered(self, provider: str, field: str) -> str:
        """Return what the artist entered (key, base_url or region); empty when nothing. Waits for no keychain."""
        one = self._of(provider)
        if field == "key" and not one.get("key") and (name := one.get("keychain")):
            return self.keychain.known(name) or ""
        return one.get(field, "")

    def keeps(self, provider: str) -> str:
        """Return where the key lies that was entered: `file`, `keychain`, or nothing. Waits for no keychain."""
        one = self._of(provider)
        return next((place for field, place in (("key", "file"), ("keychain", "keychain")) if one.get(field)), "")

    def ready(self, provider: type[Provider[Any]]) -> bool:
        """Tell whether `key` would answer or raise at once, without waiting for the keychain."""
        in_keychain = self.keeps(provider.account()) == "keychain" and not from_environment(provider)
        return not in_keychain or self.keychain.ready(self._of(provider.account())["keychain"])

    def _of(self, provider: str) -> dict[str, str]:
        with self._lock:
            with contextlib.suppress(OSError):  # somebody writes it just now: what was read before still holds
                self._read()
            return self._kept.get(provider, {})

    def enter(self, provider: str, field: str, value: str) -> None:
        """Keep what the artist entered; empty forgets it. Raises DiskError."""
        assert field in FIELDS[:3]
        if field != "key":
            self._change(provider, {field: value.strip()})
            return
        hide(value.strip())
        before, _ = self._change(provider, {"key": value.strip(), "keychain": ""})
        if before.get("keychain"):
            self.keychain.remove(before["keychain"])
        self._move_later(provider)

    def _change(
        self, provider: str, changes: dict[str, str], only_if: Mapping[str, str] = MappingProxyType({})
    ) -> tuple[dict[str, str], dict[str, str]]:
        """Change fields in the file, unless they are not as in `only_if`; return all before and after."""
        with self._lock:
            try:
                with alone(self._path.with_suffix(".lock")):  # another process may enter something at the same time
                    self._read()
                    one = self._kept.get(provider, {})
                    if any(one.get(name, "") != value for name, value in only_if.items()):
                        return one, one
                    kept = {**self._kept, provider: one | changes}
                    self._write({name: {key: text for key, text in one.items() if text} for name, one in kept.items()})
                    return one, one | changes
            except OSError as error:
                raise DiskError(f"{self._path} cannot be written ({error.strerror}); nothing was changed.") from error

    def _move_later(self, provider: str) -> None:
        """Move the key from the file to the keychain, in a thread; where that fails it stays in the file."""
        if not self.keychain.usable() or provider in self._moving:
            return
        self._moving.add(provider)
        threading.Thread(target=self._move, args=(provider,), name="maquette-keychain", daemon=True).start()

    def _move(self, provider: str) -> None:
        try:
            while (key := self._of(provider).get("key", "")) and self.keychain.usable():
                named = {"keychain": f"{provider}-{uuid.uuid4().hex[:12]}"}
                _, one = self._change(provider, named, only_if={"key": key, "keychain": ""})
                if one.get("key") != key:  # another one was entered meanwhile
                    continue
                name = one["keychain"]
                self.keychain.put(name, key)
                _, one = self._change(provider, {"key": ""}, only_if={"key": key, "keychain": name})
                if one.get("keychain") != name:
                    self.keychain.remove(name)
        except (KeychainError, DiskError) as error:
            log.info("the API key for %s stays in its file: the keychain cannot be used: %s", provider, error)
        finally:
            self._moving.discard(provider)

    def key(self, provider: type[Provider[Any]]) -> str:
        """Return the API key; the keychain is waited for, a few seconds at most.

        Raises AccountError when there is none, or one that cannot be sent.
        """
        found = from_environment(provider)
        key = (os.environ[found] if found else self._entered_key(provider)).strip()
        hide(key)
        if not key:
            raise AccountError(
                f"{provider.label} needs an API key. Enter it in Maquette's preferences, or set {_names(provider)[0]}."
            )
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise AccountError(f"The API key of {provider.label} holds characters that no key has. Copy it again.")
        return key

    def looks_like(self, provider: type[Provider[Any]], others: Iterable[type[Provider[Any]]]) -> str:
        """Return the provider whose keys begin like the one given here; empty where it is this one's, or unknown."""
        found = from_environment(provider)
        key = os.environ[found].strip() if found else self.entered(provider.account(), "key")
        meant = [one for one in others if one.key_start and key.startswith(one.key_start)]
        return meant[0].label if meant and provider not in meant else ""

    def _entered_key(self, provider: type[Provider[Any]]) -> str:
        """Return the key that was entered; one that still lies in the file is moved. Raises AccountError."""
        one = self._of(provider.account())
        if one.get("key"):
            self._move_later(provider.account())
            return one["key"]
        try:
            return self.keychain.get(one["keychain"]) if "keychain" in one else ""
        except KeychainError as error:
            raise AccountError(
                f"The system's keychain has the API key of {provider.label} and did not give it: {error}. Unlock it "
                "and start again, or enter the key once more."
            ) from None

    def hide_all(self) -> None:
        """Take every key that is known without asking a keychain out of whatever people may read."""
        with self._lock, contextlib.suppress(OSError):
            self._read()
        for one in (*self._kept.values(), os.environ):
            for name, value in one.items():
                if name == "key" or name.endswith("_API_KEY"):
                    hide(value.strip())

    def has_key(self, provider: type[Provider[Any]]) -> bool:
        """Tell whether there is an API key, or none is needed. One in the keychain counts unseen."""
        if self.keeps(provider.account()) == "keychain":
            return True
        try:
            return not provider.base_url or bool(self.key(provider))
        except AccountError:
            return False

    def base_url(self, provider: type[Provider[Any]]) -> str:
        """Return where requests go, without a slash at the end. Raises InputError when it is no safe address."""
        base = self.chosen_base(provider) or provider.regions.get(self.entered(provider.account(), "region"), "")
        base = (base or provider.base_url).rstrip("/")
        problem = check_base(base)
        if problem:
            name = _variable(provider, "BASE_URL")
            shown = re.sub(r"//[^/]*@", "//•••@", base)  # a login may be a secret
            where = name if os.environ.get(name, "").strip() else "it in the preferences"
            raise InputError(f"The base URL of {provider.label} {problem}: {shown}. Change {where}.")
        return base

    def chosen_base(self, provider: type[Provider[Any]]) -> str:
        """Return the base URL that environment or preferences name; empty when the provider's own is used."""
        return os.environ.get(_variable(provider, "BASE_URL"), "").strip() or self.entered(
            provider.account(), "base_url"
        )

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

    def _write(self, kept: Kept) -> None:
        write_whole(self._path, json.dumps(kept).encode())
        self._stamp = None


def from_environment(provider: type[Provider[Any]]) -> str:
    """Return the environment variable that holds the API key; empty when none does."""
    return next((name for name in _names(provider) if os.environ.get(name, "").strip()), "")


def _names(provider: type[Provider[Any]]) -> tuple[str, ...]:
    return (_variable(provider, "API_KEY"), *provider.key_names)


def _variable(provider: type[Provider[Any]], what: str) -> str:
    """Return the name of our own environment variable for it: API_KEY or BASE_URL."""
    return f"MAQUETTE_{provider.account().upper()}_{what}"


def _parsed(content: bytes) -> Kept:
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
