"""The Generate button and `bpy.ops.maquette.generate()`."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bpy
from bpy.props import BoolProperty, FloatVectorProperty, StringProperty

from ..core import repeated
from ..core.errors import InputError
from . import ahead, declared, draft, land, last_used, pictures, press, readiness, sending, session, spending
from .clicked import Clicked, cancelled
from .failures import log
from .pick import HIDDEN
from .redraw import redraw
from .translations import say

if TYPE_CHECKING:
    from ..core.task import Task

ONCE_MORE = "Switch Again on to send it once more; nothing was sent."


class MAQUETTE_OT_generate(Clicked, bpy.types.Operator):
    """Make a 3D model from the image, which lands in the scene while you go on working"""

    bl_idname = "maquette.generate"
    bl_label = "Generate"
    bl_options = set()  # not "REGISTER": Repeat Last would pay once more without asking

    image: StringProperty(
        name="Image",
        description="Image file of the front view, or its public address; the scene's images when left empty",
        subtype="FILE_PATH",
    )
    provider: StringProperty(name="Provider", description="Id of the provider; the scene's when left empty")
    options: StringProperty(name="Options", description="Options as JSON, in front of those of the scene")
    again: BoolProperty(
        name="Again",
        description="Send the same image with the same options once more, and pay once more",
        options={"SKIP_SAVE"},
    )
    agreed: BoolProperty(name="Agreed", description="The artist was asked about the price", options=HIDDEN)
    written: StringProperty(name="Written", description="Where the images were written out", options=HIDDEN)

    location: FloatVectorProperty(
        name="Location",
        description="Where the model lands, if Use Location is on; else at the 3D cursor",
        subtype="TRANSLATION",
        options=HIDDEN,
    )
    use_location: BoolProperty(name="Use Location", description="Land at Location", options=HIDDEN)

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        """Only where the model can land; the panel's button only when nothing is missing. A script may bring all."""
        reason = ""
        if context.scene is None or not context.scene.is_editable:
            reason = land.LINKED
        elif getattr(context, "maquette_panel", None) and declared.ready():
            reason = readiness.reason(context.scene)
            if reason == ahead.WRITING:  # a button under the mouse would stay greyed out after it; a click says this
                return True
        if reason:
            cls.poll_message_set(say(reason))
        return not reason

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> Any:
        """Ask first when it costs more than the artist's threshold, or was sent a moment ago and would be charged.

        Large images of the .blend are written out before that, while Blender goes on.
        """
        try:
            if self.put_off(context):
                redraw(context)
                return {"FINISHED"}
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            return cancelled(self, error)
        dear = ""
        try:
            wanted = _wanted(context, self.provider, _read_options(self.options))
            dear = spending.question(*wanted, ["front"] if self.image else draft.views(context.scene, wanted[0]))
            before = None if self.again else sent_before(context, *self.sources())
        except Exception as error:  # noqa: BLE001 - execute meets it again and says it
            log().debug("not compared with earlier tasks: %s", error)
            before = None
        self.agreed = bool(dear)
        if before is None:
            return spending.ask(self, context, event, dear) if dear else self.execute(context)
        self.again = True
        return context.window_manager.invoke_confirm(
            self,
            event,
            title="Generate Again",
            message=say(question(before, dear)),
            confirm_text="Generate Again",
        )

    def put_off(self, context: bpy.types.Context) -> bool:
        """Press it again later where images have to be written out first. Raises InputError and OSError."""
        wanted, _ = _wanted(context, self.provider, {})
        if self.image or self.written or not ahead.wanted(context.scene.maquette, wanted.views):
            return False
        names = ("provider", "options", "again", "use_location")
        values = {name: getattr(self, name) for name in names} | {"location": list(self.location)}
        press.later(context, wanted, values)
        return True

    def sources(self) -> tuple[str, str, str, str]:
        """Return what it was told of what to send: image, provider, options, and where the images are written out."""
        return self.image, self.provider, self.options, self.written

    def perform(self, context: bpy.types.Context) -> str:
        """Start the task; in background mode wait for it and land it."""
        session.needed()
        if not self.agreed:
            wanted = _wanted(context, self.provider, _read_options(self.options))
            spending.check(*wanted, ["front"] if self.image else draft.views(context.scene, wanted[0]))
        if not self.again:
            check_once(context, *self.sources())
        place = list(self.location) if self.use_location else None
        task = prepare(context, self.image, self.provider, _read_options(self.options), self.again, place, self.written)
        if not (self.provider or self.options):  # what a script says is not what the artist has chosen
            last_used.keep(context.scene, draft.current_provider(context.scene))
        sending.send(context, task, self.image)
        return ""


