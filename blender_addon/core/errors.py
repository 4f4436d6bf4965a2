"""Every error that can reach a person, in one tree.

MaquetteError
├── InputError          input       image, option or path wrong; nothing was sent
├── AccountError        account     key missing, refused or not allowed
├── CreditsError        credits     not enough credits
├── RejectedError       rejected    refused for its content
├── ProviderError       provider    the provider refused the request, or the task ended failed
│   └── MissingError                the provider knows no task of that id
├── ModelFileError      model_file  the model file came and cannot be used
│   └── DamagedError                it is cut off or broken, perhaps only as it came here
├── NetworkError        network     no answer after retries; the task is kept
│   ├── UnconfirmedError            the create may or may not have been carried out
│   ├── UnreachableError            the provider was not reached at all
│   │   └── OfflineError            Blender's online access is off
│   ├── BusyError                   the provider refused it for now, nothing was started
│   └── LinkError                   the link of a model file works no longer
├── TaskTimeoutError    timeout     the time given ran out; the task is kept
└── DiskError           disk        the disk is full or cannot be written, after sending; the task is kept
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from decimal import Decimal


UNTOUCHED = " Your scene is untouched."
"""Said in Blender only."""


class MaquetteError(Exception):
    """What happened, what is safe and what to do next, in the artist's words.

    `message` is for the panel; `details` is for the log (status, request id, a program's last words), never a key.
    """

    kind: ClassVar[str] = "provider"
    task_kept: ClassVar[bool] = False
    credits: Decimal | None = None
    """What a task that failed was charged, when the provider tells."""

    def __init__(self, message: str, details: str = "") -> None:
        """Keep the sentence and the details."""
        super().__init__(message)
        self.message = message
        self.details = details


class InputError(MaquetteError):
    """Image, option or path wrong; nothing was sent."""

    kind = "input"


class AccountError(MaquetteError):
    """The API key is missing, refused or not allowed to do this."""

    kind = "account"


class CreditsError(MaquetteError):
    """The account has not enough credits."""

    kind = "credits"


class RejectedError(MaquetteError):
    """The provider refused the image for its content."""

    kind = "rejected"


class ProviderError(MaquetteError):
    """The provider refused the request, or the task ended failed or expired."""

    kind = "provider"


class MissingError(ProviderError):
    """The provider knows no task of that id; right after the create it may only be late."""


class ModelFileError(MaquetteError):
    """The model file came and cannot be used."""

    kind = "model_file"


class DamagedError(ModelFileError):
    """The model file is cut off or broken; what came from a provider is fetched once more."""


class NetworkError(MaquetteError):
    """No answer after retries; the task goes on when it is resumed."""

    kind = "network"
    task_kept = True


class UnconfirmedError(NetworkError):
    """The create may or may not have been carried out; it is never repeated by itself."""


class UnreachableError(NetworkError):
    """The request provably never left: no name, no connection, no TLS."""


class OfflineError(UnreachableError):
    """Nothing was sent, because Blender's user has switched online access off."""


OFFLINE = (
    "{label} needs the network, and Blender's online access is off. Allow it in Blender's "
    "Preferences > System > Network > Allow Online Access, or start Blender with --online-mode; nothing that was "
    "started is lost."
)


class BusyError(NetworkError):
    """The provider refused the request for now; nothing was started by it."""


class LinkError(NetworkError):
    """The link of a model file works no longer; the task is asked for a fresh one."""


class TaskTimeoutError(MaquetteError):
    """The time given ran out; the task goes on when it is resumed."""

    kind = "timeout"
    task_kept = True


class DiskError(MaquetteError):
    """The disk is full or cannot be written after sending; the task goes on when it is resumed."""

    kind = "disk"
    task_kept = True


_LEAVES = (
    InputError,
    AccountError,
    CreditsError,
    RejectedError,
    ProviderError,
    ModelFileError,
    NetworkError,
    TaskTimeoutError,
    DiskError,
)
KINDS: dict[str, type[MaquetteError]] = {leaf.kind: leaf for leaf in _LEAVES}


def rebuild(kind: str, message: str, details: str = "") -> MaquetteError:
    """Make the error again that another process reported or the journal kept."""
    return KINDS.get(kind, ProviderError)(message, details)


def as_ours(error: Exception) -> MaquetteError:
    """Turn any exception into one of the tree; the traceback goes to the details."""
    if isinstance(error, MaquetteError):
        return error
    import sqlite3  # all of Maquette knows its errors, and Blender's start pays for neither of these
    import traceback

    words = "".join(traceback.format_exception(error))
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
    ):
        return DiskError(
            "Another program holds the task journal. Close what else uses it, then resume the task.", words
        )
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
        return DiskError(f"The task journal is damaged ({error}). What was made is still in the data folder.", words)
    if full or isinstance(error, sqlite3.OperationalError):
        return DiskError(
            f"The disk is full or cannot be written ({error}). Free some space, then resume the task.", words
        )
    if isinstance(error, OSError):
        return DiskError(f"A file could not be read or written ({error}). The task is kept.", words)
    return ProviderError(f"Maquette made a mistake ({type(error).__name__}). Please report it with the details.", words)
