"""Where messages come from and deliveries go: a folder of the spool, or a NATS server."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.bureau_routes import check_route_name
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence

DEFAULT_PORT: Final = 4222
_SCHEMES: Final = ("nats", "tls")
_HOST: Final = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?", re.ASCII)
_ROUTE: Final = re.compile(r"((?:[A-Z]{2}|\d{3})(?:,(?:[A-Z]{2}|\d{3}))*)=(.+)", re.ASCII | re.DOTALL)


@value(frozen=True, slots=True)
class ServerAddress:
    """The hosts of one NATS server or cluster, each with its port. With ``tls`` nothing is said without TLS."""

    hosts: tuple[str, ...]
    tls: bool

    def __str__(self) -> str:
        return f"{'tls' if self.tls else 'nats'}://{','.join(self.hosts)}"

    @property
    def is_loopback(self) -> bool:
        """Whether all hosts are this machine."""
        return all(_is_loopback(host.rpartition(":")[0].strip("[]")) for host in self.hosts)


@value(frozen=True, slots=True)
class OutboxPlace:
    """A place that deliveries go to. ``bureaus`` is empty for the place of all that have none of their own."""

    bureaus: tuple[str, ...]
    place: str


@value(frozen=True, slots=True)
class TransportPlaces:
    """Where a desk takes messages from and delivers to, as written; without any the folders next to the store.

    ``routes`` are those of a box among several, as ``NAME=PLACE``, in place of ``outboxes``. ``key`` is the file of the
    desk's NATS key, ``ca`` one with the certificates of who signs the servers' ones.
    """

    inboxes: tuple[str, ...] = ()
    outboxes: tuple[str, ...] = ()
    key: str | None = None
    ca: str | None = None
    routes: tuple[str, ...] = ()

    def __str__(self) -> str:
        named = {
            "inbox": self.inboxes,
            "outbox": self.outboxes,
            "routes": self.routes,
            "nats_key": self.key,
            "nats_ca": self.ca,
        }
        parts = (
            f"{name} {places if isinstance(places, str) else ' '.join(places)}"
            for name, places in named.items()
            if places
        )
        return ", ".join(parts) or "folders"


def is_server(place: str) -> bool:
    """Whether a place is the address of a server, and no folder."""
    return "://" in place


def parse_server(address: str) -> ServerAddress:
    """Read ``nats://HOST[:PORT][,HOST…]`` or ``tls://…``. Raises InvalidRequest, which repeats no secret."""
    scheme, _, rest = address.partition("://")
    if "@" in rest:
        raise InvalidRequest(
            InvalidRequestCode.BAD_SERVER_ADDRESS,
            sentence("an address of a server holds no user, password or token; name the file of a key instead"),
        )
    if scheme not in _SCHEMES:
        raise InvalidRequest(
            InvalidRequestCode.BAD_SERVER_ADDRESS,
            sentence("{address!r} is no address of a NATS server; it begins with tls:// or nats://", address=address),
        )
    hosts: list[str] = []
    for part in rest.split(","):
        found = _HOST.fullmatch(part)
        port = int(found[2] or DEFAULT_PORT) if found else 0
        if found is None or not 0 < port < 65_536:
            raise InvalidRequest(
                InvalidRequestCode.BAD_SERVER_ADDRESS,
                sentence(
                    "{address!r} is no address of a NATS server; write it as {scheme}://HOST:4222",
                    address=address,
                    scheme=scheme,
                ),
            )
        hosts.append(f"{found[1]}:{port}")
    return ServerAddress(tuple(hosts), scheme == "tls")


def parse_outbox(text: str) -> OutboxPlace:
    """Read ``PLACE`` or ``CC,CC=PLACE``. A folder whose name begins like that is written with its path."""
    found = _ROUTE.fullmatch(text)
    return OutboxPlace((), text) if found is None else OutboxPlace(tuple(found[1].split(",")), found[2])


def parse_route(text: str) -> tuple[str, str]:
    """Read ``NAME=PLACE``: a route and its outbox. Raises InvalidRequest."""
    name, _, place = text.partition("=")
    if not place:
        raise InvalidRequest(
            InvalidRequestCode.BAD_ROUTES, sentence("{text!r} names no outbox; write ROUTE=PLACE", text=text)
        )
    return check_route_name(name), place


def check_routes(places: TransportPlaces) -> None:
    """Raises InvalidRequest where two outboxes are for one route, two routes have one outbox, or outboxes stand beside.

    Two dispatchers that write into one folder would each take the other's lines for an earlier one's.
    """
    named = [parse_route(text) for text in places.routes]
    if named and places.outboxes:
        raise InvalidRequest(
            InvalidRequestCode.BAD_ROUTES,
            sentence("outboxes are named by route or by bureau, not both; the route main is for all other bureaus"),
        )
    for part in zip(*named, strict=True):
        twice = next((word for word in part if part.count(word) > 1), None)
        if twice is not None:
            raise InvalidRequest(
                InvalidRequestCode.BAD_ROUTES,
                sentence("{word} is named twice; each route has an outbox of its own", word=twice),
            )


def check_outboxes(outboxes: tuple[OutboxPlace, ...]) -> None:
    """Raises InvalidRequest where two places are for all bureaus, or for the same one."""
    seen: set[str] = set()
    for outbox in outboxes:
        for bureau in outbox.bureaus or ("",):
            if bureau in seen:
                words = (
                    sentence("two outboxes are for {bureau}; name one", bureau=bureau)
                    if bureau
                    else sentence("two outboxes are for all bureaus; write CC,CC=PLACE for those of the second")
                )
                raise InvalidRequest(InvalidRequestCode.BAD_ROUTES, words)
            seen.add(bureau)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
