"""Where metrics are served: an address and a port, on this machine only unless the desk says otherwise."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence

_FORM = re.compile(r"(?:(?:\[([^\[\]]+)\]|([^\[\]:]+)):)?([0-9]{1,5})", re.ASCII)
_LOOPBACK = "127.0.0.1"


@value(frozen=True, slots=True)
class MetricsAddress:
    """``host`` is an IP address as text; the port 0 takes any that is free."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        return ip_address(self.host).is_loopback

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def parse_metrics_address(text: str) -> MetricsAddress:
    """Read ``PORT``, ``HOST:PORT`` or ``[HOST]:PORT``; HOST is an IP address or ``localhost``, else this machine.

    Names are not looked up, because what a name means can change. Raises InvalidRequest.
    """
    found = _FORM.fullmatch(text)
    host = _host(found[1] or found[2] or _LOOPBACK) if found else None
    port = int(found[3]) if found else -1
    if host is None or not 0 <= port <= 65_535:
        raise InvalidRequest(
            InvalidRequestCode.BAD_ARGUMENT,
            sentence(
                "{text} is no address for --metrics; write a port such as 9108, or an IP address and a port such as "
                "127.0.0.1:9108 or [::1]:9108",
                text=repr(text[:80]),
            ),
        )
    return MetricsAddress(str(host), port)


def _host(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(_LOOPBACK if text == "localhost" else text)
    except ValueError:
        return None


def refuse_open_address(address: MetricsAddress, realm: str, *, allowed: bool) -> None:
    """Refuse an address off this machine for a LIVE store, unless the settings allow it. Raises InvalidRequest."""
    if realm == "live" and not (address.is_loopback or allowed):
        raise InvalidRequest(
            InvalidRequestCode.METRICS_OFF_LOOPBACK,
            sentence(
                "{address} can be reached from other machines, and this store is LIVE; serve metrics on 127.0.0.1, or "
                "set metrics_off_loopback = true in desk.toml",
                address=address,
            ),
        )
