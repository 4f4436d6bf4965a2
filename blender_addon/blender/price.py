"""What a task will cost: the line above Generate, and the button that asks the provider."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import bpy

from ..core.errors import InputError
from . import account_operators, draft, readiness, session, snapshot, spending, turns
from .clicked import Clicked
from .text import BUTTON_PX, sentence

if TYPE_CHECKING:
    from decimal import Decimal


def words(running: session.Session | None, wanted: draft.Draft) -> str:
    """Return what it will cost, and what is left where that was asked; empty where nothing is charged."""
    if not wanted.provider.base_url or wanted.options is None:
        return ""
    from ..core.price import about

    price = told(running, wanted)
    if price is None:
        price = wanted.options.credits()
    return about(price) + _left(running, wanted, price)


def told(running: session.Session | None, wanted: draft.Draft) -> Decimal | None:
    """Return what the provider said that it costs; None when it was not asked, or did not say."""
    answer = running.inquiries.answer(wanted.price_name) if running else None
    value: Decimal | None = answer.value if answer else None
    return value


def learn(running: session.Session, task_id: str) -> None:
    """Show from now on what the provider said when the task was to be sent: it may have changed since it was asked."""
    from decimal import Decimal

    from ..providers import find
    from .inquiry import Answer

    task = running.assembly.journal.last_known(task_id)
    if task and task.estimate and (provider := find(task.provider)).quotes:
        wanted = draft.Draft(provider, tuple(task.views), provider.options.build(task.options))
        running.inquiries.settle(wanted.price_name, Answer(Decimal(task.estimate)))


def _left(running: session.Session | None, wanted: draft.Draft, price: Decimal | None) -> str:
    """Return what is left on the account, in parentheses; empty as long as nobody has asked."""
    answer = running.inquiries.answer(("balance", wanted.provider.account())) if running else None
    balance = answer.value if answer else None
    if balance is None or balance.amount is None:
        return ""
    from ..core.price import number

    same = price is not None and balance.unit == "credits"
    return f" (of {number(balance.amount)} left)" if same else f" ({number(balance.amount)} {balance.unit} left)"


def _draw_price(layout: Any, context: bpy.types.Context, wanted: draft.Draft, text: str) -> None:
    """Draw the estimate, and beside it the button that asks for what is left on the account."""
    row = layout.row()
    running, name = session.current(), ("balance", wanted.provider.account())
    if running is None or not readiness.state(wanted.provider).ready:
        sentence(row, context, text)
        return
    sentence(row, context, text, beside_px=BUTTON_PX)
    icon = "SORTTIME" if running.inquiries.asking(name) else "FILE_REFRESH"
    row.operator("maquette.check_key", text="", icon=icon, emboss=False).provider = wanted.provider.account()
    if (answer := account_operators.known(running, wanted.provider)) and answer.problem:
        sentence(layout, context, answer.problem, icon="ERROR")


def draw(layout: Any, context: bpy.types.Context, wanted: draft.Draft) -> None:
    """Draw the estimate, and the button that asks for the price where the provider can be asked."""
    running = session.current()
    text = words(running, wanted)
    if not text:
        return
    from ..core.price import number, spent_today

    _draw_price(layout, context, wanted, text)
    if limit := spending.limit_a_day():
        today = number(spent_today(snapshot.known(), snapshot.forgotten()))
        sentence(layout, context, f"{today} of {limit:,} credits spent today")
    if not wanted.provider.quotes or running is None:
        return
    name = wanted.price_name
    answer = running.inquiries.answer(name)
    if running.inquiries.asking(name):
        sentence(layout, context, f"Asking {wanted.provider.label}…", icon="SORTTIME")
    elif answer is None or answer.problem:
        layout.operator("maquette.ask_price")
        if answer:
            sentence(layout, context, answer.problem, icon="ERROR")


class MAQUETTE_OT_ask_price(Clicked, bpy.types.Operator):
    """Ask the provider what a model with these options costs; nothing is charged for asking"""

    bl_idname = "maquette.ask_price"
    bl_label = "Ask for Price"
    bl_options = {"INTERNAL"}

    def perform(self, context: bpy.types.Context) -> str:
        """Ask in a thread; in background mode wait for the answer."""
        from ..cli.accounts import quote

        running = session.needed()
        wanted = draft.of(context.scene)
        if wanted.options is None:
            raise InputError(wanted.problem)
        if obstacle := readiness.network(wanted.provider, in_thread=True).sentence:
            raise InputError(obstacle)
        work = partial(quote, running.assembly, wanted.provider, wanted.options, wanted.views)
        running.inquiries.ask(wanted.price_name, work)
        turns.wake()
        if not bpy.app.background or not (answer := running.inquiries.wait(wanted.price_name)):
            return ""
        if answer.problem:
            raise InputError(answer.problem)
        return words(running, wanted)


CLASSES = (MAQUETTE_OT_ask_price,)
