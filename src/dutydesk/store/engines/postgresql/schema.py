"""Makes and upgrades the schema of a store, all in one transaction, and gives daily work its rights."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Final

import psycopg

from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import DEFAULT_LIMITS, StoreLimits
from dutydesk.language.sentences import Sentence, sentence
from dutydesk.store.engine.location import shown_database
from dutydesk.store.engine.reader import to_us
from dutydesk.store.engines.postgresql import demands, keys, roles
from dutydesk.store.engines.postgresql.commits import COUNT_COMMIT
from dutydesk.store.engines.postgresql.faults import as_store_error, is_line_lost, unreachable, words_of
from dutydesk.store.engines.postgresql.session import APPLICATION_ROLE, Session, connect, writer_settings
from dutydesk.store.engines.postgresql.standby_wait import USED_AS_IT_IS, WaitReport, watched_commits

#: Another program may have a table of the same name.
_IS_MADE: Final = (
    "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('store') AND attname = 'application' "
    "AND NOT attisdropped"
)
_NEW_TABLE: Final = re.compile(r"^CREATE TABLE (\w+)", re.MULTILINE)


@lru_cache(maxsize=1)
def migrations() -> tuple[tuple[int, str], ...]:
    """The numbered migrations, in order; the first one makes the whole schema."""
    folder = files("dutydesk.store") / "migrations" / "postgresql"
    found = ((re.match(r"(\d{4})_", entry.name), entry) for entry in folder.iterdir())
    return tuple(sorted((int(match[1]), entry.read_text("utf-8")) for match, entry in found if match))


@lru_cache(maxsize=1)
def table_names() -> tuple[str, ...]:
    """Every table of a store that this release has made or brought up to date."""
    return tuple(name for _, script in migrations() for name in _NEW_TABLE.findall(script))


def latest_schema_version() -> int:
    return migrations()[-1][0]


def create_store(
    url: str,
    realm: str,
    at: datetime,
    *,
    allow_unsafe: bool = False,
    report: WaitReport = lambda _words: None,
    limits: StoreLimits = DEFAULT_LIMITS.store,
) -> None:
    """Make an empty store in a database that has none. A failure leaves nothing. Raises StoreUnusable.

    Where there is one already its owner gives daily work its rights again: the role may be newer than the store.

    An empty store of the same realm is one whose making was interrupted while its commit waited for a standby: it is
    finished. ``report`` is told that it waits for one.
    """
    with owner_session(url, limits) as session:
        demands.require_suitable(session, realm, allow_unsafe=allow_unsafe)
        with watched_commits(session, lambda: owner_line(url, limits), limits, report), one_maker(session):
            is_done = _make_or_finish(session, realm, at)
            gives_rights = is_done or roles.is_owner(session)
            if gives_rights:
                roles.grant_daily_rights(session, table_names())
            has_role = roles.has_role(session)
    if not is_done:
        raise StoreUnusable(StoreCode.STORE_EXISTS, _store_is_there(url, has_rights=gives_rights and has_role))


def _store_is_there(url: str, *, has_rights: bool) -> Sentence:
    """``has_rights``: the role of daily work was given its rights again."""
    if not has_rights:
        return sentence("the database of {path} has a store already; use it as it is", path=shown_database(url))
    return sentence(
        "the database of {path} has a store already, and {role} has its rights on it again; nothing else was changed",
        path=shown_database(url),
        role=APPLICATION_ROLE,
    )


def _make_or_finish(session: Session, realm: str, at: datetime) -> bool:
    """False where there is a store already that somebody has worked on."""
    if is_made(session):
        return store_version(session) == latest_schema_version() and _is_unfinished(session, realm)
    make_schema(session)
    session.execute("INSERT INTO desk (id, realm, made_at) VALUES (1, %s, %s)", (realm, to_us(at)))
    return True


def store_exists(url: str) -> bool:
    """Whether the database has a store. Raises StoreUnusable."""
    with owner_session(url, DEFAULT_LIMITS.store) as session:
        return is_made(session)


def make_schema(session: Session) -> None:
    """All tables, without a row of the desk; inside a transaction."""
    for _, script in migrations():
        session.execute(script.encode())
    session.execute("UPDATE store SET version = %s", (latest_schema_version(),))


def upgrade_store(url: str, version: int, limits: StoreLimits) -> None:
    """Bring an older store up to date, in one transaction.

    Raises StoreUnusable; the store is then unchanged, but for STANDBY_SILENT: then it is up to date on the primary.
    """
    try:
        with owner_session(url, limits) as session, _watched_upgrade(session, url, limits), one_maker(session):
            for number, script in migrations():
                if number > store_version(session):
                    session.execute(script.encode())
                    session.execute("UPDATE store SET version = %s", (number,))
            session.execute(COUNT_COMMIT)
            roles.grant_daily_rights(session, table_names())
    except StoreUnusable as error:
        if error.code is StoreCode.STANDBY_SILENT:
            raise
        raise StoreUnusable(
            StoreCode.UPGRADE_FAILED,
            sentence(
                "{path} could not be brought up to date ({error}); it stays as it was at store "
                "version {version}: mend that and try again, or use the release that made it",
                path=shown_database(url),
                error=error.words,
                version=version,
            ),
        ) from error


def _watched_upgrade(session: Session, url: str, limits: StoreLimits) -> AbstractContextManager[None]:
    return watched_commits(session, lambda: owner_line(url, limits), limits, lambda _words: None, USED_AS_IT_IS)


def is_made(session: Session) -> bool:
    """Whether the database has a store."""
    return bool(_value(session, _IS_MADE))


def missing(url: str) -> StoreUnusable:
    """For a database that has no store."""
    return StoreUnusable(
        StoreCode.STORE_MISSING,
        sentence(
            "there is no store in the database of {path}; make one with: dutydesk init",
            path=shown_database(url),
        ),
    )


def _is_unfinished(session: Session, realm: str) -> bool:
    """Whether nobody has ever worked on the store, not even its founder."""
    row = session.execute("SELECT realm, EXISTS (SELECT FROM event) FROM desk").fetchone()
    return row == (realm, False)


def store_version(session: Session) -> int:
    return int(_value(session, "SELECT version FROM store"))  # type: ignore[call-overload, no-any-return]


def owner_line(url: str, limits: StoreLimits) -> Session:
    """Raises psycopg.Error."""
    return connect(url, limits, writer_settings(limits), as_owner=True)


@contextmanager
def owner_session(url: str, limits: StoreLimits) -> Iterator[Session]:
    """A session with all rights of its user. Raises StoreUnusable for every error of the driver."""
    try:
        with closing(owner_line(url, limits)) as session:
            yield session
    except psycopg.Error as error:
        if is_line_lost(error):
            raise unreachable(error) from error
        refusal = as_store_error(error)
        if isinstance(refusal, StoreUnusable):
            raise refusal from error
        raise StoreUnusable(
            StoreCode.STORE_NOT_CREATABLE,
            sentence("the cluster refuses it ({detail}); mend that and try again", detail=words_of(error)),
        ) from error


@contextmanager
def one_maker(session: Session) -> Iterator[None]:
    """One transaction in which nobody else makes or upgrades the schema, and nobody writes."""
    session.execute(f"BEGIN; SELECT pg_advisory_xact_lock({keys.SCHEMA}); SELECT pg_advisory_xact_lock({keys.CHAIN})")
    try:
        yield
        session.execute("COMMIT")
    except BaseException:
        with suppress(psycopg.Error):
            session.execute("ROLLBACK")
        raise


def _value(session: Session, sql: str) -> object:
    row = session.execute(sql.encode()).fetchone()
    return None if row is None else row[0]
