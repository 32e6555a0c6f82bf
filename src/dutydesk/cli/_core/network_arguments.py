"""Parsers of addresses and names of servers; each refuses a wrong value in one sentence."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network

from dutydesk.cli._core.free_text import quoted
from dutydesk.cli._core.usage_errors import BadArgument
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.language.sentences import sentence

_DATABASE = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?(:[0-9]{1,5})?", re.ASCII)


def network(value: str) -> IPv4Network | IPv6Network:
    """An address, or a network such as ``10.0.0.0/24``."""
    try:
        return ip_network(value)
    except ValueError as error:
        raise BadArgument(
            InvalidRequestCode.BAD_ARGUMENT,
            sentence("{value} is no address; write 10.0.0.11, or a network as 10.0.0.0/24", value=quoted(value)),
        ) from error


def cluster_server(value: str) -> tuple[str, IPv4Network | IPv6Network]:
    """``NAME=ADDRESS``; the name may have a port, as ``db1:5433``."""
    name, _equals, address = value.partition("=")
    if not _HOST.fullmatch(name):
        raise BadArgument(
            InvalidRequestCode.BAD_ARGUMENT,
            sentence("{value} names no server; write db1=10.0.0.21", value=quoted(value)),
        )
    return name, network(address)


def database_name(value: str) -> str:
    """A name that PostgreSQL takes without quotation marks."""
    if not _DATABASE.fullmatch(value):
        raise BadArgument(
            InvalidRequestCode.BAD_ARGUMENT,
            sentence("{value} is no name for a database; use small letters, figures and _", value=quoted(value)),
        )
    return value
