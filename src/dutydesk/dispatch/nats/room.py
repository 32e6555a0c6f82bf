"""How much the stream of the outbox may still take.

The desk stops before the stream's limit. Where a message passes it, servers before 2.10.6 drop the oldest one, though
they have acknowledged it and discard new ones by their configuration (nats-server issue 4775).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dutydesk.dispatch.nats import streams

if TYPE_CHECKING:
    from nats.js import JetStreamContext
    from nats.js.api import StreamInfo

#: Bytes that a server adds to a line at most: subject, headers and its own record.
_OVERHEAD: Final = 1024


class StreamRoom:
    """The bytes that are left, as the server said last and less what was sent since. ``reserve`` is never used."""

    def __init__(self, reserve: int) -> None:
        self._reserve = reserve
        self._left: int | None = 0

    def read(self, info: StreamInfo) -> None:
        """Take over what the server says."""
        most = info.config.max_bytes or -1
        self._left = None if most < 0 else most - info.state.bytes - self._reserve

    @property
    def is_enough(self) -> bool:
        """Whether a batch may be begun."""
        return self._left is None or self._left >= self._reserve

    async def take(self, size: int, jetstream: JetStreamContext) -> bool:
        """Use room for a line of so many bytes; the server is asked again before the answer is no.

        Raises the errors of the library.
        """
        if not self._take(size):
            self.read(await jetstream.stream_info(streams.OUTBOX))
            return self._take(size)
        return True

    def _take(self, size: int) -> bool:
        if self._left is None:
            return True
        if self._left < size + _OVERHEAD:
            return False
        self._left -= size + _OVERHEAD
        return True
