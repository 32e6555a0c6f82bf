"""What every use case gets: reference data, rules, settings, the actor, and the form of its result."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dutydesk.desk.base.live_check import LiveCheck
from dutydesk.desk.base.routing_memory import RoutingMemory
from dutydesk.desk.base.settings import Settings
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.not_allowed import NotAllowedCode
from dutydesk.domain.countries import Directory
from dutydesk.domain.delivery.items import Item
from dutydesk.domain.errors import InvalidRequest, NotAllowed
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import DEFAULT_LIMITS, Limits
from dutydesk.domain.review.officers import (
    SECRETARIAT,
    Officer,
    Right,
    may_read_denied,
    own_country_error,
    role_error,
)
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.domain.supervision.policy import Policy
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import items, officers
from dutydesk.store.tables.bureau_keys import KeyRingReader
from dutydesk.store.tables.bureau_routes import RouteReader
from dutydesk.store.tables.clock_steps import ClockStepReader
from dutydesk.store.tables.measures import PolicyReader

MAX_TEXT_LENGTH = 20_000


@value(frozen=True, slots=True)
class Actor:
    """The officer who acts, the login, and the id of the command: the same id gets the same result."""

    officer: str
    login: str
    command_id: str | None = None


@value(frozen=True, slots=True)
class CommandResult:
    """The result of an act. ``subject`` names an item, a measure, an officer or a bureau.

    ``restriction`` names the proposal of a restriction that was made, confirmed or dissented from.
    """

    subject: str
    state: str
    revision: int
    words: str = ""
    restriction: str | None = None


def is_sampled(rate: int) -> bool:
    """True once in ``rate`` calls on average, unpredictably."""
    return secrets.randbelow(rate) == 0


@dataclass(frozen=True)
class Context:
    """Shared by all use cases of one store. ``draw_sample`` decides whether a message, one in so many, is reviewed."""

    directory: Directory = field(repr=False)
    rules: RuleTable = field(repr=False)
    settings: Settings = field(repr=False)
    policies: PolicyReader = field(repr=False)
    limits: Limits = field(default=DEFAULT_LIMITS, repr=False, compare=False)
    draw_sample: Callable[[int], bool] = field(default=is_sampled, repr=False, compare=False)
    routing: RoutingMemory = field(default_factory=RoutingMemory, repr=False, compare=False)
    live: LiveCheck = field(default_factory=LiveCheck, repr=False, compare=False)
    keys: KeyRingReader = field(default_factory=KeyRingReader, repr=False, compare=False)
    bureau_routes: RouteReader = field(default_factory=RouteReader, repr=False, compare=False)
    clock_steps: ClockStepReader = field(default_factory=ClockStepReader, repr=False, compare=False)

    def policy(self, handle: Handle) -> Policy:
        """The rules in force. Raises StateDiffers in a transaction, where they are not those of the log."""
        if isinstance(handle, Transaction):
            self.live.require_sound_rules(handle)
        return self.policies.current(handle)

    def cleared_bureaus(self, *, confidential: bool) -> frozenset[str] | None:
        """The bureaus that may receive an item of this confidentiality, by the settings; ``None`` for all."""
        codes = self.settings.cleared_for_confidential
        return frozenset(codes) if confidential and codes is not None else None

    def officer(self, handle: Handle, actor: Actor, right: Right) -> Officer:
        """The officer who acts, read in this transaction. Raises NotAllowed where he or she lacks ``right``.

        In a transaction it raises StateDiffers where the officer's rows are not those of the log.
        """
        officer = officers.find_by_name(handle, actor.officer)
        if officer is None:
            raise NotAllowed(
                NotAllowedCode.NOT_AN_OFFICER,
                sentence(
                    "{officer} is not an officer of this desk; an administrator adds one with: officers add",
                    officer=actor.officer,
                ),
            )
        words = role_error(officer, right)
        if words is not None:
            raise NotAllowed(NotAllowedCode.ROLE_TOO_LOW, words)
        if isinstance(handle, Transaction):
            self.live.require_officer(handle, officer, right)
        return officer

    def item_to_review(self, handle: Handle, actor: Actor, number: int, right: Right = Right.REVIEW) -> Item:
        """The item, for an act that needs ``right`` and the right to review the item.

        The right is checked first, so that an officer without it does not learn whether there is such an item. Raises
        NotAllowed, NotFound.
        """
        self.officer(handle, actor, right)
        item = items.get(handle, number)
        self.require_reviewer(handle, actor, item)
        return item

    def require_reviewer(self, handle: Handle, actor: Actor, item: Item) -> Officer:
        """The officer, if permitted to decide on this item; nobody may for the own country. Raises NotAllowed."""
        officer = self.officer(handle, actor, Right.REVIEW)
        self.refuse_own_country(officer, item.sender)
        self.require_read_access(handle, officer, item)
        return officer

    def read_refusal(self, handle: Handle, officer: Officer, item: Item) -> str | None:
        """Why ``officer`` may not read the item's body, in one sentence, or ``None``."""
        if officer.country == SECRETARIAT:
            return None
        if self.may_read(self.policy(handle), officer, item.sender, item.root, item.restricted_from):
            return None
        return sentence(
            "{name} is denied to {country} by its owner; {officer} may not read it",
            name=item.name,
            country=officer.country,
            officer=officer.name,
        )

    def may_read(
        self, policy: Policy, officer: Officer, sender: str | None, root: int | None, restricted_from: frozenset[str]
    ) -> bool:
        """Whether ``officer`` may read a sender's item, or with no ``root`` an imported record of it."""
        if officer.country == SECRETARIAT or self.settings.country_officers_read_denied:
            return True
        scopes = policy.scopes(sender or "", root, restricted_from)
        return may_read_denied(officer, sender, scopes, policy.parents)

    def require_read_access(self, handle: Handle, officer: Officer, item: Item) -> None:
        """Raises NotAllowed where ``officer`` may not read the item."""
        words = self.read_refusal(handle, officer, item)
        if words is not None:
            raise NotAllowed(NotAllowedCode.READ_DENIED, words)

    def refuse_own_country(self, officer: Officer, country: str | None) -> None:
        if country is None:
            return
        words = own_country_error(officer, country, self.directory.parents)
        if words is not None:
            raise NotAllowed(NotAllowedCode.OWN_COUNTRY, words)


def require_text(text: str | None, label: str, code: InvalidRequestCode = InvalidRequestCode.REASON_MISSING) -> str:
    """A text that must not be empty; one that is too long is cut. Raises InvalidRequest with ``code``."""
    cleaned = (text or "").replace("\0", "").strip()
    if not cleaned:
        raise InvalidRequest(code, sentence("enter {label}", label=label))
    return cleaned if len(cleaned) <= MAX_TEXT_LENGTH else cleaned[:MAX_TEXT_LENGTH] + " [cut at 20,000 characters]"


def format_utc(at: datetime) -> str:
    """A time as officers write it: UTC, to the second."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
