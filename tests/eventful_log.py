"""A log with every kind of event, made by a real desk, and a log that tests can forge and link again."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from desks import AT, Bench, MovedClock, act_message, diffusion, notice_request, number
from dutydesk.desk.audit import log_export
from dutydesk.desk.base import rules_log
from dutydesk.desk.checks.import_records import ImportedRecord, RecordOrigin
from dutydesk.desk.delivery.lease import TransportResult
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.review.distinguish import Judgement
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.desk.service.desk import open_desk
from dutydesk.desk.shift import handover, presence
from dutydesk.domain.events.log import GENESIS, link
from dutydesk.domain.events.store import LogCosigned, LogCosigningRefused, RulesNoted
from dutydesk.domain.messages.message import DocumentQuery, Everyone, MessageType, NominalQuery
from dutydesk.domain.messages.subjects import IdentityDocument
from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.proof.prover import Breach, Proof, prove
from dutydesk.domain.proof.rule_tables import ProofTables, proof_tables
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.review.officers import Officer, Role
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.domain.rules.registers import Register
from dutydesk.domain.supervision.measures import Channel, Level
from dutydesk.store.engine.canonical import canonical_json
from dutydesk.store.tables import log
from dutydesk.store.tables.tree import witness_subject
from dutydesk.wire.decode.stream import read_one
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules
from engine_under_test import make_store
from signed_scene import signed_scene
from sqlite_files import changed_file

OFFICERS = (
    ("Ines", Role.SUPERVISOR, "-"),
    ("Oskar", Role.SUPERVISOR, "-"),
    ("Jonas", Role.OFFICER, "-"),
    ("Mara", Role.OFFICER, "-"),
    ("Ruslana", Role.SUPERVISOR, "RU"),
    ("Olga", Role.OBSERVER, "-"),
)
RELEASE = Deciding(Decision.RELEASE, "Read, nothing stands.")
REFUSE = Deciding(Decision.REFUSE, "Political.", RefusalCode.ARTICLE_3)
#: This desk's settings demand two persons for FRM-05, a sender's clock that is off.
TWO_FOR = "FRM-05"


def rule_table() -> ProofTables:
    """The program's rule table together with this desk's own settings."""
    found = proof_tables(load_directory(), load_rules())
    return replace(found, four_eyes={type: rules | {TWO_FOR} for type, rules in found.four_eyes.items()})


@dataclass
class Log:
    """Events as rows that a test can forge. ``items`` maps a word of the scenario to the item's name."""

    rows: list[dict[str, Any]]
    items: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Log:
        return Log([{**row, "data": json.loads(json.dumps(row["data"]))} for row in self.rows], self.items)

    def place(self, kind: str, item: str | None = None, nth: int = 0, **data: Any) -> int:
        """The index of an event. ``item`` is a word of the scenario, or a subject."""
        subject = self.items.get(item, item) if item is not None else None
        places = [
            place
            for place, row in enumerate(self.rows)
            if row["kind"] == kind
            and subject in (None, row["subject"])
            and all(row["data"].get(key) == value for key, value in data.items())
        ]
        return places[nth]

    def change(self, place: int, **data: Any) -> int:
        """Changes fields of an event's data and returns the event's number."""
        self.rows[place]["data"] |= data
        return place + 1

    def sign(self, place: int, actor: str) -> int:
        self.rows[place]["actor"] = actor
        return place + 1

    def drop(self, place: int) -> None:
        del self.rows[place]

    def insert(self, place: int, kind: str, subject: str, actor: str = "system", /, **data: Any) -> int:
        at = self.rows[place - 1]["at"]
        self.rows.insert(place, {"at": at, "actor": actor, "kind": kind, "subject": subject, "data": data})
        return place + 1

    def lines(self) -> list[LogLine]:
        """The log's lines, renumbered and with recomputed hashes, as a forger of the whole log would write them."""
        lines, previous = [], GENESIS
        for seq, row in enumerate(self.rows, start=1):
            data = json.dumps(row["data"], sort_keys=True, separators=(",", ":"))
            digest = link(previous, seq, row["at"], row["actor"], row["kind"], row["subject"], data)
            lines.append(LogLine(seq, row["at"], row["actor"], row["kind"], row["subject"], data, previous, digest))
            previous = digest
        return lines

    def proof(self) -> Proof:
        return prove(self.lines(), rule_table())

    def breaches(self) -> tuple[Breach, ...]:
        proof = self.proof()
        assert proof.chain.fault is None
        return proof.breaches


