"""Tripo's follow-up tasks: what it makes of a model that it made before.

Allowed by the provider and refused here: a model's address or a file token as the input.
"""

from __future__ import annotations

from typing import Any

from .schema import InvalidError, check
from .server import Simulator, Task
from .tripo_follow_up_rules import FIELDS, NO_RIG, RULES, SOURCES, pictures, price
from .tripo_forms import error, is_uuid, json_body
from .wire import Answer, RefusedError, Seen, route

PLACES = ("input", "original_model_task_id")
"""Where the task stands of which something is made: v3's own name, and v2's, which v3 takes too."""


class FollowUps(Simulator):
    """Routes of the follow-up tasks; a subclass checks pictures (`_check_input`) and makes tasks (`_create`)."""

    @route("POST", "/v3/animations/rig")
    def rig(self, seen: Seen) -> Answer:
        """Give a model bones."""
        return self._follow_up("animate_rig", seen)

    @route("POST", "/v3/animations/retarget")
    def retarget(self, seen: Seen) -> Answer:
        """Let a rigged model move."""
        return self._follow_up("animate_retarget", seen)

    @route("POST", "/v3/models/texture")
    def texture(self, seen: Seen) -> Answer:
        """Give a model another texture."""
        return self._follow_up("texture_model", seen)

    @route("POST", "/v3/mesh/segment")
    def segment(self, seen: Seen) -> Answer:
        """Take a model apart."""
        return self._follow_up("mesh_segmentation", seen)

    @route("POST", "/v3/mesh/decimate")
    def decimate(self, seen: Seen) -> Answer:
        """Make a model of few faces."""
        return self._follow_up("highpoly_to_lowpoly", seen)

    @route("POST", "/v3/mesh/complete")
    def complete(self, seen: Seen) -> Answer:
        """Close the parts of a model that was taken apart."""
        return self._follow_up("mesh_completion", seen)

    def _follow_up(self, kind: str, seen: Seen) -> Answer:
        body = check(json_body(seen), FIELDS[kind])
        source = self._source(kind, body)
        RULES[kind](body, source.body)
        for name, picture in pictures(body):
            self._check_input(name, picture)
        return self._create(kind, body, price(kind, body))

    def _source(self, kind: str, body: dict[str, Any]) -> Task:
        """Return the task of which something is to be made, when it is there, fits and has succeeded."""
        places = [name for name in PLACES if name in body]
        if len(places) != 1:
            raise InvalidError("input", f"is required, or {PLACES[1]} in its place, and not both")
        task = self.tasks.get(body[places[0]])
        if task is None and not is_uuid(body[places[0]]):
            raise InvalidError(places[0], "is no task")
        if task is None:
            raise RefusedError(error(404, 2001, f"{places[0]}: the task is not found"))
        if kind == "animate_retarget" and (task.kind != "animate_rig" or task.body.get("spec", "tripo") != "tripo"):
            raise RefusedError(error(400, 2012, NO_RIG))
        if task.kind not in SOURCES[kind]:
            raise RefusedError(error(400, 2006, f"The type of the original task is invalid: {task.kind}"))
        if task.now["status"] != "success":
            raise RefusedError(error(400, 2007, "The original task is not success"))
        return task
