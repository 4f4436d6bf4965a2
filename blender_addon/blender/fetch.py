"""Fetching a model that was made elsewhere, on the provider's web page or by another program, by its task's id."""

from typing import Any

import bpy
from bpy.props import EnumProperty, StringProperty

from ..core.errors import InputError
from . import begin, land, readiness, sending, session, snapshot
from .clicked import Clicked, cancelled

AROUND = " \t\r\n\"'`,;\u00a0\u200b\ufeff\u201c\u201d"
"""What is copied along with an id from a web page or a program's output: blanks, seen or unseen, and quotes."""

_items: list[tuple[str, str, str]] = []
"""Blender keeps no copy of texts that a function gives it."""


def _providers(_self: Any, _context: bpy.types.Context | None) -> list[tuple[str, str, str]]:
    """Return the providers that have tasks of their own."""
    from ..providers import every

    if not _items:
        _items.extend((one.id, one.label, one.description) for one in every() if one.base_url)
    return _items


class MAQUETTE_OT_fetch(Clicked, bpy.types.Operator):
    """Fetch a model that was made elsewhere, by the id that its provider gave the task; nothing is generated or paid"""

    bl_idname = "maquette.fetch"
    bl_label = "Fetch by Task ID"
    bl_options = {"REGISTER"}

    provider: EnumProperty(name="Provider", description="Who made the model", items=_providers)
    provider_task: StringProperty(
        name="Task ID", description="What the provider calls the task; its web page shows it", options={"SKIP_SAVE"}
    )
    title: StringProperty(
        name="Name", description="What the model is called; after its id when left empty", options={"SKIP_SAVE"}
    )

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Any:
        """Ask for provider and id, beginning with the provider that the scene has chosen."""
        try:
            session.needed()
            chosen = context.scene.maquette.provider
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            return cancelled(self, error)
        if chosen in {one[0] for one in _providers(self, context)}:
            self.provider = chosen
        return context.window_manager.invoke_props_dialog(self, width=340, confirm_text="Fetch")

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the three fields."""
        self.layout.use_property_split = True
        self.layout.use_property_decorate = False
        for name in ("provider", "provider_task", "title"):
            self.layout.prop(self, name)

    def perform(self, context: bpy.types.Context) -> str:
        """Enter the task and let it be followed; one that is here already is shown."""
        from ..core.fetching import checked_id, enter, known
        from ..providers import find

        running = session.needed()
        provider, journal = find(self.provider), running.assembly.journal
        if not (pasted := self.provider_task.strip(AROUND)):
            raise InputError("Enter the id of the task first.")
        name = checked_id(provider, pasted)
        if before := known(journal, provider, name):
            snapshot.refresh(select=before.id)
            return f"The task is in the list already, as {before.name}"
        if (obstacle := readiness.network(provider).sentence) == readiness.ASKING:
            given = {"provider": provider.id, "provider_task": name, "title": self.title}
            begin.soon(context, lambda _: begin.press(bpy.ops.maquette.fetch, ask=False, **given), provider)
            return f"{obstacle}."
        if obstacle:
            raise InputError(f"{obstacle.rstrip('.')}.")
        task = enter(journal, provider, name, self.title, made_for=bpy.data.filepath)
        running.started.add(task.id)
        sending.start(context, running, task)
        if bpy.app.background:
            try:
                sending.wait(running, task.id)
            finally:
                snapshot.update(task.id)
            land.land_task(context, running, task.id, asked=False)
        return ""


CLASSES = (MAQUETTE_OT_fetch,)
