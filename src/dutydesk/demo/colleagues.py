"""Two simulated officers who work on the queue, each act through the desk's use cases."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from random import Random

from dutydesk.demo.acts import FIRST_OFFICER, SECOND_OFFICER
from dutydesk.demo.desk_acts import LOGIN
from dutydesk.demo.replay import wait_for_clock
from dutydesk.desk.base.clock import ReplayClock
from dutydesk.desk.base.context import Actor
from dutydesk.desk.base.rows import ItemRow, ItemView
from dutydesk.desk.review.decide import Deciding
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import Conflict, DeskError, Refused
from dutydesk.domain.review.guards import Decision, RefusalCode
from dutydesk.domain.rules.examination import Finding, Severity

OFFICERS = (FIRST_OFFICER, SECOND_OFFICER)
#: The share of items with a blocking finding whose sender is asked before a decision.
ASK_SHARE = 0.5
#: The share of released items with a blocking finding that are recalled at their review.
RECALL_SHARE = 0.5
#: The share of proposals that the second officer dissents from at first.
DISSENT_SHARE = 0.2
#: How often they try to decide on one version of an item.
MAX_FAILURES = 3
_QUEUE_LIMIT = 500


class Colleagues:
    """Works on the queue as two officers.

    ``officer_share`` is the share of the queue that they leave to the human officer; they always act on that officer's
    proposals.
    """

    def __init__(self, desk: Desk, clock: ReplayClock, seed: int, officer_share: float = 0.0) -> None:
        self._desk = desk
        self._clock = clock
        self._seed = seed
        self._officer_share = officer_share
        #: They leave items of this bureau to the human officer, and confirm what that officer proposes on them.
        self.tour_country: str | None = None
        self._failures: Counter[tuple[str, int, int]] = Counter()

    async def work_through_queue(self) -> int:
        """Work on everything in the queue that is theirs; returns how many items were decided."""
        done = 0
        while waiting := await self._pending_rows():
            for row in waiting:
                done += await self._work_item(row, self._officer_for(row))
        return done

    async def _pending_rows(self) -> list[ItemRow]:
        """Items that wait for a first or second decision, then those that are reviewed after their release."""
        recalls = [
            item_number(alarm.subject) or 0 for alarm in await self._desk.queries.alarms() if alarm.alarm == "recall"
        ]
        afterwards = [*await self._desk.queries.rows(recalls), *await self._desk.queries.post_reviews(_QUEUE_LIMIT)]
        rows = {row.item: row for row in (*await self._desk.queries.queue(_QUEUE_LIMIT), *afterwards)}
        return [row for row in rows.values() if self._is_for_colleagues(row)]

    async def run(self, stopping: asyncio.Event) -> None:
        """Run both officers side by side at the clock's pace until ``stopping`` is set."""
        await asyncio.gather(*(self._work_shift(officer, stopping) for officer in OFFICERS))

    async def _work_shift(self, officer: str, stopping: asyncio.Event) -> None:
        random = Random(f"{self._seed}/{officer}")
        while await self._pause(random, (2, 9), stopping):
            try:
                waiting = await self._pending_rows()
                free = [row for row in waiting if row.claimed_by is None or _is_proposed_by_officer(row)]
                mine = [row for row in free if self._officer_for(row) == officer]
                mine.sort(key=lambda row: not _is_proposed_by_officer(row))
                if mine:
                    if mine[0].state == ItemState.HELD:
                        await self._desk.review.claim(Actor(officer, LOGIN), _number(mine[0]))
                    await self._pause(random, (3, 12), stopping)
                    await self._work_item(mine[0], officer)
            except DeskError:
                continue

    async def _pause(self, random: Random, minutes: tuple[int, int], stopping: asyncio.Event) -> bool:
        until = self._clock.now() + timedelta(minutes=random.uniform(*minutes))
        return await wait_for_clock(self._clock, until, stopping)

    def _is_for_colleagues(self, row: ItemRow) -> bool:
        of_the_human = _is_proposed_by_officer(row)
        held_by_human = row.claimed_by not in (None, *OFFICERS) and not of_the_human
        if row.state == ItemState.INFORMATION_REQUESTED or held_by_human:
            return False
        if self._is_for_tour(row) and not of_the_human:
            return False
        left = Random(f"{self._seed}/{row.item}/left").random() < self._officer_share
        return (of_the_human or not left) and self._failures[row.item, row.version, row.cycle] < MAX_FAILURES

    def _is_for_tour(self, row: ItemRow) -> bool:
        return self.tour_country is not None and row.sender == self.tour_country

    def _officer_for(self, row: ItemRow) -> str:
        """The officer who works on an item; a second decision is made by the other one."""
        first = row.proposed_by or row.recall_proposed
        officers = [officer for officer in OFFICERS if officer != first]
        return officers[Random(f"{self._seed}/{row.item}/officer").randrange(len(officers))]

    async def _work_item(self, row: ItemRow, officer: str) -> int:
        """Decide on an item; returns 1 if it was decided, else 0.

        An item that the desk keeps refusing to decide is left alone until its body or its cycle changes.
        """
        try:
            if row.proposed_by or row.recall_proposed:
                await self._confirm_or_dissent(row, officer)
            elif row.state == ItemState.HELD:
                await self._decide(_number(row), officer)
            else:
                await self._post_review(row, officer)
        except DeskError:
            self._failures[row.item, row.version, row.cycle] += 1
            return 0
        return 1

    async def _decide(self, number: int, officer: str) -> None:
        actor = Actor(officer, LOGIN)
        await self._desk.review.claim(actor, number)
        view = await self._desk.queries.show(number)
        wanted = self._choose_decision(view)
        if wanted.decision is Decision.RELEASE:
            for point in view.checklist:
                if point.ticked_by is None:
                    await self._desk.review.tick(actor, number, point.check)
        try:
            await self._desk.review.decide(actor, number, wanted)
        except Conflict:
            raise
        except Refused as refusal:
            if wanted.decision is not Decision.RELEASE:
                raise
            words = f"It can't be passed on: {refusal.words}"
            await self._desk.review.decide(actor, number, Deciding(Decision.REFUSE, words, RefusalCode.OTHER))

    async def _confirm_or_dissent(self, row: ItemRow, officer: str) -> None:
        """Confirm most proposals; dissent at most once for each item, so that two officers do not disagree for ever."""
        view = await self._desk.queries.show(_number(row))
        said_no = any(review.decision == "dissent" for review in view.reviews)
        if (
            not said_no
            and not self._is_for_tour(row)
            and Random(f"{self._seed}/{row.item}/second").random() < DISSENT_SHARE
        ):
            await self._desk.review.dissent(
                Actor(officer, LOGIN), _number(row), "I read the facts otherwise; look again."
            )
        else:
            await self._desk.review.confirm(Actor(officer, LOGIN), _number(row))

    async def _post_review(self, row: ItemRow, officer: str) -> None:
        """Let most released items stand; for the others propose a recall, which the other officer confirms."""
        actor, view = Actor(officer, LOGIN), await self._desk.queries.show(_number(row))
        blocking = [finding for finding in view.findings if finding.severity is Severity.BLOCK]
        recalls = bool(blocking) and Random(f"{self._seed}/{row.item}/afterwards").random() < RECALL_SHARE
        reason = blocking[0].message if recalls else "Read after it went out; it may stand."
        await self._desk.review.post_review(actor, _number(row), keep=not recalls, reason=reason)

    def _choose_decision(self, view: ItemView) -> Deciding:
        blocking = [finding for finding in view.findings if finding.severity is Severity.BLOCK]
        if not blocking:
            return Deciding(Decision.RELEASE, "Read; complies with the rules.")
        first = blocking[0]
        was_asked = any(review.decision == Decision.ASK for review in view.reviews)
        random = Random(f"{self._seed}/{view.row.item}/{view.row.version}/judged")
        code = _refusal_code(first)
        if code is RefusalCode.OTHER and not was_asked and random.random() < ASK_SHARE:
            return Deciding(Decision.ASK, f"Please send what is missing: {first.message}")
        articles = tuple(dict.fromkeys(finding.article for finding in blocking))
        return Deciding(Decision.REFUSE, first.message, code, articles)


def _is_proposed_by_officer(row: ItemRow) -> bool:
    first = row.proposed_by or row.recall_proposed
    return first is not None and first not in OFFICERS


def _number(row: ItemRow) -> int:
    return item_number(row.item) or 0


def _refusal_code(finding: Finding) -> RefusalCode:
    """The code for the article of the Constitution that speaks against the item, or ``other``."""
    if "Constitution 3" in finding.article:
        return RefusalCode.ARTICLE_3
    return RefusalCode.ARTICLE_2 if "Constitution 2" in finding.article else RefusalCode.OTHER
