"""The review pane: the queue, and the text of the selected item next to it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer

from dutydesk.desk.base.event_text import action_text, actor_name
from dutydesk.desk.base.rows import ItemRow, ItemView
from dutydesk.desk.views.pages import QueuePage
from dutydesk.domain.delivery.items import item_number
from dutydesk.domain.errors import DeskError, StoreUnusable
from dutydesk.language.sentences import read_sentence
from dutydesk.tui.console import Console
from dutydesk.tui.feed.range_marks import Marks
from dutydesk.tui.feed.texts import texts as feed_texts
from dutydesk.tui.frame.change_feed import ChangeSet, last_change
from dutydesk.tui.frame.glyphs import glyphs
from dutydesk.tui.item.changes import OpenedItem
from dutydesk.tui.item.paragraphs import overview
from dutydesk.tui.personal.looks import QUEUE_LOOK
from dutydesk.tui.review.queue import Queue, sort_queue
from dutydesk.tui.review.texts import texts
from dutydesk.tui.widgets.frame_lines import PaneTitle, Piece
from dutydesk.tui.widgets.line_table import LineTable
from dutydesk.tui.widgets.pane import Pane
from dutydesk.tui.widgets.text_pane import TextPane


class ReviewPane(Pane):
    """``marked`` are the items that are marked, shared with the feed."""

    def __init__(self, console: Console, marked: Marks) -> None:
        super().__init__("review")
        self.console, self._marked = console, marked
        self._page = QueuePage((), (), 0, more_post_reviews=False)
        self._detail: str | None = None
        self._opened: OpenedItem | None = None
        self._is_unread = False
        self._seen = False
        self._detail_delay: Timer | None = None
        self._read_delay: Timer | None = None

    def compose(self) -> ComposeResult:
        yield PaneTitle(id="review-title")
        with Horizontal(id="review-body"):
            yield Queue(self.console.now, id="queue")
            yield TextPane(id="detail")

    def on_mount(self) -> None:
        self.queue.bulk_selection = self._marked

    @property
    def queue(self) -> Queue:
        return self.query_one(Queue)

    @property
    def list_widget(self) -> Queue:
        return self.queue

    @property
    def detail(self) -> TextPane:
        return self.query_one("#detail", TextPane)

    def set_shown(self, shown: bool) -> None:
        """Show or hide the pane. Until it is first seen the cursor stays on the most urgent item."""
        self.display = shown
        self._seen = self._seen or shown

    def counts(self) -> Sequence[Piece]:
        page = self._page
        counted = feed_texts.bulk_count(len(self._marked), ranging=self._marked.ranging)
        marked: list[Piece] = [(counted, "chosen", 1)] if counted else []
        after = texts.post_reviews(len(page.post_reviews), more=page.more_post_reviews)
        return [*marked, (texts.waiting(page.waiting_count), "", 0), (after, "", 1)]

    def is_outdated_by(self, change_set: ChangeSet) -> bool:
        """Whether the queue must be read again; a list of post-reviews that is full already takes no more."""
        return change_set.queue or (change_set.reviews and not self._page.more_post_reviews)

    async def load(self) -> None:
        console, queue = self.console, self.queue
        chosen = queue.cursor
        self._page = page = await console.desk.queries.queue_page(console.limits.queue_rows)
        rows = {row.item: row for row in (*page.to_decide, *page.post_reviews)}
        if chosen is not None and chosen not in rows:
            # The queue may be newer than the change set, so the history says who took the item.
            event = last_change(await console.desk.queries.history(chosen))
            if event is not None and event.actor != console.actor.officer:
                words = read_sentence(action_text(event.event))
                console.notify(texts.left_queue(chosen, read_sentence(actor_name(event.actor)), words), "warn")
        queue.show_answers(page.answered)
        queue.show_findings(page.findings)
        self._show_rows()
        if queue.cursor is None or not self._seen:
            queue.move_to(0)

    def _show_rows(self) -> None:
        page, preferences = self._page, self.console.preferences
        rows = {row.item: row for row in (*page.to_decide, *page.post_reviews)}.values()
        order = QUEUE_LOOK.order(preferences)
        self.queue.hide_columns(QUEUE_LOOK.hidden(preferences))
        self.queue.show_rows(sort_queue(rows, order, page.findings, self.console.now()))

    def show_look(self) -> None:
        """Show the queue in the order and with the columns that are chosen now."""
        self._show_rows()

    async def apply_changes(self, change_set: ChangeSet) -> None:
        """Show the selected item again if it has changed."""
        if self._detail is not None and item_number(self._detail) in change_set.items:
            await self.show_detail(keep_place=True)

    async def load_deferred(self) -> None:
        """Try again to show the selected item if the store could not be read."""
        if self._is_unread:
            await self.show_detail(keep_place=True, again=True)

    def update_ages(self) -> None:
        self.queue.repaint_rows()
        self._paint_detail(keep_place=True)

    def on_line_table_moved(self, _event: LineTable.Moved) -> None:
        """The text follows once the cursor rests: a key that is held down repaints two lines a row, not a page."""
        if self._detail_delay is not None:
            self._detail_delay.stop()
        self._detail_delay = self.set_timer(self.console.limits.detail_delay_seconds, self.show_detail)

    async def show_detail(self, *, keep_place: bool = False, again: bool = False) -> None:
        """Show the selected item; ``again``: the officer has been told already that it can't be read.

        An item that can't be read leaves no text of another one next to the cursor.
        """
        row = self.queue.selected
        self._detail = row.item if row is not None else None
        self._is_unread = False
        number = item_number(row.item) if row is not None else None
        if number is None:
            self.detail.show([])
            return
        try:
            opened = await self.console.read_item(number, self._opened)
        except DeskError as error:
            self._is_unread = isinstance(error, StoreUnusable)
            if self.view_of(self.queue.selected) is None:
                self.detail.show([])
            if not again:
                self.console.refuse(error)
            return
        if self._detail == opened.view.row.item:
            is_another_text = _text_of(self._opened) != _text_of(opened)
            self._opened = opened
            self._paint_detail(keep_place=keep_place)
            if is_another_text or not keep_place:
                self.start_read_timer()

    def view_of(self, row: ItemRow | None) -> ItemView | None:
        """Everything on the row's item if it is the one whose text is shown."""
        opened = self._opened
        return opened.view if opened is not None and row is not None and opened.view.row.item == row.item else None

    def _paint_detail(self, *, keep_place: bool) -> None:
        opened = self._opened
        if opened is not None and opened.view.row.item == self._detail:
            paragraphs = overview(opened, glyphs(), self.console.now(), self.console.actor.officer)
            self.detail.show(paragraphs, keep_place=keep_place)

    def start_read_timer(self) -> None:
        """Record the item as read once it has been in sight for ``ConsoleLimits.read_seconds``."""
        if self._read_delay is not None:
            self._read_delay.stop()
        self._read_delay = self.set_timer(self.console.limits.read_seconds, self._count_as_read)

    def _count_as_read(self) -> None:
        opened = self._opened
        is_painted = opened is not None and opened.view.row.item == self._detail
        if opened is not None and is_painted and self.display and self.app.screen is self.screen:
            self.console.read_recorder.record(opened.view.row)


def _text_of(opened: OpenedItem | None) -> tuple[str, int] | None:
    """The item and the version of its text."""
    return None if opened is None else (opened.view.row.item, opened.view.row.version)
