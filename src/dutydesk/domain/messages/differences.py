"""What differs between two bodies: their fields, and the words within a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any, Final, TypeAlias, TypeGuard

from dutydesk.domain.events.log import Json
from dutydesk.domain.frozen import value

#: Names of fields and places in lists, from the outside in.
FieldPath: TypeAlias = tuple[str | int, ...]

#: A blank, a word, a Han or Kana letter, or one sign of punctuation; together they are the whole text.
_WORDS: Final = re.compile(
    r"\s+|[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff.,;:!?()\"'«»،؛؟/-]+|.", re.DOTALL
)
_SENTENCES: Final = re.compile(r"[^.!?؟\n]*(?:[.!?؟\n]+|$)\s*")
#: Most pairs of equal words that are weighed against each other; a longer text is compared by sentences.
_MOST_PAIRS: Final = 200_000


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@value(frozen=True, slots=True)
class FieldDifference:
    """One field that differs. ``before`` is ``None`` if it was added, ``after`` if it was removed.

    An added entry of a list has its place in the list after the change; every other place is one before it.
    """

    path: FieldPath
    change: Change
    before: Json = None
    after: Json = None

    @property
    def field(self) -> str:
        """The dotted path, as findings name a field: ``judicial.offences[0].law``."""
        return field_name(self.path)


@value(frozen=True, slots=True)
class WordRun:
    """Words that stand in both texts, or in one of them."""

    change: Change
    text: str


def field_name(path: FieldPath) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def field_differences(before: Json, after: Json) -> tuple[FieldDifference, ...]:
    """The fields in which two bodies differ, in the order of ``before``; none if they are equal.

    Lists of objects are compared entry by entry, other lists as a whole.
    """
    return tuple(_differences((), before, after))


def _differences(path: FieldPath, before: Json, after: Json) -> Iterator[FieldDifference]:
    if is_equal(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in (*before, *(name for name in after if name not in before)):
            yield from _member_differences((*path, name), name, before, after)
    elif _is_list(before) and _is_list(after) and any(isinstance(entry, Mapping) for entry in (*before, *after)):
        yield from _entry_differences(path, before, after)
    else:
        yield FieldDifference(path, Change.CHANGED, before, after)


def _member_differences(
    path: FieldPath, name: str, before: Mapping[str, Json], after: Mapping[str, Json]
) -> Iterator[FieldDifference]:
    if name not in after:
        yield FieldDifference(path, Change.REMOVED, before=before[name])
    elif name not in before:
        yield FieldDifference(path, Change.ADDED, after=after[name])
    else:
        yield from _differences(path, before[name], after[name])


def _entry_differences(path: FieldPath, before: Sequence[Json], after: Sequence[Json]) -> Iterator[FieldDifference]:
    """Entries that are equal at the beginning and at the end are left out; those between are paired in their order."""
    first = _equal_entries(before, after)
    last = min(_equal_entries(before[::-1], after[::-1]), min(len(before), len(after)) - first)
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    for place, (one, other) in enumerate(zip(old, new, strict=False), first):
        yield from _differences((*path, place), one, other)
    paired = min(len(old), len(new))
    for place, entry in enumerate(old[paired:], first + paired):
        yield FieldDifference((*path, place), Change.REMOVED, before=entry)
    for place, entry in enumerate(new[paired:], first + paired):
        yield FieldDifference((*path, place), Change.ADDED, after=entry)


def _equal_entries(before: Sequence[Json], after: Sequence[Json]) -> int:
    """How many entries are equal at the beginning."""
    count = 0
    for one, other in zip(before, after, strict=False):
        if not is_equal(one, other):
            break
        count += 1
    return count


def is_equal(one: Json, other: Json) -> bool:
    """Whether two values are the same JSON: ``1``, ``1.0`` and ``true`` differ, the order of fields does not count."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(is_equal(one[name], other[name]) for name in one)
    if _is_list(one) and _is_list(other):
        return len(one) == len(other) and all(map(is_equal, one, other))
    return type(one) is type(other) and one == other


