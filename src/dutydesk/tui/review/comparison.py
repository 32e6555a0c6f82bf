"""Before and after, line by line: what an order or a confirmation would change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dutydesk.desk.base.proposal_rows import ConfirmPreview
from dutydesk.desk.base.rows import CountryCounts
from dutydesk.domain.supervision.measures import Level
from dutydesk.tui.countries.texts import texts as countries_texts
from dutydesk.tui.frame.text_format import format_count, readable_name, value_word
from dutydesk.tui.widgets.text_pane import Paragraph

_LABEL, _SIDE = 26, 20


def head() -> Paragraph:
    return line("", countries_texts.BEFORE, countries_texts.AFTER, "head")


def line(label: str, before: str, after: str, tone: str = "") -> Paragraph:
    return Paragraph(f"{label:<{_LABEL}} {before:<{_SIDE}} {after}", tone=tone)


def level_change(before: Level, after: Level) -> Iterator[Paragraph]:
    yield line(countries_texts.LEVEL_LABEL, value_word(before), value_word(after), "strong")
    yield line(
        countries_texts.DIFFUSION_ROUTE, countries_texts.LEVEL_ROUTES[before], countries_texts.LEVEL_ROUTES[after]
    )


def item_counts(before: CountryCounts, after: CountryCounts, moved: Mapping[str, int]) -> Iterator[Paragraph]:
    """Counts of a country's items; ``moved``: how many leave each of these states."""
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
        yield line(label, format_count(now), countries_texts.after_order(then, gone, how))


def measure_effects(follows: ConfirmPreview) -> Iterator[Paragraph]:
    yield head()
    yield from level_change(Level(follows.state_before), Level(follows.state_after))
    yield from item_counts(follows.before, follows.after, follows.would_change)


def item_effects(follows: ConfirmPreview, sender: str | None) -> Iterator[Paragraph]:
    """The item first, then all items of its sender."""
    yield head()
    yield line(
        countries_texts.STATE_LABEL, readable_name(follows.state_before), readable_name(follows.state_after), "strong"
    )
    for label, both in (
        (countries_texts.DELIVERIES_TO_GO, follows.on_their_way),
        (countries_texts.COPY_HOLDERS, follows.holders),
    ):
        if both is not None:
            yield line(label, format_count(both[0]), format_count(both[1]))
    yield Paragraph(countries_texts.all_of(sender or "?"), tone="dim")
    before, after = follows.before, follows.after
    for label, now, then in (
        (countries_texts.ITEMS_QUEUED, before.queued, after.queued),
        (countries_texts.ITEMS_HELD, before.held, after.held),
        (countries_texts.ITEMS_BLOCKED, before.blocked, after.blocked),
    ):
        yield line(label, format_count(now), format_count(then))
