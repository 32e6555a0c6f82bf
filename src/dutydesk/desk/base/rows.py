"""What screens and commands are shown: plain values, named as other programs read them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.domain.delivery.bodies import BodyFault
from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.log import Json
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.rules.examination import Finding
from dutydesk.domain.supervision.measures import LiftProposal


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A line of the feed. Times are UTC; ``title`` is as sent, to be made safe where it is shown.

    ``changed``: its body is not the one that was received, and words stand in place of the title. ``withheld``: the
    item is denied to the reader's country; words stand in place of the title, and nothing that its sender or the
    officers wrote is shown.
    """

    item: str
    type: str | None
    kind: str | None
    reference: str | None
    sender: str | None
    state: str
    version: int
    cycle: int
    revision: int
    urgency: str
    received_at: datetime
    title: str
    original_script: str | None
    claimed_by: str | None
    claimed_until: datetime | None
    escalated: bool
    post_review: str | None
    post_review_due: datetime | None
    information_due: datetime | None
    level: str | None
    measure: str | None
    parent: str | None
    beside: str | None
    same_text_as: str | None = None
    proposed_by: str | None = None
    recall_proposed: str | None = None
    unratified: bool = False
    legal_hold: bool = False
    notice_number: str | None = None
    offered_kind: str | None = None
    retention_until: datetime | None = None
    changed: bool = False
    withheld: bool = False
    family: str | None = None


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    check: str
    words: str
    ticked_by: str | None


@dataclass(frozen=True, slots=True)
class RouteView:
    level: str | None
    measure: str | None
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    recipient: str
    state: str
    cause: str | None
    waiting: str | None
    attempts: int
    version: int
    error: str | None


@dataclass(frozen=True, slots=True)
class ReviewRow:
    officer: str
    decision: str
    reason: str
    code: str | None
    articles: tuple[str, ...]
    at: datetime
    cycle: int


@dataclass(frozen=True, slots=True)
class NoteRow:
    officer: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EventRow:
    seq: int
    at: datetime
    actor: str
    kind: str
    subject: str
    data: dict[str, Json]

    @property
    def event(self) -> LogEvent:
        """The data as an event of its type. Raises IncompleteEvent for a kind that this release does not know."""
        return parse_data(self.kind, self.data)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """Who was shown an item, and as which revision and body version."""

    officer: str
    at: datetime
    revision: int
    version: int


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """``verdict`` is ``deliver`` or ``suppress``, by ``cause``. ``waiting``: it may get it, but is off the network.

    ``holds``: it has a copy, whatever the verdict is by now.
    """

    recipient: str
    verdict: str
    cause: str | None
    waiting: str | None = None
    holds: bool = False


@dataclass(frozen=True, slots=True)
class ItemView:
    """Everything on one item. ``body`` is the sender's own object; ``None`` where it can't or may not be shown.

    ``history`` is what was done with the item; who only looked at it stands in ``reads``, the latest last. ``sha256``
    is the log's. ``body_fault`` says how the body differs from the log; then nothing that it says is shown.
    ``examined_as`` is the type under which it was examined: for a correction, that of the item which it corrects.
    """

    row: ItemRow
    body: Json
    sha256: str
    problems: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    checklist: tuple[ChecklistRow, ...]
    route: RouteView
    audience: tuple[VerdictRow, ...]
    deliveries: tuple[DeliveryRow, ...]
    reviews: tuple[ReviewRow, ...]
    notes: tuple[NoteRow, ...]
    history: tuple[EventRow, ...]
    proposal: ProposalRow | None = None
    recall: RecallBoard | None = None
    holds: tuple[HolderRow, ...] = ()
    access_withdrawn: AccessBoard | None = None
    decided: ResponseBoard | None = None
    decisions: tuple[ResponseRow, ...] = ()
    reads: tuple[ReadRow, ...] = ()
    body_fault: BodyFault | None = None
    restrictions_proposed: tuple[RestrictionRow, ...] = ()
    examined_as: MessageType = MessageType.DIFFUSION


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """What waits for a second person; ``changed`` is what would make a confirm void by now.

    ``identity`` tells this proposal from every other; a confirm that names it confirms no other.
    """

    officer: str
    decision: str
    reason: str
    code: str | None
    articles: tuple[str, ...]
    overrides: tuple[str, ...]
    because: tuple[str, ...]
    at: datetime
    digest: str
    changed: tuple[str, ...]
    identity: str = ""


