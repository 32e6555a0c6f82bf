"""Parsers of arguments and options; each refuses a wrong value in one sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple, TypeVar

import click

from dutydesk.cli._core.free_text import free_text, quoted
from dutydesk.cli._core.usage_errors import BadArgument
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.items import item_number, measure_number, restriction_number
from dutydesk.domain.messages.message import Everyone, Recipients
from dutydesk.domain.messages.normal_forms import plain_figures
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.records.records import hit_number
from dutydesk.domain.review.shifts import handover_number
from dutydesk.language.sentences import sentence
from dutydesk.wire.decode.dates import full_date, instant, instant_problem, partial_date

Member = TypeVar("Member", bound=StrEnum)
MAX_SPEED = 1_000_000


_BARE_NUMBER = re.compile(r"#?0*([1-9][0-9]{0,11})", re.ASCII)


def item_or_none(value: str) -> int | None:
    """``D-000012``, or as officers type it: ``12`` or ``#12``."""
    bare = _BARE_NUMBER.fullmatch(plain_figures(value.strip()))
    return int(bare[1]) if bare else item_number(plain_figures(value))


def item(value: str) -> int:
    number = item_or_none(value)
    if number is None:
        raise BadArgument(
            InvalidRequestCode.BAD_NAME,
            sentence("{value} names no item; items are named D-000001", value=quoted(value)),
        )
    return number


def measure(value: str) -> int:
    number = measure_number(plain_figures(value))
    if number is None:
        raise BadArgument(
            InvalidRequestCode.BAD_NAME,
            sentence("{value} names no measure; measures are named M-0001", value=quoted(value)),
        )
    return number


def hit(value: str) -> int:
    number = hit_number(plain_figures(value))
    if number is None:
        raise BadArgument(
            InvalidRequestCode.BAD_NAME, sentence("{value} names no hit; hits are named H-000001", value=quoted(value))
        )
    return number


class ItemOrHit(NamedTuple):
    """The number of an item or of a hit."""

    number: int
    is_hit: bool


def item_or_hit(value: str) -> ItemOrHit:
    found, is_hit = item_or_none(value), False
    if found is None:
        found, is_hit = hit_number(plain_figures(value)), True
    if found is None:
        raise BadArgument(
            InvalidRequestCode.BAD_NAME,
            sentence("{value} names neither an item (D-000001) nor a hit (H-000001)", value=quoted(value)),
        )
    return ItemOrHit(found, is_hit)


def birth_date(value: str) -> PartialDate:
    found = partial_date(value)
    if found is None:
        raise BadArgument(
            InvalidRequestCode.BAD_DATE,
            sentence("{value} is no date; write it as 1979, 1979-04 or 1979-04-23", value=quoted(value)),
        )
    return found


def handover(value: str) -> int:
    number = handover_number(plain_figures(value))
    if number is None:
        raise BadArgument(
            InvalidRequestCode.BAD_NAME,
            sentence("{value} names no handover; handovers are named S-0001", value=quoted(value)),
        )
    return number


class Subject(NamedTuple):
    """The subject of a proposal: an item, a measure or a restriction."""

    number: int
    is_measure: bool
    is_restriction: bool = False


def subject(value: str) -> Subject:
    for read, is_measure, is_restriction in (
        (item_number, False, False),
        (measure_number, True, False),
        (restriction_number, False, True),
    ):
        if (found := read(plain_figures(value))) is not None:
            return Subject(found, is_measure, is_restriction)
    raise BadArgument(
        InvalidRequestCode.BAD_NAME,
        sentence(
            "{value} names neither an item (D-000001) nor a measure (M-0001) nor a restriction (R-0001)",
            value=quoted(value),
        ),
    )


def moment(value: str) -> datetime:
    """A time with its zone, or a date, which stands for midnight UTC."""
    day = full_date(value)
    if day is not None:
        return datetime.combine(day, time(), UTC)
    at = instant(value)
    if at is None:
        raise BadArgument(
            InvalidRequestCode.BAD_INSTANT,
            sentence(
                "{value} {problem}, or as a date such as 2022-03-12",
                value=quoted(value),
                problem=instant_problem(value),
            ),
        )
    return at


def bureau_codes(value: str) -> Recipients:
    """``CC,..`` or ``all``; the desk checks that the codes are bureaus."""
    found = tuple(dict.fromkeys(part.strip() for part in free_text(value).split(",")))
    if found == ("all",):
        return Everyone()
    if "" in found:
        raise BadArgument(
            InvalidRequestCode.BAD_CODE_LIST,
            sentence("{value} holds an empty code; write codes as FR,DE, or all", value=quoted(value)),
        )
    if "all" in found:
        raise BadArgument(
            InvalidRequestCode.BAD_CODE_LIST,
            sentence("{value} names all together with codes; write all alone, or codes", value=quoted(value)),
        )
    return found


def names_of(members: type[Member]) -> Callable[[str], frozenset[Member]]:
    """Parser of a list ``A,B`` of members of an enumeration."""
    known = {member.value: member for member in members}

    def names(value: str) -> frozenset[Member]:
        found = [part.strip() for part in value.split(",")]
        for name in found:
            if name not in known:
                raise BadArgument(
                    InvalidRequestCode.BAD_CHOICE,
                    sentence("{name} is none of {known}", name=quoted(name), known=", ".join(known)),
                )
        return frozenset(known[name] for name in found)

    return names


def speed(value: str) -> float:
    try:
        times = float(value)
    except ValueError:
        times = 0.0
    if not 0 < times <= MAX_SPEED:
        raise BadArgument(
            InvalidRequestCode.BAD_SPEED,
            sentence(
                "{value} is no speed; write a number above 0, at most {max_speed:,}",
                value=quoted(value),
                max_speed=MAX_SPEED,
            ),
        )
    return times


def terminal_size(value: str) -> tuple[int, int]:
    """Columns and lines, such as ``80x24``; the console needs at least these."""
    columns, _, lines = value.partition("x")
    if columns.isdecimal() and lines.isdecimal() and 80 <= int(columns) <= 500 and 24 <= int(lines) <= 200:
        return int(columns), int(lines)
    raise BadArgument(
        InvalidRequestCode.BAD_ARGUMENT,
        sentence("{value} is no size; write columns and lines from 80x24 to 500x200", value=quoted(value)),
    )


class OneOf(click.Choice[str]):
    """One word of a fixed set, spelled exactly; the refusal suggests a similar one."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices:
            near = get_close_matches(value.strip().lower(), self.choices, n=1, cutoff=0.75)
            meant = f"; did you mean {near[0]}?" if near else ""
            words = sentence(
                "{value} is not one of {choices}{meant}",
                value=quoted(value),
                choices=", ".join(self.choices),
                meant=meant,
            )
            raise BadArgument(InvalidRequestCode.BAD_CHOICE, words, ctx, param)
        return value


def one_of(members: type[StrEnum]) -> OneOf:
    return OneOf([member.value for member in members])
