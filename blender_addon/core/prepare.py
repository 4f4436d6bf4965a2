"""From what the artist gave to a task in the journal; what can be wrong is said here, before anything is sent."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import InputError
from .folders import check_room, private_folder
from .journal import Journal
from .provider import Provider
from .source import NATIVE, VIEWS, check_picture
from .task import Task


def prepare(
    journal: Journal,
    provider: type[Provider[Any]],
    views: Mapping[str, Path],
    options: Mapping[str, Any],
    **extra: Any,
) -> Task:
    """Check image and options, copy the source image into the data folder and write the task. Raises InputError."""
    chosen = provider.options.build(options)
    _check_views(provider, views)
    pictures = {name: check_picture(path) for name, path in views.items()}
    check_room(journal.folder)
    estimate = chosen.credits()
    task = Task(
        provider=provider.id,
        image=views["front"].name,
        views={name: f"{name}{NATIVE.get(one.kind, one.path.suffix.lower())}" for name, one in pictures.items()},
        options=chosen.effective(),
        estimate=None if estimate is None else str(estimate),
        **extra,
    )
    folder = private_folder(journal.folder_of(task.id))
    try:
        for name, one in pictures.items():
            shutil.copyfile(one.path, folder / task.views[name])
        journal.add(task)
    except (OSError, InputError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, InputError):
            raise
        raise InputError(f"The image could not be copied to {folder} ({error.strerror}); nothing was sent.") from error
    return task


def _check_views(provider: type[Provider[Any]], views: Mapping[str, Path]) -> None:
    """Raise InputError when a view is unknown, missing or not taken by the provider."""
    for name in views:
        if name not in VIEWS:
            raise InputError(f"There is no view “{name}”. The views are: {', '.join(VIEWS[1:])}.")
        if name not in provider.views:
            raise InputError(f"{provider.label} takes one image only, without a {name} view. Remove it.")
    if "front" not in views:
        raise InputError("The front view is missing. Choose an image first.")
