"""All acts of officers, bureaus, the dispatcher and the clock, on both the desk and the model."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from model_book import Order
from model_hand_over import MAIN_ROUTE, line
from model_intake import Label
from model_messages import Message
from model_review_acts import ReviewActs

from dutydesk.desk.delivery.lease import Batch, TransportResult
from dutydesk.desk.delivery.own_route import OwnRoute
from dutydesk.desk.intake.receipts import Receipt
from dutydesk.desk.service.dispatching import DeliveryService
from dutydesk.desk.supervision.measures import Order as WantedOrder
from dutydesk.domain.messages.message import Everyone, Kind
from dutydesk.domain.rules.registers import Register
from dutydesk.domain.supervision.keys import SignatureLevel
from dutydesk.domain.supervision.measures import Channel, Coverage, Level
from dutydesk.store.engine.transaction import Transaction
from dutydesk.wire.decode.stream import read_one
from dutydesk.wire.files.signatures import fingerprint, new_key
from dutydesk.wire.signed.jws import sign_message


class World(ReviewActs):
    #: Whether intake leases directly what it can, as with an idle dispatcher.
    straight = False
    #: Whether one in three messages that would go out at once is chosen as a sample.
    sampling = False

    # Intake

    def send(self, message: Message, label: Label | None = None, by: str | None = None) -> int | None:
        """``by`` names the key that signs it; bureaus that have keys sign three of four messages by themselves."""
        label = label or Label()
        by = by or self.chosen_key(message, label)
        straight = self.straight and self.batch is None
        if straight:
            self.lease()
            self.mark(set())
        self.now()
        self.sent.append((message, label))
        self.law.sampled = self.sampling and len(self.sent) % 3 == 0
        raw = json.dumps(message, ensure_ascii=False).encode()
        if label.reads == "badly":
            raw = b"\xff\xfe" + raw
        elif by is not None:
            raw = sign_message(raw, self.signing_keys[by])
        self.says(f"{message.get('sender')} sends {json.dumps(message)}, signed by {by}")
        outcome, item, state = self.law.receive(message, label, by)
        if straight:
            self.desk.delivery.direct_lease.open(lambda: None, own_route=self.own_route)
        receipt: Receipt = self._run(self.desk.intake.receive(read_one(io.BytesIO(raw))))
        self.desk.delivery.direct_lease.close()
        name = f"D-{item:06d}" if item else None
        assert (receipt.outcome, receipt.item, receipt.state) == (outcome, name, state), self.fault_text(
            f"receipt {receipt.outcome} {receipt.item} {receipt.state} ({receipt.cause}), not {outcome} {name} {state}"
        )
        if outcome == "quarantined" and label.reads == "well" and item:
            self.law.pieces[item].raw = message
        self.watch.received(self.law, receipt.outcome, receipt.state)
        leased = self.desk.delivery.direct_lease.next_batch(10_000)
        if leased is None:
            self.check()
        else:
            self.law.reach("delivery", "leased by its own intake")
            self.lease(leased)
        return item

    # Keys

    def chosen_key(self, message: Message, label: Label) -> str | None:
        """The key that a bureau signs its next message by: its own, an ended or foreign one, or none."""
        law, turn = self.law.bureau_keys, len(self.sent) % 8
        if label.reads != "well" or not law.owners:
            return None
        own = law.live(message.get("sender", ""))
        if own and turn < 6:
            return own[-1]
        others = [name for name in law.owners if name not in own]
        return others[turn % len(others)] if others and turn == 7 else None

    def enter_key(self, bureau: str) -> None:
        name, key = f"{bureau}-{len(self.signing_keys)}", new_key()
        self.signing_keys[name] = key
        self.law.bureau_keys.owners[name] = bureau
        self.now()
        self.act(f"{name} is entered", set(), self.desk.keys.add(self.who("root"), bureau, key.public))

    def end_key(self, name: str, *, revoke: bool) -> None:
        bureau, key = self.law.bureau_keys.owners[name], fingerprint(self.signing_keys[name].public)
        self.law.bureau_keys.ended.add(name)
        self.now()
        keys, root = self.desk.keys, self.who("root")
        work = keys.revoke(root, bureau, self.clock.now(), "Copied.", key) if revoke else keys.retire(root, bureau, key)
        self.act(f"{name} is {'revoked' if revoke else 'retired'}", set(), work)

    def order_signatures(self, bureau: str, level: str, channels: tuple[str, ...]) -> None:
        reasons = set() if level != "required" or self.law.bureau_keys.live(bureau) else {"bad_call"}
        if not reasons:
            self.law.bureau_keys.levels.update({(bureau, channel): level for channel in channels})
        self.now()
        work = self.desk.keys.order(self.who("root"), bureau, SignatureLevel(level), frozenset(map(Channel, channels)))
        self.act(f"{bureau} is {level} on {channels}", reasons, work)

    def again(self) -> list[tuple[Message, Label]]:
        """The messages that may be sent again; the desk remembers a check without a hit for a few days only."""
        return [each for each in self.sent if each[1].reads == "well" and each[0]["type"] != "check"]

    # Measures, restrictions, network

    def order(
        self,
        officer: str,
        country: str,
        level: str,
        *,
        channels: tuple[str, ...] = ("diffusion",),
        kinds: tuple[str, ...] = (),
        after: float = 0,
        stale: bool = False,
    ) -> bool:
        self.now()
        effective = self.clock.at + timedelta(days=after) if after else None
        number = len(self.law.orders) + 1
        reference = f"SG/{self.steps}"
        modelled = Order(
            number,
            country,
            level,
            frozenset(channels),
            frozenset(kinds),
            reference,
            officer,
            effective or self.clock.at,
            "",
        )
        reasons = self.law.order(officer, modelled, backdated=after < 0, seen_stale=stale)
        coverage = Coverage(frozenset(map(Channel, channels)), frozenset(map(Kind, kinds)))
        wanted = WantedOrder(
            country,
            Level(level),
            coverage,
            reference,
            "Secretary General",
            "The rules were broken.",
            effective,
            expected=-1 if stale else None,
        )
        words = f"{officer} orders {country} {level} {channels} {kinds} after {after} days{' stale' * stale}"
        return self.act(words, reasons, self.desk.supervision.order(self.who(officer), wanted))

    def endorse(self, officer: str, number: int, *, declined: bool) -> bool:
        self.now()
        reasons = self.law.endorse(officer, number, declined=declined)
        work = self.desk.supervision.endorse(
            self.who(officer), number, "Executive Committee", "EC/1", declined=declined
        )
        return self.act(f"{officer} endorses M-{number} declined={declined}", reasons, work)

    def lift(self, officer: str, number: int) -> bool:
        self.now()
        reasons = self.law.lift(officer, number)
        work = self.desk.supervision.lift(self.who(officer), number, "SG/lift", "Secretary General", "Mended.")
        return self.act(f"{officer} lifts M-{number}", reasons, work)

    def confirm_order(self, officer: str, number: int) -> bool:
        self.now()
        reasons = self.law.confirm_order(officer, number)
        return self.act(
            f"{officer} confirms M-{number}", reasons, self.desk.supervision.confirm(self.who(officer), number)
        )

    def dissent_order(self, officer: str, number: int) -> bool:
        self.now()
        reasons = self.law.dissent_order(officer, number)
        work = self.desk.supervision.dissent(self.who(officer), number, "Too early.")
        return self.act(f"{officer} dissents from M-{number}", reasons, work)

    def restrict(self, officer: str, owner: str, item: int | None, deny: Any, allow: Any) -> bool:
        self.now()
        reasons = self.law.restrict_for(officer, owner, item, deny, allow)
        work = self.desk.supervision.restrict(self.who(officer), owner, _codes(deny), _codes(allow), item)
        return self.act(f"{officer} restricts {owner} {item} deny {deny} allow {allow}", reasons, work)

    def confirm_widening(self, officer: str, number: int) -> bool:
        self.now()
        reasons = self.law.confirm_widening(officer, number)
        work = self.desk.supervision.confirm_restriction(self.who(officer), number)
        return self.act(f"{officer} confirms R-{number}", reasons, work)

    def dissent_widening(self, officer: str, number: int) -> bool:
        self.now()
        reasons = self.law.dissent_widening(officer, number)
        work = self.desk.supervision.dissent_restriction(self.who(officer), number, "Not so.")
        return self.act(f"{officer} dissents from R-{number}", reasons, work)

    def put_on_file(self, register: str, person: Message, country: str) -> None:
        """Adds a person to a register; the label of the next message names the rule that fires."""
        self.now()
        name, born = person["name"], person["date_of_birth"]
        who = f"{name['family']},{name['given']},{born}"
        rows = {
            "refugees": f"reference,family,given,date_of_birth,country_of_origin,date\nR-1,{who},{country},2019-01-02",
            "ccf": f"reference,matter,decision,family,given,date_of_birth,date\nC-1,decision,deleted,{who},2021-03-04",
        }
        work = self.desk.imports.import_register(self.who("root"), Register(register), rows[register].encode())
        self.act(f"root imports {who} into the {register}", set(), work)

    def set_offline(self, officer: str, bureau: str, *, offline: bool) -> bool:
        self.now()
        reasons = self.law.set_offline(officer, bureau, offline=offline)
        work = self.desk.supervision.set_offline(self.who(officer), bureau, offline=offline)
        return self.act(f"{officer} says {bureau} offline={offline}", reasons, work)

    # Deliveries

    def set_route(self, officer: str, bureau: str, route: str) -> bool:
        self.now()
        several = self.desk.delivery.is_shared
        reasons = self.law.set_route(officer, bureau, route, several_boxes=several)
        work = self.desk.routes.set_route(self.who(officer), bureau, route)
        return self.act(f"{officer} gives {bureau} the route {route}", reasons, work, conflict_with_officer=False)

    def of_route(self, route: str) -> DeliveryService:
        """The desk as the dispatcher of a route has it; the one of the main route shares the direct leases."""
        lock = self.desk.delivery.lock_of(route)
        if self.law.routes and lock.term is None:
            assert lock.try_exclusive()
        return self.desk.delivery.of_route(route, leases_directly=route == MAIN_ROUTE)

    def own_route(self, transaction: Transaction) -> OwnRoute:
        """What intake may lease for, as the dispatcher of the main route."""
        return OwnRoute(
            MAIN_ROUTE,
            self.desk.delivery.lock_of(MAIN_ROUTE).term,
            self.desk.context.bureau_routes.current(transaction),
        )

    @property
    def routes(self) -> list[str]:
        return sorted({MAIN_ROUTE, *self.law.routes.values()}, key=lambda route: route != MAIN_ROUTE)

    def lease(self, straight: Batch | None = None) -> None:
        """Leases for each route. Its one dispatcher records one batch before it leases the next.

        ``straight`` is what an intake has leased directly; together with what is due it must equal the model's lease.
        """
        if self.batch is not None:
            return
        self.now()
        self.says("each route's dispatcher leases")
        given = self.law.lease()
        batches: dict[str, Batch] = {route: self._run(self.of_route(route).lease(10_000)) for route in self.routes}
        if straight is not None:
            due = batches[MAIN_ROUTE]
            batches[MAIN_ROUTE] = replace(
                due, leased_items=straight.leased_items + due.leased_items, notices=straight.notices + due.notices
            )
        leased = [item for batch in batches.values() for item in batch.leased_items]
        notices = [notice for batch in batches.values() for notice in batch.notices]
        keys = {key: (item.item, code) for item in leased for code, key in item.keys}
        forbidden = keys.keys() - given.keys.keys()
        assert not forbidden, self.fault_text(f"deliveries that the law forbids: {sorted(forbidden)}")
        missing = given.keys.keys() - keys.keys()
        assert not missing, self.fault_text(f"deliveries that are due and were not taken: {sorted(missing)}")
        told = sorted(line(n.item or 0, n.recipient, n.notice.value, json.loads(n.data)) for n in notices)
        assert told == sorted(given.notices().elements()), self.fault_text(
            f"the desk tells {told}, not {given.notices()}"
        )
        again = (keys.keys() | {notice.key for notice in notices}) & self.taken
        assert not again, self.fault_text(f"handed over though the transport has it: {sorted(again)}")
        self._check_routes(batches)
        self.batch = batches, given
        self.check()

    def _check_routes(self, batches: dict[str, Batch]) -> None:
        for route, batch in batches.items():
            bureaus = {code for item in batch.leased_items for code, _ in item.keys}
            bureaus |= {notice.recipient for notice in batch.notices}
            strays = sorted(code for code in bureaus if self.law.route_of(code) != route)
            assert not strays, self.fault_text(f"the dispatcher of the route {route} leased for {strays}")
            if bureaus and route != MAIN_ROUTE:
                self.law.reach("route", "leased by its own dispatcher")

    def mark(self, errors: set[str]) -> None:
        if self.batch is None:
            return
        batches, given = self.batch
        self.batch = None
        self.now()
        self.says(f"each route's dispatcher marks; lines down: {sorted(errors)}")
        results: dict[str, str | None] = {}
        for key, (_, code) in given.keys.items():
            results[key] = "line down" if code in errors else None
        for notice in (notice for batch in batches.values() for notice in batch.notices):
            results[notice.key] = "line down" if notice.recipient in errors else None
        self.taken |= {key for key, error in results.items() if error is None}
        self.law.mark(given, errors)
        for route, batch in batches.items():
            self._run(self.of_route(route).acknowledge(batch, TransportResult(results), lambda: 1.0))
        if not any(batches.values()):
            self._run(
                self.desk.retention.apply_deadlines()
            )  # nothing was recorded, so nothing was written; the next commit does it
        self.desk.delivery.direct_lease.complete(batches[MAIN_ROUTE])
        self.check()

    def keep_time(self) -> None:
        """Applies deadlines when nobody else writes."""
        self.now()
        self.says("time is kept")
        self._run(self.desk.retention.apply_deadlines())
        self._run(self.desk.delivery.lease(0))
        self.law.tell_no_later()
        self.check()

    def crash(self, share: int) -> None:
        """The process dies; the transport may have part of the leased batch. The next process takes the rest back."""
        self.now()
        self.says(f"the process dies (share {share}) and starts again")
        taken = set()
        if self.batch is not None:
            taken = {key for place, key in enumerate(sorted(self.batch[1].keys)) if place % 3 < share}
        self.batch = None
        self.taken |= taken
        self._run(self.desk.close())
        self.desk = self._run(self._open())
        self.law.take_back(taken)
        for route in self.routes:
            self._run(self.of_route(route).requeue_leased(frozenset(taken)))
        self.check()

    def move(self, **by: float) -> None:
        """Moves the clock without running anything; the next act sees the effect."""
        self.says(f"time moves {by}")
        self.clock.move(**by)


def _codes(codes: Any) -> Any:
    return Everyone() if codes == "all" else tuple(codes) if codes is not None else None
