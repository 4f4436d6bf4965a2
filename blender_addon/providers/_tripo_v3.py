"""Tripo's API v3, as its models from images and all that can be done with them share it.

Source: Tripo's documentation, command line guide and own client (tripo3d 1.0.0), read on 2026-11-21.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from typing import Any, ClassVar, TypeVar

from ..core.errors import ProviderError
from ..core.flow import Flow, Request, Response
from ..core.options import Options
from ..core.provider import Balance, Created, Pace, Provider, Source, TaskStatus
from ..core.reading import amount, held, seen
from ..core.recent import Recent, Row, moment, recent
from . import _tripo

LISTED = 100
"""Tasks in a page of the account's usage; Tripo allows 200."""
OptionsT = TypeVar("OptionsT", bound=Options)


class TripoV3(Provider[OptionsT]):
    """One account, one list of tasks, one way to ask."""

    label = "Tripo"
    front_axis = "+X"
    base_url = "https://openapi.tripo3d.ai"
    regions: ClassVar[dict[str, str]] = {"international": base_url, "china": "https://openapi.tripo3d.com"}
    key_names = ("TRIPO_API_KEY",)
    key_start = "tsk_"
    key_page = "https://developers.tripo3d.ai"
    formats = ("GLB", "FBX")
    recovers = True
    uploads_a_minute = 10
    pace = Pace(first=2.0, factor=1.3, longest=30.0)

    @abstractmethod
    def kind_of_task(self, views: Collection[str]) -> str:
        """Return what Tripo calls a task of these views. Must be given."""

    def order(self, options: OptionsT, views: Collection[str]) -> dict[str, Any]:
        """Return the options as the request carries them."""
        return {self.sent_as.get(name, name): value for name, value in options.to_send(views).items()}

    def poll(self, provider_task: str, options: OptionsT) -> Flow[TaskStatus]:
        """Ask once; links live about five minutes and each answer has fresh ones."""
        answer = yield Request("GET", _tripo.under("/v3/tasks", provider_task))
        return _tripo.status_of(self.label, answer)

    def balance(self) -> Flow[Balance | None]:
        """Ask for the account's credits."""
        answer = yield Request("GET", "/v3/account/balance")
        if answer.status == 404:  # accounts without this page were seen
            return None
        data = _tripo.body_of(self.label, answer, {"request": "trouble"})
        left = amount(data.get("balance"))
        if left is None and (not data or data is answer.body):  # nobody knows who answered
            return None
        return Balance(left, note=held(data.get("frozen")))

    def recover(self, options: OptionsT, views: Collection[str], since: float) -> Flow[Recent]:
        """Ask for the account's latest tasks."""
        kind = self.kind_of_task(views)
        return recent(
            lambda page: Request("GET", f"/v3/account/usage?limit={LISTED}&offset={LISTED * page}"),
            lambda answer: self._rows(answer, kind),
            since,
        )

    def _rows(self, answer: Response, kind: str) -> list[Row]:
        """Return the tasks in a page of the account's usage; what cannot be read is left out. Raises MaquetteError."""
        items = _tripo.body_of(self.label, answer, {"missing": "request"}).get("items")
        if not isinstance(items, list):
            raise ProviderError(f"{self.label} answered something else than a list of tasks.", seen(answer))
        told = [(one.get("task_id"), moment(one.get("created_at")), one) for one in items if isinstance(one, dict)]
        return [
            Row(task, created, str(one.get("type")).replace("-", "_") == kind)
            for task, created, one in told
            if isinstance(task, str) and task and created is not None
        ]


class TripoFollowUp(TripoV3[OptionsT]):
    """Goes on with a model that Tripo has made."""

    owner = "tripo"
    views = ()
    path: ClassVar[str]
    """Of the request that creates its task."""
    kind: ClassVar[str]
    """What Tripo calls its tasks."""

    def submit(self, source: Source, options: OptionsT) -> Flow[Created]:
        """Create; the model is at Tripo already."""
        order = {"input": source.follows, **self.order(options, ())}
        answer = yield Request("POST", self.path, json=order, creates=True)
        return _tripo.created(self.label, answer)

    def kind_of_task(self, views: Collection[str]) -> str:
        """Return what Tripo calls it."""
        return self.kind
