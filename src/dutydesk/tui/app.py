"""The console: one desk, one officer, and the change feed that keeps the screens true."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.geometry import Size

from dutydesk.desk.base.context import Actor
from dutydesk.desk.base.rows import AlarmRow, CountryRow, HeaderView
from dutydesk.desk.service.desk import Desk
from dutydesk.desk.shift import presence
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError, Obstacle
from dutydesk.domain.records.records import hit_number
from dutydesk.tui.countries.country import CountryScreen
from dutydesk.tui.countries.owner_forms import import_form, purge_form
from dutydesk.tui.dialogs.dialog import Dialog
from dutydesk.tui.figures.screen import FiguresScreen
from dutydesk.tui.frame import keymap
from dutydesk.tui.frame import texts as frame_texts
from dutydesk.tui.frame.alarms import AlarmList
from dutydesk.tui.frame.ascii_driver import AsciiDriver, is_ascii_only
from dutydesk.tui.frame.cell_painter import CellPainter
from dutydesk.tui.frame.change_feed import ChangeFeed, ChangeSet
from dutydesk.tui.frame.drafts import VIEWS, Drafts, drafts_file
from dutydesk.tui.frame.keys import KeyPlace
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.frame.pace import NORMAL_PACE, Pace
from dutydesk.tui.frame.palette import Palette, PaletteEntry
from dutydesk.tui.frame.quit_dialog import QuitDialog
from dutydesk.tui.frame.runner import DeskRunner, PacedRunner, TourRunner, TroubledRunner
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.shortcuts import GlobalActions
from dutydesk.tui.frame.terminal import ConsoleDriver
from dutydesk.tui.frame.text_format import age, display_text, time_of_day
from dutydesk.tui.frame.themes import themes_for
from dutydesk.tui.frame.too_small import TooSmall
from dutydesk.tui.frame.type_ahead import TypeAhead
from dutydesk.tui.frame.viewer import Viewer, help_text
from dutydesk.tui.item.changes import OpenedItem
from dutydesk.tui.item.earlier_items import load_earlier
from dutydesk.tui.item.read_recorder import ReadRecorder
from dutydesk.tui.item.screen import ItemScreen
from dutydesk.tui.review.undo import UndoCountdown
from dutydesk.tui.shift.actions import ShiftActions
from dutydesk.tui.tour.tour import Tour
from dutydesk.tui.widgets.frame_lines import Piece
from dutydesk.tui.widgets.text_pane import Paragraph

log = logging.getLogger(__name__)
LEAST_WIDTH, LEAST_HEIGHT = 80, 24


class DutyDeskApp(GlobalActions, ShiftActions, CellPainter):
    """``desk`` is open and stays the caller's to close; every act is made as ``act``."""

    TITLE = frame_texts.TITLE
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = Path(__file__).with_name("frame") / "main.tcss"
    NOTIFICATION_TIMEOUT: ClassVar[float] = 0
    pause = staticmethod(asyncio.sleep)

    def __init__(
        self,
        desk: Desk,
        actor: Actor,
        runner: DeskRunner | None = None,
        drafts: Drafts | None = None,
        changed: presence.AbsenceSummary | None = None,
        pace: Pace = NORMAL_PACE,
    ) -> None:
        super().__init__(driver_class=AsciiDriver if is_ascii_only() else ConsoleDriver)
        self.pace = pace
        self.set_keymap(keymap.apply_key_settings(dict(desk.loaded.settings.keys), desk.loaded.key_lines))
        if "TEXTUAL_ANIMATIONS" not in os.environ or os.environ["TEXTUAL_ANIMATIONS"] == "none":
            self.animation_level = "none"
        self.desk = desk.for_reader(actor)
        self.limits = desk.limits.console
        self.actor = actor
        self.runner = runner
        self.header: HeaderView | None = None
        self.alarms: list[AlarmRow] = []
        self._announced_flash: set[str] = set()
        self.drafts = drafts if drafts is not None else Drafts()
        self._changed = changed
        self.undo_countdown = UndoCountdown(self)
        self.tour = Tour(self, runner) if isinstance(runner, TourRunner) and runner.touring else None
        self.saved_filters = self.drafts.sibling_file(VIEWS)
        self._type_ahead = TypeAhead(self, lambda text: self.say(text, "warn"), self.limits)
        self._details: tuple[str, tuple[Obstacle, ...]] | None = None
        self._update_lock = asyncio.Lock()
        self._minute = ""
        self._store_unreadable = False
        self.read_recorder = ReadRecorder(self)
        self._themes = themes_for(self.console.color_system)
        for theme in self._themes:
            self.register_theme(theme)
        if os.environ.get("TEXTUAL_THEME") is None:
            self.theme = self._themes[0].name

    def now(self) -> datetime:
        return self.desk.clock.now()

    async def on_mount(self) -> None:
        self._change_feed = ChangeFeed(self.desk)
        await self._change_feed.start()
        await self._read_overview()
        await self.push_screen(MainScreen())
        if self.drafts:
            self.say(frame_texts.drafts_left(sorted(self.drafts)), "warn")
        await self.show_absence(self._changed)
        self.run_worker(self._follow_changes(), exit_on_error=False, name="changes")

    async def on_event(self, event: events.Event) -> None:
        self.record_use(event)
        if self._type_ahead.should_drop(event):
            return
        if isinstance(event, events.Key) and not event.is_forwarded:
            if self.any_key(event):
                self._type_ahead.record_action()
            else:
                await self._type_ahead.handle_key(event)
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            await self._type_ahead.handle_paste(event)
        else:
            await super().on_event(event)

    async def stop_input(self) -> None:
        """Take no more keys, and wait until what they have opened is there."""
        await self._type_ahead.close()

    # The change feed

    async def _follow_changes(self) -> None:
        while True:
            changes = await self.update_screens()
            await self.lock_if_idle()
            await self.pause(self.pace.delay(changes))

    def schedule_update(self) -> None:
        self.run_worker(self.update_screens(), exit_on_error=False)

    async def update_screens(self) -> int:
        """Reads what changed and shows it; how much did."""
        async with self._update_lock:
            touched = None
            try:
                touched = await self._change_feed.poll()
                if touched is not None or self._minute != time_of_day(self.now()):
                    await self._read_overview()
                if touched is not None:
                    self.undo_countdown.apply_changes(touched)
                await self._show_changes(touched)
                if self.tour is not None:
                    await self.tour.check_progress(touched)
            except DeskError as error:
                return self._report_stale(error.words, touched)
            except Exception as error:
                log.exception("the screen could not be brought up to date")
                return self._report_stale(str(error), touched)
            if self._store_unreadable:
                self._store_unreadable = False
                self.say(frame_texts.STORE_READABLE, "")
            self.show_time()
            return len(touched.events) if touched is not None else 0

    async def _read_overview(self) -> None:
        """Header and alarms. A flash item that nobody has claimed rings the terminal's bell, once."""
        found = await self.desk.queries.overview()
        self.header, self.alarms = found.header, list(found.alarms)
        flash = {alarm.subject for alarm in found.alarms if alarm.alarm == "flash"}
        if flash - self._announced_flash:
            self.bell()
        self._announced_flash = flash
        self.show_alarms_on_curtain()

    def _report_stale(self, why: str, touched: ChangeSet | None) -> int:
        """Said once, until the store answers again: an officer must know that what is shown is old. Returns 0."""
        self._change_feed.requeue(touched)
        if not self._store_unreadable:
            self._store_unreadable = True
            self.say(f"{frame_texts.STORE_UNREADABLE}: {why}", "bad", (Obstacle("store", frame_texts.SCREEN_OUTDATED),))
        return 0

    async def _show_changes(self, touched: ChangeSet | None) -> None:
        for screen in self.screen_stack:
            if touched is not None and isinstance(screen, DeskScreen | Dialog) and screen.is_mounted:
                await screen.apply_changes(touched)
            elif isinstance(screen, DeskScreen) and screen.is_mounted:
                await screen.load_deferred()

    def show_time(self) -> None:
        minute = time_of_day(self.now())
        for screen in self.desk_screens():
            screen.show_header()
            if minute != self._minute:
                screen.update_ages()
        self._minute = minute

    def desk_screens(self) -> list[DeskScreen]:
        return [screen for screen in self.screen_stack if isinstance(screen, DeskScreen) and screen.is_mounted]

    # The frame

    def header_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]:
        now, header = self.now(), self.header
        left: list[Piece] = [(frame_texts.REALMS.get(self.desk.realm, self.desk.realm.upper()), "chosen", 0)]
        messages, checks = self._change_feed.last_minute_counts(now)
        left.append((frame_texts.messages_a_minute(messages), "", 5))
        left.append((frame_texts.checks_a_minute(checks), "", 8))
        if header is not None:
            oldest = age(header.oldest_held, now) if header.oldest_held else ""
            left.append((frame_texts.held(header.held, oldest), "warn" if header.held else "", 0))
            left.append((frame_texts.quarantined(header.quarantined), "bad", 2))
            left.append((frame_texts.dead_deliveries(header.dead), "bad", 3))
            left.append((frame_texts.queued(header.queued), "", 7))
            left.append((frame_texts.wait_offline(header.waiting), "", 6))
        right: list[Piece] = []
        if self.runner is not None:
            right.append((display_text(self.runner.state_words()), "", 1))
            if isinstance(self.runner, PacedRunner):
                right.append((frame_texts.PAUSED if self.runner.paused else self.runner.speed_words(), "", 1))
        right.append((display_text(self.actor.officer, 20), "dim", 9))
        right.append((time_of_day(now), "strong", 0))
        return left, right

    def all_alarms(self) -> list[AlarmRow]:
        """What stands in the dispatcher's way comes first: as long as it does, nothing goes out."""
        troubles: tuple[str, ...] = self.runner.troubles() if isinstance(self.runner, TroubledRunner) else ()
        return [*(AlarmRow(frame_texts.TROUBLE, frame_texts.DISPATCHER, text, None) for text in troubles), *self.alarms]

    def check_size(self, size: Size) -> None:
        """Below 80x24 one sentence stands over everything, until there is room again."""
        self.repaint_all()
        small = size.width < LEAST_WIDTH or size.height < LEAST_HEIGHT
        covered = isinstance(self.screen, TooSmall)
        if small and not covered:
            self.push_screen(TooSmall(size))
        elif covered and not small:
            self.pop_screen()

    def say(self, text: str, tone: str = "", detail: Iterable[Obstacle] = ()) -> None:
        """The one line of answers; what stands behind it is shown by ``e``."""
        kept = tuple(detail)
        self._details = (text, kept) if kept else None
        for screen in self.desk_screens():
            screen.say(display_text(text), tone, details=bool(kept))

    def refuse(self, error: DeskError) -> None:
        lead = frame_texts.CONFLICT if error.name == "conflict" else frame_texts.REFUSED
        self.say(f"{lead}: {error.words}", "bad", error.detail)

    # Screens

    async def read_item(self, number: int, before: OpenedItem | None = None) -> OpenedItem:
        """An item as it is, beside what it was when it was opened (``before``). Raises what the desk raises."""
        view = await self.desk.queries.show(number)
        known = before is not None and before.view.row.item == view.row.item
        first, at = (before.first, before.at) if known and before is not None else (view, self.now())
        return OpenedItem(first, view, await load_earlier(self.desk, view), at)

    async def open_item(self, name: str) -> None:
        number = item_number(name)
        if number is None:
            return
        try:
            opened, why = await self.read_item(number), await self.desk.queries.why(number)
        except DeskError as error:
            self.refuse(error)
            return
        await self.push_screen(ItemScreen(opened, why))
        self.read_recorder.record(opened.view.row)
        self.screen_stack[-1].call_after_refresh(self.show_time)

    async def open_country(self, row: CountryRow) -> None:
        try:
            page = await self.desk.queries.country_page(row.code)
        except DeskError as error:
            self.refuse(error)
            return
        await self.push_screen(CountryScreen(page.row or row, page.measures, page.consulted, page.restrictions))
        self.screen_stack[-1].call_after_refresh(self.show_time)

    def _places(self) -> tuple[KeyPlace, ...]:
        screens = self.desk_screens()
        return screens[-1].places() if screens else (KeyPlace.EVERYWHERE,)

    async def action_purge(self) -> None:
        await self.push_screen(purge_form(self))

    async def action_import_register(self) -> None:
        await self.push_screen(import_form(self))

    async def action_alarms(self) -> None:
        await self.push_screen(AlarmList(self.all_alarms(), self.now()), self.open_subject)

    async def action_figures(self) -> None:
        if not isinstance(self.screen, FiguresScreen):
            await self.push_screen(FiguresScreen())
            self.screen_stack[-1].call_after_refresh(self.show_time)

    def last_minute_counts(self) -> tuple[int, int]:
        """Messages and checks of the last minute, as the header says them."""
        return self._change_feed.last_minute_counts(self.now())

    def checks_per_minute(self, most: int) -> tuple[int, ...]:
        """Checks in each of the last minutes that this console has seen, the present one last."""
        return self._change_feed.checks_per_minute(self.now(), most)

    def open_feed(self, filter_text: str) -> None:
        """Back to the panes, with the feed narrowed. Not awaited: the screen that asks is one of those that go."""
        while not isinstance(self.screen, MainScreen):
            self.pop_screen()
        self.screen.narrow_feed(filter_text)

    async def open_subject(self, subject: str | None) -> None:
        """What the name of an item, a hit, a measure or a bureau stands for."""
        if subject is None:
            return
        if item_number(subject) is not None:
            await self.open_item(subject)
            return
        if (hit := hit_number(subject)) is not None:
            await self.open_hit(hit)
            return
        country = next((row.country for row in await self.desk.queries.measures() if row.measure == subject), subject)
        rows = {row.code: row for row in await self.desk.queries.countries()}
        if country in rows:
            await self.open_country(rows[country])

    # Actions of every place

    def action_help(self) -> None:
        self.push_screen(Viewer(frame_texts.HELP_TITLE, help_text(self._places())))

    def action_palette(self) -> None:
        self.push_screen(Palette(self._places()), self._run_entry)

    async def _run_entry(self, entry: PaletteEntry | None) -> None:
        if entry is None:
            return
        screen = self.screen
        panes = {KeyPlace.FEED: "feed", KeyPlace.REVIEW: "review", KeyPlace.COUNTRIES: "countries"}
        if isinstance(screen, MainScreen) and entry.place in panes:
            screen.action_pane(panes[entry.place])
        acts_here = isinstance(screen, DeskScreen) and entry.place in screen.places()
        actor = screen.focused if entry.place is KeyPlace.LIST and screen.focused is not None else screen
        if not acts_here or not await self.run_action(entry.key.action, actor):
            self.say(f"{frame_texts.NOT_HERE}: {entry.key.description} ({entry.place})", "warn")

    def action_details(self) -> None:
        if self._details is None:
            self.say(frame_texts.NO_DETAILS)
            return
        text, obstacles = self._details
        paragraphs = [Paragraph(display_text(text), tone="strong")]
        paragraphs += [Paragraph(display_text(obstacle.words), "-", indent=2) for obstacle in obstacles]
        self.push_screen(Viewer(frame_texts.DETAILS_TITLE, paragraphs))

    def action_next_theme(self) -> None:
        names = [theme.name for theme in self._themes]
        here = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(here + 1) % len(names)]

    @property
    def fault(self) -> Exception | None:
        """What ended the console against its will; the caller says so in one line."""
        return self._exception

    def _fatal_error(self) -> None:
        """Without the traceback that Textual would print: it belongs to the log."""
        self._close_messages_no_wait()

    async def action_quit(self) -> None:
        """Asks first where a typed text would be lost; behind the curtain nobody leaves."""
        if self.is_locked or any(isinstance(screen, QuitDialog) for screen in self.screen_stack):
            return
        self.save_drafts()
        if self.drafts:
            self.push_screen(QuitDialog(sorted(self.drafts), kept=self.drafts.persistent))
        else:
            self.exit()


def check_settings(desk: Desk) -> None:
    """Raises BadCall, naming the line, where the console could not start with the desk's own keys."""
    keymap.apply_key_settings(dict(desk.loaded.settings.keys), desk.loaded.key_lines)


async def run_console(
    desk: Desk,
    actor: Actor,
    runner: DeskRunner | None = None,
    drafts_folder: Path | None = None,
    pace: Pace = NORMAL_PACE,
) -> None:
    """Shows the console until the officer leaves it. The desk and the runner stay the caller's.

    Unsent texts outlive it where there is a folder for them.
    """
    # Both would hold the size at what it was when the shell set them.
    os.environ.pop("COLUMNS", None)
    os.environ.pop("LINES", None)
    kept = None if drafts_folder is None else drafts_file(drafts_folder, desk.store.path, actor.officer)
    console = DutyDeskApp(desk, actor, runner, Drafts(kept), await presence.changes_while_away(desk, actor), pace)
    # A store that somebody keeps locked is shown all the same.
    arriving = asyncio.create_task(presence.record_arrival(desk, actor))
    await console.run_async()
    await arriving
    await console.read_recorder.flush()
    await presence.record_departure(desk, actor)
    if console.fault is not None:
        raise console.fault
