"""The second person's word, and the look at what went out already, by the officers of the sample shift."""

from __future__ import annotations

from random import Random

from dutydesk.desk.desk import Desk
from dutydesk.desk.ground import Act
from dutydesk.desk.views import ItemRow, ItemView
from dutydesk.domain.compliance import Severity
from dutydesk.domain.errors import DeskError
from dutydesk.domain.items import item_number
from dutydesk.domain.states import ItemState
from dutydesk.traffic.acts import FIRST_OFFICER, SECOND_OFFICER
from dutydesk.traffic.desk_acts import LOGIN

OFFICERS = (FIRST_OFFICER, SECOND_OFFICER)
#: The share of proposals that are turned down once, and of releases with a blocking finding that are recalled.
DISSENT, RECALL = 0.2, 0.15
_MOST = 200


class SecondWords:
    """``for_the_human`` is the share that they leave to whoever sits at the console."""

    def __init__(self, desk: Desk, seed: int, for_the_human: float = 0.0) -> None:
        self._desk = desk
        self._seed = seed
        self._for_the_human = for_the_human
        self._given_up: set[tuple[str, int]] = set()

    async def work_off(self) -> int:
        """Speaks on every proposal and every review after release that is theirs; returns on how many."""
        spoken = 0
        for number in await self._waiting():
            spoken += await self._second(number)
        for row in await self._desk.post_reviews(_MOST):
            if row.recall_proposed is None and not self._is_left(row.item):
                spoken += await self._look_back(row)
        return spoken

    async def speak_on_one(self) -> int:
        """The same for the first that waits: a person does one thing at a time."""
        for number in await self._waiting():
            if await self._second(number):
                return 1
        for row in await self._desk.post_reviews(_MOST):
            if row.recall_proposed is None and not self._is_left(row.item) and await self._look_back(row):
                return 1
        return 0

    async def _waiting(self) -> list[int]:
        rows = [row for row in await self._desk.queue(_MOST) if row.state == ItemState.PROPOSED]
        proposed = [row.item for row in rows if row.proposed_by not in OFFICERS or not self._is_left(row.item)]
        recalls = [row.subject for row in await self._desk.alarms() if row.alarm == "recall"]
        return [item_number(name) or 0 for name in (*proposed, *recalls)]

    def _is_left(self, item: str) -> bool:
        return Random(f"{self._seed}/{item}/second").random() < self._for_the_human

    async def _second(self, number: int) -> int:
        view = await self._desk.show(number)
        if view.proposal is None or (view.row.item, view.row.revision) in self._given_up:
            return 0
        officer = next(name for name in OFFICERS if name != view.proposal.officer)
        try:
            if self._turns_down(view):
                await self._desk.dissent_item(Act(officer, LOGIN), number, "I read the facts otherwise; look again.")
            else:
                await self._desk.confirm_item(Act(officer, LOGIN), number)
        except DeskError:
            self._given_up.add((view.row.item, view.row.revision))
            return 0
        return 1

    def _turns_down(self, view: ItemView) -> bool:
        """Once at most for each item: two who never agree would never end."""
        if any(review.decision == "dissent" for review in view.reviews):
            return False
        return Random(f"{self._seed}/{view.row.item}/dissent").random() < DISSENT

    async def _look_back(self, row: ItemRow) -> int:
        random, number = Random(f"{self._seed}/{row.item}/look back"), item_number(row.item) or 0
        act = Act(OFFICERS[random.randrange(len(OFFICERS))], LOGIN)
        view = await self._desk.show(number)
        blocking = [finding for finding in view.findings if finding.severity is Severity.BLOCK]
        turned_down = any(review.decision == "dissent" for review in view.reviews)
        keep = not blocking or turned_down or random.random() >= RECALL
        reason = "Read afterwards; it stands." if keep else blocking[0].message
        try:
            await self._desk.post_review(act, number, keep=keep, reason=reason)
        except DeskError:
            return 0
        return 1
