"""The console that screens and groups of actions are handed: its parts, and the app that they are shown in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from textual.geometry import Size
from textual.screen import Screen, ScreenResultCallbackType
from textual.timer import Timer

from dutydesk.desk.base.context import Actor
from dutydesk.desk.base.rows import AlarmRow, CountryRow, WaitingCounts
from dutydesk.desk.service.desk import Desk
from dutydesk.desk.shift.presence import AbsenceSummary
from dutydesk.domain.errors import DeskError, NotAllowed, Obstacle
from dutydesk.domain.review.officers import Officer, Right
from dutydesk.language.catalogues import spoken_language
from dutydesk.language.languages import Language
from dutydesk.tui.administration.forms import AdministratorActions
from dutydesk.tui.checks.form import CheckActions
from dutydesk.tui.console import Action, ActionGroup
from dutydesk.tui.dialogs.form import Form
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.clipboard import CopyActions, plain_text
from dutydesk.tui.frame.draft_list import DraftActions, draft_title
from dutydesk.tui.frame.drafts import VIEWS, Drafts
from dutydesk.tui.frame.jump import JumpActions
from dutydesk.tui.frame.key_rights import forbidden_keys
from dutydesk.tui.frame.keys import REPLAY_KEYS, TOUR_KEYS, key_hint
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.frame.overview import HeaderCounts, header_right
from dutydesk.tui.frame.pace import NORMAL_PACE, Pace
from dutydesk.tui.frame.preferences import PREFERENCES, Preferences
from dutydesk.tui.frame.replay import ReplayActions
from dutydesk.tui.frame.runner import DeskRunner, PacedRunner, TourRunner
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.status import StatusMessages
from dutydesk.tui.frame.terminal import is_in_tmux
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.frame.too_small import TooSmall
from dutydesk.tui.frame.updates import ScreenUpdates
from dutydesk.tui.help.explained import ExplainActions
from dutydesk.tui.intake.form import SubmissionActions
from dutydesk.tui.item.changes import OpenedItem
from dutydesk.tui.item.read_recorder import ReadRecorder
from dutydesk.tui.navigation import Navigation
from dutydesk.tui.personal.own_language import speak_and_keep
from dutydesk.tui.personal.own_work import OwnWorkActions
from dutydesk.tui.personal.texts import texts as personal_texts
from dutydesk.tui.review.answers import AnswerNotices
from dutydesk.tui.review.undo import UndoCountdown
from dutydesk.tui.shift.actions import ShiftActions
from dutydesk.tui.shift.idle_lock import IdleLock
from dutydesk.tui.shift.pages import AwaySummary
from dutydesk.tui.textual_internals import PartialRepaintApp
from dutydesk.tui.tour.actions import TourActions
from dutydesk.tui.tour.tour import Tour
from dutydesk.tui.wall.screen import UnattendedWall
from dutydesk.tui.widgets.frame_lines import Piece

T = TypeVar("T")
LEAST_WIDTH, LEAST_HEIGHT = 80, 24


class DeskConsole:
    """Implements ``Console``. The desk stays the caller's to close; ``actor`` does every action."""

    def __init__(
        self,
        app: PartialRepaintApp,
        desk: Desk,
        actor: Actor,
        *,
        runner: DeskRunner | None = None,
        drafts: Drafts | None = None,
        pace: Pace = NORMAL_PACE,
        own_files: bool = True,
    ) -> None:
        self._app = app
        self.own_files = own_files
        self.desk = desk.for_reader(actor)
        self.limits = desk.limits.console
        self.actor = actor
        #: As last read; ``None`` until then, and if the actor is no longer an officer of the desk.
        self.officer: Officer | None = None
        self.runner = runner
        self.pace = pace
        self.drafts = drafts if drafts is not None else Drafts()
        self.saved_filters = self.drafts.sibling_file(VIEWS)
        self.preferences = Preferences(self.drafts.sibling_file(PREFERENCES))
        self._size: Size | None = None
        self.overview = HeaderCounts()
        self.updates = ScreenUpdates(self, self)
        self.status = StatusMessages(self, self.desk_screens)
        self.navigation = Navigation(self)
        self.idle_lock = IdleLock(self)
        self.undo_countdown = UndoCountdown(self)
        self.read_recorder = ReadRecorder(self)
        self.answer_notices = AnswerNotices(self)
        self.tour = Tour(self, runner) if isinstance(runner, TourRunner) and runner.touring else None
        self.own_work = OwnWorkActions(self)
        self.actions: dict[str, Action] = {}
        for group in (
            self.status,
            self.navigation,
            JumpActions(self),
            ExplainActions(self),
            self.own_work,
            CopyActions(self),
            ShiftActions(self),
            AdministratorActions(self),
            ReplayActions(self, lambda: self.runner),
            TourActions(self),
            DraftActions(self),
            CheckActions(self),
            SubmissionActions(self),
        ):
            self.add_actions(group)

    def add_actions(self, group: ActionGroup) -> None:
        self.actions.update(group.actions())

    async def start(self, changed: AbsenceSummary | None) -> None:
        """Open the panes and, over them, what ``changed`` while the officer was away; then follow the store."""
        await self.updates.start()
        await self.open_screen(MainScreen(self))
        if self.drafts:
            self.notify(texts.drafts_left(list(map(draft_title, sorted(self.drafts))), key_hint("desk.drafts")), "warn")
        self.idle_lock.start()
        if changed is not None:
            await self.open_screen(AwaySummary(self, changed, await self.own_work.to_sign()))
        self._app.run_worker(self.updates.follow(self.idle_lock.lock_if_idle), exit_on_error=False, name="changes")

    async def start_wall(self) -> None:
        """Open the wall alone and follow the store. It is never locked: no key of it acts on the desk."""
        await self.updates.start()
        await self.open_screen(UnattendedWall(self, await self.desk.queries.wall_figures()))
        self._app.run_worker(self.updates.follow(_no_lock), exit_on_error=False, name="changes")

    @property
    def is_running(self) -> bool:
        return self._app.is_running

    def now(self) -> datetime:
        return self.desk.clock.now()

    def may(self, right: Right) -> bool:
        return self.officer is None or self.officer.may(right)

    def speak(self, language: Language) -> None:
        self.save_drafts()
        speak_and_keep(language, self.preferences)
        self._app.run_worker(self._open_panes_again(), exit_on_error=False, name="language")

    async def _open_panes_again(self) -> None:
        """Close what was drawn in another language."""
        async with self.updates.lock:
            before = next((screen for screen in self.screens if isinstance(screen, MainScreen)), None)
            while len(self.screens) > 1:
                await self._app.pop_screen()
            panes = MainScreen(self)
            await self.open_screen(panes)
            if before is not None:
                panes.action_pane(before.current)
        self.notify(personal_texts.language_chosen(spoken_language()))

    def unavailable_keys(self) -> frozenset[str]:
        found = forbidden_keys(self.officer)
        found |= frozenset() if isinstance(self.runner, PacedRunner) else REPLAY_KEYS
        return found if self.tour is not None and not self.tour.is_over else found | TOUR_KEYS

    # Messages to the officer

    def notify(self, text: str, tone: str = "", detail: Iterable[Obstacle] = (), *, lasts: bool = False) -> None:
        self.status.notify(text, tone, detail, lasts=lasts)

    def refuse(self, error: DeskError) -> None:
        self.status.refuse(error)

    def show_countdown(self, text: str) -> None:
        for screen in self.desk_screens():
            screen.show_countdown(text)

    def copy_to_terminal(self, text: str, *, name: str = "") -> None:
        plain = plain_text(text)
        if plain:
            self._app.copy_to_clipboard(plain)
            self.notify((texts.sent_through_tmux if is_in_tmux() else texts.sent_to_clipboard)(name or plain))

    # Screens

    @property
    def screens(self) -> Sequence[Screen[Any]]:
        return self._app.screen_stack

    def desk_screens(self) -> list[DeskScreen]:
        return [screen for screen in self.screens if isinstance(screen, DeskScreen) and screen.is_mounted]

    def open_screen(self, screen: Screen[T], callback: ScreenResultCallbackType[T] | None = None) -> Awaitable[None]:
        return self._app.push_screen(screen, callback)

    def close_screen(self) -> None:
        self._app.pop_screen()

    async def open_item(self, name: str) -> None:
        await self.navigation.open_item(name)

    async def open_hit(self, number: int) -> None:
        await self.navigation.open_hit(number)

    async def open_person(self, subject: str, refuse: Callable[[DeskError], None] | None = None) -> None:
        await self.navigation.open_person(subject, refuse)

    async def open_country(self, row: CountryRow) -> None:
        await self.navigation.open_country(row)

    async def open_subject(self, subject: str | None) -> None:
        await self.navigation.open_subject(subject)

    async def open_figures(self) -> None:
        await self.navigation.open_figures()

    def open_feed(self, filter_text: str) -> None:
        self.navigation.open_feed(filter_text)

    async def read_item(self, number: int, before: OpenedItem | None = None) -> OpenedItem:
        return await self.navigation.read_item(number, before)

    def check_size(self, size: Size, *, opened: bool = False) -> None:
        if not opened or size != self._size:
            self._app.repaint_all()
        self._size = size
        small = size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT
        covered = isinstance(self.screens[-1], TooSmall)
        if small and not covered:
            self.open_screen(TooSmall(self, size))
        elif covered and not small:
            self.close_screen()

    # Changes of the store

    async def update_screens(self) -> int:
        return await self.updates.update()

    def schedule_update(self) -> None:
        self._app.run_worker(self.updates.update(), exit_on_error=False)

    def show_time(self) -> None:
        self.updates.show_time()

    async def read_overview(self) -> None:
        """Read header and alarms; a new flash item rings the terminal's bell."""
        await self._read_officer()
        if await self.overview.read(self.desk):
            self._app.bell()
        self.idle_lock.show_alarms()

    async def _read_officer(self) -> None:
        try:
            self.officer = await self.desk.people.require(self.actor, Right.READ)
        except NotAllowed:
            self.officer = None  # the desk says so at each act

    async def apply_changes(self, change_set: ChangeSet | None) -> None:
        if change_set is not None:
            self.undo_countdown.apply_changes(change_set)
            await self.answer_notices.apply_changes(change_set)
        if self.tour is not None:
            await self.tour.check_progress(change_set)

    def header_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        now = self.now()
        left = self.overview.counts(self.desk.realm, self.last_minute_counts(), now)
        return left, header_right(self.runner, self.actor.officer, now)

    def all_alarms(self) -> list[AlarmRow]:
        return self.overview.alarms(self.runner)

    def waiting_counts(self) -> WaitingCounts:
        return self.overview.waiting

    def last_minute_counts(self) -> tuple[int, int]:
        return self.updates.change_feed.last_minute_counts(self.now())

    def checks_per_minute(self, minutes: int) -> tuple[int, ...]:
        return self.updates.change_feed.checks_per_minute(self.now(), minutes)

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Timer:
        return self._app.set_interval(interval, callback)

    # Leaving

    def save_drafts(self) -> None:
        """Keep what is typed in the open forms."""
        for screen in self.screens:
            if isinstance(screen, Form):
                screen.save_draft()

    def unlock(self) -> None:
        self.close_screen()
        self.check_size(self._app.size)

    def exit(self) -> None:
        self._app.exit()


async def _no_lock() -> None:
    """Do nothing after an update."""
