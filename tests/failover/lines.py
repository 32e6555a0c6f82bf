"""The lines of the boxes to both servers, in a process of their own, so that the one that forks has no threads."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from crash_children import Child, Say, until

from tcp_proxy import TcpProxy

_SECONDS = 30.0


class Lines:
    """Proxies from each box to each server. ``ports[box]`` are those of one box, in the order of the servers."""

    def __init__(self, servers: Sequence[int], boxes: int) -> None:
        theirs, self._orders = os.pipe()
        self._count = 0
        self._child = Child("lines", lambda say: _keep(theirs, servers, boxes, say))
        os.close(theirs)
        assert until([self._child], "ports", _SECONDS)
        ((self.ports,),) = self._child.words("ports")

    def cut(self, box: int) -> None:
        self._order("cut", box)

    def stall(self, box: int) -> None:
        self._order("stall", box)

    def heal(self, box: int) -> None:
        self._order("heal", box)

    def break_off(self, box: int) -> None:
        """Ends every line of a box that is open; new ones work."""
        self.cut(box)
        self.heal(box)

    def close(self) -> None:
        self._child.kill()
        os.close(self._orders)

    def _order(self, act: str, box: int) -> None:
        self._count += 1
        os.write(self._orders, json.dumps([act, box]).encode() + b"\n")
        while len(self._child.words("did")) < self._count:
            assert self._child.listen(_SECONDS), "the lines do not answer"


def _keep(orders: int, servers: Sequence[int], boxes: int, say: Say) -> None:
    proxies = [[TcpProxy(port) for port in servers] for _ in range(boxes)]
    say("ports", [[proxy.port for proxy in row] for row in proxies])
    with os.fdopen(orders) as stream:
        for line in stream:
            act, box = json.loads(line)
            for proxy in proxies[box]:
                getattr(proxy, act)()
            say("did", act, box)
