"""What a provider is: one file, one class, found by looking into the folder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Generic, TypeVar

from .flow import Flow
from .options import Options
from .recent import Recent
from .source import Accepts, View

OptionsT = TypeVar("OptionsT", bound=Options)


@dataclass(frozen=True)
class Source:
    """The source image as a task sends it."""

    views: Mapping[str, View]
    """View name (front, left, back, right) → picture; the front is always there. A follow-up has none."""
    task: str
    """The task's id here."""
    key: str
    """Idempotency key of this create: the same one whenever the same task is sent."""
    sent_before: bool = False
    """An earlier create with this key may have reached the provider."""
    again: bool = False
    """The artist wants the same image with the same options once more, and pays once more."""
    follows: str = ""
    """For a follow-up: the provider's id of the task with whose model it goes on."""


@dataclass(frozen=True)
class TaskStatus:
    """Where a task stands at its provider."""

    state: str
    """queued, running or succeeded; a task that failed is raised as an error of errors.py."""
    percent: float | None = None
    """0–100, or None where the provider does not tell."""
    links: tuple[str, ...] = ()
    """Where the model file can be fetched, when succeeded; the best first, the others in case that one is gone.
    A path is under the base URL and fetched with the API key, an address is fetched without it."""
    credits: Decimal | None = None
    """What it cost, when known."""
    wait_s: float | None = None
    """When the provider wants to be asked again, if it said so."""


@dataclass(frozen=True)
class Created:
    """The answer to a create."""

    provider_task: str
    """The provider's id of the task."""
    status: TaskStatus | None = None
    """What the answer told besides: the cost, or already the finished model."""


@dataclass(frozen=True)
class Balance:
    """What is left on an account."""

    amount: Decimal | None
    """None where the provider only says that it knows the API key."""
    unit: str = "credits"
    """credits, or a currency (USD)."""
    note: str = ""
    """What else it said (the plan)."""


@dataclass(frozen=True)
class Pace:
    """How often to ask, seconds: from `first`, times `factor` each time, to `longest`."""

    first: float = 3.0
    factor: float = 1.3
    longest: float = 15.0


@dataclass(frozen=True)
class Auth:
    """Where a request carries the API key: in a header, or in a field of the JSON body."""

    header: str = "Authorization"
    prefix: str = "Bearer "
    field: str = ""
    """When given, the key goes into this field and no header."""


class Provider(ABC, Generic[OptionsT]):
    """A hosted service, or Local; or a follow-up, which makes something of a model that a service has made."""

    id: ClassVar[str]
    label: ClassVar[str]
    description: ClassVar[str]
    """What it makes, in a line."""
    options: ClassVar[type[Options]]
    views: ClassVar[tuple[str, ...]] = ("front",)
    """The views that it takes."""
    accepts: ClassVar[Accepts] = Accepts()
    link_kinds: ClassVar[tuple[str, ...]] = ()
    """Kinds of pictures that it takes by their public address; none: it takes files only."""
    front_axis: ClassVar[str] = "-Y"
    """Where the front of its models faces once Blender has read them: -Y, +Y, -X or +X."""
    height_option: ClassVar[str] = ""
    """Option that is the model's height in metres, where there is one; else Maquette scales the model."""
    face_option: ClassVar[str] = ""
    """Option that is the most faces the model may have, where there is one."""
    cuts_out: ClassVar[bool] = False
    """It takes the background away by itself, always."""
    title: ClassVar[str] = ""
    """Of a follow-up: what it does to a model, in a word or two, as its button says."""
    follows: ClassVar[tuple[str, ...]] = ()
    """Of a follow-up: ids of the providers and follow-ups whose models it takes."""
    owner: ClassVar[str] = ""
    """Of a follow-up: id of the provider whose account it uses."""
    rank: ClassVar[int] = 0
    """Of a follow-up: where it stands among the provider's, the smallest first."""
    in_parts: ClassVar[bool] = False
    """Its models are made of separate parts, always."""
    parts_option: ClassVar[str] = ""
    """Option that asks for separate parts, where there is one; else what comes in several pieces is joined."""
    seed_options: ClassVar[tuple[str, ...]] = ()
    """Options whose number decides what chance makes of an image; without one there are no variants to ask for."""
    base_url: ClassVar[str] = ""
    """Empty for a provider that needs no network."""
    regions: ClassVar[Mapping[str, str]] = {}
    """Name of each region → its base URL, where an account belongs to one; `base_url` is the first."""
    auth: ClassVar[Auth] = Auth()
    key_names: ClassVar[tuple[str, ...]] = ()
    """Environment variables that the provider's own tools read the API key from."""
    key_start: ClassVar[str] = ""
    """How each of its API keys begins, where its document tells."""
    key_page: ClassVar[str] = ""
    """Web page where API keys come from."""
    note: ClassVar[str] = ""
    """What its document leaves open and an artist should know; shown where it is chosen."""
    formats: ClassVar[tuple[str, ...]] = ("GLB",)
    """Model files that it can send."""
    price: ClassVar[str] = "unknown"
    """For the table of providers: what a model costs."""
    sets: ClassVar[Mapping[str, str]] = {}
    """Documented parameters that are no options → what Maquette sends for them."""
    sent_as: ClassVar[Mapping[str, str]] = {}
    """Options whose field in the request has another name → that name."""
    quotes: ClassVar[bool] = False
    """It can be asked what a task would cost."""
    repeatable: ClassVar[bool] = False
    """A create may be repeated: it costs nothing (Local), or carries the task's idempotency key."""
    recovers: ClassVar[bool] = False
    """It can be asked for its latest tasks, to find one whose create got no answer."""
    at_once: ClassVar[int] = 5
    """Tasks that one process has there at a time; the others wait here. Five is little enough for everybody."""
    uploads_a_minute: ClassVar[int | None] = None
    """Pictures that it takes in a minute; None where it sets no limit."""
    pace: ClassVar[Pace] = Pace()
    timeout_s: ClassVar[float] = 1800.0

    @classmethod
    def account(cls) -> str:
        """Return the id under which its API key and its base URL are kept."""
        return cls.owner or cls.id

    @classmethod
    def check_before(cls, options: OptionsT, before: Mapping[str, Any]) -> None:
        """Raise InputError when a follow-up cannot go on with a model that was made with these options. May be
        overridden; nothing is known of a model that was only fetched."""

    @abstractmethod
    def submit(self, source: Source, options: OptionsT) -> Flow[Created]:
        """Upload and create; return the provider's task. Must be given."""

    @abstractmethod
    def poll(self, provider_task: str, options: OptionsT) -> Flow[TaskStatus]:
        """Ask once where the task stands. Must be given. Raises the error that the task ended with."""

    def balance(self) -> Flow[Balance | None]:
        """Ask something harmless that needs the API key; None: it did not tell whether it accepts the key.

        Hosted providers override it.
        Raises AccountError when the key is refused.
        """
        yield from ()
        return None

    def quote(self, options: OptionsT, views: Collection[str]) -> Flow[Decimal | None]:
        """Ask what a task would cost; None is unknown. Rarely overridden, see `quotes`."""
        yield from ()
        return None

    def recover(self, options: OptionsT, views: Collection[str], since: float) -> Flow[Recent]:
        """Ask for the tasks created since then (Unix time, seconds), to find a lost one. Rarely overridden,
        see `recovers`."""
        yield from ()
        return Recent((), whole=False)
