"""What the desk demands of a cluster, its database and the line to it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence
from dutydesk.store.engines.postgresql.session import Session

OLDEST_VERSION: Final = 150_000
_DURABLE: Final = frozenset({"on", "remote_apply"})
_LOCALES: Final = frozenset({"C.UTF-8", "C.UTF8", "C.utf8"})
_LIVE: Final = "live"
_ASK: Final = (
    "SELECT CAST(current_setting('server_version_num') AS integer), current_setting('server_version'), "
    "current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit'), "
    "pg_encoding_to_char(encoding), coalesce(named, datcollate), coalesce(named, datctype) FROM pg_database AS d, "
    # Read as JSON: the names of these columns have changed from release to release.
    "LATERAL (SELECT CASE to_jsonb(d) ->> 'datlocprovider' "
    "WHEN 'i' THEN 'ICU ' || coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', '') "
    "WHEN 'b' THEN to_jsonb(d) ->> 'datlocale' END AS named) AS provided WHERE datname = current_database()"
)


@value(frozen=True, slots=True)
class ClusterFacts:
    """What the cluster says of itself and of the database."""

    version_number: int
    version: str
    fsync: str
    full_page_writes: str
    synchronous_commit: str
    encoding: str
    collation: str
    character_type: str


def facts_of(session: Session) -> ClusterFacts:
    """Raises psycopg.Error."""
    row = session.execute(_ASK).fetchone()
    assert row is not None, "the database that the session is in"  # noqa: S101
    return ClusterFacts(*row)


def unsuitable(facts: ClusterFacts) -> Iterator[str]:
    """What keeps the desk from working with this database at all, in sentences."""
    if facts.version_number < OLDEST_VERSION:
        yield sentence("the cluster is PostgreSQL {version}; the desk needs 15 or later", version=facts.version)
    if facts.encoding != "UTF8":
        yield sentence("the database's encoding is {encoding}; make one with ENCODING 'UTF8'", encoding=facts.encoding)
    for locale in sorted({facts.collation, facts.character_type} - _LOCALES):
        yield sentence(
            "the database's locale is {locale}, which orders texts otherwise; make one with LOCALE 'C.UTF-8'",
            locale=locale,
        )


def unsafe(facts: ClusterFacts) -> Iterator[str]:
    """What may lose a commit that was confirmed, in sentences."""
    for name, setting in (("fsync", facts.fsync), ("full_page_writes", facts.full_page_writes)):
        if setting != "on":
            yield sentence("{name} is {setting} on the cluster; set it to on", name=name, setting=setting)
    if facts.synchronous_commit not in _DURABLE:
        yield sentence("synchronous_commit is {setting} on the cluster; set it to on", setting=facts.synchronous_commit)


def open_line(session: Session) -> str | None:
    """Why others could read or change what goes over this line; ``None`` for a safe one."""
    if _is_local(session) or _sslmode(session) == "verify-full":
        return None
    return sentence("the line to {host} is not verified; add ?sslmode=verify-full to the URL", host=session.info.host)


def require_suitable(session: Session, realm: str, *, allow_unsafe: bool = False) -> None:
    """Raises StoreUnusable. What may lose commits is for exercises and demos alone, where the settings allow it."""
    facts = facts_of(session)
    for words in unsuitable(facts):
        raise StoreUnusable(StoreCode.CLUSTER_UNSUITABLE, words)
    if allow_unsafe and realm != _LIVE:
        return
    for words in unsafe(facts):
        raise StoreUnusable(StoreCode.CLUSTER_UNSAFE, words)
    line = open_line(session) if realm == _LIVE else None
    if line is not None:
        raise StoreUnusable(StoreCode.CLUSTER_UNSAFE, line)


def _is_local(session: Session) -> bool:
    """Whether the line does not leave this machine, whatever name the URL has for the server."""
    host, address = session.info.host, session.info.hostaddr
    if not address:
        return not host or host.startswith(("/", "@"))
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _sslmode(session: Session) -> str:
    return str(session.info.get_parameters().get("sslmode", ""))
