"""Carries a desk from one store to another, such as from a file to a cluster."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dutydesk.desk.base.key_files import copy_desk_keys
from dutydesk.desk.base.rule_files import load_table, rules_folder
from dutydesk.desk.base.settings import load
from dutydesk.desk.supervision.bureau_routes import require_nothing_under_way
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.delivery.bureau_routes import MAIN
from dutydesk.domain.errors import StoreUnusable
from dutydesk.domain.limits import DEFAULT_LIMITS, Limits
from dutydesk.store.engine.carry import carry_store
from dutydesk.store.engine.copies import Progress, VerifiedCopy
from dutydesk.store.engine.location import is_in_database
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables.bureau_routes import RouteReader
from dutydesk.wire.reference.read_rule_table import load_rules


def carry_desk(
    source: Path,
    target: Path,
    progress: Progress,
    limits: Limits = DEFAULT_LIMITS,
    report: Callable[[str], None] = lambda _words: None,
) -> VerifiedCopy:
    """Makes the store ``target`` of the desk that ``source`` holds; the source stays as it is, and its log is one head
    with the target's. The desk's own keys are copied too, where they lie next to the source.
    ``report`` is told why it takes long.

    Raises as :func:`~dutydesk.store.engine.carry.carry_store` does, InvalidRequest for settings beside the target that
    can't be read, and Conflict where one box is to take over while something is being sent by a route: it asks its own
    outbox alone. Then nothing is made, but with STANDBY_SILENT all of it.
    """
    settings = load(target, load_rules().ids).settings
    load_table(rules_folder(target, settings))
    try:
        done = carry_store(
            source,
            target,
            progress,
            limits.store,
            _refuse_sent_by_routes(target),
            allow_unsafe=settings.allow_unsafe_cluster,
            report=report,
        )
    except StoreUnusable as error:
        if error.code is StoreCode.STANDBY_SILENT:
            copy_desk_keys(source, target)
        raise
    copy_desk_keys(source, target)
    return done


def _refuse_sent_by_routes(target: Path) -> Callable[[Handle], None]:
    def refuse(handle: Handle) -> None:
        for bureau, route in RouteReader().current(handle).routes.items():
            if route != MAIN and not is_in_database(target):
                require_nothing_under_way(handle, bureau)

    return refuse
