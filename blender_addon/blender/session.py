"""What runs in this Blender: the tasks with their journal and background Blenders, made when they are first needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import bpy

from ..core.folders import data_folder
from . import declared, inquiry

if TYPE_CHECKING:
    from ..cli.assembly import Assembly

ROOT_PACKAGE = __package__.rpartition(".")[0]
"""`bl_ext.<repository>.maquette` when installed."""


class Session:
    """The assembly of this process, and which of its tasks may land in the file that is open."""

    def __init__(self, assembly: Assembly) -> None:
        """Start with nothing to land."""
        self.assembly = assembly
        self.started: set[str] = set()
        """Ids of the tasks that were started in the file that is open now."""
        self.arrivals: dict[str, bool] = {}
        """Ids of the tasks that land at the next right moment → the artist asked for it."""
        self.waiting: dict[str, str] = {}
        """Ids of the tasks that wait for something outside → what that is, as a sentence."""
        self.scenes: dict[str, int] = {}
        """Ids of the tasks that were started in the file that is open now → `session_uid` of the scene."""
        self.news: dict[str, str] = {}
        """Ids of the tasks whose rows are not up to date → the sentence to show; empty when the task itself has it."""
        self.leaving: set[str] = set()
        """Ids of the tasks whose placeholders go at the next right moment."""
        self.has_placeholders = False
        """Whether one has stood in the file that is open: only then can an undo bring one back."""
        self.textured: bool | None = None
        """Whether something with textures has landed in the file that is open; None as long as nobody has looked."""
        self.stands: dict[str, str] = {}
        """Ids of the tasks for which something stands in the file that is open → the name of the object."""
        self.missed: set[str] = set()
        """Ids of the tasks for which nothing stands any more because the artist removed it; it is asked about."""
        self.picturing: set[str] = set()
        """Ids of the tasks whose placeholders want a picture, which is made or waits for the next right moment."""
        self.unpictured: list[str] = []
        """Ids of the tasks whose models get a thumbnail as soon as the background Blenders have nothing else to do."""
        self.said: list[str] = []
        """What has come to an end, a sentence each: said once, by the next report."""
        self.inquiries = inquiry.Inquiries()

    def tell(self, task_id: str, words: str) -> None:
        """Let the next report say the words behind the task's name."""
        task = self.assembly.journal.last_known(task_id)
        self.said.append(f"{task.name if task else 'A task'}{words}")

    def read_preferences(self) -> None:
        """Tell the threads whether Blender's preferences allow the network; they must not ask Blender themselves."""
        self.assembly.online = bpy.app.online_access


def preferences() -> Any:
    """Return the add-on's preferences; None where it was registered by a script."""
    addon: Any = bpy.context.preferences.addons.get(ROOT_PACKAGE)
    return addon.preferences if addon else None


def spot(scene: bpy.types.Scene) -> tuple[float, float, float]:
    """Return where models land that nobody has put elsewhere: Blender's axes, in the scene's units."""
    chosen = preferences()
    if chosen and chosen.land_at == "ORIGIN":
        return 0.0, 0.0, 0.0
    cursor = scene.cursor.location
    return cursor.x, cursor.y, cursor.z


_session: Session | None = None
_notices: list[str] = []


def current() -> Session | None:
    """Return the session, or None as long as nothing needed it."""
    return _session


def needed() -> Session:
    """Return the session; make it at the first call. Raises InputError when the data folder cannot be used."""
    global _session
    if _session is None:
        declared.ensure()
        from ..cli.assembly import Assembly
        from ..core.patience import BRIEF, ENDLESS

        patience = BRIEF if bpy.app.background else ENDLESS  # in background somebody waits for the end
        _session = Session(Assembly(data_folder(), program(), patience))
    _session.read_preferences()
    return _session


def note(sentences: list[str]) -> None:
    """Keep what the artist must be told of the journal until this Blender ends: panels are closed and opened."""
    _notices.extend(one for one in sentences if one not in _notices)


def notices() -> str:
    """Return what was damaged in the journal and what has become of it; empty when it was sound."""
    if _session:
        note(_session.assembly.journal.notices)
    return " ".join(_notices)


def program() -> tuple[str, ...]:
    """Return the command line of the background Blender."""
    from ..net.background import blender_program, python_program

    binary = bpy.app.binary_path  # empty in the bpy module
    return blender_program(binary) if binary else python_program()


def busy() -> bool:
    """Tell whether there is anything to watch: a running task, one that wants to land, news of one, or a question."""
    if _session is None:
        return False
    if _session.inquiries.busy() or _session.news:
        return True
    wishes = (_session.arrivals, _session.leaving, _session.picturing, _session.unpictured, _session.missed)
    if any(wishes):
        return True
    return _session.assembly.tasks.running() or not _session.assembly.events.empty()


def unregister() -> None:
    """Stop the threads without waiting for the network, and the background Blenders; the tasks are kept."""
    global _session
    closing, _session = _session, None
    _notices.clear()
    if closing:
        closing.inquiries.stop()
        closing.assembly.close()
