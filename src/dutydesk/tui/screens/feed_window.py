"""The feed's window on the store: a bounded stretch of items, narrowed by a filter, kept up to date."""

from __future__ import annotations

from dutydesk.desk.desk import Desk
from dutydesk.desk.views import ItemRow
from dutydesk.domain.items import item_number
from dutydesk.tui import words
from dutydesk.tui.filtering import FeedFilter
from dutydesk.tui.plain import count
from dutydesk.tui.pulse import Touched
from dutydesk.tui.widgets.feed import MOST, Feed

_PAGE = 500
#: How many pages one look goes through for rows that a filter accepts.
_MOST_PAGES = 8
#: More changes than this at once are read as a page, not one by one.
_MOST_SINGLE = 200


class FeedWindow:
    """``narrow`` is the filter in force. Rows are in the order of their numbers, newest last."""

    def __init__(self, desk: Desk, feed: Feed) -> None:
        self._desk = desk
        self._feed = feed
        self.narrow = FeedFilter()
        self._newest = 0
        self._more = False
        self._cut = False

    async def load(self) -> None:
        """The newest rows."""
        rows, self._more = await self._read(None)
        self._cut = False
        self._newest = max((_number(row) for row in rows), default=self._newest)
        self._feed.set_empty(words.EMPTY_FEED if self.narrow.is_empty else words.EMPTY_FILTERED)
        self._feed.show_rows(rows, follow=self._feed.following)

    async def load_older(self) -> None:
        """A page before the first row; the newest end is let go where the window is full."""
        if not self._feed.rows or not self._more:
            return
        older, self._more = await self._read(_number(self._feed.rows[0]))
        if not older:
            return
        kept = [*older, *self._feed.rows]
        self._cut = self._cut or len(kept) > MOST
        self._feed.show_rows(kept[:MOST])
        here = self._feed.place_of(self._feed.cursor or "")
        if here is not None:
            self._feed.scroll_to(y=here, animate=False, immediate=True)

    async def resume(self) -> None:
        """Back at the newest end, which may have been let go."""
        if self._cut and self._feed.following:
            await self.load()

    async def filter(self, narrow: FeedFilter) -> None:
        if narrow == self.narrow:
            return
        self.narrow = narrow
        await self.load()

    async def take(self, touched: Touched) -> None:
        """Rows that changed, in place; rows that are new, at the end."""
        if len(touched.items) > _MOST_SINGLE or (self.narrow.words and touched.items):
            await self._reload()
            return
        fresh: list[ItemRow] = []
        gone: set[str] = set()
        for row in await self._desk.rows(sorted(touched.items)):
            known = self._feed.place_of(row.item) is not None
            if known and not self.narrow.accepts(row) and row.item != self._feed.cursor:
                gone.add(row.item)
            elif known:
                self._feed.change_row(row)
            elif _number(row) > self._newest and self.narrow.accepts(row):
                fresh.append(row)
            self._newest = max(self._newest, _number(row))
        if gone:
            self._feed.show_rows([row for row in self._feed.rows if row.item not in gone])
        self._add(fresh)

    def _add(self, fresh: list[ItemRow]) -> None:
        """While it pauses the window grows no further than to twice its size; beyond that rows are only counted."""
        full = len(self._feed.rows) + len(fresh) > 2 * MOST
        self._cut = self._cut or (full and not self._feed.following)
        if self._cut:
            self._feed.count(len(fresh))
        else:
            self._feed.take(fresh)

    async def _reload(self) -> None:
        rows, self._more = await self._read(None)
        known = {row.item for row in self._feed.rows}
        first = _number(self._feed.rows[0]) if self._feed.rows else 0
        older = [row for row in self._feed.rows if rows and _number(row) < _number(rows[0])] if first else []
        fresh = [row for row in rows if row.item not in known and _number(row) > self._newest]
        later = {row.item for row in fresh}
        self._newest = max((_number(row) for row in rows), default=self._newest)
        if self._cut:
            self._feed.count(len(fresh))
            return
        self._feed.show_rows([*older, *(row for row in rows if row.item not in later)])
        self._add(fresh)

    async def _read(self, before: int | None) -> tuple[list[ItemRow], bool]:
        """Up to a page of rows that the filter accepts, oldest first; and whether there may be more before them."""
        found: list[ItemRow] = []
        for _ in range(_MOST_PAGES):
            page = await self._desk.feed(self.narrow.page(before), _PAGE)
            found += [row for row in page if self.narrow.accepts(row)]
            if len(page) < _PAGE:
                return found[::-1], False
            before = _number(page[-1])
            if len(found) >= _PAGE:
                break
        return found[::-1], True

    def counted(self, items: int) -> str:
        """``37 of 1,204`` where a filter narrows the feed."""
        if self.narrow.is_empty:
            return count(items)
        return words.some_of(len(self._feed.rows), items, more=self._more)


def _number(row: ItemRow) -> int:
    return item_number(row.item) or 0
