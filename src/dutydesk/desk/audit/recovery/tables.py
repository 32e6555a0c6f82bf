"""Writes the tables that are about no single item, as the log gives them."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dutydesk.desk.matching.folding import parse_birth
from dutydesk.desk.matching.watch_index import keys_of_person
from dutydesk.domain.events.checks import HitFound
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.proof.projection.check_rows import SUM_MODULUS, reference_weight
from dutydesk.domain.proof.projection.compare import ColumnReader
from dutydesk.domain.proof.projection.desk_rows import BureauColumns, DeskColumns
from dutydesk.domain.proof.projection.measure_rows import MeasureColumns
from dutydesk.domain.proof.projection.notice_rows import NoticeColumns
from dutydesk.domain.proof.projection.people import HandoverColumns, OfficerColumns
from dutydesk.domain.proof.projection.record_rows import (
    DismissalColumns,
    DistinctionColumns,
    HitColumns,
    hit_columns,
)
from dutydesk.domain.proof.projection.restriction_rows import RestrictionColumns, RestrictionProposalColumns
from dutydesk.domain.records.births import as_number
from dutydesk.screening import keys, names
from dutydesk.store.tables import kept_rows, old_rows, records, watched
from dutydesk.store.tables.deliveries import NEVER

if TYPE_CHECKING:
    from dutydesk.desk.audit.recovery.salvage import Salvage
    from dutydesk.domain.proof.projection.replay import Ledger
    from dutydesk.store.engine.new_store import NewStore

_OPEN: Final = frozenset({"queued", "failed"})
_LOST_DATA: Final = "{}"


@dataclass(slots=True)
class TableRebuilder:
    """Writes from the ledger, and from the old store what the log has by a digest. ``now`` is in microseconds."""

    new: NewStore
    ledger: Ledger
    salvage: Salvage
    now: int
    ids: Mapping[str, int]

    def write_ledger(self, received: Mapping[str, int]) -> None:
        """Officers, bureaus, measures, restrictions, handovers, and the desk's own row."""
        ledger, people = self.ledger, self.ledger.people
        self._add("officer", ColumnReader(OfficerColumns), people.officers.values(), "id")
        self.new.add("login", [{"os_user": login, "officer": number} for login, number in people.logins.items()])
        reader = ColumnReader(BureauColumns)
        for code, number in self.ids.items():
            row = ledger.desk.bureaus.get(code)
            values: dict[str, object] = {"code": code, "offline_since": None}
            if row is not None:
                values |= reader.of(row)
            checks = ledger.checks.accepted.get(number, 0)
            counted: dict[str, object] = {
                "id": number,
                "measure_revision": ledger.measures.writes.get(code, 0),
                "received": received.get(code, 0) + checks,
            }
            self.new.add("bureau", [values | counted])
        self._add("measure", ColumnReader(MeasureColumns), ledger.measures.rows.values(), "number")
        self._add("restriction", ColumnReader(RestrictionColumns), ledger.restrictions.rows.values(), "id")
        proposals = ledger.restrictions.proposals.values()
        self._add("restriction_proposal", ColumnReader(RestrictionProposalColumns), proposals, "number")
        for each in people.handovers.values():
            text = self.salvage.hashed_text("handover", "text", each.sha256, number=each.number)
            if text is None:
                self.salvage.lose("handover", f"the text of note {each.number}")
            self.new.add("handover", [dict(ColumnReader(HandoverColumns).of(each)) | {"text": text or ""}])
        desk = ColumnReader(DeskColumns).of(ledger.desk.desk)
        filled = {"records_entered": records.BACKFILL_COMPLETE, "watch_stage": watched.STAGE_COMPLETE}
        self.new.set_desk({"segment": desk["segment"], "notices": desk["notices"], **filled})
        self.new.set_desk({"policy_epoch": secrets.randbits(62)})

    def _add(self, table: str, reader: ColumnReader, rows: Iterable[object], key: str) -> None:
        for row in rows:
            values = reader.of(row)
            self.new.add(table, [self.salvage.filled(table, values, **{key: values[key]})])

    def write_notices(self, rows: Iterable[NoticeColumns]) -> None:
        """One whose words are lost ends dead, and an officer sees it."""
        reader = ColumnReader(NoticeColumns)
        for notice in rows:
            values = self.salvage.filled("notice", reader.of(notice), id=notice.id)
            data = self.salvage.text("notice", "data", notice.data, id=notice.id)
            if data is None:
                self.salvage.lose("notice", f"the words of notice {notice.id} to {notice.recipient}")
                values |= {"state": "dead"} if values["state"] in (*_OPEN, "sending") else {}
            off = self.ledger.network.is_offline(notice.recipient, 2**62)
            due = self.now if values["state"] in _OPEN and not off else NEVER
            row = values | {"data": data or _LOST_DATA, "recipient": self.ids[notice.recipient], "due_at": due}
            self.new.add("notice", [row])

    def write_kept_rows(self) -> None:
        """Records, the watch list, registers and commands: rows of the old store with the digest that the log has."""
        self._write_kept(kept_rows.RECORDS)
        self._write_kept(kept_rows.WATCHED)
        for key, logged in self.ledger.records.commands.items():
            row = kept_rows.COMMANDS.as_logged(self.salvage.row("command", id=key), logged)
            if row is None:
                self.salvage.lose("command", f"the answer to {key}")
            else:
                self.new.add("command", [row])
        self._write_entries()
        for table in kept_rows.NUMBERED_ONCE:
            self.new.set_sequence(table.name, self.ledger.records.highest.get(table.name, 0))

    def _write_kept(self, table: kept_rows.KeptTable) -> None:
        known = self.ledger.records.of(table.name)
        for number in known.numbers():
            row = table.as_logged(self.salvage.row(table.name, id=number), known.get(number))
            if row is None:
                self.salvage.lose(table.name, str(number))
                continue
            self.new.add(table.name, [row])
            if table is kept_rows.RECORDS:
                self._write_record_keys(row)
            else:
                self._write_watched_keys(number)

    def _write_record_keys(self, row: Mapping[str, Any]) -> None:
        marks = keys.keys_of(map(names.name_from_text, filter(None, row["names"].split("\n"))))
        born = as_number(parse_birth(row["birth"]))
        self.new.add("record_key", [{"mark": mark, "record": row["id"], "born": born} for mark in marks])
        papers = dict.fromkeys(line.partition(" ")[::2] for line in row["documents"].split("\n") if line)
        self.new.add(
            "document_key", [{"number": number, "record": row["id"], "issuer": issuer} for number, issuer in papers]
        )

    def _write_watched_keys(self, number: int) -> None:
        (person,) = watched.persons(self.new.handle, [number])
        self.new.add("watched_key", [{"mark": mark, "watched": number} for mark in keys_of_person(person)])

    def _write_entries(self) -> None:
        known = self.ledger.records.of("register_entry")
        for number in known.numbers():
            old = self.salvage.old
            own = [] if old is None else list(old_rows.rows_of(old, "register_key", {"entry": number}))
            pairs = [(key["mark"], key["detail"]) for key in own]
            stands = self.salvage.row("register_entry", id=number)
            row = kept_rows.ENTRIES.as_logged(stands, known.get(number), pairs)
            if row is None:
                self.salvage.lose("register_entry", str(number))
                continue
            self.new.add("register_entry", [row])
            self.new.add("register_key", own)

    def write_neighbours(self) -> None:
        """The skeletons of all keys of records, with their variants."""
        skeletons = {keys.index_part(mark) for mark, *_ in self.new.handle.tuples("state_record_keys")}
        pairs = ((variant, skeleton) for skeleton in sorted(skeletons) for variant in keys.index_variants(skeleton))
        self.new.add("neighbour", [{"variant": variant, "skeleton": skeleton} for variant, skeleton in pairs])

    def write_hit(self, fact: Fact[HitFound]) -> None:
        """A hit; its query and its explanation are those of the old store, or lost."""
        values = ColumnReader(HitColumns).of(hit_columns(fact))
        row = self.salvage.row("hit", id=values["id"])
        texts: dict[str, object] = {"query": "{}", "explanation": "", "title": "", kept_rows.COLUMN_DIGESTS: None}
        purged, logged = values["item"] in self.ledger.records.purged, values["text"]
        found = kept_rows.HIT_TEXTS.as_logged(row, logged if isinstance(logged, str) else None)
        if not purged and found is not None:
            texts = {column: found[column] for column in texts}
        elif not purged:
            self.salvage.lose("hit", f"what was asked and found in hit {values['id']!s}")
        del values["text"]
        self.new.add("hit", [self.salvage.filled("hit", values, id=values["id"]) | texts])

    def write_judgements(self) -> None:
        """Dismissed hits, and persons who were told apart; the hits are there already."""
        latest: dict[tuple[Any, ...], dict[str, object]] = {}
        reader = ColumnReader(DismissalColumns)
        for dismissal in self.ledger.records.dismissals:
            hit = self.new.handle.one("hit_by_id", id=dismissal.hit)
            if hit is not None:
                of = {column: hit[column] for column in ("record", "requester", "digest")}
                latest[tuple(of.values())] = of | dict(reader.of(dismissal))
        self.new.add("dismissal", [self.salvage.filled("dismissal", row, hit=row["hit"]) for row in _said(latest)])
        distinctions = ColumnReader(DistinctionColumns)
        self.new.add(
            "distinction",
            [
                {"source": source, "person": person, "watched": number, **distinctions.of(row)}
                for (source, person, number), row in self.ledger.records.distinctions.items()
            ],
        )

    def write_checks(self) -> None:
        """The counts of checks; the references of a day are those of the old store, where all of them are the same."""
        days: Counter[tuple[int, int]] = Counter()
        for (supplier, hour, requester, database, result), number in self.ledger.checks.hours.items():
            days[supplier, hour // 24] += number
            of = {"supplier": supplier, "hour": hour, "requester": requester}
            self.new.add("check_hour", [of | {"name_of_database": database, "result": result, "n": number}])
        self.new.add("check_day", [{"supplier": of[0], "day": of[1], "n": number} for of, number in days.items()])
        for requester, (minute, number, before) in self.ledger.checks.minutes.items():
            self.new.add("check_minute", [{"requester": requester, "minute": minute, "n": number, "n_before": before}])
        for (day, sender), expected in self.ledger.checks.references.items():
            old = self.salvage.old
            rows = [] if old is None else list(old_rows.rows_of(old, "check_reference", {"day": day, "sender": sender}))
            total = sum(reference_weight(row["reference"], bytes(row["digest"]).hex()) for row in rows) % SUM_MODULUS
            if (len(rows), total) == expected:
                self.new.add("check_reference", rows)
            else:
                self.salvage.lose("check_reference", f"{expected[0]} references of sender {sender} on day {day}")

    def write_figures(self, received: Mapping[str, int], silver: Mapping[str, int]) -> None:
        counts = Counter({row["name"]: row["value"] for row in self.new.handle.all("state_figures")})
        counts += self.ledger.figures.counts
        counts["outcome:accepted"] += sum(received.values()) + sum(self.ledger.checks.accepted.values())
        for sender, number in silver.items():
            counts[f"silver:{sender}"] += number
        self.new.add("counter", [{"name": name, "value": value} for name, value in counts.items() if value])


def _said(rows: Mapping[tuple[Any, ...], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    yield from rows.values()
