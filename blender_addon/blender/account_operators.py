"""The buttons of an account: is the API key accepted, and the way to the preferences."""

from functools import partial
from typing import Any

import bpy
from bpy.props import EnumProperty, StringProperty

from ..core.errors import InputError
from . import accounts, draft, inquiry, readiness, session, turns
from .clicked import Clicked
from .translations import say

PAGES = (
    ("ACCOUNT", "Maquette", "Maquette's own preferences, with the API keys", 1),
    ("SYSTEM", "System", "Blender's preferences, where online access is allowed", 2),
)


class MAQUETTE_OT_check_key(Clicked, bpy.types.Operator):
    """Ask the provider whether it accepts the API key, and what is left on the account; nothing is charged"""

    bl_idname = "maquette.check_key"
    bl_label = "Check Key"
    bl_options = {"INTERNAL"}

    provider: StringProperty(name="Provider", description="Id of the provider; the scene's when left empty")

    def perform(self, context: bpy.types.Context) -> str:
        """Ask in a thread; in background mode wait for the answer."""
        running = session.needed()
        provider = _provider(context, self.provider)
        answer = ask(running, provider)
        turns.wake()
        if not answer or not bpy.app.background:  # a window shows it in the preferences
            return ""
        if answer.problem:
            raise InputError(answer.problem)
        return _sentence(provider, answer)


class MAQUETTE_OT_open_preferences(bpy.types.Operator):
    """Open the preferences where this can be put right"""

    bl_idname = "maquette.open_preferences"
    bl_label = "Open Preferences"
    bl_options = {"INTERNAL"}

    page: EnumProperty(name="Page", items=PAGES, default="ACCOUNT", options={"SKIP_SAVE"})
    provider: StringProperty(
        name="Provider", description="Id of the provider; the scene's when left empty", options={"SKIP_SAVE"}
    )

    def execute(self, context: bpy.types.Context) -> set[str]:
        """Open the window."""
        try:
            if self.page == "SYSTEM":
                bpy.ops.screen.userpref_show(section="SYSTEM")
            else:
                accounts.show(_provider(context, self.provider))
                bpy.ops.preferences.addon_show(module=session.ROOT_PACKAGE)
        except RuntimeError as error:  # without a window
            self.report({"ERROR"}, say(str(error).strip()))
            return {"CANCELLED"}
        return {"FINISHED"}


def ask(running: session.Session, provider: type[Any]) -> "inquiry.Answer | None":
    """Ask for the account's balance; return the answer in background mode, or when nobody had to be asked."""
    from ..cli.accounts import balance

    name = ("balance", provider.account())
    if obstacle := _obstacle(provider, in_thread=True):
        running.inquiries.settle(name, inquiry.Answer(None, obstacle, unasked=True))
        return running.inquiries.answer(name)
    running.inquiries.ask(name, partial(balance, running.assembly, provider))
    return running.inquiries.wait(name) if bpy.app.background else None


def known(running: session.Session, provider: type[Any]) -> "inquiry.Answer | None":
    """Return the answer about the account; none when nobody could be asked for a reason that is gone."""
    answer = running.inquiries.answer(("balance", provider.account()))
    return None if answer and answer.unasked and answer.problem != _obstacle(provider) else answer


def _obstacle(provider: type[Any], in_thread: bool = False) -> str:
    """Return why nobody can be asked now, as a sentence with its full stop; empty when somebody can."""
    reason = readiness.network(provider, in_thread).sentence
    return reason if reason.endswith((".", "!", "?")) else reason + "." * bool(reason)


def told(running: session.Session, provider: type[Any]) -> tuple[str, str]:
    """Return what is known of the account as a sentence, and its icon; empty as long as nobody has asked."""
    name = ("balance", provider.account())
    if running.inquiries.asking(name):
        return f"Asking {provider.label}…", "SORTTIME"
    answer = known(running, provider)
    if answer is None:
        return "", "NONE"
    return (answer.problem, "ERROR") if answer.problem else (_sentence(provider, answer), "CHECKMARK")


def _sentence(provider: type[Any], answer: "inquiry.Answer") -> str:
    from ..cli.accounts import in_words

    return in_words(provider, answer.value)


def _provider(context: bpy.types.Context, name: str) -> type[Any]:
    """Return the provider. Raises InputError when there is none of that id."""
    from ..providers import find

    return find(name) if name else draft.current_provider(context.scene)


CLASSES = (MAQUETTE_OT_check_key, MAQUETTE_OT_open_preferences)
