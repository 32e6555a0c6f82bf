"""The feed's window on the store: a bounded range of filtered items and hits, kept up to date."""

from __future__ import annotations

from dutydesk.desk.base.hit_rows import FeedRow, HitRow
from dutydesk.desk.service.desk import Desk
from dutydesk.desk.views.hits import NEWEST, Place, place_of
from dutydesk.domain.delivery.items import item_number
from dutydesk.tui.feed.filter import FeedFilter
from dutydesk.tui.feed.table import Feed, row_name
from dutydesk.tui.feed.texts import texts
from dutydesk.tui.frame.change_feed import ChangeSet
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.frame.text_format import format_count
from dutydesk.tui.frame.texts import texts as frame_texts

_FIRST: Place = (0, 0)


class FeedWindow:
    """Rows in order of arrival, newest last; ``active_filter`` is the filter in use."""

    def __init__(self, desk: Desk, feed: Feed) -> None:
        self._desk = desk
        self._limits = desk.limits.console
        self._feed = feed
        self.active_filter = FeedFilter()
        self._newest = _FIRST
        #: Where the search for older rows goes on, and how many rows it has gone through.
        self._reached: Place = NEWEST
        self._first: Place | None = None
        self._searched = 0
        self._more = False
        self._newest_dropped = False
        self._total = 0

    async def load(self, limit: int | None = None) -> None:
        """Show the newest rows."""
        self._searched, self._first = 0, None
        rows, self._more = await self._read_on(NEWEST, limit)
        self._newest_dropped = False
        self._newest = max(map(place_of, rows), default=self._newest)
        self._show_empty()
        self._feed.show_rows(rows, follow=self._feed.following)

    async def load_older(self) -> None:
        """Add a page before the first row; a full window drops its newest rows.

        A filter goes through so many rows at a time, so that one that fits few rows holds nobody up. The next go
        begins where the last one ended, also if it found nothing.
        """
        if not self._more:
            return
        older, self._more = await self._read_on(self._place_before_first())
        self._show_empty()
        if not older:
            return
        kept = [*older, *self._feed.rows]
        self._newest_dropped = self._newest_dropped or len(kept) > self._limits.feed_rows
        self._feed.show_rows(kept[: self._limits.feed_rows])
        here = self._feed.place_of(self._feed.cursor or "")
        if here is not None:
            self._feed.scroll_to(y=here, animate=False, immediate=True)

    def _place_before_first(self) -> Place:
        """Where older rows begin. Rows that the window dropped lie before ``_reached`` and are read again."""
        first = place_of(self._feed.rows[0]) if self._feed.rows else None
        return self._reached if first is None or first == self._first else first

    def _show_empty(self) -> None:
        if self.active_filter.is_empty:
            words = texts.EMPTY_FEED
        elif self._more:
            words = texts.nothing_so_far(self._searched, key_hint("list.up"))
        else:
            words = texts.EMPTY_FILTERED
        self._feed.set_empty(words)

    async def resume(self) -> None:
        """Load the newest rows again if they were dropped."""
        if self._newest_dropped and self._feed.following:
            await self.load()

    async def apply_filter(self, narrow: FeedFilter) -> None:
        if narrow == self.active_filter:
            return
        self.active_filter = narrow
        await self.load()

    async def apply_changes(self, change_set: ChangeSet) -> None:
        """Replace changed rows and add new ones at the end.

        In a flood, an unfiltered feed that follows shows the last screenful only; older rows are read on demand.
        """
        changes = len(change_set.items) + len(change_set.hits)
        if not changes:
            return
        if self._feed.following and self.active_filter.is_empty and changes > self._limits.flood_changes:
            await self.load(max(self._limits.flood_rows, self._feed.size.height))
            return
        if self.active_filter.words or changes > self._limits.single_reads:
            await self._reload()
            return
        fresh: list[FeedRow] = []
        gone: set[str] = set()
        newest = self._newest
        for row in sorted(await self._changed_rows(change_set), key=place_of):
            name, place = row_name(row), place_of(row)
            known = self._feed.place_of(name) is not None
            if known and not self.active_filter.accepts(row) and name != self._feed.cursor:
                gone.add(name)
            elif known:
                self._feed.replace_row(row)
            elif place > newest and self.active_filter.accepts(row):
                fresh.append(row)
            self._newest = max(self._newest, place)
        if gone:
            self._feed.show_rows([row for row in self._feed.rows if row_name(row) not in gone])
        self._add(fresh)

    async def _changed_rows(self, touched: ChangeSet) -> list[FeedRow]:
        """Rows to read again. A hit's row depends on its item and on dismissals of other hits of the same query."""
        numbers = set(touched.hits)
        for row in self._feed.rows:
            if isinstance(row, HitRow) and (touched.dismissed or item_number(row.item or "") in touched.items):
                numbers.add(row.number)
        page = await self._desk.queries.feed_rows(sorted(touched.items), sorted(numbers))
        self._total = page.total
        return list(page.rows)

    def _add(self, fresh: list[FeedRow]) -> None:
        """Add new rows. A paused window grows to twice its size at most; beyond that, rows are only counted."""
        full = len(self._feed.rows) + len(fresh) > 2 * self._limits.feed_rows
        self._newest_dropped = self._newest_dropped or (full and not self._feed.following)
        if self._newest_dropped:
            self._feed.count_new(len(fresh))
        else:
            self._feed.append_rows(fresh)

    async def _reload(self) -> None:
        rows, more, reached, _ = await self._read(NEWEST)
        if not self._feed.rows:
            self._more, self._reached = more, reached
        known = {row_name(row) for row in self._feed.rows}
        older = [row for row in self._feed.rows if rows and place_of(row) < place_of(rows[0])]
        fresh = [row for row in rows if row_name(row) not in known and place_of(row) > self._newest]
        self._newest = max(map(place_of, rows), default=self._newest)
        if self._newest_dropped:
            self._feed.count_new(len(fresh))
            return
        new = set(map(row_name, fresh))
        self._feed.show_rows([*older, *(row for row in rows if row_name(row) not in new)])
        self._add(fresh)

    async def _read_on(self, before: Place, most: int | None = None) -> tuple[list[FeedRow], bool]:
        rows, more, self._reached, searched = await self._read(before, most)
        self._first = place_of(rows[0]) if rows else self._first
        self._searched += searched
        return rows, more

    async def _read(self, before: Place, most: int | None = None) -> tuple[list[FeedRow], bool, Place, int]:
        """Up to ``most`` rows that the filter accepts, oldest first; whether there may be more before them, and where.

        The last is how many rows were read for it.
        """
        wanted, most = self.active_filter.line_filter(), most or self._limits.feed_page
        found: list[FeedRow] = []
        searched = 0
        for _ in range(self._limits.feed_pages):
            page = await self._desk.queries.feed_page(wanted, before, most)
            self._total = page.total
            searched += len(page.rows)
            found += [row for row in page.rows if self.active_filter.accepts(row)]
            before = place_of(page.rows[-1]) if page.rows else before
            if len(page.rows) < most:
                return found[::-1], False, before, searched
            if len(found) >= most:
                break
        return found[::-1], True, before, searched

    def count_text(self) -> str:
        """``37 of 1,204`` with a filter, else the number of all items and hits when the rows were read."""
        if self.active_filter.is_empty:
            return format_count(self._total)
        return frame_texts.count_of_total(len(self._feed.rows), self._total, more=self._more)
