"""Opens the inboxes and outboxes that a desk names: folders of the spool, and NATS servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dutydesk.dispatch.inbox import Inbox
from dutydesk.dispatch.route_marks import claim_outbox, require_unclaimed
from dutydesk.dispatch.routes import RoutedTransport
from dutydesk.dispatch.several_inboxes import SeveralInboxes
from dutydesk.dispatch.signing import BatchSigner
from dutydesk.dispatch.sources import InboxSource
from dutydesk.dispatch.spool import SpoolTransport
from dutydesk.dispatch.transport import Transport
from dutydesk.domain.delivery.bureau_routes import MAIN
from dutydesk.domain.delivery.places import (
    OutboxPlace,
    ServerAddress,
    TransportPlaces,
    check_outboxes,
    check_routes,
    is_server,
    parse_outbox,
    parse_route,
    parse_server,
)
from dutydesk.domain.limits import DEFAULT_LIMITS, Limits

if TYPE_CHECKING:
    from dutydesk.dispatch.nats.access import NatsAccess
    from dutydesk.dispatch.nats.link import NatsLink

INBOX, OUTBOX = "inbox", "outbox"


class OpenPlaces:
    """``transport`` and ``inbox`` for a dispatcher; each server has one connection, whatever comes and goes by it."""

    def __init__(
        self,
        folder: Path,
        realm: str,
        places: TransportPlaces,
        limits: Limits = DEFAULT_LIMITS,
        *,
        signer: BatchSigner | None = None,
        claims: bool = True,
    ) -> None:
        """``folder`` is the desk's own, which relative names start at; ``signer`` signs what goes out.

        ``claims`` marks the folders of routes at once: on a desk of several boxes who dispatches does it.

        Raises InvalidRequest for an address or a key that can't be used, StoreUnusable for a folder.
        """
        self._folder = folder
        self._realm = realm
        self._places = places
        self._limits = limits
        self._signer = signer
        self._claim = claim_outbox if claims else require_unclaimed
        self._links: dict[ServerAddress, NatsLink] = {}
        self._outboxes: dict[str, Transport] = {}
        self.inbox = self._open_inboxes()
        #: The transport of each route that is served here.
        self.routes: Mapping[str, Transport] = self._open_routes()
        self.transport = next(iter(self.routes.values()))

    async def close(self) -> None:
        """End the connections in order."""
        for link in self._links.values():
            await link.close()

    def _open_inboxes(self) -> InboxSource:
        opened = [self._open_inbox(place) for place in self._places.inboxes or (INBOX,)]
        return opened[0] if len(opened) == 1 else SeveralInboxes(opened)

    def _open_inbox(self, place: str) -> InboxSource:
        if not is_server(place):
            return Inbox(self._folder / place, self._limits.inbox)
        from dutydesk.dispatch.nats.inbox import NatsInbox

        return NatsInbox(self._link(parse_server(place)), self._limits.inbox, self._signer)

    def _open_routes(self) -> dict[str, Transport]:
        check_routes(self._places)
        named = [parse_route(text) for text in self._places.routes]
        for name, place in named:
            if not is_server(place):
                self._open_outbox(place)
                self._claim(self._folder / place, name)
        return {name: self._open_outbox(place) for name, place in named} or {MAIN: self._open_outboxes()}

    def _open_outboxes(self) -> Transport:
        named = tuple(parse_outbox(place) for place in self._places.outboxes)
        check_outboxes(named)
        if all(outbox.bureaus for outbox in named):
            named = (OutboxPlace((), OUTBOX), *named)
        default = next(self._open_outbox(outbox.place) for outbox in named if not outbox.bureaus)
        routes = {bureau: self._open_outbox(outbox.place) for outbox in named for bureau in outbox.bureaus}
        return RoutedTransport(default, routes) if routes else default

    def _open_outbox(self, place: str) -> Transport:
        """The transport of a place, one for each."""
        if place not in self._outboxes:
            self._outboxes[place] = self._new_outbox(place)
        return self._outboxes[place]

    def _new_outbox(self, place: str) -> Transport:
        if not is_server(place):
            return SpoolTransport(self._folder / place, self._limits.dispatch, self._signer)
        from dutydesk.dispatch.nats.outbox import NatsTransport

        return NatsTransport(self._link(parse_server(place)), self._signer)

    def _link(self, address: ServerAddress) -> NatsLink:
        from dutydesk.dispatch.nats.access import require_packages, require_tls
        from dutydesk.dispatch.nats.link import NatsLink

        if address not in self._links:
            require_packages()
            require_tls(address, self._realm)
            self._links[address] = NatsLink(address, nats_access(self._folder, self._places), self._limits.nats)
        return self._links[address]


def nats_access(folder: Path, places: TransportPlaces) -> NatsAccess:
    """The files that the places name, or the key next to the store if it is there. Raises InvalidRequest."""
    from dutydesk.dispatch.nats.access import KEY_FILE, NatsAccess, check_ca, read_seed

    key = folder / (places.key or KEY_FILE)
    access = NatsAccess(key if places.key or key.exists() else None, None if places.ca is None else folder / places.ca)
    if access.key is not None:
        read_seed(access.key)
    if access.ca is not None:
        check_ca(access.ca)
    return access


def servers_in(places: TransportPlaces) -> Iterator[ServerAddress]:
    """Each server that the places name, once."""
    outboxes = (
        *(parse_outbox(text).place for text in places.outboxes),
        *(parse_route(text)[1] for text in places.routes),
    )
    named = (*places.inboxes, *outboxes)
    yield from dict.fromkeys(parse_server(place) for place in named if is_server(place))


def inbox_folders_in(places: TransportPlaces) -> list[str]:
    """Each folder that a dispatcher with these places takes messages from; NATS servers are left out."""
    return [place for place in places.inboxes or (INBOX,) if not is_server(place)]


def outbox_folders_in(places: TransportPlaces) -> list[str]:
    """Each folder that a dispatcher with these places delivers to, once; NATS servers are left out."""
    if places.routes:
        named = [parse_route(text)[1] for text in places.routes]
    else:
        outboxes = [parse_outbox(text) for text in places.outboxes]
        named = [*([OUTBOX] if all(each.bureaus for each in outboxes) else []), *(each.place for each in outboxes)]
    return [place for place in dict.fromkeys(named) if not is_server(place)]
