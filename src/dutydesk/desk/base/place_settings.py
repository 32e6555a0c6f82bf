"""The setting ``[transport]``: where messages come from and where deliveries go."""

from __future__ import annotations

from dutydesk.domain.delivery.places import (
    TransportPlaces,
    check_outboxes,
    check_routes,
    is_server,
    parse_outbox,
    parse_route,
    parse_server,
)
from dutydesk.domain.errors import InvalidRequest

_LISTS = ("inbox", "outbox", "routes")
_FILES = ("nats_key", "nats_ca")


def parse_transport(value: object, _rules: frozenset[str]) -> TransportPlaces:
    """Return the places. Raises ValueError with what is wrong; an address with a password is not repeated."""
    if not isinstance(value, dict) or value.keys() - {*_LISTS, *_FILES}:
        raise ValueError(f"is a table of {', '.join((*_LISTS, *_FILES))}")
    lists = {name: value.get(name, []) for name in _LISTS}
    for name, places in lists.items():
        if not isinstance(places, list) or any(not _is_name(place) for place in places):
            raise ValueError(f"has for {name} no list of folders and addresses of servers")
    files = {name: value.get(name) for name in _FILES}
    for name, file in files.items():
        if file is not None and not _is_name(file):
            raise ValueError(f"has for {name} no name of a file")
    inboxes, outboxes, routes = (tuple(lists[name]) for name in _LISTS)
    found = TransportPlaces(inboxes, outboxes, files["nats_key"], files["nats_ca"], routes)
    try:
        check_places(found)
    except InvalidRequest as error:
        raise ValueError(f"can't be used: {error.words}") from error
    return found


def check_places(places: TransportPlaces) -> None:
    """Raises InvalidRequest for an address that is none, and for outboxes that contradict each other."""
    outboxes = tuple(parse_outbox(place) for place in places.outboxes)
    check_outboxes(outboxes)
    check_routes(places)
    of_routes = (parse_route(text)[1] for text in places.routes)
    for place in (*places.inboxes, *(outbox.place for outbox in outboxes), *of_routes):
        if is_server(place):
            parse_server(place)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value
