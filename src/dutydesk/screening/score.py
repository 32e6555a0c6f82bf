"""Scores how likely two records are one person: names part by part, then birth and nationality; with the reasons."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel
from rapidfuzz.fuzz import ratio, token_ratio

from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.records import births
from dutydesk.domain.records.births import Births
from dutydesk.language.phrases import marked
from dutydesk.screening import sounds
from dutydesk.screening.documents import likeness_key
from dutydesk.screening.names import FoldedName

#: Parts below this likeness are different parts.
_ALIKE = 0.55
#: Parts with different spelling and equal sound.
_SAME_SOUND = 0.97
_SAME_CONSONANTS = 0.85
_ALIKE_CONSONANTS = 0.8
_INITIAL = 0.8
#: Weight of a part that only one of the two names has.
_MISSING = 0.35
_EVEN_WEIGHT, _FURTHER = 2.6, 0.2
#: Maximum for names of several parts that share only one.
_ONE_PART = 55.0
#: Maximum for a name of one part against one of several; a hit then needs further evidence.
_LONE_PART = 75.0
_JOINED = 0.9
_SHARED_NATIONALITY = marked("nationality {code} in both")
_NATIONALITY_APART = marked("nationality {code}, on record {codes}")
_SAME_NATIONALITY = 4.0
_OTHER_NATIONALITY = -8.0
_MOST_UNLESS_EQUAL = 99
_ALIKE_NUMBER = 8.0
_CONTRADICTED = -30.0
_FIGURE_APART = -12.0
_SAME_BIRTH = 10.0
#: The most points that birth and nationality add to those of a name.
MOST_EVIDENCE = _SAME_BIRTH + _SAME_NATIONALITY
_NUMBERS = ("no", *marked(("one", "two", "three", "four", "five")))


@dataclass(frozen=True, slots=True)
class SoughtPerson:
    """The wanted person; ``name`` may have several readings."""

    names: tuple[FoldedName, ...]
    birth: PartialDate | None = None
    nationality: str | None = None
    document: str | None = None


@dataclass(frozen=True, slots=True)
class RecordedPerson:
    """A person on record."""

    names: tuple[FoldedName, ...]
    birth: PartialDate | None = None
    nationalities: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """``points`` from 0 to 100; ``words`` give the reasons."""

    points: int
    words: str


@dataclass(frozen=True, slots=True)
class Caution:
    """How much speaks against a person that something differs.

    ``other_part`` is the weight of a part that differs, while a part that only one of the names has weighs less;
    ``even_parts``: such parts weigh the same whatever their length. ``figure_apart`` is added for a whole date of birth
    with one figure apart. Birth and nationality add nothing to names of fewer than ``least_name`` points, unless one of
    them is a single part that the other has too.
    """

    other_part: float = _MISSING
    even_parts: bool = False
    figure_apart: float = _FIGURE_APART
    least_name: float = 0.0


#: What is alike is shown to an officer, who judges it.
FOR_REVIEW = Caution()
#: A hit goes out to a bureau without an officer. Of a million persons some are born on the same day as anyone.
FOR_HITS = Caution(other_part=1.0, even_parts=True, figure_apart=-16.0, least_name=80.0)


@dataclass(frozen=True, slots=True)
class _Pair:
    wanted: str
    filed: str
    likeness: float
    is_family: bool


#: The best of two names: the wanted one, that on record, their pairs, and whether one of them was written in one word.
_Found = tuple[FoldedName, FoldedName, list[_Pair], bool]


def phonetic_name(name: FoldedName) -> str:
    """A whole name by its sounds, in a fixed order, for comparing many at once."""
    return " ".join(sorted(_stem(sounds.sounds(part)[0]) for part in name.parts))


def _stem(sound: str) -> str:
    return sound[2:] if _has_article(sound) else sound


def _has_article(part: str) -> bool:
    """Whether the part begins with an Arabic article."""
    return part[:2] in ("al", "el") and len(part) > 5


def closest_names(wanted: FoldedName, heard_names: Sequence[str], least: float) -> dict[int, float]:
    """The indices of names that sound similar, each with its likeness up to 100.

    A wrong first letter may change the order of the parts, so they are also compared in reverse order.
    """
    whole = phonetic_name(wanted)
    best: dict[int, float] = {}
    for asked, scorer in ((whole, token_ratio), (" ".join(whole.split()[::-1]), ratio)):
        for _, points, place in process.extract(asked, heard_names, scorer=scorer, limit=None, score_cutoff=least):
            best[place] = max(points, best.get(place, 0.0))
    return best


@lru_cache(maxsize=8_192)
def likeness(one: str, other: str, by_consonants: bool) -> float:
    """Likeness of two parts of a name, from 0 to 1."""
    if one == other:
        return 1.0
    if min(len(one), len(other)) == 1:
        return _INITIAL if one[0] == other[0] else 0.0
    best = 0.0
    for a in sounds.sounds(one):
        for b in sounds.sounds(other):
            if a == b:
                return _SAME_SOUND
            best = max(best, _SAME_SOUND * OSA.normalized_similarity(a, b))
            if by_consonants:
                bones, others = (
                    sounds.merge_consonants(sounds.consonants(a)),
                    sounds.merge_consonants(sounds.consonants(b)),
                )
                same = OSA.normalized_similarity(bones, others) if bones and others else 0.0
                best = max(best, _SAME_SOUND * same)
            elif sounds.consonants(a) == sounds.consonants(b) != "":
                best = max(best, _SAME_CONSONANTS)
            elif sounds.merge_consonants(sounds.consonants(a)) == sounds.merge_consonants(sounds.consonants(b)) != "":
                best = max(best, _ALIKE_CONSONANTS)
    return max(best, OSA.normalized_similarity(one, other), _without_article(one, other))


def _without_article(one: str, other: str) -> float:
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    if _has_article(longer):
        return _SAME_SOUND * OSA.normalized_similarity(sounds.sounds(longer[2:])[0], sounds.sounds(shorter)[0])
    return 0.0


def _aligned(wanted: FoldedName, filed: FoldedName) -> list[_Pair]:
    """Pair each part with the most similar one, best pairs first."""
    by_consonants = wanted.vowelless or filed.vowelless
    families = len(filed.family)
    possible = sorted(
        (
            (alike, i, j)
            for i, one in enumerate(wanted.parts)
            for j, other in enumerate(filed.parts)
            if (alike := likeness(one, other, by_consonants)) >= _ALIKE
        ),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    pairs: list[_Pair] = []
    left, right = set(range(len(wanted.parts))), set(range(len(filed.parts)))
    for alike, i, j in possible:
        if i in left and j in right:
            left.discard(i)
            right.discard(j)
            pairs.append(_Pair(wanted.parts[i], filed.parts[j], alike, j < families))
    return pairs


@lru_cache(maxsize=4_096)
def _weight(part: str) -> float:
    return 1.0 + min(len(part), 12) / 4


def _name_points(wanted: FoldedName, filed: FoldedName, pairs: list[_Pair], caution: Caution) -> float:
    if not pairs:
        return 0.0
    matched = sum(_weight(pair.wanted) + _weight(pair.filed) for pair in pairs)
    alike = sum(pair.likeness * (_weight(pair.wanted) + _weight(pair.filed)) for pair in pairs)
    are_others = len(pairs) < min(len(wanted.parts), len(filed.parts))
    if caution.even_parts and not are_others:
        lone = _EVEN_WEIGHT * (_MISSING * (len(wanted.parts) - len(pairs)) + _FURTHER * (len(filed.parts) - len(pairs)))
    else:
        whole = sum(map(_weight, wanted.parts)) + sum(map(_weight, filed.parts))
        lone = (caution.other_part if are_others else _MISSING) * (whole - matched)
    points = 100 * alike / (matched + lone)
    if len(pairs) == 1 and len(wanted.parts) + len(filed.parts) > 2:
        return min(points, _LONE_PART if min(len(wanted.parts), len(filed.parts)) == 1 else _ONE_PART)
    return points


def _joined_points(wanted: FoldedName, filed: FoldedName) -> float:
    """Points for two names, one written in one word and the other in two."""
    if len(wanted.parts) == len(filed.parts):
        return 0.0
    one = "".join(wanted.parts)
    best = max(
        Indel.normalized_similarity(one, "".join(other))
        for other in (filed.family + filed.given, filed.given + filed.family)
    )
    return 97 * best if best >= _JOINED else 0.0


def score(wanted: SoughtPerson, filed: RecordedPerson, least: int = 0, caution: Caution = FOR_REVIEW) -> Score:
    """The best of all readings and aliases, raised by matching evidence and lowered by contradictions.

    Only an equal name or the same document reaches 100, whatever else matches.

    Below ``least`` points no reasons are given; names are not compared if even an equal name would stay below.
    """
    nationality, document = _nationality(wanted, filed), _document(wanted, filed)
    birth = birth_points(wanted.birth, filed.birth)
    speaks = (caution.figure_apart if birth == _FIGURE_APART else birth) + nationality[0]
    if 100.0 + speaks + document[0] < least:
        return Score(0, "")
    best, found = 0.0, None
    for asked in wanted.names:
        for name in filed.names:
            pairs = _aligned(asked, name)
            points = _name_points(asked, name, pairs, caution)
            joined = _joined_points(asked, name) if points < 97 else 0.0
            if max(points, joined) > best:
                best = max(points, joined)
                found = (asked, name, pairs, joined > points)
    if best < caution.least_name and not _has_whole_name(found):
        speaks = min(speaks, 0.0)
    total = round(min(max(best + speaks + document[0], 0.0), 100.0))
    if total == 100 and best < 100.0 and all(points < 100.0 for points, _ in (nationality, document)):
        total = _MOST_UNLESS_EQUAL
    if total < least:
        return Score(total, "")
    said = (_found_words(found), _birth_words(wanted.birth, filed.birth), nationality[1], document[1])
    return Score(total, "; ".join(filter(None, said)))


def _has_whole_name(found: _Found | None) -> bool:
    """Whether one of the names is a single part, which the other has too, perhaps spelt otherwise."""
    return (
        found is not None
        and min(len(found[0].parts), len(found[1].parts)) == 1
        and any(pair.likeness >= _SAME_SOUND for pair in found[2])
    )


def _found_words(found: _Found | None) -> str:
    if found is None:
        return marked("names differ")
    asked, name, pairs, joined = found
    return marked("name equal, written in one") if joined else _name_words(asked, name, pairs)


def _name_words(wanted: FoldedName, filed: FoldedName, pairs: list[_Pair]) -> str:
    said = []
    own_name = marked("given name {relation}") if filed.family else marked("name {relation}")
    for template, is_family in ((marked("family name {relation}"), True), (own_name, False)):
        own = [pair for pair in pairs if pair.is_family is is_family]
        if own:
            said.append(template.format(relation=_relation(min(own, key=lambda pair: pair.likeness))))
    missing = abs(len(wanted.parts) - len(filed.parts))
    if missing:
        template = (
            marked("{count} parts of the name on one side only")
            if missing > 1
            else marked("{count} part of the name on one side only")
        )
        said.append(template.format(count=_NUMBERS[min(missing, 5)]))
    return "; ".join(said)


def _relation(pair: _Pair) -> str:
    if pair.likeness == 1.0:
        return marked("equal")
    if min(len(pair.wanted), len(pair.filed)) == 1:
        return marked("by its initial")
    if pair.likeness >= _SAME_SOUND:
        return marked("spelt otherwise")
    apart = OSA.distance(pair.wanted, pair.filed)
    if apart > 3:
        return marked("alike by its consonants")
    template = marked("{count} letters apart") if apart > 1 else marked("{count} letter apart")
    return template.format(count=_NUMBERS[apart])


def birth_points(one: PartialDate | None, other: PartialDate | None) -> float:
    """What two dates of birth, as far as they are known, add to or take from a score."""
    if one is None or other is None:
        return 0.0
    if one.day is not None and other.day is not None:
        return _whole_births(one, other)
    shared = list(zip(_known(one), _known(other), strict=False))
    if all(a == b for a, b in shared):
        return (4.0, 7.0)[len(shared) - 1]
    return -8.0 if len(shared) == 1 and abs(one.year - other.year) == 1 else _CONTRADICTED


def _whole_births(one: PartialDate, other: PartialDate) -> float:
    match one.year == other.year, one.month == other.month, one.day == other.day:
        case True, True, True:
            return _SAME_BIRTH
        case True, False, False if (one.month, one.day) == (other.day, other.month):
            return 0.0
        case False, True, True:
            near = one_figure_apart(one.year, other.year)
        case True, False, True:
            near = one_figure_apart(one.month, other.month)
        case True, True, False:
            near = one_figure_apart(one.day, other.day)
        case _:
            near = False
    return _FIGURE_APART if near else _CONTRADICTED


@lru_cache(maxsize=4_096)
def one_figure_apart(one: int | None, other: int | None) -> bool:
    """Whether the same part of two dates differs in one digit; two swapped adjacent digits count as one."""
    return OSA.distance(f"{one or 0:04d}", f"{other or 0:04d}") == 1


def _birth_words(one: PartialDate | None, other: PartialDate | None) -> str:
    if one is None or other is None:
        return ""
    match birth_points(one, other):
        case points if points > 0:
            least = max(one, other, key=lambda date: -len(_known(date)))
            return marked("born {date} in both").format(date=least)
        case 0.0:
            template = marked("born {one} and {other}, day and month swapped")
        case points if points == _FIGURE_APART:
            template = marked("born {one} and {other}, one figure apart")
        case -8.0:
            template = marked("born {one} and {other}, a year apart")
        case _:
            template = marked("born {one} and {other}, which contradicts it")
    return template.format(one=one, other=other)


def _known(date: PartialDate) -> tuple[int, ...]:
    """Year, month and day, as far as they are known."""
    return tuple([part for part in (date.year, date.month, date.day) if part is not None])


def cannot_reach(wanted: SoughtPerson, birth: PartialDate | None, least: int) -> bool:
    """Whether a person with that birth stays below ``least`` points whatever the name and the nationality.

    It does not apply to the bearer of the wanted document, which is a hit by itself.
    """
    return _is_below(wanted, birth_points(wanted.birth, birth), least)


def possible_births(wanted: SoughtPerson, least: int) -> Births:
    """The births that may reach ``least`` points, including a few that :func:`cannot_reach` still excludes."""
    if wanted.birth is None or not _is_below(wanted, _CONTRADICTED, least):
        return births.ANY_BIRTH
    return births.near_births(wanted.birth)


def _is_below(wanted: SoughtPerson, birth: float, least: int) -> bool:
    return 100.0 + birth + _SAME_NATIONALITY + (_ALIKE_NUMBER if wanted.document is not None else 0.0) < least


def _nationality(wanted: SoughtPerson, filed: RecordedPerson) -> tuple[float, str]:
    if wanted.nationality is None or not filed.nationalities:
        return 0.0, ""
    if wanted.nationality in filed.nationalities:
        return _SAME_NATIONALITY, _SHARED_NATIONALITY.format(code=wanted.nationality)
    return _OTHER_NATIONALITY, _NATIONALITY_APART.format(code=wanted.nationality, codes=", ".join(filed.nationalities))


def nationality_points(wanted: Collection[str], filed: Collection[str]) -> float:
    """What nationalities add to or take from a score, the shared one first."""
    if not wanted or not filed:
        return 0.0
    return _SAME_NATIONALITY if any(code in filed for code in wanted) else _OTHER_NATIONALITY


def _document(wanted: SoughtPerson, filed: RecordedPerson) -> tuple[float, str]:
    if wanted.document is None or not filed.documents:
        return 0.0, ""
    if wanted.document in filed.documents:
        return 100.0, marked("same document number")
    if likeness_key(wanted.document) in map(likeness_key, filed.documents):
        return _ALIKE_NUMBER, marked("document number alike, O for 0 or I for 1")
    return 0.0, ""
