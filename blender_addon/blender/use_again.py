"""Back to where a model came from: the panel gets the provider, the options and the image of a task."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy

from . import declared, pictures, session
from .object_menu import next_steps
from .properties import VIEWS
from .task_operators import OnTask
from .translations import say

if TYPE_CHECKING:
    from ..core.provider import Provider
    from ..core.task import Task


class MAQUETTE_OT_use_again(OnTask, bpy.types.Operator):
    """Fill the panel with the image, the provider and the options of the task"""

    bl_idname = "maquette.use_again"
    bl_label = "Use These Options Again"
    bl_options = {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Wherever there is a panel to fill; the list of tasks need not have been drawn."""
        return context.scene is not None and context.scene.is_editable

    def act(self, running: session.Session, task_id: str) -> None:
        """Fill the scene's properties."""
        from ..providers import find

        task = running.assembly.journal.get(task_id)
        if task.follows:
            self._use_step(task)
            return
        folder = running.assembly.journal.folder_of(task_id)
        kept = {name: one if pictures.is_link(one) else folder / one for name, one in task.views.items()}
        provider, chosen = find(task.provider), bpy.context.scene.maquette
        remarks = use(bpy.context.scene, provider, task.options, kept, task.height)
        chosen.title = task.title
        if not provider.cuts_out:
            chosen.cut_out, chosen.crop = task.cut_out, task.crop
        self.report({"INFO"}, say(" ".join([f"The panel has the image and options of {task.name}.", *remarks])))

    def _use_step(self, task: "Task") -> None:
        """Fill the panel Next Steps of the model that the step was made of."""
        from ..providers import find

        step = find(task.provider)
        lost = declared.set_values(bpy.context.scene, step, task.options)
        remark = f" {', '.join(lost)}: no longer what it was." if lost else ""
        where = "" if step in next_steps(bpy.context) else " Select a model that it can be made of."
        self.report({"INFO"}, say(f"Next Steps has the options of {task.name}, under {step.title}.{remark}{where}"))


def use(
    scene: bpy.types.Scene,
    provider: "type[Provider[Any]]",
    options: Mapping[str, Any],
    views: Mapping[str, Path | str],
    height: float | None,
) -> list[str]:
    """Let the scene have what a task was made from, and return what it could not be given, as sentences.

    A view is a file, or text that is a public address. `height` is in metres; None: as the provider makes it.
    """
    from ..core.options import option_fields

    chosen = scene.maquette
    chosen.provider = provider.id
    fields = option_fields(provider.options)
    lost = declared.set_values(scene, provider, {one.name: options.get(one.name, one.default) for one in fields})
    remarks = [f"{', '.join(lost)}: no longer what it was." if lost else ""]
    gone = {name for name, one in views.items() if isinstance(one, Path) and not one.is_file()}
    remarks.append("Its image is no longer kept: choose it again." if gone or not views else "")
    chosen.source = "FILE"
    for name in VIEWS:
        getattr(chosen, name).path = str(views[name]) if name in views.keys() - gone else ""
    chosen.use_height = height is not None
    chosen.height = chosen.height if height is None else height / scene.unit_settings.scale_length
    return [one for one in remarks if one]


CLASSES = (MAQUETTE_OT_use_again,)
