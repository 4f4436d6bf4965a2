"""The network goes, and comes back: a simulator whose ports are closed for a while, and then open again."""

from __future__ import annotations

from simulators.listener import Listener
from simulators.server import Simulator


class Outage:
    """Closes both servers of a simulator; whoever calls is refused, and whoever waits is cut off."""

    def __init__(self, sim: Simulator) -> None:
        """Begin at once."""
        self._sim = sim
        self._ports = [one.server_address[1] for one in (sim._api, sim._results)]
        for one in (sim._api, sim._results):
            one.close()
        sim.release()

    def end(self) -> None:
        """Listen again, on the same ports, with everything that was made before."""
        api, results = self._ports
        self._sim._api = Listener(self._sim, "api", api)
        self._sim._results = Listener(self._sim, "results", results)
