"""Tasks that were made elsewhere, on a provider's web page or by another program: entered here by the provider's id.

Nothing is created and nothing is paid: the task starts where the provider has it already.
"""

from __future__ import annotations

import re
import shutil
from typing import Any

from .errors import InputError
from .folders import check_room, private_folder
from .journal import Journal
from .provider import Provider
from .task import Task

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,127}")
"""It becomes a part of an address: nothing in it may lead to another one."""
_NO_NAME = re.compile(r"[\\/.\s\x00-\x1f]+")
"""What a file name ends or begins with: the task is named as if after one."""


def checked_id(provider: type[Provider[Any]], text: str) -> str:
    """Return the provider's id of a task as it was typed or pasted. Raises InputError when it cannot be one."""
    if not provider.base_url:
        raise InputError(f"{provider.label} makes its models on this computer, so there is nothing to fetch.")
    found = text.strip()
    if not _ID.fullmatch(found):
        raise InputError(
            f"“{found[:60]}” is no task id of {provider.label}: one has letters, digits, - and _ only. Copy the id "
            "alone, without the address around it."
        )
    return found


def known(journal: Journal, provider: type[Provider[Any]], provider_task: str) -> Task | None:
    """Return the task that the provider calls so, if it is in the journal."""
    every = (one for one in journal.all() if one.provider == provider.id)
    return next((one for one in every if one.provider_task == provider_task), None)


def enter(journal: Journal, provider: type[Provider[Any]], provider_task: str, name: str = "", **facts: Any) -> Task:
    """Write a task of which the provider has the id, so that it can be started. Raises InputError."""
    check_room(journal.folder)
    title = _NO_NAME.sub(" ", name).strip() or f"{provider.label} {provider_task[:8]}"
    task = Task(provider.id, title, {}, {}, provider_task=provider_task, stage="submitted", **facts)
    folder = private_folder(journal.folder_of(task.id))
    try:
        journal.add(task, mine=True)
    except InputError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return task
