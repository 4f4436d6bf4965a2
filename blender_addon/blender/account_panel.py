"""One provider's section in the preferences: API key, region, what is left, base URL."""

from __future__ import annotations

from typing import Any

import bpy

from . import account_operators, accounts, session
from .text import beside, field, remark, sentence, wide
from .translations import say


def draw(layout: Any, context: bpy.types.Context, provider: type[Any]) -> None:
    """Draw the section, closed until it is opened."""
    account, running = accounts.account(provider), session.current()
    if account is None:  # none is needed
        return
    if running is None:  # the data folder cannot be used, which the sidebar says
        _draw_title(layout.row(), context, provider.label, "Not Known", "QUESTION", icon="BLANK1")
        return
    header, body = layout.panel_prop(account, "expanded")
    missing = accounts.key_is_missing(running, provider)
    status = ("API Key Missing", "LOCKED") if missing else ("API Key Given", "CHECKMARK")
    _draw_title(header, context, provider.label, *status)
    if body:
        _draw_body(body.column(), context, running, provider)


def _draw_title(
    layout: Any, context: bpy.types.Context, label: str, status: str, sign: str, icon: str = "NONE"
) -> None:
    """Draw whose account it is and its status, of which a narrow editor shows the sign alone."""
    layout.label(text=label, icon=icon, translate=False)
    row = layout.row()
    row.alignment = "RIGHT"
    row.label(**({"text": say(status)} if wide(context) else {"text": "", "icon": sign}))


def _draw_body(layout: Any, context: bpy.types.Context, running: session.Session, provider: type[Any]) -> None:
    """Draw what an account needs, and what is known of it."""
    account = accounts.account(provider)
    sentence(layout, context, provider.description)
    if provider.note:
        sentence(layout, context, provider.note, icon="INFO")
    _draw_field(layout, account, provider, "key")
    if mistake := accounts.mistaken(running, provider):
        remark(layout, context, mistake, icon="QUESTION")
    if (place := accounts.place(running, provider)) and not accounts.from_environment(provider, "key"):
        remark(layout, context, place, icon="LOCKED" if place.endswith("keychain") else "UNLOCKED")
    if provider.regions:
        column = layout.column()
        column.enabled = not running.assembly.accounts.chosen_base(provider)
        field(column, account, "region")
    _draw_buttons(layout, context, provider)
    text, icon = account_operators.told(running, provider)
    if text:
        remark(layout, context, text, icon=icon)
    header, body = layout.panel(f"MAQUETTE_PT_account_{provider.id}_advanced", default_closed=True)
    header.label(text="Advanced")
    if body:
        _draw_field(body.column(), account, provider, "base_url", provider.base_url)


def _draw_buttons(layout: Any, context: bpy.types.Context, provider: type[Any]) -> None:
    """Draw what asks about the key and where keys come from; one below the other in a narrow editor."""
    room = wide(context)
    row = beside(layout, "") if room else layout.column()
    row.operator("maquette.check_key").provider = provider.id
    if provider.key_page:
        link = row.operator("wm.url_open", text="Get an API Key", icon="URL" if room else "NONE")
        link.url = provider.key_page


def _draw_field(layout: Any, account: Any, provider: type[Any], name: str, placeholder: str = "") -> None:
    """Draw a field, or the environment variable that decides in its place."""
    variable = accounts.from_environment(provider, name)
    if not variable:
        field(layout, account, name, placeholder)
        return
    row = beside(layout, account.bl_rna.properties[name].name)
    row.label(text=say(f"From {variable}"), translate=False)