def _is_list(value: Json) -> TypeGuard[Sequence[Json]]:
    return isinstance(value, list | tuple)


def apply_differences(before: Json, differences: Sequence[FieldDifference]) -> Json:
    """``before`` with the differences put into it: the other body."""
    body: Any = _copy(before)
    for difference in differences:
        if difference.change is Change.CHANGED:
            if not difference.path:
                return difference.after
            _parent(body, difference.path)[difference.path[-1]] = _copy(difference.after)
    for difference in reversed(differences):
        if difference.change is Change.REMOVED:
            del _parent(body, difference.path)[difference.path[-1]]
    for difference in differences:
        if difference.change is Change.ADDED:
            _add(_parent(body, difference.path), difference.path[-1], _copy(difference.after))
    made: Json = body
    return made


def _parent(body: Any, path: FieldPath) -> Any:
    for part in path[:-1]:
        body = body[part]
    return body


def _add(parent: Any, place: str | int, value: Json) -> None:
    if isinstance(place, int):
        parent.insert(place, value)
    else:
        parent[place] = value


def _copy(value: Json) -> Any:
    if isinstance(value, Mapping):
        return {name: _copy(part) for name, part in value.items()}
    return [_copy(part) for part in value] if isinstance(value, list | tuple) else value


def word_differences(before: str, after: str) -> tuple[WordRun, ...]:
    """The words of two texts: those in both, those removed and those added, in their order.

    Long texts with many equal words are compared by sentences, so that the time stays within bounds.
    """
    for pattern in (_WORDS, _SENTENCES):
        old, new = _parts(pattern, before), _parts(pattern, after)
        first = _equal_entries(old, new)
        last = min(_equal_entries(old[::-1], new[::-1]), min(len(old), len(new)) - first)
        end, new_end = len(old) - last, len(new) - last
        if _pairs(old[first:end], new[first:new_end]) <= _MOST_PAIRS:
            around = (_same(old[:first]), _same(old[end:]))
            return _merged([*around[0], *_runs(old[first:end], new[first:new_end]), *around[1]])
    return _merged([WordRun(Change.REMOVED, before), WordRun(Change.ADDED, after)])


def _same(parts: Sequence[str]) -> list[WordRun]:
    return [WordRun(Change.SAME, "".join(parts))] if parts else []


def _parts(pattern: re.Pattern[str], text: str) -> list[str]:
    return [part for part in pattern.findall(text) if part]


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    """How many pairs of equal words a comparison may have to weigh."""
    counts = Counter(new)
    return sum(counts[word] for word in old)


def _runs(old: list[str], new: list[str]) -> list[WordRun]:
    found: list[WordRun] = []
    for _tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        removed, added = "".join(old[start:end]), "".join(new[new_start:new_end])
        if removed == added:
            found.append(WordRun(Change.SAME, removed))
        else:
            found += [WordRun(Change.REMOVED, removed), WordRun(Change.ADDED, added)]
    return found


def _merged(runs: Sequence[WordRun]) -> tuple[WordRun, ...]:
    """Join neighbours; a blank between two changes belongs to both, so that changed words stay together."""
    found: list[WordRun] = []
    removed = added = ""
    for place, run in enumerate(runs):
        between = run.change is Change.SAME and not run.text.strip() and (removed or added) and place + 1 < len(runs)
        if run.change is Change.REMOVED or between:
            removed += run.text
        if run.change is Change.ADDED or between:
            added += run.text
        if run.change is Change.SAME and not between:
            found += [*_changes(removed, added), run]
            removed = added = ""
    return (*found, *_changes(removed, added))


def _changes(removed: str, added: str) -> Iterator[WordRun]:
    if removed:
        yield WordRun(Change.REMOVED, removed)
    if added:
        yield WordRun(Change.ADDED, added)
