"""What all simulators share: two HTTP servers on loopback, a log of every request, tasks, and a test's orders.

A simulator of one provider is a subclass: its routes are methods marked with `route`, its error forms are the hooks
`wrong_key`, `no_route` and `invalid`. Both servers run until `close`; `with` closes them.
"""

from __future__ import annotations

import secrets
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from .listener import Listener
from .orders import Orders, matches
from .results import Links, triangle_glb
from .schema import InvalidError
from .wire import Answer, Match, RefusedError, Route, Seen, route

Scripted = str | tuple[str, float] | dict[str, Any]
"""One poll of a task, in the provider's words: a status, a status with its percent, or fields with `status` in them."""


@dataclass
class Task:
    """A task that was created, and would be charged."""

    id: str
    kind: str
    body: dict[str, Any]
    steps: list[Scripted]
    created: float
    """Seconds of the simulator's clock."""
    credits: float | None = None
    polls: int = 0
    notes: dict[str, Any] = field(default_factory=dict)
    """What the provider's simulator keeps of it."""

    @property
    def now(self) -> dict[str, Any]:
        """What the script says of it at present: `status`, perhaps `percent`, and whatever else it gives."""
        step = self.steps[0]
        if isinstance(step, str):
            return {"status": step}
        return dict(step) if isinstance(step, dict) else {"status": step[0], "percent": step[1]}

    def poll(self) -> dict[str, Any]:
        """Say what it is at present and go one step on; the last step stays."""
        told = self.now
        self.polls += 1
        if len(self.steps) > 1:
            self.steps.pop(0)
        return told


