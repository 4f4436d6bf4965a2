"""From what the artist gave to a task in the journal; what can be wrong is said here, before anything is sent."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from .encoded import NATIVE, is_whole
from .errors import InputError
from .folders import check_room, private_folder
from .journal import Journal
from .provider import Provider
from .source import VIEWS, Picture, check_link, check_picture, check_sides, is_link, tidy_link
from .task import Task

TREATED_LINK = (
    "A picture that is given by its address goes to the provider as it is. Save it and choose the file, or switch "
    "Remove Background and Crop to Object off."
)


def prepare(
    journal: Journal,
    provider: type[Provider[Any]],
    views: Mapping[str, Path | str],
    options: Mapping[str, Any],
    price: Decimal | None = None,
    **extra: Any,
) -> Task:
    """Check image and options, copy the source image into the data folder and write the task. Raises InputError.

    A view is a file, or text that is the public address of a picture. `price`: what the provider said that it costs.
    """
    chosen = provider.options.build(options)
    check_views(provider, views)
    chosen.check_views(views)
    links = {name: tidy_link(given) for name, given in views.items() if isinstance(given, str)}
    titles = {name: check_link(link, provider.link_kinds, provider.label) for name, link in links.items()}
    check_treated(links, extra)
    pictures = {name: _check_picture(provider, given) for name, given in views.items() if isinstance(given, Path)}
    check_room(journal.folder)
    estimate = chosen.credits() if price is None else price
    task = Task(
        provider=provider.id,
        image=titles["front"] if "front" in titles else _title(journal, pictures["front"].path),
        views={name: links.get(name) or _file_name(name, pictures[name]) for name in views},
        options=chosen.effective(views),
        in_parts=bool(getattr(chosen, provider.parts_option, False)),
        estimate=None if estimate is None else str(estimate),
        **extra,
    )
    enter(journal, task, {task.views[name]: one.path for name, one in pictures.items()})
    return task


def enter(journal: Journal, task: Task, pictures: Mapping[str, Path]) -> None:
    """Copy the pictures into the task's folder, under these names, and write the task. Raises InputError."""
    folder = private_folder(journal.folder_of(task.id))
    try:
        for name, path in pictures.items():
            shutil.copyfile(path, folder / name)
        journal.add(task, mine=True)
    except (OSError, InputError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, InputError):
            raise
        raise InputError(f"The image could not be copied to {folder} ({error.strerror}); nothing was sent.") from error


def check_treated(links: Mapping[str, str], wishes: Mapping[str, Any]) -> None:
    """Raise InputError where something is to be done to pictures that are given by their addresses."""
    if links and (wishes.get("cut_out") or wishes.get("crop")):
        raise InputError(TREATED_LINK)


def _title(journal: Journal, path: Path) -> str:
    """Return what the picture is called; an earlier task's copy of one is called as that was."""
    before = journal.task_with(path)
    return before.image if before else path.name


def _file_name(view: str, picture: Picture) -> str:
    return view + NATIVE.get(picture.kind, picture.path.suffix.lower())


def _check_picture(provider: type[Provider[Any]], path: Path) -> Picture:
    """Look at an image file. Raises InputError when the provider cannot use it."""
    picture = check_picture(path)
    if picture.size:
        check_sides(path.name, picture.size, provider.accepts, provider.label)
    if picture.kind in ("JPEG", "WebP"):  # Blender reads what is there of them, and refuses a PNG that is cut off
        check_whole(picture)
    return picture


def check_whole(picture: Picture) -> None:
    """Raise InputError for a PNG, JPEG or WebP that is cut off, as a download may be."""
    path = picture.path
    try:
        whole = is_whole(path.read_bytes())
    except OSError as error:
        raise InputError(f"The image {path} cannot be read ({error.strerror}). Choose another one.") from error
    if not whole:
        raise InputError(f"The image {path.name} is damaged: it is not there to its end. Save it again.")


def check_views(provider: type[Provider[Any]], views: Mapping[str, Path | str]) -> None:
    """Raise InputError when a view is unknown, missing or not taken by the provider."""
    for name, given in views.items():
        if name not in VIEWS:
            raise InputError(f"There is no view “{name}”. The views are: {', '.join(VIEWS[1:])}.")
        if name not in provider.views:
            raise InputError(f"{provider.label} takes one image only, without a {name} view. Remove it.")
        if isinstance(given, str) and is_link(given) and not provider.link_kinds:
            raise InputError(f"{provider.label} takes image files only. Save {given} and choose the file.")
    if "front" not in views:
        raise InputError("The front view is missing. Choose an image first.")