@dataclass(frozen=True, slots=True)
class RecallBoard:
    """How far a recall or cancellation has come, by recipients' codes. Silence is shown, and never called late."""

    to_be_told: tuple[str, ...]
    told: tuple[str, ...]
    confirmed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessBoard:
    """Those who hold a copy that its owner has closed to them, by how far they were told; like a recall's board."""

    to_be_told: tuple[str, ...]
    told: tuple[str, ...]
    confirmed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResponseRow:
    """What a recipient said it decided. ``stands``: it is its last word."""

    recipient: str
    action: str
    note: str | None
    at: datetime
    stands: bool


@dataclass(frozen=True, slots=True)
class ResponseBoard:
    """Recipients with a copy by what they decided last. Silence is each one's own discretion, and never late."""

    acted: tuple[str, ...]
    acting: tuple[str, ...]
    acknowledged: tuple[str, ...]
    declined: tuple[str, ...]
    no_word: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HolderRow:
    """Which of a family of corrections a recipient holds last."""

    recipient: str
    item: str
    version: int


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """``alarm`` says of what sort it is in one word; ``subject`` is an item's or a measure's name, or a bureau's."""

    alarm: str
    subject: str
    words: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class AffectedItemRow:
    """One item that a measure stopped or led to."""

    item: str
    state: str
    what: str


@dataclass(frozen=True, slots=True)
class EarlierItemRow:
    """Another item on the same person, from any bureau. ``likeness``: ``strong``, or ``weak`` for a name alone."""

    item: str
    type: str | None
    kind: str | None
    sender: str | None
    state: str
    received_at: datetime
    title: str
    likeness: str


@dataclass(frozen=True, slots=True)
class RouteExplanation:
    """``at`` and ``state`` are of a past time that was asked for: as the item and the rules stood then.

    ``changed``: the body is not the one that was received, so that nobody can say whom it would go to now.
    """

    item: str
    level: str | None
    measure: str | None
    causes: tuple[str, ...]
    recipients: tuple[VerdictRow, ...]
    at: datetime | None = None
    state: str | None = None
    changed: bool = False


@dataclass(frozen=True, slots=True)
class CountryRow:
    code: str
    name: str
    ncb: str
    region: str
    level: str
    measure: str | None
    endorsement: str | None
    held: int
    received: int
    offline: bool
    measure_revision: int
    proposed: str | None = None


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """``officer`` entered the order itself; whoever proposes to lift it stands in ``lift``."""

    measure: str
    country: str
    level: str
    state: str
    in_force: bool
    endorsement: str
    channels: tuple[str, ...]
    kinds: tuple[str, ...]
    order: str
    by: str
    reason: str
    officer: str
    ordered_at: datetime
    effective_at: datetime
    review_by: datetime
    endorsement_due: datetime
    endorsed_by: str | None
    proposed: str | None
    revision: int
    lift: LiftProposal | None = None


@dataclass(frozen=True, slots=True)
class CountryCounts:
    """Items of one country: released with deliveries still to go, open for review, and blocked."""

    queued: int
    held: int
    blocked: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """How many items an order would move, by what they are now; nothing is changed.

    ``before`` and ``after`` count all of the country's items that are on their way, held or blocked.
    """

    country: str
    level: str
    state: str
    effective_at: datetime
    would_change: dict[str, int]
    before: CountryCounts
    after: CountryCounts


@dataclass(frozen=True, slots=True)
class HeaderView:
    """The console's header: ``realm`` in words, and the desk's figures."""

    realm: str
    at: datetime
    held: int
    oldest_held: datetime | None
    quarantined: int
    blocked: int
    post_reviews: int
    queued: int
    waiting: int
    dead: int
    items: int
    states: dict[str, int] = field(default_factory=dict)
    hits: int = 0


@dataclass(frozen=True, slots=True)
class OfficerRow:
    name: str
    role: str
    country: str
    logins: tuple[str, ...]
