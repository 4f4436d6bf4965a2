"""Where things lie on this machine: one data folder a user, shared by the command line and every Blender."""

from __future__ import annotations

import os
from pathlib import Path

from .errors import InputError

SPARE_BYTES = 64 * 2**20
"""Room that a small task needs: source image, model file, .blend and what is written beside them."""


def data_folder() -> Path:
    """Return the data folder: MAQUETTE_DATA_DIR, or this user's (it survives uninstalling the extension)."""
    chosen = os.environ.get("MAQUETTE_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return platformdirs.user_data_path("maquette", appauthor=False)


def private_folder(path: Path) -> Path:
    """Make the folder, readable by this user only. Raises InputError when it cannot be made."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"The folder {path} cannot be made ({error.strerror}). Choose another one.") from error
    return path


def check_room(folder: Path, needed_bytes: int = SPARE_BYTES) -> None:
    """Raise InputError when the disk under an existing folder has not that much room left."""
    import shutil  # Blender's start does not pay for it

    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise InputError(
            f"The disk is full: {folder} has {free // 2**20} MB left and {needed_bytes // 2**20} MB are needed. "
            "Free some space and try again; nothing was sent."
        )


def check_output(path: Path) -> None:
    """Raise InputError when a file cannot be written there. It is tried: rights alone do not tell."""
    import uuid

    folder = path.parent
    trial = folder / f".maquette-{uuid.uuid4().hex}"
    try:
        if not folder.is_dir():
            raise InputError(f"The output folder {folder} does not exist. Create it or choose another one.")
        if path.is_dir():
            raise InputError(f"{path} is a folder. Give the name of a file.")
        trial.open("xb").close()  # others may write in that folder too: a link that they planted is not followed
        trial.unlink()
    except OSError as error:
        raise InputError(
            f"The output folder {folder} cannot be written ({error.strerror}). Choose another one."
        ) from error
    check_room(folder)