def log_of(lines: Iterable[LogLine], items: dict[str, str]) -> Log:
    rows = [
        {
            "at": line.at_us,
            "actor": line.actor,
            "kind": line.kind,
            "subject": line.subject,
            "data": json.loads(line.data),
        }
        for line in lines
    ]
    return Log(rows, items)


async def eventful(folder: Path, *, edited: bool = True) -> tuple[list[LogLine], dict[str, str]]:
    """Runs the scenario. Returns the log's lines and the names of its items.

    ``edited``: somebody edits the store's file meanwhile, so that it differs from its log.
    """
    path, clock = folder / "desk.db", MovedClock(AT)
    make_store(path, "exercise", clock)
    desk = await open_desk(path, clock, founder="root")
    settings = replace(desk.context.settings, four_eyes=(TWO_FOR,))
    object.__setattr__(desk.context, "settings", settings)
    try:
        scene = Scene(Bench(desk, clock), folder)
        for actor in (
            scene.officers,
            scene.straight_out,
            scene.one_officer,
            scene.two_officers,
            scene.turned_down,
            scene.restricted,
            scene.network,
            scene.confidential,
            scene.failing,
            scene.questions,
            scene.measures,
            scene.recalls,
            scene.stopped,
            scene.intake,
            scene.checks,
            scene.registers,
            scene.changed_body,
            scene.families,
            scene.signatures,
            scene.keeping,
            scene.edited,
            scene.shift,
            scene.written_on_by_a_later_release,
            scene.another_table,
            scene.clock_steps_back,
            scene.routed,
        ):
            if edited or actor not in (scene.changed_body, scene.edited):
                await actor()
        if not edited:
            await scene.left_open()
        return await desk.store.read(lambda handle: list(log.walk(handle))), scene.items
    finally:
        await desk.close()


