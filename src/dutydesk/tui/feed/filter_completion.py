"""What can stand where the filter is being typed, and what the key that completes makes of it."""

from __future__ import annotations

from dutydesk.domain.frozen import value
from dutydesk.tui.feed.filter import FIELD_WORDS, field_of, known_values


@value(frozen=True, slots=True)
class Completion:
    """``options`` can stand at the end of the line; ``text`` is the line with all that they have in common."""

    options: tuple[str, ...]
    text: str


def complete_filter(text: str) -> Completion:
    """A finished part, or one that nothing is known of, has no options and stays as it is."""
    head, last = _split_last(text)
    sign = last[:1] if last[:1] in ("-", "!") else ""
    word = last.removeprefix(sign)
    name, colon, value = word.partition(":")
    if not colon:
        options = tuple(known for known in FIELD_WORDS if known.startswith(name.casefold()))
        return _completion(options, head + sign, name, "")
    known = field_of(name)
    if known is None:
        return Completion((), text)
    before, comma, begun = value.rpartition(",")
    options = tuple(one for one in known_values(known) if one.startswith(begun.casefold()))
    return _completion(options, f"{head}{sign}{name}:{before}{comma}", begun, " ")


def _split_last(text: str) -> tuple[str, str]:
    """The line up to its last part, and that part; a part in open quotation marks is none."""
    if text.count('"') % 2:
        return text, ""
    place = max(text.rfind(" "), text.rfind("\t")) + 1
    return text[:place], text[place:]


def _completion(options: tuple[str, ...], head: str, begun: str, end: str) -> Completion:
    """``end`` follows an option that is the only one."""
    if not begun or not options:
        return Completion(options, head + begun)
    common = _common_beginning(options)
    return Completion(options, head + common + (end if len(options) == 1 else ""))


def _common_beginning(words: tuple[str, ...]) -> str:
    shortest = min(words, key=len)
    for place, letter in enumerate(shortest):
        if any(word[place] != letter for word in words):
            return shortest[:place]
    return shortest
