"""What the log says of the desk's own notices: the key of each, its recipient, and whether it was delivered.

A notice's key ends in its number. The log lists keys in events of 64 numbers each, so that one event serves a batch
and a question about one notice reads few of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import Notice
from dutydesk.domain.events.digests import digest_of as digest_of
from dutydesk.domain.events.event import IncompleteEvent, LogEvent, required
from dutydesk.domain.events.facts import Fact
from dutydesk.domain.events.notices import NoticesEvent
from dutydesk.domain.frozen import value

NUMBERS_TOGETHER = 64
QUEUED, SENDING, MADE, DEAD = "queued", "sending", "made", "dead"
#: What became of the attempt of a notice that is queued again: see ``NoticesRequeued``.
FAILED, UNCOUNTED = "failed", "uncounted"
#: The place to which each kind of event moves the notices that it lists.
STATUS_BY_EVENT: Mapping[str, str] = {
    "notices.queued": QUEUED,
    "notices.sending": SENDING,
    "notices.requeued": QUEUED,
    "notices.dead": DEAD,
    "notices.made": MADE,
    "notices.confirmed": MADE,
}
_KEY = re.compile(r"([DH]-\d{1,15})/(\d{1,9})\.(\d{1,9})/([A-Z0-9]{2,3})/([a-z_]{1,32})\.(\d{1,18})", re.ASCII)


@value(frozen=True, slots=True)
class NoticeKey:
    """The parts of a key. ``about`` is the name of an item or a hit."""

    about: str
    version: int
    cycle: int
    recipient: str
    notice: Notice
    number: int

    @property
    def item(self) -> int | None:
        """``None`` for a notice about no item."""
        return item_number(self.about)


def parse_key(key: str) -> NoticeKey:
    """Raises IncompleteEvent for a text that is no key of a notice."""
    found = _KEY.fullmatch(key)
    try:
        if found is not None:
            about, version, cycle, recipient, notice, number = found.groups()
            return NoticeKey(about, int(version), int(cycle), recipient, Notice(notice), int(number))
    except ValueError:
        pass
    raise IncompleteEvent(f"{key[:80]} is no key of a notice")


def subject_of(number: int) -> str:
    """The subject of the events that list this notice."""
    first = number - number % NUMBERS_TOGETHER
    return f"notices {first}-{first + NUMBERS_TOGETHER - 1}"


def listed_keys(event: NoticesEvent) -> Iterator[tuple[str, str | None]]:
    """The keys that an event lists, each with the digest of its words where the key begins with this event."""
    keys = required(event.keys)
    yield from keys.items() if isinstance(keys, Mapping) else ((key, None) for key in keys)


@value(frozen=True, slots=True)
class LoggedNotice:
    """``place`` is where it stands; ``digest`` is that of its words, ``None`` where the log has none."""

    key: str
    place: str
    digest: str | None


def logged_notices(facts: Iterable[Fact[LogEvent]]) -> dict[int, LoggedNotice]:
    """The notices by number. A notice that is made stays made. Raises IncompleteEvent for an unreadable event."""
    found: dict[int, LoggedNotice] = {}
    for fact in facts:
        if not isinstance(fact.event, NoticesEvent):
            continue
        place = STATUS_BY_EVENT[fact.kind]
        for key, digest in listed_keys(fact.event):
            number = int(key.rpartition(".")[2]) if key.rpartition(".")[2].isdecimal() else parse_key(key).number
            known = found.get(number)
            if known is None:
                found[number] = LoggedNotice(key, place, digest)
            elif known.place != MADE:
                found[number] = replace(known, place=place)
    return found
