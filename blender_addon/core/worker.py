"""What the Runner needs from outside, as protocols: something that sends requests, something that runs Blender."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from .flow import Request, Response
from .halt import Halt
from .provider import Provider

Percent = Callable[[float], None]
"""Told how far something is, 0–100."""


class Transport(Protocol):
    """Sends what one provider describes."""

    def send(self, request: Request, halt: Halt) -> Response:
        """Send one request and read the answer, whatever its status says.

        Raises NetworkError when the request provably never reached the provider or may be sent again, UnconfirmedError
        when a create may have been carried out, and Halted.
        """

    def download(self, link: str, target: Path, halt: Halt, percent: Percent) -> int:
        """Fetch a model file to `target`, all of it or nothing, and return its size in bytes.

        Raises LinkError when the link works no longer.
        """


Connect = Callable[[type[Provider[Any]]], Transport]
"""Returns the transport to a provider. Raises AccountError when there is no API key for it."""


class Background(Protocol):
    """Runs work in a Blender without a window."""

    def call(self, work: str, arguments: dict[str, Any], halt: Halt, percent: Percent) -> dict[str, Any]:
        """Do the work named and return what it says. Raises the error that it reports, ModelFileError when it dies."""

    def check(self) -> None:
        """Raise InputError when there is no Blender to run: said before anything is sent."""

    def warm_up(self) -> None:
        """Start the process now, so that its start costs nothing later. Returns at once."""
