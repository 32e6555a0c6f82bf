"""Where a store is: a file on this box, or a database on a cluster, for which a file on this box stands.

That file holds the database's URL. The desk's own files on this box stand beside it, as beside a store that is a file:
settings, signing key, outbox.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import InvalidRequest, StoreUnusable
from dutydesk.language.sentences import sentence

#: The file in the home of a desk on a cluster that holds the database's URL.
URL_FILE: Final = "desk.url"
_URL: Final = re.compile(r"(postgresql|postgres)://", re.ASCII)
_MOST_BYTES: Final = 4_096
_SECRET_OPTIONS: Final = frozenset(
    {"password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key"}
)
#: A host with or without its port; what stands after a colon else may be a password whose host is left out.
_HOST: Final = re.compile(r"(\[[^\[\]]*\]|[^\[\]:]*)(:[0-9]*)?", re.ASCII)
_BAD_ESCAPE: Final = re.compile("%(?![0-9A-Fa-f]{2})|%00")
#: Options that name the server or the database in place of what stands before them.
_PLACE_OPTIONS: Final = frozenset({"host", "hostaddr", "port", "dbname", "service"})


def is_cluster_url(named: str) -> bool:
    """Whether ``--db`` names a database on a PostgreSQL cluster."""
    return _URL.match(named) is not None


def locate(named: str, home: Path) -> Path:
    """The file that stands for the database of this URL; ``home`` is the folder on this box, made if it is missing.

    Raises InvalidRequest for a URL with a password, or one that can't be read; the text never repeats it. Raises
    StoreUnusable if the folder can't be written.
    """
    url = _checked(named)
    place = home.absolute() / URL_FILE
    if database_url(place) == url:
        return place
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place.with_name(f".{URL_FILE}.{secrets.token_hex(6)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(f"{url}\n")
            draft.replace(place)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
    except OSError as error:
        raise StoreUnusable(
            StoreCode.HOME_UNUSABLE,
            sentence(
                "the folder {home} can't be written ({strerror}); name another with --home",
                home=home,
                strerror=error.strerror or error,
            ),
        ) from error
    return place


def database_url(place: Path) -> str | None:
    """The URL of the database that a file stands for; ``None`` for a store that is a file."""
    try:
        with place.open("rb") as file:
            start = file.read(_MOST_BYTES)
    except (OSError, ValueError):
        return None
    text = start.split(b"\n", 1)[0].decode("utf-8", "replace")
    return text if is_cluster_url(text) else None


def shown_database(url: str) -> str:
    """A URL as it stands in a sentence: without options, such as the paths of certificates."""
    return url.partition("?")[0]


def database_hosts(place: Path) -> tuple[str, ...] | None:
    """Names, addresses or socket folders of the servers, ``""`` for the default one; ``None`` for a store in a file."""
    url = database_url(place)
    if url is None:
        return None
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    named = options.get("hostaddr") or options.get("host")
    if named is not None:
        return tuple(named.split(","))
    hosts = (_HOST.fullmatch(unquote(host)) for host in parts.netloc.rpartition("@")[2].split(","))
    return tuple(match[1].strip("[]") if match else "" for match in hosts)


def is_in_database(place: Path) -> bool:
    """Whether a file stands for a store on a cluster."""
    return database_url(place) is not None


def default_home(named: str, data_folder: Path) -> Path:
    """A folder for each database in the user's data folder.

    Its name is read from the URL. Where that folder belongs to another database whose name is written alike, it has a
    digest at its end.
    """
    parts = urlsplit(_checked(named))
    hosts = re.sub(r"[^A-Za-z0-9.,-]", "_", parts.netloc.rsplit("@", 1)[-1]) or "local"
    name = re.sub(r"[^A-Za-z0-9.-]", "_", parts.path.strip("/")) or "default"
    plain = data_folder / "clusters" / f"{hosts}-{name}"
    there = database_url(plain / URL_FILE)
    place = _place_of(named)
    if there is None or _place_of(there) == place:
        return plain
    return plain.with_name(f"{plain.name}-{sha256(repr(place).encode()).hexdigest()[:12]}")


def _place_of(url: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Servers and database of a URL, whoever logs in, and however safely."""
    parts = urlsplit(url)
    options = sorted(each for each in parse_qsl(parts.query, keep_blank_values=True) if each[0] in _PLACE_OPTIONS)
    return parts.netloc.rpartition("@")[2], unquote(parts.path.strip("/")), tuple(options)


def _checked(named: str) -> str:
    try:
        parts = urlsplit(named)
        has_password = ":" in parts.netloc.rpartition("@")[0] or "@" in parts.path + parts.fragment
        hosts = parts.netloc.rpartition("@")[2].split(",")
        options = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError as error:
        raise _unreadable() from error
    if has_password or any(name.casefold() in _SECRET_OPTIONS for name, _ in options):
        raise InvalidRequest(
            InvalidRequestCode.PASSWORD_IN_URL,
            sentence(
                "the URL of the database holds a password, which everyone on this machine could read; leave it out, "
                "and use PGPASSFILE or a client certificate"
            ),
        )
    if not all(_HOST.fullmatch(host) for host in hosts) or _BAD_ESCAPE.search(named) or not named.isprintable():
        raise _unreadable()
    if not parts.path.strip("/") or len(named.encode()) >= _MOST_BYTES:
        raise InvalidRequest(
            InvalidRequestCode.BAD_DATABASE_URL,
            sentence("the URL names no database; write postgresql://USER@HOST/NAME"),
        )
    return named


def _unreadable() -> InvalidRequest:
    return InvalidRequest(
        InvalidRequestCode.BAD_DATABASE_URL,
        sentence("the URL of the database can't be read; write postgresql://USER@HOST/NAME"),
    )
