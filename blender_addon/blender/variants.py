"""Variants of a model: several new ones by other seeds, of which the artist chooses one by its picture."""

import random
from collections.abc import Iterator
from typing import Any

import bpy
from bpy.props import IntProperty

from ..core.errors import InputError
from . import declared, land, regenerate, send_again, session, snapshot, task_list, thumbnails
from .clicked import cancelled
from .object_menu import made_by
from .panel import _Sidebar
from .text import sentence
from .translations import say

NO_SEED = "{label} has no seed to change. Regenerate makes the model anew"
NONE_YET = "There are no variants of this object yet"
CELL = 110
"""Pixels at 1× that a picture takes at least."""


class MAQUETTE_OT_variants(send_again.Paid, regenerate.OnMade, bpy.types.Operator):
    """Make several models from the same image with other seeds, one of which you choose to take this object's place"""

    bl_idname = "maquette.variants"
    bl_label = "Variants"
    bl_options = set()  # not "REGISTER": Repeat Last would pay once more without asking

    count: IntProperty(name="Variants", description="How many new models are made", default=3, min=1, max=8)
    _price: tuple[Any, Any] = (None, None)
    """The provider and what one model costs, as long as the dialog is open."""

    @classmethod
    def obstacle(cls, context: bpy.types.Context) -> str:
        """Only where the provider takes a seed."""
        reason = super().obstacle(context)
        if reason or not declared.ready():
            return reason
        from ..providers import find, known

        wanted = str(context.view_layer.objects.active.get("maquette_provider", ""))
        if known(wanted) and not find(wanted).seed_options:
            return NO_SEED.format(label=find(wanted).label)
        return ""

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Any:
        """Ask how many, and say what they cost."""
        try:
            running, task = self.known(context)
            self.task, self._price = task.id, regenerate.price_of(running, task)
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            return cancelled(self, error)
        self.agreed = True
        return context.window_manager.invoke_props_dialog(self, width=300, title="Variants", confirm_text="Generate")

    def draw(self, _context: bpy.types.Context) -> None:
        """Draw the question."""
        self.layout.use_property_split = True
        self.layout.prop(self, "count")
        for words in regenerate.question(*self._price, self.count).split(". ")[
            :-1
        ]:  # but for the question, which the buttons put
            self.layout.label(text=say(words))

    def act(self, running: session.Session, task_id: str) -> None:
        """Start the tasks; none of them lands by itself."""
        task = running.assembly.journal.get(task_id)
        self.permit(running, task, self.count)
        for seeds in drawn(task, self.count):
            send_again.send(bpy.context, running, task, task.options | seeds, task.variant_of or task.id)


def drawn(task: Any, count: int) -> Iterator[dict[str, int]]:
    """Give other numbers for the task's seeds, that many times. Raises InputError where it has none."""
    from ..core.options import find_field
    from ..providers import find

    provider = find(task.provider)
    off = provider.options.build(task.options).switched_off(tuple(task.views))
    seeds = [find_field(provider.options, name) for name in provider.seed_options if name not in off]
    if not seeds:
        raise InputError(NO_SEED.format(label=provider.label) + ".")
    for _ in range(count):
        yield {one.name: random.randint(max(1, int(one.minimum or 1)), int(one.maximum or 2**31 - 1)) for one in seeds}


def group(task: str) -> list[Any]:
    """Return the rows of a task, the one it is a variant of, and all variants: the first one first."""
    row = snapshot.find(task)
    first = (row.variant_of if row else "") or task
    rows = [row for one in (first, *snapshot.variants(first)) if (row := snapshot.find(one))]
    return sorted(rows, key=lambda row: (snapshot.times(row.name) or (0.0,))[0])


class MAQUETTE_PT_variants(_Sidebar, bpy.types.Panel):
    """The variants of the active object, side by side."""

    bl_label = "Variants"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only for an object of which there are several."""
        task = made_by(context) if declared.ready() else ""
        return bool(task) and len(group(task)) > 1

    def draw(self, context: bpy.types.Context) -> None:
        """Draw as many beside each other as there is room for."""
        _draw_all(self.layout, context, int(context.region.width / (CELL * context.preferences.system.ui_scale)))
        sentence(self.layout, context, "Use puts a variant in the place of the selected object", icon="INFO")


class MAQUETTE_OT_choose_variant(regenerate.OnMade, bpy.types.Operator):
    """Compare the variants of this object by their pictures, and put one in its place"""

    bl_idname = "maquette.choose_variant"
    bl_label = "Choose Variant"
    bl_options = {"INTERNAL"}

    @classmethod
    def obstacle(cls, context: bpy.types.Context) -> str:
        """Only where there are several."""
        return super().obstacle(context) or ("" if MAQUETTE_PT_variants.poll(context) else NONE_YET)

    def invoke(self, context: bpy.types.Context, _event: bpy.types.Event) -> Any:
        """Open the popup."""
        return context.window_manager.invoke_popup(self, width=3 * CELL)

    def draw(self, context: bpy.types.Context) -> None:
        """Draw the popup."""
        self.layout.label(text="Variants", icon="DUPLICATE")
        _draw_all(self.layout, context, 3)

    def execute(self, _context: bpy.types.Context) -> set[str]:
        """Do nothing: an artist chooses."""
        return {"FINISHED"}


def _draw_all(layout: Any, context: bpy.types.Context, columns: int) -> None:
    """Draw a picture of each, and below it the button that puts it in the object's place."""
    task = made_by(context)
    grid = layout.grid_flow(row_major=True, columns=max(1, columns), even_columns=True)
    for row in group(task):
        _draw_one(grid.box().column(align=True), row, row.name == task)


def _draw_one(cell: Any, row: Any, current: bool) -> None:
    if icon := thumbnails.kept(row.picture):
        cell.template_icon(icon, scale=4.5)
    if current:
        cell.label(text="In the Scene", icon="CHECKMARK")
    elif task_list.runs(row) and row.factor >= 0:
        cell.progress(factor=row.factor, type="BAR", text=f"{row.factor:.0%}")
    elif row.state in land.LANDABLE:
        cell.operator("maquette.replace", text="Use", icon="UV_SYNC_SELECT").task = row.name
    else:
        cell.label(text=say(task_list.word(row)), icon=task_list.icon(row))


CLASSES = (MAQUETTE_OT_variants, MAQUETTE_PT_variants, MAQUETTE_OT_choose_variant)
