"""Plain values for screens and commands. JSON output uses the field names, so other programs read them."""

from __future__ import annotations

from dataclasses import field, replace
from datetime import datetime

from dutydesk.desk.base.key_rows import MessageSignatureRow
from dutydesk.desk.base.restriction_rows import RestrictionRow
from dutydesk.domain.delivery.bodies import BodyFault
from dutydesk.domain.events.catalogue import parse_data
from dutydesk.domain.events.event import LogEvent
from dutydesk.domain.events.log import Json
from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.rules.examination import Finding
from dutydesk.domain.supervision.measures import LiftProposal


@value(frozen=True, slots=True)
class ItemRow:
    """An item's line in the feed. Times are UTC; ``title`` is the sender's text, which the screen must make safe.

    ``changed``: the stored body is not the one that was received; a warning replaces the title. ``withheld``: the item
    is denied to the reader's country; a placeholder replaces the title, and the text of its sender and of officers is
    left out.
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


def without_ended_claim(row: ItemRow, now: datetime) -> ItemRow:
    """The row as it would be read now: a claim ends by time alone, and no event says so."""
    if row.claimed_until is None or now < row.claimed_until:
        return row
    return replace(row, claimed_by=None, claimed_until=None)


@value(frozen=True, slots=True)
class ChecklistRow:
    check: str
    words: str
    ticked_by: str | None


@value(frozen=True, slots=True)
class RouteView:
    level: str | None
    measure: str | None
    causes: tuple[str, ...]


@value(frozen=True, slots=True)
class DeliveryRow:
    recipient: str
    state: str
    cause: str | None
    waiting: str | None
    attempts: int
    version: int
    error: str | None


@value(frozen=True, slots=True)
class ReviewRow:
    officer: str
    decision: str
    reason: str
    code: str | None
    articles: tuple[str, ...]
    at: datetime
    cycle: int


@value(frozen=True, slots=True)
class NoteRow:
    officer: str
    text: str
    at: datetime


@value(frozen=True, slots=True)
class EventRow:
    seq: int
    at: datetime
    actor: str
    kind: str
    subject: str
    data: dict[str, Json]

    @property
    def event(self) -> LogEvent:
        """The data as a typed event. Raises IncompleteEvent for a kind that this release does not know."""
        return parse_data(self.kind, self.data)


@value(frozen=True, slots=True)
class ReadRow:
    """An officer who was shown an item, with the revision and the body version that were shown."""

    officer: str
    at: datetime
    revision: int
    version: int


@value(frozen=True, slots=True)
class VerdictRow:
    """Whether a recipient may get an item: ``verdict`` is ``deliver`` or ``suppress``, and ``cause`` says why.

    ``waiting``: the recipient may get the item, but is off the network. ``holds``: the recipient has a copy, whatever
    the present verdict is.
    """

    recipient: str
    verdict: str
    cause: str | None
    waiting: str | None = None
    holds: bool = False


@value(frozen=True, slots=True)
class ItemView:
    """Everything on one item. ``body`` is the sender's own object, or ``None`` if it can't or may not be shown.

    ``history`` lists the item's events except those of officers reading it; ``reads`` lists these, the latest last.
    ``sha256`` comes from the log. ``body_fault`` says how the body differs from the log; if it is set, the view leaves
    out the body's content.
    ``signature`` is that of its present version; ``None`` where that came without one, and needed none.
    ``examined_as`` is the type as which it was examined: for a correction, that of the item that it corrects.
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
    signature: MessageSignatureRow | None = None


@value(frozen=True, slots=True)
class ProposalRow:
    """A proposal that waits for a second person. ``changed`` lists the changes since then that make a confirm void.

    ``identity`` is unique to this proposal; a confirm that names it can't confirm another one.
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


@value(frozen=True, slots=True)
class RecallBoard:
    """The progress of a recall or cancellation, by recipients' codes. Silence is shown, but not marked as late."""

    to_be_told: tuple[str, ...]
    told: tuple[str, ...]
    confirmed: tuple[str, ...]


@value(frozen=True, slots=True)
class AccessBoard:
    """The holders of a copy that its owner now denies to them, grouped like the recipients in :class:`RecallBoard`."""

    to_be_told: tuple[str, ...]
    told: tuple[str, ...]
    confirmed: tuple[str, ...]


@value(frozen=True, slots=True)
class ResponseRow:
    """A recipient's response to an item. ``stands``: it is the recipient's latest response."""

    recipient: str
    action: str
    note: str | None
    at: datetime
    stands: bool


@value(frozen=True, slots=True)
class ResponseBoard:
    """Recipients with a copy, grouped by their latest response. A response is optional, so silence is never late."""

    acted: tuple[str, ...]
    acting: tuple[str, ...]
    acknowledged: tuple[str, ...]
    declined: tuple[str, ...]
    no_word: tuple[str, ...]


@value(frozen=True, slots=True)
class HolderRow:
    """The latest item of a family that a recipient holds."""

    recipient: str
    item: str
    version: int


@value(frozen=True, slots=True)
class AlarmRow:
    """``alarm`` is the kind of alarm in one word; ``subject`` is an item, a measure, a bureau or ``intake``."""

    alarm: str
    subject: str
    words: str
    since: datetime | None


@value(frozen=True, slots=True)
class WaitingCounts:
    """What waits for somebody: proposals for a second officer, and held items that nobody has claimed, by urgency."""

    proposals: int = 0
    flash: int = 0
    urgent: int = 0


@value(frozen=True, slots=True)
class AffectedItemRow:
    """An item that a measure affected; ``what`` says how."""

    item: str
    state: str
    what: str


@value(frozen=True, slots=True)
class EarlierItemRow:
    """Another item on the same person, from any bureau. ``likeness`` is ``strong``, or ``weak`` for a name alone."""

    item: str
    type: str | None
    kind: str | None
    sender: str | None
    state: str
    received_at: datetime
    title: str
    likeness: str


@value(frozen=True, slots=True)
class RouteExplanation:
    """An item's route and its causes. For a past time, ``at`` is that time and ``state`` the item's state then.

    ``changed``: the stored body is not the one that was received, so the desk can't compute the recipients.
    """

    item: str
    level: str | None
    measure: str | None
    causes: tuple[str, ...]
    recipients: tuple[VerdictRow, ...]
    at: datetime | None = None
    state: str | None = None
    changed: bool = False


@value(frozen=True, slots=True)
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


@value(frozen=True, slots=True)
class MeasureRow:
    """``officer`` is the officer who entered the order; ``lift`` names the one who proposes to lift it."""

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


@value(frozen=True, slots=True)
class CountryCounts:
    """Item counts of one country: released with unsent deliveries, open for review, and blocked."""

    queued: int
    held: int
    blocked: int


@value(frozen=True, slots=True)
class DryRun:
    """What an order would change; a dry run writes nothing.

    ``would_change`` counts the items that the order would change, by present state, and the figures of the last 30
    days. ``before`` and ``after`` count all queued, held and blocked items of the country.
    """

    country: str
    level: str
    state: str
    effective_at: datetime
    would_change: dict[str, int]
    before: CountryCounts
    after: CountryCounts


@value(frozen=True, slots=True)
class HeaderView:
    """The console's header: the store's realm, such as ``demo``, and the desk's figures."""

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


@value(frozen=True, slots=True)
class OfficerRow:
    name: str
    role: str
    country: str
    logins: tuple[str, ...]
