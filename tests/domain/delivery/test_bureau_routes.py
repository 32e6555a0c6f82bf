"""The routes by which bureaus are reached, and the places that a box names for them."""

from __future__ import annotations

import pytest

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.bureau_routes import check_route_name, route_book
from dutydesk.domain.delivery.places import TransportPlaces, check_routes, parse_route
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.events.bureau_routes import BureauRouted


def test_the_latest_route_of_a_bureau_counts_and_all_others_have_the_main_one() -> None:
    book = route_book(
        BureauRouted(login="root", bureau=bureau, route=route)
        for bureau, route in (("KE", "africa"), ("PL", "east"), ("UA", "east"), ("PL", "main"))
    )
    assert [book.route_of(code) for code in ("KE", "PL", "UA", "FR")] == ["africa", "main", "east", "main"]
    assert book.names == ("main", "africa", "east")
    assert book.bureaus_of("east") == ("UA",)
    assert not book.is_empty
    assert route_book([]).is_empty


@pytest.mark.parametrize("name", ["", "all", "East", "a b", "-a", "a-", "x" * 33, "a/b", "ä"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_route_name(name)
    assert refused.value.code is InvalidRequestCode.BAD_ROUTES


def test_a_route_is_written_with_its_outbox() -> None:
    assert parse_route("africa=tls://nats1:4222") == ("africa", "tls://nats1:4222")
    assert parse_route("main=a=b") == ("main", "a=b")


@pytest.mark.parametrize(
    "places",
    [
        TransportPlaces(routes=("main",)),
        TransportPlaces(routes=("main=",)),
        TransportPlaces(routes=("main=a", "main=b")),
        TransportPlaces(routes=("main=a", "east=a")),
        TransportPlaces(outboxes=("a",), routes=("main=b",)),
    ],
)
def test_routes_that_contradict_each_other_are_refused(places: TransportPlaces) -> None:
    with pytest.raises(InvalidRequest) as refused:
        check_routes(places)
    assert refused.value.code is InvalidRequestCode.BAD_ROUTES
