"""One provider's section in the preferences: API key, region, what is left, base URL."""

from __future__ import annotations

from typing import Any

import bpy

from . import account_operators, accounts, session
from .text import beside, sentence, wide
from .translations import say


def draw(layout: Any, context: bpy.types.Context, provider: type[Any]) -> None:
    """Draw the section, closed until it is opened."""
    account, running = accounts.account(provider), session.current()
    if account is None:  # none is needed
        return
    if running is None:  # the data folder cannot be used, which the sidebar says
        _draw_title(layout.row(), provider.label, "Not known", icon="BLANK1")
        return
    header, body = layout.panel_prop(account, "expanded")
    _draw_title(header, provider.label, "No API key" if accounts.key_is_missing(running, provider) else "API key given")
    if body:
        _draw_body(body.column(), context, running, provider)


def _draw_title(layout: Any, label: str, status: str, icon: str = "NONE") -> None:
    layout.label(text=label, icon=icon, translate=False)
    row = layout.row()
    row.alignment = "RIGHT"
    row.label(text=say(status))


def _draw_body(layout: Any, context: bpy.types.Context, running: session.Session, provider: type[Any]) -> None:
    """Draw what an account needs, and what is known of it."""
    account = accounts.account(provider)
    sentence(layout, context, provider.description)
    if provider.note:
        sentence(layout, context, provider.note, icon="INFO")
    _draw_field(layout, account, provider, "key")
    if mistake := accounts.mistaken(running, provider):
        sentence(layout, context, mistake, icon="QUESTION")
    if (place := accounts.place(running, provider)) and not accounts.from_environment(provider, "key"):
        sentence(layout, context, place, icon="LOCKED" if place.endswith("keychain") else "UNLOCKED")
    if provider.regions:
        row = layout.row()
        row.enabled = not running.assembly.accounts.chosen_base(provider)
        row.prop(account, "region")
    row = beside(layout, "") if wide(context) else layout.column()
    row.operator("maquette.check_key").provider = provider.id
    if provider.key_page:
        row.operator("wm.url_open", text="Get an API Key", icon="URL").url = provider.key_page
    text, icon = account_operators.told(running, provider)
    if text:
        sentence(layout, context, text, icon=icon)
    header, body = layout.panel(f"MAQUETTE_PT_account_{provider.id}_advanced", default_closed=True)
    header.label(text="Advanced")
    if body:
        _draw_field(body.column(), account, provider, "base_url", provider.base_url)


def _draw_field(layout: Any, account: Any, provider: type[Any], name: str, placeholder: str = "") -> None:
    """Draw a field, or the environment variable that decides in its place."""
    variable = accounts.from_environment(provider, name)
    if not variable:
        layout.prop(account, name, placeholder=placeholder)
        return
    row = beside(layout, account.bl_rna.properties[name].name)
    row.label(text=say(f"From {variable}"), translate=False)
