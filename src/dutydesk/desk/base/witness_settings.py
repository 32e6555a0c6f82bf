"""The witnesses that a desk's settings name."""

from __future__ import annotations

from urllib.parse import urlsplit

from dutydesk.domain.frozen import value
from dutydesk.wire.files.notes import KeyType, NoteFault, NoteKey, note_key

_FIELDS = {"url", "key", "ca"}
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class WitnessFault(ValueError):
    """An entry that names no witness; ``name`` is the entry's name, its text a clause of a sentence."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self.name = name


@value(frozen=True, slots=True)
class WitnessSetting:
    """A witness. ``url`` is what ``/add-checkpoint`` is added to; ``ca`` the file of the certificate that vouches for
    its TLS, ``None`` for the system's.
    """

    name: str
    url: str
    key: NoteKey
    ca: str | None = None


def parse_witnesses(value: object, _rules: frozenset[str]) -> tuple[WitnessSetting, ...]:
    """Read the table. Raises ValueError for what is no table, WitnessFault for an entry."""
    if not isinstance(value, dict):
        raise ValueError("is a table with url and key of each witness")
    return tuple(read_witness(str(name), entry) for name, entry in value.items())


def read_witness(name: str, fields: object) -> WitnessSetting:
    """Read an entry. Raises WitnessFault."""
    if (
        not isinstance(fields, dict)
        or not set(fields) <= _FIELDS
        or not all(isinstance(v, str) for v in fields.values())
    ):
        raise WitnessFault(name, f"has for {name} no table with url and key, and ca where its certificate is its own")
    try:
        key = note_key(fields.get("key", ""))
    except NoteFault as fault:
        raise WitnessFault(name, f"has for {name} no key: {fault.words}; dutydesk witness prints it") from fault
    if key.type is not KeyType.COSIGNATURE:
        raise WitnessFault(name, f"has for {name} a key that cosigns no checkpoint; dutydesk witness prints one")
    url = fields.get("url", "").rstrip("/")
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise WitnessFault(name, f"has for {name} no address that can be read") from error
    if not host or parts.scheme not in ("http", "https") or parts.query or parts.fragment or "@" in parts.netloc:
        raise WitnessFault(name, f"has for {name} no address such as https://box2.example:8620")
    if parts.scheme == "http" and not is_loopback(host):
        raise WitnessFault(name, f"has for {name} an address without TLS, which is for this machine alone; use https")
    return WitnessSetting(name, url, key, fields.get("ca"))


def is_loopback(host: str) -> bool:
    """Whether the name is one of this machine alone."""
    return host in _LOOPBACK