class Scene:
    def __init__(self, bench: Bench, folder: Path) -> None:
        self.bench, self.desk, self.folder = bench, bench.desk, folder
        self.items: dict[str, str] = {}

    def named(self, word: str, item: int) -> int:
        self.items[word] = f"D-{item:06d}"
        return item

    async def officers(self) -> None:
        for name, role, country in OFFICERS:
            await self.desk.people.add_officer(self.bench.actor("root"), Officer(name, role, country, (name.lower(),)))
        await self.desk.people.add_officer(self.bench.actor("root"), Officer("Olga", Role.OBSERVER, "FR", ("olga",)))

    async def straight_out(self) -> None:
        message = diffusion()
        item = self.named("direct", await self.bench.sent(message))
        await self.bench.dispatch()
        await self.bench.send(act_message("response", "PL", about=self.items["direct"], action="acting"))
        assert (await self.bench.send(message)).outcome == "repeat"
        child = diffusion("DE", ("PL", "FR"), type="correction", of=message["reference"], text="Other words.")
        self.named("child", await self.bench.sent(child))
        await self.bench.dispatch()
        assert await self.bench.state(item) == "superseded"
        everyone = self.named("everyone", await self.bench.sent(diffusion("DE", "all")))
        await self.bench.dispatch()
        assert len(await self.bench.deliveries(everyone)) > 100

    async def one_officer(self) -> None:
        await self.bench.order("RU", Level.HELD)
        item = self.named("held", await self.bench.sent(diffusion("RU", ("PL", "DE"))))
        for name in ("Olga", "Ruslana"):
            await self.desk.record_read(self.bench.actor(name), (await self.desk.queries.show(item)).row)
        await self.desk.review.claim(self.bench.actor("Mara"), item)
        await self.desk.review.unclaim(self.bench.actor("Mara"), item)
        await self.desk.review.claim(self.bench.actor("Jonas"), item)
        await self.desk.review.note(self.bench.actor("Mara"), item, "Seen.")
        await self.bench.tick_all(item, "Jonas")
        await self.desk.review.decide(self.bench.actor("Jonas"), item, RELEASE)
        await self.desk.review.undo(self.bench.actor("Jonas"), item)
        await self.bench.release(item)
        await self.bench.dispatch()

    async def two_officers(self) -> None:
        item = self.named("two", await self.proposed())
        await self.desk.review.confirm(self.bench.actor("Mara"), item)
        light = notice_request("BR")
        for offence in light["judicial"]["offences"]:
            offence |= {"sentence_months": 5, "remaining_months": 4}
        over = self.named("override", await self.bench.sent(light))
        await self.desk.review.claim(self.bench.actor("Jonas"), over)
        await self.desk.review.claim(self.bench.actor("Ines"), over, take_over="It takes a supervisor.")
        await self.bench.tick_all(over, "Ines")
        await self.desk.review.decide(self.bench.actor("Ines"), over, replace(RELEASE, overrides=("JUD-02",)))
        await self.desk.review.confirm(self.bench.actor("Oskar"), over)
        await self.bench.dispatch()

    async def proposed(self, wanted: Deciding = RELEASE, **changes: Any) -> int:
        item = await self.bench.sent(notice_request("BR", sent_at="2032-03-10T07:00:00Z", **changes))
        await self.desk.review.claim(self.bench.actor("Jonas"), item)
        await self.bench.tick_all(item, "Jonas")
        await self.desk.review.decide(self.bench.actor("Jonas"), item, wanted)
        return item

    async def signatures(self) -> None:
        """Signed messages of a bureau that must sign, and of one that should; its keys come and go."""
        for word, item in (await signed_scene(self.bench)).items():
            self.items[word] = item

    async def turned_down(self) -> None:
        item = self.named("reopened", await self.proposed(REFUSE))
        await self.desk.review.dissent(self.bench.actor("Mara"), item, "It is ordinary law.")
        await self.desk.review.decide(self.bench.actor("Jonas"), item, REFUSE)
        await self.desk.review.confirm(self.bench.actor("Mara"), item)
        await self.desk.review.reopen(self.bench.actor("Ines"), item, "A new judgment.")
        message = notice_request("BR", sent_at="2032-03-10T07:00:00Z")
        void = self.named("void", await self.bench.sent(message))
        await self.desk.review.claim(self.bench.actor("Jonas"), void)
        await self.bench.tick_all(void, "Jonas")
        await self.desk.review.decide(self.bench.actor("Jonas"), void, RELEASE)
        await self.bench.sent(diffusion("BR", None, type="correction", of=message["reference"], text="Better."))

    async def restricted(self) -> None:
        restrict = act_message("restriction", "FR", deny=["PL"])
        await self.bench.send(restrict)
        self.named("restricted", await self.bench.sent(diffusion("FR", ("PL", "DE", "IT"))))
        await self.bench.dispatch()
        message = diffusion("IT", ("FR", "ES", "PL"), restricted_from=["PL"])
        own = self.named("own", await self.bench.sent(message))
        await self.bench.send(act_message("restriction", "IT", deny=["ES"], of=message["reference"]))
        await self.bench.dispatch()
        await self.desk.supervision.restrict(self.bench.actor("Ines"), "IT", ("FR",), None, own)
        await self.desk.supervision.restrict(self.bench.actor("Ines"), "IT", None, ("PL",), own)
        await self.desk.supervision.dissent_restriction(self.bench.actor("Oskar"), 1, "Nobody asked for it.")
        await self.desk.supervision.restrict(self.bench.actor("Ines"), "BE", None, ("PL",))
        await self.desk.supervision.confirm_restriction(self.bench.actor("Oskar"), 2)
        await self.desk.supervision.restrict(self.bench.actor("Ines"), "BE", None, ("FR",))
        await self.bench.send(act_message("restriction", "BE", deny=["SE"]))
        await self.bench.dispatch()
        await self.bench.send(act_message("recall_confirmation", "FR", about=self.items["own"], outcome="deleted"))
        assert await self.bench.deliveries(own) == {"FR": "delivered", "ES": "restricted", "PL": "restricted"}

    async def network(self) -> None:
        await self.desk.supervision.set_offline(self.bench.actor("Jonas"), "UA", offline=True)
        self.named("waiting", await self.bench.sent(diffusion("DE", ("UA", "PL"))))
        await self.bench.dispatch()
        await self.desk.supervision.set_offline(self.bench.actor("Jonas"), "UA", offline=False)
        await self.bench.dispatch()
        self.named("late offline", await self.bench.sent(diffusion("DE", ("UA", "PL"))))
        batch = await self.desk.delivery.lease(10)
        keys = [key for leased in batch.leased_items for _recipient, key in leased.keys]
        await self.desk.delivery.requeue_leased(frozenset(keys[:1]))
        await self.bench.dispatch()

    async def routed(self) -> None:
        """A bureau gets a route of its own; from here on the log says for which route a commit leases."""
        lock = self.desk.delivery.dispatcher_lock()
        assert lock.try_exclusive()
        await self.desk.routes.record(self.bench.actor("root"), "PT", "east")
        self.named("routed", await self.bench.sent(diffusion("ES", ("PL",))))
        await self.bench.dispatch()
        lock.unlock()

    async def confidential(self) -> None:
        usual = self.desk.context.settings
        object.__setattr__(self.desk.context, "settings", replace(usual, cleared_for_confidential=("PL", "FR")))
        secret = diffusion("DE", ("PL", "UA"), confidentiality="confidential")
        item = self.named("confidential", await self.bench.sent(secret))
        await self.bench.dispatch()
        assert await self.bench.deliveries(item) == {"PL": "delivered", "UA": "uncleared"}
        object.__setattr__(self.desk.context, "settings", usual)

    async def failing(self) -> None:
        item = self.named("failing", await self.bench.sent(diffusion("DE", ("PL", "FR"))))
        while (await self.bench.deliveries(item))["PL"] != "dead":
            await self.bench.dispatch(fail={"PL": "line down"})
            self.bench.clock.move(minutes=11)
        await self.desk.supervision.set_offline(self.bench.actor("Jonas"), "PL", offline=True)
        await self.desk.review.retry(self.bench.actor("Jonas"), item, "PL")
        await self.bench.dispatch()
        assert await self.bench.deliveries(item) == {"PL": "queued", "FR": "delivered"}
        await self.desk.supervision.set_offline(self.bench.actor("Jonas"), "PL", offline=False)
        await self.bench.dispatch()

    async def questions(self) -> None:
        message = diffusion("RU", ("PL",))
        item = self.named("asked", await self.bench.sent(message))
        await self.desk.review.claim(self.bench.actor("Jonas"), item)
        await self.bench.tick_all(item, "Jonas")
        await self.desk.review.decide(self.bench.actor("Jonas"), item, Deciding(Decision.ASK, "Which court?"))
        await self.bench.send(act_message("information", "RU", about=self.items["asked"], text="The city court."))
        await self.desk.review.decide(self.bench.actor("Jonas"), item, Deciding(Decision.ESCALATE, "Look."))
        await self.bench.sent(diffusion("RU", ("PL",), type="correction", of=message["reference"], text="The court."))
        await self.bench.release(item)
        await self.bench.dispatch()
        await self.bench.send(act_message("withdrawal", "RU", of=message["reference"], reason="Found."))
        await self.bench.dispatch()

    async def measures(self) -> None:
        bench, desk, ines, oskar = self.bench, self.desk, self.bench.actor("Ines"), self.bench.actor("Oskar")
        await bench.order("KZ", Level.MONITORED)
        seen = self.named("monitored", await bench.sent(diffusion("KZ", ("PL",))))
        await bench.dispatch()
        await desk.review.post_review(bench.actor("Jonas"), seen, keep=True, reason="In order.")
        self.named("tightened", await bench.sent(diffusion("KZ", ("PL",))))
        await bench.order("KZ", Level.HELD)
        crossed = self.named("crossed", await bench.sent(diffusion("MX", ("PL", "FR"))))
        await bench.dispatch(fail={"FR": "line down"})
        request = self.named("review blocked", await bench.sent(notice_request("MX")))
        await bench.order("MX", Level.SUSPENDED)
        assert await bench.state(request) == "blocked"
        assert await bench.deliveries(crossed) == {"PL": "delivered", "FR": "suspended"}
        blocked = self.named("blocked", await bench.sent(diffusion("MX", ("PL",))))
        eased = await bench.order("MX", Level.HELD)
        await desk.supervision.confirm(oskar, number_of(eased.subject))
        await bench.release(blocked)
        await bench.dispatch()
        await desk.supervision.lift(ines, number_of(eased.subject), "SG/9", "Secretary General", "Better.")
        await desk.supervision.dissent(oskar, number_of(eased.subject), "Not yet.")
        await desk.supervision.lift(ines, number_of(eased.subject), "SG/10", "Secretary General", "Better.")
        await desk.supervision.confirm(oskar, number_of(eased.subject))
        self.named("lifted", await bench.sent(diffusion("MX", ("PL",))))
        await bench.dispatch()
        await desk.supervision.endorse(ines, 1, "Executive Committee", "EC/1")
        await bench.order("AR", Level.HELD, effective=bench.clock.at + timedelta(hours=1))
        self.named("before", await bench.sent(diffusion("AR", ("PL",))))
        await bench.dispatch()
        bench.clock.move(hours=2)
        self.named("after", await bench.sent(diffusion("AR", ("PL",))))
        declined = await bench.order("CL", Level.HELD, channels={Channel.MESSAGE})
        await desk.supervision.endorse(oskar, number_of(declined.subject), "Executive Committee", "EC/3", declined=True)
        await bench.order("CL", Level.HELD, effective=bench.clock.at + timedelta(days=1))
        await bench.order("CL", Level.SUSPENDED)
        self.named("to suspended", await bench.sent(diffusion("DE", ("CL", "PL"))))
        await bench.dispatch()

    async def recalls(self) -> None:
        item = self.named("recalled", await self.bench.sent(diffusion("SE", ("PL", "FR"))))
        await self.bench.dispatch(fail={"FR": "line down"})
        await self.desk.review.recall(self.bench.actor("Jonas"), item, "Doubtful.")
        await self.desk.review.dissent(self.bench.actor("Mara"), item, "It stands.")
        await self.desk.review.recall(self.bench.actor("Jonas"), item, "Acquitted.")
        await self.desk.review.confirm(self.bench.actor("Mara"), item)
        await self.bench.dispatch()
        await self.bench.send(act_message("recall_confirmation", "PL", about=self.items["recalled"], outcome="deleted"))
        urgent = self.named("urgent", await self.bench.sent(diffusion("NO", ("PL",))))
        await self.bench.dispatch()
        await self.desk.review.recall(self.bench.actor("Jonas"), urgent, "A life is at risk.", urgent=True)
        await self.desk.review.ratify(self.bench.actor("Ines"), urgent)
        await self.bench.dispatch()

    async def stopped(self) -> None:
        """A delivery fails after its item was recalled."""
        item = self.named("stopped", await self.bench.sent(diffusion("DK", ("PL", "FR"))))
        batch = await self.desk.delivery.lease(1000)
        await self.desk.review.recall(self.bench.actor("Jonas"), item, "A life is at risk.", urgent=True)
        outcome = {key: "line down" for leased in batch.leased_items for _, key in leased.keys}
        await self.desk.delivery.acknowledge(batch, TransportResult(dict(outcome)), lambda: 0.5)

    async def intake(self) -> None:
        await self.desk.intake.receive(read_one(io.BytesIO(b"[]")))
        noise = number((await self.desk.intake.receive(read_one(io.BytesIO(b"\xff\xfe{")))).item)
        await self.desk.intake.reject(self.bench.actor("Jonas"), noise, "Noise.")
        taken = diffusion("DE")
        await self.bench.sent(taken)
        assert (await self.bench.send(taken | {"text": "Other."})).outcome == "conflict"
        await self.bench.dispatch()
        self.named("reread", number((await self.bench.send(diffusion("PW"))).item))
        query = {"document_number": "X123456"}
        await self.bench.send(act_message("check", "DE", database="travel_documents", query=query))

    async def checks(self) -> None:
        message = diffusion("FI", ("NO", "PL"))
        message["subject"]["aliases"] = []
        message["subject"]["name"] = {"family": "Tesfamarkos", "given": "Dawit"}
        message["subject"]["identity_documents"] = [{"type": "passport", "number": "QK7700111", "issuer": "FI"}]
        self.named("checked", await self.bench.sent(message))
        answer = await self.desk.checks.check(self.bench.actor("Jonas"), "NO", NominalQuery("Dawit Tesfamarcos"))
        assert [hit.item for hit in answer.hits] == [self.items["checked"]], answer
        await self.desk.checks.dismiss(self.bench.actor("Jonas"), 1, "Another man.")
        query = {"name": "Dawit Tesfamarcos"}
        asked = await self.bench.send(act_message("check", "PL", database="nominal", query=query))
        assert asked.result == "hit", asked
        paper = IdentityDocument("passport", "RT5500222", "IS")
        lost = ImportedRecord("IS", "RT5500222", "document", "passport RT5500222", documents=(paper,))
        await self.desk.imports.import_records(self.bench.actor("root"), RecordOrigin.DOCUMENTS, [lost])
        found = await self.desk.checks.check(self.bench.actor("Jonas"), "NO", DocumentQuery("RT5500222", "IS"))
        assert [(hit.item, hit.record) for hit in found.hits] == [(None, "RT5500222")]
        await self.bench.dispatch()

    async def registers(self) -> None:
        message = diffusion("ES", ("PL",))
        message["subject"] |= {"name": {"family": "Ferrolar", "given": "Nevio"}, "date_of_birth": "1981-02-03"}
        for paper in ("aliases", "identity_documents"):
            message["subject"].pop(paper, None)
        item = self.named("refugee", await self.bench.sent(message))
        await self.bench.dispatch()
        head = "reference,family,given,date_of_birth,country_of_origin,date"
        raw = f"{head}\nR-1,Ferrolar,Nevio,1981-02-03,ES,2019-01-02\n".encode()
        report = await self.desk.imports.import_register(self.bench.actor("root"), Register.REFUGEES, raw)
        assert report.concerned == (f"D-{item:06d}",)
        message = diffusion("ES", ("PL",))
        message["subject"] |= {"date_of_birth": "1981", "name": {"family": "Ferolar", "given": "Nevio"}, "aliases": []}
        del message["subject"]["identity_documents"]
        alike = self.named("alike", await self.bench.sent(message))
        await self.desk.review.claim(self.bench.actor("Jonas"), alike)
        await self.desk.review.distinguish(self.bench.actor("Jonas"), alike, "R-1", Judgement("Another father."))

    async def changed_body(self) -> None:
        """A body is changed in the file and restored later; meanwhile an officer sees that it was changed."""
        item = self.named("changed", await self.bench.sent(notice_request("BR")))
        await self.desk.review.claim(self.bench.actor("Jonas"), item)
        with changed_file(self.desk.store.path) as file:
            raw = file.value("SELECT raw FROM body WHERE item = ?", (item,))
            file.execute("UPDATE body SET raw = ? WHERE item = ?", (raw + b" ", item))
        await self.desk.record_read(self.bench.actor("Mara"), (await self.desk.queries.show(item)).row)
        with changed_file(self.desk.store.path) as file:
            file.execute("UPDATE body SET raw = ? WHERE item = ?", (raw, item))
        await self.bench.tick_all(item, "Jonas")

    async def families(self) -> None:
        message = notice_request("AT")
        item = self.named("reinstated", await self.bench.sent(message))
        await self.bench.release(item)
        await self.bench.dispatch(fail={"PL": "line down"})
        child = await self.bench.sent(diffusion("AT", None, type="correction", of=message["reference"]))
        await self.bench.release(child)
        await self.desk.review.undo(self.bench.actor("Jonas"), self.named("undone correction", child))
        assert await self.bench.state(item) == "released"
        self.bench.clock.move(hours=1)
        await self.bench.dispatch()

    async def keeping(self) -> None:
        item = self.named("purged", await self.bench.sent(diffusion(retention_until="2022-12-31")))
        await self.bench.dispatch()
        await self.desk.retention.legal_hold(self.bench.actor("Ines"), item, "A court asks.", held=True)
        await self.desk.retention.legal_hold(self.bench.actor("Ines"), item, "The court is done.", held=False)
        self.bench.clock.move(days=200)
        await self.desk.retention.apply_deadlines()
        self.bench.clock.move(days=500)
        await self.desk.retention.purge(self.bench.actor("root"))
        await self.desk.intake.reread(self.bench.actor("Jonas"), number(self.items["reread"]))
        await self.bench.dispatch()
        await self.desk.supervision.restrict(self.bench.actor("Ines"), "DE", Everyone(), None)
        await log_export.export_log(
            self.desk.store, self.desk.context, self.bench.actor("root"), self.folder / "first.log"
        )
        await log_export.write_checkpoint(
            self.desk.store, self.desk.context, self.bench.actor("root"), self.folder / "first.checkpoint"
        )
        await self.answered_by_witnesses()
        await self.desk.backups.back_up(self.bench.actor("root"), self.folder / "copy.db", lambda _done, _all: None)
        await self.desk.backups.accept_copy(
            self.bench.actor("root"), OutboxContents(segment=await self.desk.backups.latest_segment() + 1)
        )

    async def answered_by_witnesses(self) -> None:
        signed = LogCosigned(through=3, line="\u2014 box2.example/witness AAAA")
        refused = LogCosigningRefused(through=3, words="it knows 9 events of this log, which has 3")
        for name, event in (("box2.example/witness", signed), ("box3.example/witness", refused)):
            await self.desk.store.write(lambda tx, by=name, said=event: tx.emit("system", witness_subject(by), said))

    async def edited(self) -> None:
        """The store's file is edited: the words of a receipt differ from the log."""
        await self.bench.dispatch()
        item = self.named("edited", await self.bench.sent(diffusion("FR", ("PL",))))
        with changed_file(self.desk.store.path) as connection:
            for number, data in connection.execute("SELECT id, data FROM notice WHERE item = ?", (item,)):
                changed = canonical_json({**json.loads(data), "state": "other"})
                connection.execute("UPDATE notice SET data = ? WHERE id = ?", (changed, number))
        assert not (await self.bench.dispatch()).notices

    async def left_open(self) -> None:
        """What waits at the end: a decision for a second person, a command that was answered, a judgement, checks."""
        await self.proposed()
        item = await self.bench.sent(diffusion("DE", ("PL",)))
        await self.desk.supervision.set_offline(self.bench.actor("Ines", "a command"), "AT", offline=True)
        await self.desk.review.note(self.bench.actor("Jonas", "a second command"), item, "Looked at.")
        check = {"database": "nominal", "query": {"name": "Nobody At All"}}
        await self.bench.send(act_message("check", "PL", **check))

    async def shift(self) -> None:
        await presence.record_arrival(self.desk, self.bench.actor("Mara"))
        await handover.write_handover(self.desk, self.bench.actor("Jonas"), "All quiet.")
        await handover.write_handover(self.desk, self.bench.actor("Jonas"), "All quiet, but for one question.")
        await handover.accept_handover(self.desk, self.bench.actor("Mara"))
        await presence.record_departure(self.desk, self.bench.actor("Jonas"))

    async def written_on_by_a_later_release(self) -> None:
        """Records an edition of the rules, as a later release does when it continues the log of an earlier one."""
        await self.desk.store.write(lambda tx: tx.emit("system", "rules", RulesNoted(rules=2)))

    async def another_table(self) -> None:
        """Another process works with the desk's own table of rules; the next act has the program's again."""
        known = load_rules()
        everything = frozenset(MessageType)
        rules = tuple(
            replace(rule, four_eyes=everything if rule.id == "JUD-04" else rule.four_eyes) for rule in known.rules
        )
        table = RuleTable(rules, known.checks, known.conflicts, known.lexicon, name="exercise")
        own = replace(self.desk.context, rules=table)
        await self.desk.store.write(lambda tx: rules_log.note_table(tx, own))

    async def clock_steps_back(self) -> None:
        self.bench.clock.move(minutes=-1)
        self.named("last", await self.bench.sent(diffusion("ES", ("PL",))))
        await self.bench.dispatch()


def number_of(name: str) -> int:
    return int(name.removeprefix("M-"))


def with_changed_line(lines: Sequence[LogLine], place: int, **fields: Any) -> list[LogLine]:
    """Changes one line without linking the rest again."""
    return [*lines[:place], lines[place]._replace(**fields), *lines[place + 1 :]]