class Simulator(Orders):
    """Base of all simulators. Everything a test looks at or sets is a plain attribute."""

    BASE_PATH = ""
    """What the base URL ends with; routes are whole paths."""
    KEY_PREFIX = "key_"
    SCRIPT: Sequence[Scripted] = ("queued", ("running", 40), "success")
    LINK_LIFETIME_S = 300.0

    def __init__(self) -> None:
        """Listen on two ports of 127.0.0.1."""
        super().__init__()
        self.key = self.KEY_PREFIX + secrets.token_hex(20)
        self.seen: list[Seen] = []
        """Every request, in the order they came."""
        self.leaks: list[Seen] = []
        """Requests that show the key where it must not be: all of the results host's, and URLs anywhere."""
        self.errors: list[str] = []
        """Mistakes in a simulator itself; `close` raises them."""
        self.creates: list[dict[str, Any]] = []
        """The bodies of accepted paid creates."""
        self.tasks: dict[str, Task] = {}
        self.balance = 1000.0
        self.result = triangle_glb()
        """The model file, as it is when it is downloaded."""
        self.result_name: str | None = None
        """The model file's name in links; None: as the provider names it."""
        self._steps = list(self.SCRIPT)
        self._turn = threading.RLock()
        self._ahead_s = 0.0
        self._links = Links(self.now)
        self._routes = [(one.route, one) for one in self._marked()]
        self._api, self._results = Listener(self, "api"), Listener(self, "results")

    @property
    def base_url(self) -> str:
        """What MAQUETTE_<PROVIDER>_BASE_URL is set to."""
        return self._api.url + self.BASE_PATH

    @property
    def results_url(self) -> str:
        """The results host, without a slash at its end."""
        return self._results.url

    @property
    def paid(self) -> int:
        """How many tasks would be charged."""
        return len(self.creates)

    def __enter__(self) -> Self:
        """Return itself, already listening."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Close; a mistake in the simulator is raised unless the test has failed already."""
        self.close(quiet=kind is not None)

    def close(self, quiet: bool = False) -> None:
        """End both servers and every connection. Raises AssertionError for mistakes in the simulator itself."""
        for listener in (self._api, self._results):
            listener.close()
        self.release()
        if self.errors and not quiet:
            raise AssertionError("the simulator made a mistake:\n" + "\n".join(self.errors))

    # What tests ask and set besides the attributes

    def requests(self, match: Match = "*") -> list[Seen]:
        """Return the requests seen that match, such as `POST /v3/files`."""
        return [one for one in self.seen if matches(match, one)]

    def script(self, steps: Sequence[Scripted]) -> None:
        """Set what new tasks go through, one step a poll; the last one stays."""
        self._steps = list(steps)

    def expire_links(self, times: int = 1) -> None:
        """Let the next downloads find their link expired (403), for good; a fresh link works."""
        self._links.to_expire = times

    def forward(self, seconds: float) -> None:
        """Put the simulator's clock forward: links, tokens and uploads grow old."""
        self._ahead_s += seconds

    # What subclasses use

    def now(self) -> float:
        """Return the simulator's clock, in seconds since 1970."""
        return time.time() + self._ahead_s

    def new_task(self, kind: str, body: dict[str, Any], credits: float | None = None, task_id: str = "") -> Task:
        """Make a task and charge for it; the body stands in `creates` as it was sent."""
        task = Task(task_id or str(uuid.uuid4()), kind, body, list(self._steps), self.now(), credits)
        self.tasks[task.id] = task
        self.creates.append(body)
        self.balance -= credits or 0
        return task

    def publish(
        self, name: str, content: Callable[[], bytes] | bytes | None = None, headers: dict[str, str] | None = None
    ) -> str:
        """Return a fresh link on the results host; without content it gives `result` as it is at the download."""

        def give() -> bytes:
            return self.result if content is None else content() if callable(content) else content

        return self.results_url + self._links.add(give, name, self.LINK_LIFETIME_S, headers or {})

    # Hooks: the provider's own forms

    def knows_key(self, seen: Seen) -> bool:
        """Whether the request carries the key as the provider wants it; overridden where it is no Bearer."""
        return seen.headers.get("authorization") == f"Bearer {self.key}"

    def wrong_key(self, seen: Seen) -> Answer:
        """Return the answer to a wrong or missing key; must be overridden when its form matters."""
        return Answer(401, {"message": "Unauthorized"})

    def no_route(self, seen: Seen, other_method: bool) -> Answer:
        """Return the answer to an unknown path, or to a known one with another method; may be overridden."""
        return Answer(405 if other_method else 404, {"message": "Not found"})

    def invalid(self, error: InvalidError) -> Answer:
        """Return the refusal of a body; must be overridden when its form matters."""
        return Answer(400, {"message": str(error)})

    def headers(self) -> dict[str, str]:
        """Return what every answer of the API host carries, such as a trace id; may be overridden."""
        return {}

    # The servers' side

    def record(self, seen: Seen) -> None:
        """Keep a request, and whether it shows what it must not."""
        self.seen.append(seen)
        credentials = {"authorization", "x-api-key", "cookie"} & seen.headers.keys()
        if seen.shows(self.key) or (seen.host == "results" and (seen.carries(self.key) or credentials)):
            self.leaks.append(seen)

    def answer(self, seen: Seen) -> Answer:
        """Answer a request: as a test ordered, else as the provider would."""
        order = self.take("answer", seen)
        if order and order.answer:
            return order.answer
        with self._turn:
            try:
                answer = self._handled(seen)
            except RefusedError as refused:
                answer = refused.answer
            except InvalidError as error:
                answer = self.invalid(error)
            except Exception:  # noqa: BLE001 - told in `close`; the client gets an answer meanwhile
                self.errors.append(traceback.format_exc())
                answer = Answer(500, "the simulator made a mistake")
        if seen.host == "api":
            answer.headers = {**self.headers(), **answer.headers}
        return answer

    def _handled(self, seen: Seen) -> Answer:
        fitting = [
            (rule, handler, found.groupdict())
            for rule, handler in self._routes
            if rule.host == seen.host and (found := rule.path.match(seen.path))
        ]
        method = "GET" if seen.method == "HEAD" else seen.method
        for rule, handler, arguments in fitting:
            if rule.method == method:
                if rule.needs_key and not self.knows_key(seen):
                    return self.wrong_key(seen)
                return handler(seen, **arguments)
        if seen.host == "results":
            return Answer(404, "<Error><Code>NoSuchKey</Code></Error>")
        return self.no_route(seen, bool(fitting))

    def _marked(self) -> list[Any]:
        named = (getattr(self, name) for name in dir(type(self)) if not isinstance(getattr(type(self), name), property))
        return [one for one in named if isinstance(getattr(one, "route", None), Route)]

    @route("GET", "/results/{secret}/{name}", host="results")
    def _download(self, seen: Seen, secret: str, name: str) -> Answer:
        return self._links.fetch(secret, seen)
