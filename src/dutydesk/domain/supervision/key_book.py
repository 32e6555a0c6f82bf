"""The keys and the orders on signatures, from the events of the log."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from dutydesk.domain.events.event import IncompleteEvent, LogEvent, instant, optional_instant, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.keys import DeskKeyMade, KeyAdded, KeyRetired, KeyRevoked, SignaturesOrdered
from dutydesk.domain.events.store import ClockSteppedBack
from dutydesk.domain.supervision.keys import BureauKey, DeskKey, KeyRing, LevelOrder, SignatureLevel
from dutydesk.domain.supervision.measures import Channel

_Dated = TypeVar("_Dated", LevelOrder, DeskKey)


@dataclass(slots=True)
class KeyBook:
    """Reads the events one after the other; :meth:`apply` yields a sentence for each that was not permitted."""

    keys: dict[str, BureauKey] = field(default_factory=dict)
    orders: dict[str, tuple[LevelOrder, ...]] = field(default_factory=dict)
    desk_keys: list[DeskKey] = field(default_factory=list)

    @property
    def ring(self) -> KeyRing:
        """The keys after the events so far; it changes with later ones."""
        return KeyRing(self.keys, self.orders, tuple(self.desk_keys))

    def apply(self, fact: Fact[LogEvent]) -> Iterator[str]:
        """Raises IncompleteEvent for an event that lacks what its kind must say."""
        match fact.event:
            case KeyAdded():
                yield from self._add(fact, fact.event)
            case KeyRetired():
                yield from self._retire(fact, fact.event)
            case KeyRevoked():
                yield from self._revoke(fact, fact.event)
            case SignaturesOrdered():
                yield from self._order(fact, fact.event)
            case DeskKeyMade():
                self._add_desk_key(fact, fact.event)
            case ClockSteppedBack():
                self._reach(instant(fact.event.was))
            case _:
                pass

    def _add(self, fact: Fact[LogEvent], event: KeyAdded) -> Iterator[str]:
        name = required(event.key)
        if name in self.keys:
            yield f"the key {name} was entered a second time, for {fact.subject}"
            return
        since = instant(event.since)
        if since < fact.at:
            yield f"the key {name} of {fact.subject} was entered as in force before it was entered"
        until = optional_instant(event.until)
        public = _public_of(name, event.public)
        self.keys[name] = BureauKey(fact.subject, name, public, since, until, has_begun=since <= fact.at)

    def _retire(self, fact: Fact[LogEvent], event: KeyRetired) -> Iterator[str]:
        key = self._own_key(fact, required(event.key))
        until = instant(event.until)
        if until < fact.at:
            yield f"the key {key.fingerprint} of {fact.subject} was retired with a date before that"
        if key.until is not None and until > key.until:
            yield f"the key {key.fingerprint} of {fact.subject} was to end at {key.until}, and is made to last longer"
        if key.has_ended:
            yield f"the key {key.fingerprint} of {fact.subject} had ended before it was retired again"
        self.keys[key.fingerprint] = replace(key, until=until, has_ended=key.has_ended or until <= fact.at)

    def _revoke(self, fact: Fact[LogEvent], event: KeyRevoked) -> Iterator[str]:
        key = self._own_key(fact, required(event.key))
        since = instant(event.since)
        if since > fact.at:
            yield f"the key {key.fingerprint} of {fact.subject} was revoked with a date after that"
        self.keys[key.fingerprint] = replace(key, revoked_since=since)

    def _add_desk_key(self, fact: Fact[LogEvent], event: DeskKeyMade) -> None:
        since = instant(event.since)
        name = required(event.key)
        self.desk_keys.append(DeskKey(name, _public_of(name, event.public), since, has_begun=since <= fact.at))

    def _reach(self, at: datetime) -> None:
        """The log had come to ``at`` when the clock stepped back: what was dated by then has begun, or ended."""
        for name, key in self.keys.items():
            ends = key.until is not None and key.until <= at
            self.keys[name] = replace(key, has_begun=key.has_begun or key.since <= at, has_ended=key.has_ended or ends)
        self.orders = {bureau: tuple(_begun_first(orders, at)) for bureau, orders in self.orders.items()}
        self.desk_keys = _begun_first(self.desk_keys, at)

    def _own_key(self, fact: Fact[LogEvent], name: str) -> BureauKey:
        key = self.keys.get(name)
        if key is None or key.bureau != fact.subject:
            raise IncompleteEvent(f"{fact.kind} names {name}, which is no key of {fact.subject}")
        return key

    def _order(self, fact: Fact[LogEvent], event: SignaturesOrdered) -> Iterator[str]:
        since = instant(event.since)
        try:
            level, channels = SignatureLevel(required(event.level)), frozenset(map(Channel, required(event.channels)))
            order = LevelOrder(level, channels, since, has_begun=since <= fact.at)
        except ValueError as error:
            raise IncompleteEvent(f"{fact.kind} names an unknown level or channel") from error
        if since < fact.at:
            yield f"the signatures of {fact.subject} were ordered with a date before that"
        self.orders[fact.subject] = (*self.orders.get(fact.subject, ()), order)


def _begun_first(dated: Sequence[_Dated], at: datetime) -> list[_Dated]:
    """Those that had begun, those that began by ``at`` in the order of their dates, and those that are to come."""
    rest = [each for each in dated if not each.has_begun]
    begun = sorted((each for each in rest if each.since <= at), key=lambda each: each.since)
    found = [each for each in dated if each.has_begun]
    found += [replace(each, has_begun=True) for each in begun]
    return found + [each for each in rest if each.since > at]


def _public_of(name: str, text: object) -> bytes:
    """The key's 32 bytes. Raises IncompleteEvent for others, and where the name is not the fingerprint of these.

    People compare the name, and signatures are verified by the bytes.
    """
    try:
        public = bytes.fromhex(required(text)) if isinstance(text, str) else b""
    except ValueError:
        public = b""
    if len(public) != 32:
        raise IncompleteEvent("an event of a key does not have its 32 bytes")
    if name != "SHA256:" + b64encode(sha256(public).digest()).decode().rstrip("="):
        raise IncompleteEvent(f"an event names {name}, which is not the fingerprint of its key")
    return public


def ring_of(facts: Iterable[Fact[LogEvent]]) -> KeyRing:
    """The keys by these events; one that can't be read, or names what it must not, is left out."""
    book = KeyBook()
    for fact in facts:
        try:
            for _ in book.apply(fact):
                pass
        except IncompleteEvent:
            continue
    return book.ring
