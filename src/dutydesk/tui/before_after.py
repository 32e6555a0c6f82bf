"""Before and after, line by line: what an order would change, and what a confirm would bring about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dutydesk.desk.proposal_views import Follows
from dutydesk.desk.views import Standing
from dutydesk.domain.supervision import Level
from dutydesk.tui import words
from dutydesk.tui.plain import count, in_words
from dutydesk.tui.widgets.text_pane import Paragraph

_LABEL, _SIDE = 26, 20


def head() -> Paragraph:
    return line("", words.BEFORE, words.AFTER, "head")


def line(label: str, before: str, after: str, tone: str = "") -> Paragraph:
    return Paragraph(f"{label:<{_LABEL}} {before:<{_SIDE}} {after}", tone=tone)


def levels(before: Level, after: Level) -> Iterator[Paragraph]:
    yield line(words.LEVEL_LABEL, before, after, "strong")
    yield line(words.A_DIFFUSION_GOES, words.WAYS[before], words.WAYS[after])


def standing(before: Standing, after: Standing, moved: Mapping[str, int]) -> Iterator[Paragraph]:
    """The items of a country; ``moved`` are those that leave their place."""
    for label, now, then, gone, how in (
        (words.ITEMS_QUEUED, before.queued, after.queued, moved["queued"], words.STOPPED),
        (words.ITEMS_HELD, before.held, after.held, moved["held"], words.BLOCKED),
        (words.ITEMS_BLOCKED, before.blocked, after.blocked, moved["blocked"], words.BACK_TO_REVIEW),
    ):
        yield line(label, count(now), words.after_order(then, gone, how))


def of_measure(follows: Follows) -> Iterator[Paragraph]:
    yield head()
    yield from levels(Level(follows.state_before), Level(follows.state_after))
    yield from standing(follows.before, follows.after, follows.would_change)


def of_item(follows: Follows, sender: str | None) -> Iterator[Paragraph]:
    """The item first, then all that its sender has at the desk."""
    yield head()
    yield line(words.STATE_LABEL, in_words(follows.state_before), in_words(follows.state_after), "strong")
    for label, both in ((words.DELIVERIES_TO_GO, follows.on_their_way), (words.HOLD_A_COPY, follows.holders)):
        if both is not None:
            yield line(label, count(both[0]), count(both[1]))
    yield Paragraph(words.all_of(sender or "?"), tone="dim")
    before, after = follows.before, follows.after
    for label, now, then in (
        (words.ITEMS_QUEUED, before.queued, after.queued),
        (words.ITEMS_HELD, before.held, after.held),
        (words.ITEMS_BLOCKED, before.blocked, after.blocked),
    ):
        yield line(label, count(now), count(then))
