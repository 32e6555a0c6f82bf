"""Add officers and their logins, and find the officer who signs in."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from dutydesk.desk.base.context import Actor, CommandResult, Context
from dutydesk.domain.codes.conflict import ConflictCode
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.errors import Conflict, InvalidRequest, NotAllowed
from dutydesk.domain.events.people import OfficerAdded, OfficerChanged
from dutydesk.domain.review.officers import RESERVED_ACTORS, SECRETARIAT, Officer, Right, Role
from dutydesk.language.sentences import sentence
from dutydesk.screening.confusables import appearances, first_confusable
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import officers

MAX_NAME_LENGTH = 60


def add_officer(transaction: Transaction, context: Context, actor: Actor, officer: Officer) -> CommandResult:
    """Add a person, or change the role and country and add logins of one who exists.

    Raises NotAllowed, InvalidRequest for a bad name or country, and Conflict for a name that looks like another
    officer's or a login of another person.
    """
    context.officer(transaction, actor, Right.ADMINISTER)
    return save_officer(transaction, context, actor, officer)


def save_officer(transaction: Transaction, context: Context, actor: Actor, officer: Officer) -> CommandResult:
    """Add or change a person as :func:`add_officer` does, without checking the actor's right."""
    _validate_officer(transaction, context, officer)
    known = officers.find_by_name(transaction, officer.name)
    if known is None:
        _refuse_similar_name(transaction, officer.name)
    new_logins = tuple(login for login in officer.logins if known is None or login not in known.logins)
    for login in new_logins:
        holder = officers.find_by_login(transaction, login)
        if holder is not None:
            raise Conflict(
                ConflictCode.LOGIN_TAKEN,
                sentence(
                    "the login {login} already belongs to {name}; one login is one person",
                    login=login,
                    name=holder.name,
                ),
            )
    if known is None:
        officers.add(transaction, officer)
    else:
        officers.change(transaction, officer, new_logins)
    transaction.emit(
        actor.officer,
        officer.name,
        (OfficerAdded if known is None else OfficerChanged)(
            login=actor.login, role=officer.role.value, country=officer.country, logins=tuple(new_logins)
        ),
    )
    return CommandResult(
        officer.name,
        officer.role,
        0,
        sentence("{name} is {role} of {country}", name=officer.name, role=officer.role, country=officer.country),
    )


def _validate_officer(handle: Handle, context: Context, officer: Officer) -> None:
    name = officer.name
    if not name.strip() or name != name.strip() or not name.isprintable() or len(name) > MAX_NAME_LENGTH:
        raise InvalidRequest(
            InvalidRequestCode.BAD_OFFICER_NAME,
            sentence(
                "an officer's name is 1 to {max_name_length} printable characters without spaces around it",
                max_name_length=MAX_NAME_LENGTH,
            ),
        )
    if name in RESERVED_ACTORS:
        raise InvalidRequest(
            InvalidRequestCode.RESERVED_NAME,
            sentence("the desk itself signs as {name!r}; choose another name", name=name),
        )
    today = handle.at.date()
    if officer.country != SECRETARIAT and context.directory.bureau(officer.country, today) is None:
        raise InvalidRequest(
            InvalidRequestCode.UNKNOWN_CODE,
            context.directory.bureau_code_error(officer.country, today) + " (or - for the Secretariat)",
        )


def _refuse_similar_name(handle: Handle, name: str) -> None:
    """Refuse a name that could be mistaken for a colleague's or for one under which the desk itself signs.

    Raises InvalidRequest for a name without visible characters or like the desk's own, Conflict for one like a
    colleague's.
    """
    if not appearances(name):
        raise InvalidRequest(
            InvalidRequestCode.BAD_OFFICER_NAME, sentence("an officer's name needs visible characters")
        )
    reserved = first_confusable(name, sorted(RESERVED_ACTORS))
    if reserved is not None:
        raise InvalidRequest(
            InvalidRequestCode.RESERVED_NAME,
            sentence(
                "{name!r} looks like {reserved!r}, as which the desk itself signs; choose another name",
                name=name,
                reserved=reserved,
            ),
        )
    colleague = first_confusable(name, (officer.name for officer in officers.all_officers(handle)))
    if colleague is not None:
        raise Conflict(
            ConflictCode.NAME_CONFUSABLE,
            sentence(
                "{name} looks like the officer {colleague}; add a name that nobody can mistake for it",
                name=name,
                colleague=colleague,
            ),
        )


def os_user() -> str:
    """Return the login of this process's effective user, from the system; environment variables do not count."""
    return pwd.getpwuid(os.geteuid()).pw_name


def sign_in(handle: Handle, store: Path, *, demo: bool, login: str, as_name: str | None) -> Actor:
    """Return the actor of this session.

    ``as_name`` (``--as``) counts only where this OS user owns the store, and in DEMO stores. Raises NotAllowed, also
    for a name or a login of no officer.
    """
    if as_name is not None:
        if not demo and store.stat().st_uid != os.geteuid():
            raise NotAllowed(
                NotAllowedCode.AS_NOT_OWNER,
                sentence(
                    "--as counts only for the OS user who owns {store}; leave it out to act as yourself", store=store
                ),
            )
        if officers.find_by_name(handle, as_name) is None:
            raise NotAllowed(
                NotAllowedCode.NOT_AN_OFFICER,
                sentence("{as_name} is not an officer of this desk; dutydesk officers lists them", as_name=as_name),
            )
        return Actor(as_name, login)
    officer = officers.find_by_login(handle, login)
    if officer is None:
        raise NotAllowed(
            NotAllowedCode.LOGIN_OF_NOBODY,
            sentence(
                "the login {login} belongs to no officer; an administrator adds it with: officers add", login=login
            ),
        )
    return Actor(officer.name, login)


def first_administrator(login: str) -> Officer:
    """Return the administrator of a new store: the person of this login, of the Secretariat."""
    return Officer(login, Role.ADMINISTRATOR, SECRETARIAT, (login,))
