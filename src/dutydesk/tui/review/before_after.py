"""Before and after, line by line: what an order would change, and what a confirm would bring about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dutydesk.desk.base.proposal_rows import Follows
from dutydesk.desk.base.rows import Standing
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.countries import texts as countries_texts
from dutydesk.tui.frame.plain import count, in_words
from dutydesk.tui.widgets.text_pane import Paragraph

_LABEL, _SIDE = 26, 20


def head() -> Paragraph:
    return line("", countries_texts.BEFORE, countries_texts.AFTER, "head")


def line(label: str, before: str, after: str, tone: str = "") -> Paragraph:
    return Paragraph(f"{label:<{_LABEL}} {before:<{_SIDE}} {after}", tone=tone)


def levels(before: Level, after: Level) -> Iterator[Paragraph]:
    yield line(countries_texts.LEVEL_LABEL, before, after, "strong")
    yield line(countries_texts.A_DIFFUSION_GOES, countries_texts.WAYS[before], countries_texts.WAYS[after])


def standing(before: Standing, after: Standing, moved: Mapping[str, int]) -> Iterator[Paragraph]:
    """The items of a country; ``moved`` are those that leave their place."""
    for label, now, then, gone, how in (
        (countries_texts.ITEMS_QUEUED, before.queued, after.queued, moved["queued"], countries_texts.STOPPED),
        (countries_texts.ITEMS_HELD, before.held, after.held, moved["held"], countries_texts.BLOCKED),
        (
            countries_texts.ITEMS_BLOCKED,
            before.blocked,
            after.blocked,
            moved["blocked"],
            countries_texts.BACK_TO_REVIEW,
        ),
    ):
        yield line(label, count(now), countries_texts.after_order(then, gone, how))


def of_measure(follows: Follows) -> Iterator[Paragraph]:
    yield head()
    yield from levels(Level(follows.state_before), Level(follows.state_after))
    yield from standing(follows.before, follows.after, follows.would_change)


def of_item(follows: Follows, sender: str | None) -> Iterator[Paragraph]:
    """The item first, then all that its sender has at the desk."""
    yield head()
    yield line(countries_texts.STATE_LABEL, in_words(follows.state_before), in_words(follows.state_after), "strong")
    for label, both in (
        (countries_texts.DELIVERIES_TO_GO, follows.on_their_way),
        (countries_texts.HOLD_A_COPY, follows.holders),
    ):
        if both is not None:
            yield line(label, count(both[0]), count(both[1]))
    yield Paragraph(countries_texts.all_of(sender or "?"), tone="dim")
    before, after = follows.before, follows.after
    for label, now, then in (
        (countries_texts.ITEMS_QUEUED, before.queued, after.queued),
        (countries_texts.ITEMS_HELD, before.held, after.held),
        (countries_texts.ITEMS_BLOCKED, before.blocked, after.blocked),
    ):
        yield line(label, count(now), count(then))