def prepare(
    context: bpy.types.Context,
    image: str,
    provider: str,
    options: dict[str, Any],
    again: bool = False,
    place: list[float] | None = None,
    written: str = "",
) -> "Task":
    """Write the task to the journal, from what is given and, for the rest, from the scene. Raises MaquetteError.

    `written`: where the scene's images have been written out, if they have.
    """
    wanted, values = _wanted(context, provider, options)
    wishes = draft.wishes(context.scene, wanted) | ({"title": ""} if image else {})  # the name is that of its image
    with _views(context, image, wanted, written) as views:
        return sending.write(wanted, views, values, again, place=place, **wishes)


def question(before: "Task", dear: str = "") -> str:
    """Return what is asked before the same is sent once more; `dear`: what is asked about its price."""
    from decimal import Decimal

    from ..core.price import amount

    if before.stage != "unconfirmed":
        asked, what = dear or "Generate again?", "step" if before.follows else "image"
        return f"The same {what} with the same options was sent {repeated.ago(before)}. {asked}"
    cost = f" for about {amount(Decimal(before.estimate))}" if before.estimate else ""
    return f"An earlier request may already have been charged. {dear or f'Send another one{cost}?'}"


def check_once(context: bpy.types.Context, image: str, provider: str, options: str, written: str = "") -> None:
    """Raise InputError where the same may be paid twice and nobody was asked. Scripts in the background may mean it."""
    before = sent_before(context, image, provider, options, written)
    if before and (before.stage == "unconfirmed" or not bpy.app.background):
        raise InputError(question(before, ONCE_MORE))


def sent_before(
    context: bpy.types.Context, image: str, provider: str, options: str, written: str = ""
) -> "Task | None":
    """Return the newest task that was made of the same a moment ago and may be charged. Raises MaquetteError."""
    wanted, values = _wanted(context, provider, _read_options(options))
    found = _alike(wanted, values, _names(context.scene, image, wanted), draft.treatment(context.scene, wanted))
    if not found:  # most often, and then no picture is read
        return None
    with _views(context, image, wanted, written) as views:
        return _of_pictures(found, views)


def made_of(
    provider: type[Any], values: Mapping[str, Any], views: Mapping[str, Path], treatment: tuple[bool, bool]
) -> "Task | None":
    """Return the newest task that was made of these files a moment ago and may be charged. Raises MaquetteError.

    `treatment`: whether their background is taken away, and whether they are cropped.
    """
    return _of_pictures(_alike(provider, values, views, treatment), views)


def _alike(
    provider: type[Any], values: Mapping[str, Any], names: Collection[str], treatment: tuple[bool, bool]
) -> "list[Task]":
    if not provider.base_url:
        return []
    return repeated.alike(session.needed().assembly.journal, provider, provider.options.build(values), names, treatment)


def _of_pictures(found: "Iterable[Task]", views: Mapping[str, Path | str]) -> "Task | None":
    journal = session.needed().assembly.journal
    return next((task for task in found if repeated.same_pictures(journal, task, views)), None)


def _names(scene: bpy.types.Scene, image: str, provider: type[Any]) -> list[str]:
    """Return the names of the views that would be sent."""
    return ["front"] if image else [one for one in provider.views if pictures.given(scene.maquette, one)]


def _wanted(context: bpy.types.Context, provider: str, options: dict[str, Any]) -> tuple[type[Any], dict[str, Any]]:
    """Return the provider and its options' values."""
    from ..providers import find

    wanted = find(provider) if provider else draft.current_provider(context.scene)
    if wanted.follows:
        raise InputError(f"{wanted.title} needs a finished model: select one and call maquette.follow_up.")
    return wanted, declared.values(context.scene, wanted) | options


@contextmanager
def _views(
    context: bpy.types.Context, image: str, provider: type[Any], written: str
) -> Iterator[Mapping[str, Path | str]]:
    """Give the pictures: the one given, or the scene's. Raises InputError when there is none."""
    if image:
        yield {"front": pictures.meant(image)}
        return
    if written:
        if not (files := ahead.files(written)):
            raise InputError(ahead.CHANGED)
        yield files
        return
    chosen = context.scene.maquette
    if not pictures.given(chosen, "front"):
        raise InputError("Choose an image first.")
    with pictures.files(chosen, provider.views) as views:
        yield views


def _read_options(text: str) -> dict[str, Any]:
    """Read the operator's JSON. Raises InputError."""
    import json  # Blender's start pays for none of its own

    try:
        options = json.loads(text or "{}")
    except ValueError as error:
        raise InputError(f"The options are not JSON ({error}).") from error
    if not isinstance(options, dict):
        raise InputError('The options must be a JSON object such as {"depth": 2.0}.')
    return options


CLASSES = (MAQUETTE_OT_generate,)
