"""The guided tour of the demo: five steps with the real keys. It notices by itself when a step is done."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Final

from dutydesk.desk.base.rows import ItemRow, ItemView
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.delivery.states import DeliveryState, ItemState
from dutydesk.domain.errors import DeskError
from dutydesk.domain.messages.message import MessageType
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.console import Console
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.drafts import Values
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.runner import PacedRunner, TourRunner
from dutydesk.tui.item.hit import HitScreen
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.tour.texts import texts

_RESPONSE_STATES: Final = frozenset(
    {DeliveryState.ACKNOWLEDGED, DeliveryState.ACTING, DeliveryState.ACTED, DeliveryState.DECLINED}
)
#: With so many held items and none that needs two officers, the first of them is used.
_ENOUGH_HELD = 6
_HURRY_STEPS = 2


class TourStep(IntEnum):
    RELEASE = 1
    ORDER = 2
    WATCH = 3
    REVIEW = 4
    DECIDE = 5


class Tour:
    """``step``: the present step, ``None`` once the tour is over. ``item``: the item to review."""

    def __init__(self, console: Console, runner: TourRunner) -> None:
        self._console = console
        self._runner = runner
        self.country = runner.tour_country
        self.step: TourStep | None = TourStep.RELEASE
        self.item: str | None = None
        self._state = ""
        self._page_seen = False
        self._needs_two = True
        self._hurries = False
        self._steps_faster = 0

    @property
    def is_over(self) -> bool:
        return self.step is None

    def order_values(self) -> Values:
        """The values for the form of a measure while the tour waits for that measure."""
        return dict(self._runner.tour_order) if self.step in (TourStep.RELEASE, TourStep.ORDER) else {}

    def lines(self) -> tuple[str, str, str] | None:
        """The step, what it shows, and its keys."""
        if self.step is None:
            return None
        what, how = self._step_texts(self.step)
        filled = {
            "country": self.country,
            "item": self.item or "",
            "number": item_number(self.item or "") or 0,
            "deliveries": key_hint("item.deliveries"),
            "history": key_hint("item.history"),
        }
        return texts.tour_step(self.step, len(TourStep)), what.format(**filled), how.format(**filled)

    def _step_texts(self, step: TourStep) -> tuple[str, ...]:
        if step is TourStep.REVIEW and self._state == ItemState.PROPOSED:
            return texts.TOUR_CONFIRM
        if step is TourStep.REVIEW and not self._needs_two:
            return texts.TOUR_REVIEW_ALONE
        if step is TourStep.RELEASE and isinstance(self._console.screens[-1], ItemScreen | HitScreen):
            return texts.TOUR_NOT_RELEASED
        match step:
            case TourStep.RELEASE:
                return texts.TOUR_RELEASE
            case TourStep.ORDER:
                return texts.TOUR_ORDER
            case TourStep.WATCH:
                return texts.TOUR_WATCH
            case TourStep.REVIEW:
                return texts.TOUR_REVIEW
            case TourStep.DECIDE:
                return texts.TOUR_DECIDE

    def keys(self) -> str:
        return texts.tour_keys(key_hint("tour.skip"), key_hint("tour.end"))

    async def skip(self) -> None:
        if self.step is TourStep.WATCH or self.step is TourStep.REVIEW:
            await self.end()
        elif self.step is not None:
            if self.step is TourStep.ORDER:
                await self._runner.do_held_back()
            await self._advance()

    async def end(self) -> None:
        """End the tour: script and simulated colleagues take over the officer's part."""
        if self.step is not None:
            self.step = None
            self._hurry(False)
            await self._runner.end_tour()
            self._console.notify(texts.TOUR_OVER)

    async def _advance(self) -> None:
        if self.step is TourStep.DECIDE or self.step is None:
            await self.end()
            return
        self.step = TourStep(self.step + 1)
        self._hurry(self.step is TourStep.WATCH)
        await self.check_progress(None, entering=True)

    async def check_progress(self, change_set: ChangeSet | None, *, entering: bool = False) -> None:
        """Called after each poll of the console; reads the store only if the step may be done."""
        moved = entering or change_set is not None
        match self.step:
            case TourStep.RELEASE if self._has_opened_a_released_one() or await self._is_ordered_early(change_set):
                await self._advance()
            case TourStep.ORDER if (
                entering or (change_set is not None and change_set.measures)
            ) and await self._is_ordered():
                await self._advance()
            case TourStep.WATCH if moved and await self._find_item():
                await self._advance()
            case TourStep.REVIEW if moved:
                await self._follow_review()
            case TourStep.DECIDE if self._has_seen_decisions():
                await self._advance()

    def _open_view(self) -> ItemView | None:
        screen = self._console.screens[-1]
        return screen.view if isinstance(screen, ItemScreen) else None

    def _has_opened_a_released_one(self) -> bool:
        view = self._open_view()
        return view is not None and view.row.state == ItemState.RELEASED

    async def _is_ordered_early(self, change_set: ChangeSet | None) -> bool:
        """Whether the officer has gone ahead to the second step."""
        return change_set is not None and change_set.measures and await self._is_ordered()

    def _hurry(self, on: bool) -> None:
        """Let time run faster while there is nothing to do but wait."""
        if on == self._hurries or not isinstance(self._runner, PacedRunner):
            return
        self._hurries = on
        if not on:
            for _ in range(self._steps_faster):
                self._runner.slower()
            return
        self._steps_faster = 0
        for _ in range(_HURRY_STEPS):
            before = self._runner.speed_words()
            self._runner.faster()
            self._steps_faster += self._runner.speed_words() != before

    async def _is_ordered(self) -> bool:
        measures = await self._console.desk.queries.measures(self.country)
        return any(row.in_force and row.level == Level.HELD for row in measures)

    async def _find_item(self) -> bool:
        held = [row for row in await self._console.desk.queries.queue() if self._may_be_reviewed(row)]
        for row in held:
            view = await self._console.desk.queries.show(item_number(row.item) or 0)
            demands = self._console.desk.context.rules.demands_four_eyes
            if _is_suitable(view, demands, two=len(held) < _ENOUGH_HELD):
                self.item, self._state = row.item, row.state
                self._needs_two = any(demands(finding.rule, view.examined_as) for finding in view.findings)
                return True
        return False

    def _may_be_reviewed(self, row: ItemRow) -> bool:
        mine = row.claimed_by in (None, self._console.actor.officer)
        return row.sender == self.country and row.measure is not None and row.state == ItemState.HELD and mine

    async def _follow_review(self) -> None:
        try:
            view = await self._console.desk.queries.show(item_number(self.item or "") or 0)
        except DeskError:
            return
        self._state = view.row.state
        if self._state == ItemState.RELEASED:
            await self._advance()
        elif self._state not in (ItemState.HELD, ItemState.PROPOSED):
            self.step, self.item = TourStep.WATCH, None
            self._hurry(True)

    def _has_seen_decisions(self) -> bool:
        """Whether the officer has seen a response, or has left the page without any."""
        screen, view = self._console.screens[-1], self._open_view()
        if isinstance(screen, ItemScreen) and view is not None and view.row.item == self.item:
            if not screen.shows_deliveries:
                return False
            self._page_seen = True
            return any(delivery.state in _RESPONSE_STATES for delivery in view.deliveries)
        return self._page_seen


def _is_suitable(view: ItemView, demands: Callable[[str, MessageType], bool], *, two: bool) -> bool:
    """Whether no finding blocks it and, with ``two``, its release needs a second officer."""
    if any(finding.severity == "block" for finding in view.findings):
        return False
    return not two or any(demands(finding.rule, view.examined_as) for finding in view.findings)
