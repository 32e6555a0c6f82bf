"""The tables of rules that the proof knows, beside what the log says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from dutydesk.domain.countries import Directory
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.rules.examination import RuleTable


@value(frozen=True, slots=True)
class ProofTables:
    """The tables that come with the program, not from the log.

    ``four_eyes`` are the rules whose findings need two persons, by the type of the item; ``overridable`` those that a
    supervisor may override with a second person; both count until the log names a table. ``tables`` are all known
    tables by their digests.
    """

    directory: Directory
    four_eyes: Mapping[MessageType, frozenset[str]]
    overridable: frozenset[str]
    tables: Mapping[str, RuleTable] = field(default_factory=dict, hash=False)


def proof_tables(directory: Directory, rules: RuleTable, *others: RuleTable) -> ProofTables:
    """``rules`` count where the log names no table; with ``others`` a log is checked that names those."""
    known = {table.digest: table for table in (rules, *others)}
    return ProofTables(directory, rules.four_eyes, rules.overridable, known)
