"""Officers and their logins."""

from __future__ import annotations

from dutydesk.domain.review.officers import Officer, Role
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.rows import StoreRow
from dutydesk.store.engine.transaction import Transaction


def _officer(handle: Handle, row: StoreRow) -> Officer:
    logins = tuple(login["os_user"] for login in handle.all("officer_logins", officer=row["id"]))
    return Officer(row["name"], Role(row["role"]), row["country"], logins)


def find_by_name(handle: Handle, name: str) -> Officer | None:
    row = handle.one("officer_named", name=name)
    return None if row is None else _officer(handle, row)


def find_by_login(handle: Handle, os_user: str) -> Officer | None:
    row = handle.one("officer_of_login", os_user=os_user)
    return None if row is None else _officer(handle, row)


def all_officers(handle: Handle) -> list[Officer]:
    """All officers in the order in which they were added."""
    officers: dict[str, Officer] = {}
    for row in handle.all("officers_all"):
        known = officers.get(row["name"])
        logins = (known.logins if known else ()) + ((row["os_user"],) if row["os_user"] else ())
        officers[row["name"]] = Officer(row["name"], Role(row["role"]), row["country"], logins)
    return list(officers.values())


def add(transaction: Transaction, officer: Officer) -> None:
    number = transaction.insert("officer_add", name=officer.name, role=officer.role, country=officer.country)
    for login in officer.logins:
        transaction.run("login_add", os_user=login, officer=number)


def change(transaction: Transaction, officer: Officer, new_logins: tuple[str, ...]) -> None:
    transaction.run("officer_change", name=officer.name, role=officer.role, country=officer.country)
    row = transaction.one("officer_named", name=officer.name)
    for login in new_logins:
        transaction.run("login_add", os_user=login, officer=row["id"] if row else None)
