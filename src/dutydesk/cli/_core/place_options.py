"""The options that name inboxes, outboxes and what a NATS server is reached with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from dutydesk.domain.delivery.places import TransportPlaces, check_routes, is_server, parse_outbox, parse_route

Function = TypeVar("Function", bound=Callable[..., Any])

_KEY_HELP = "The file of this desk's NATS key; else nats.nk next to the store."
_CA_HELP = "Certificates of who signs the server's; else those that this machine trusts."
_key_option = click.option("--nats-key", metavar="FILE", type=click.Path(), help=_KEY_HELP)
_ca_option = click.option("--nats-ca", metavar="FILE", type=click.Path(), help=_CA_HELP)


def with_place_options(function: Function) -> Callable[..., Any]:
    """The options of inboxes and outboxes; the command gets them as ``places``."""

    @click.option("--inbox", metavar="PLACE", type=click.Path(), multiple=True, help="Messages are taken from here.")
    @click.option("--outbox", metavar="PLACE", type=click.Path(), multiple=True, help="Deliveries go here, by bureau.")
    @click.option("--route", metavar="ROUTE=PLACE", type=click.Path(), multiple=True, help="A route served here.")
    @_key_option
    @_ca_option
    @wraps(function)
    def with_places(
        *args: Any,
        inbox: tuple[str, ...],
        outbox: tuple[str, ...],
        route: tuple[str, ...],
        nats_key: str | None,
        nats_ca: str | None,
        **more: Any,
    ) -> Any:
        places = TransportPlaces(
            tuple(_absolute(place) for place in inbox),
            tuple(_absolute_outbox(place) for place in outbox),
            None if nats_key is None else _absolute(nats_key),
            None if nats_ca is None else _absolute(nats_ca),
            tuple(_absolute_route(text) for text in route),
        )
        check_routes(places)
        return function(*args, places=places, **more)

    return with_places


def with_server_files(function: Function) -> Callable[..., Any]:
    """The options of what a server is reached with; the command gets them as ``places``."""

    @_key_option
    @_ca_option
    @wraps(function)
    def with_files(*args: Any, nats_key: str | None, nats_ca: str | None, **more: Any) -> Any:
        places = TransportPlaces(
            key=None if nats_key is None else _absolute(nats_key), ca=None if nats_ca is None else _absolute(nats_ca)
        )
        return function(*args, places=places, **more)

    return with_files


def chosen_places(named: TransportPlaces, settings: TransportPlaces) -> TransportPlaces:
    """What a command names, and else what the settings name, each by itself; outboxes and routes together."""
    goes_to = named if named.outboxes or named.routes else settings
    return replace(
        settings,
        inboxes=named.inboxes or settings.inboxes,
        outboxes=goes_to.outboxes,
        routes=goes_to.routes,
        key=named.key or settings.key,
        ca=named.ca or settings.ca,
    )


def _absolute(place: str) -> str:
    """A folder that a command names starts at the folder where the command is run."""
    return place if is_server(place) else str(Path(place).absolute())


def _absolute_outbox(text: str) -> str:
    outbox = parse_outbox(text)
    bureaus = f"{','.join(outbox.bureaus)}=" if outbox.bureaus else ""
    return bureaus + _absolute(outbox.place)


def _absolute_route(text: str) -> str:
    name, place = parse_route(text)
    return f"{name}={_absolute(place)}"
