"""What a person clicks: it is done, and what has been done, or what went wrong, is said in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .failures import sentence_of
from .redraw import redraw
from .translations import say

if TYPE_CHECKING:
    import bpy


class Clicked:
    """An operator of one step, with no question that it asks itself.

    Its own `perform(context)` does it and returns what has been done as a sentence, or nothing; it may raise anything.
    """

    def execute(self: Any, context: bpy.types.Context) -> set[str]:
        """Do it and say how it went."""
        try:
            done = self.perform(context)
        except Exception as error:  # noqa: BLE001 - what a person clicked ends in a sentence
            outcome = cancelled(self, error)
        else:
            outcome = {"FINISHED"}
            if done:
                self.report({"INFO"}, say(done))
        redraw(context)
        return outcome


def cancelled(operator: Any, error: Exception) -> set[str]:
    """Say what went wrong, and return what an operator returns that has come to nothing."""
    operator.report({"ERROR"}, say(sentence_of(error)))
    return {"CANCELLED"}
