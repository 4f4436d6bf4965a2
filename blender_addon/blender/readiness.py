"""Why Generate cannot be pressed now: said in the panel, one sentence at a time, before anything is sent."""

from __future__ import annotations

import contextlib
from typing import Any, NamedTuple

import bpy

from ..core.errors import MaquetteError
from . import accounts, ahead, draft, pictures, sent, session, turns

OFFLINE = "{label} needs the network. Allow Online Access in the preferences (System)"
NO_KEY = "{label} needs an API key. Enter it in Maquette's preferences"
ASKING = "Waiting for the API key from the system's keychain"


class Obstacle(NamedTuple):
    """What stands in the way."""

    sentence: str
    page: str = ""
    """Page of the preferences where it can be put right: ACCOUNT, SYSTEM, or nothing."""


class State(NamedTuple):
    """Whether a provider can be used, for a menu."""

    word: str
    icon: str
    ready: bool = False


def state(provider: type[Any]) -> State:
    """Return the provider's state. Cheap enough for each redraw: nobody is asked."""
    running = session.current()
    if provider.base_url and not bpy.app.online_access:
        return State("Offline", "INTERNET_OFFLINE")
    if provider.base_url and running and accounts.key_is_missing(running, provider):
        return State("API Key Missing", "LOCKED")
    return State("Ready", "CHECKMARK", ready=True)


def reason(scene: bpy.types.Scene) -> str:
    """Return what is missing or wrong, as a sentence; empty when everything is right."""
    return obstacle(scene, draft.of(scene)).sentence


def obstacle(scene: bpy.types.Scene, wanted: draft.Draft) -> Obstacle:
    """Return the first thing that is missing or wrong; an empty sentence when there is none."""
    from ..core.prepare import check_treated, check_views

    chosen, provider = scene.maquette, wanted.provider
    if ahead.busy():
        return Obstacle(ahead.WRITING)
    if not pictures.given(chosen, "front"):
        return Obstacle("Choose an image first")
    for view in wanted.views:
        if problem := pictures.problem(chosen, view, provider):
            return Obstacle(problem)
    if wanted.options is None:
        return Obstacle(wanted.problem)
    try:
        links = pictures.links(chosen, wanted.views)
        check_views(provider, links)
        check_treated({view: one for view, one in links.items() if one}, draft.wishes(scene, provider))
        wanted.options.check_views(wanted.views)
    except MaquetteError as error:
        return Obstacle(error.message)
    return Obstacle(refused) if (refused := sent.refusal(scene, wanted)) else network(provider)


def _ask_keychain(running: session.Session, provider: type[Any]) -> None:
    """Ask in a thread: the keychain may ask a person, and drawing must not wait. The panel is redrawn afterwards."""

    def ask(_: Any) -> None:
        with contextlib.suppress(MaquetteError):  # whoever needs the key says it
            running.assembly.accounts.key(provider)

    running.inquiries.ask(("keychain", provider.account()), ask)
    turns.wake()


def network(provider: type[Any], in_thread: bool = False) -> Obstacle:
    """Return why this Blender cannot speak to the provider. What is asked in a thread waits there for the keychain."""
    if not provider.base_url:
        return Obstacle("")
    if not bpy.app.online_access:
        return Obstacle(OFFLINE.format(label=provider.label), "SYSTEM")
    running = session.current()
    if running is None:
        return Obstacle("")
    if accounts.key_is_missing(running, provider):
        return Obstacle(NO_KEY.format(label=provider.label), "ACCOUNT")
    if not bpy.app.background and not running.assembly.accounts.ready(provider):
        if in_thread:
            return Obstacle("")
        _ask_keychain(running, provider)
        return Obstacle(ASKING)
    try:
        running.assembly.accounts.key(provider)
        running.assembly.accounts.base_url(provider)
    except MaquetteError as error:
        return Obstacle(error.message, "ACCOUNT")
    return Obstacle("")
