"""The bureaus of the network, and which codes stand for a bureau or a nationality.

A bureau's code and a nationality are two things: Taiwan is a nationality without a bureau, the International Criminal
Court a bureau without a country. No code is ever guessed; what was probably meant is said in words only.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from dutydesk.domain.messages.message import Language

LONGEST_SHOWN = 32
MOST_SUGGESTIONS = 4


class BureauKind(StrEnum):
    MEMBER = "member"
    SUB_BUREAU = "sub_bureau"
    ENTITY = "entity"


class Region(StrEnum):
    """The organisation's own regions; entities belong to none of them."""

    AFRICA = "africa"
    AMERICAS = "americas"
    ASIA_PACIFIC = "asia_pacific"
    EUROPE = "europe"
    MIDDLE_EAST_NORTH_AFRICA = "middle_east_north_africa"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Bureau:
    """A National Central Bureau, a sub-bureau under its parent, or an international entity.

    ``language`` is the one used with the Secretariat. ``member_since`` is the first day in the network and
    ``member_until`` the first day out of it; ``None`` means always. ``names`` holds pairs of language and short name.
    """

    code: str
    name: str
    official_name: str
    city: str
    region: Region
    language: Language
    kind: BureauKind = BureauKind.MEMBER
    parent: str | None = None
    member_since: date | None = None
    member_until: date | None = None
    alpha_3: str | None = None
    names: tuple[tuple[Language, str], ...] = ()

    def is_active_on(self, on: date) -> bool:
        """Whether the network has this bureau on that day."""
        day = on.toordinal()
        if self.member_since is not None and day < self.member_since.toordinal():
            return False
        return self.member_until is None or day < self.member_until.toordinal()

    def name_in(self, language: Language) -> str:
        """The short name in one of the four languages; the English one where there is no other."""
        return next((name for known, name in self.names if known is language), self.name)


@dataclass(frozen=True, slots=True)
class RetiredCode:
    """A code that ISO 3166 has withdrawn; ``successors`` are the codes of today for the same ground."""

    code: str
    name: str
    year: int
    successors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class CodeTables:
    """What is known of codes beside the bureaus themselves.

    ``nationalities``: code to name, for ISO 3166-1 alpha-2 and the extra codes of nationality. ``alpha_3`` and
    ``numeric``: other ISO codes to the alpha-2 one; a retired three-letter code leads to the retired two-letter one.
    ``slips``: codes written by mistake to the one that was probably meant.
    """

    nationalities: Mapping[str, str]
    alpha_3: Mapping[str, str] = field(default_factory=dict)
    numeric: Mapping[str, str] = field(default_factory=dict)
    retired: Mapping[str, RetiredCode] = field(default_factory=dict)
    slips: Mapping[str, str] = field(default_factory=dict)
    _by_name: Mapping[str, str] = field(init=False, repr=False)
    _by_prefix: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        for name in ("nationalities", "alpha_3", "numeric", "retired", "slips"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))
        by_name = {_letters(name): code for code, name in self.nationalities.items() if len(code) == 2}
        object.__setattr__(self, "_by_name", MappingProxyType(by_name))
        object.__setattr__(self, "_by_prefix", MappingProxyType(_prefixes(by_name)))

    def similar_codes(self, code: str) -> tuple[str, ...]:
        """Codes whose country's name is, or begins like, what was written, or whose letters were swapped."""
        written = _letters(code)
        exact = self._by_name.get(written)
        if exact is not None:
            return (exact,)
        swapped = (code[::-1],) if len(code) == 2 else ()
        return (*swapped, *self._by_prefix.get(written[:4], ()))


@dataclass(frozen=True, slots=True)
class CodeList:
    """Who asks: ``what`` is wanted and in which ``form``, which codes are accepted, why a real code is not."""

    noun: str
    form: str
    accepts: Callable[[str], bool]
    reason: Callable[[str], str | None]


@dataclass(frozen=True, slots=True, eq=False)
class Directory:
    """Who belongs to the network on a day. Look-ups cost one dictionary access, whatever the number of bureaus.

    Raises ``ValueError`` for a code that is listed twice and for a parent that is no member.
    """

    listed: InitVar[Iterable[Bureau]]
    tables: CodeTables
    bureaus: tuple[Bureau, ...] = field(init=False)
    parents: Mapping[str, str] = field(init=False)
    _by_code: Mapping[str, Bureau] = field(init=False, repr=False)
    _changes: tuple[int, ...] = field(init=False, repr=False)
    _known: tuple[tuple[Bureau, ...], ...] = field(init=False, repr=False)
    _members: tuple[tuple[str, ...], ...] = field(init=False, repr=False)
    _codes: tuple[frozenset[str], ...] = field(init=False, repr=False)

    def __post_init__(self, listed: Iterable[Bureau]) -> None:
        bureaus = tuple(sorted(listed, key=lambda bureau: bureau.code))
        _refuse_contradictions(bureaus)
        changes = _days_of_change(bureaus)
        known = tuple(tuple(b for b in bureaus if b.is_active_on(date.fromordinal(day))) for day in (1, *changes))
        members = tuple(tuple(b.code for b in period if b.kind is BureauKind.MEMBER) for period in known)
        parents = {bureau.code: bureau.parent for bureau in bureaus if bureau.parent is not None}
        object.__setattr__(self, "bureaus", bureaus)
        object.__setattr__(self, "parents", MappingProxyType(parents))
        object.__setattr__(self, "_by_code", MappingProxyType({bureau.code: bureau for bureau in bureaus}))
        object.__setattr__(self, "_changes", changes)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_members", members)
        object.__setattr__(self, "_codes", tuple(frozenset(b.code for b in period) for period in known))

    def bureau(self, code: str, on: date) -> Bureau | None:
        """The member, sub-bureau or entity of that code, if the network knows it on that day."""
        found = self._by_code.get(code)
        return found if found is not None and found.is_active_on(on) else None

    def members(self, on: date) -> tuple[str, ...]:
        """The sorted codes of the member countries on that day, without sub-bureaus and entities."""
        return self._members[bisect_right(self._changes, on.toordinal())]

    def all_bureaus(self, on: date) -> tuple[Bureau, ...]:
        """Members, sub-bureaus and entities on that day, sorted by code."""
        return self._known[bisect_right(self._changes, on.toordinal())]

    def codes(self, on: date) -> frozenset[str]:
        """The codes of members, sub-bureaus and entities on that day."""
        return self._codes[bisect_right(self._changes, on.toordinal())]

    def parent(self, code: str) -> str | None:
        """The member country whose bureau a sub-bureau stands under."""
        return self.parents.get(code)

    def is_nationality(self, code: str) -> bool:
        """Whether a nationality or the issuer of a document may be written so."""
        return code in self.tables.nationalities

    def bureau_code_error(self, code: str, on: date) -> str:
        """One sentence why the code is no bureau on that day, with what may have been meant."""

        def accepts(candidate: str) -> bool:
            return self.bureau(candidate, on) is not None

        form = "a bureau's code is two capital letters, such as FR, or 914"
        return explain_code(
            code, self.tables, CodeList("a bureau", form, accepts, lambda known: self._not_in(known, on))
        )

    def nationality_error(self, code: str) -> str:
        """One sentence why the code is no nationality, with what may have been meant."""
        extra = ", ".join(sorted(known for known in self.tables.nationalities if len(known) == 3))
        form = f"a nationality is two capital letters, such as FR, or one of {extra}"
        return explain_code(code, self.tables, CodeList("a nationality", form, self.is_nationality, lambda _: None))

    def _not_in(self, code: str, on: date) -> str | None:
        """Why a code that does exist is not in the network on that day."""
        found = self._by_code.get(code)
        if found is None:
            name = self.tables.nationalities.get(code)
            return None if name is None else f"{code} ({name}) is a nationality but not a member of the network"
        day = on.toordinal()
        if found.member_since is not None and day < found.member_since.toordinal():
            today = date.fromordinal(day)
            return f"{code} ({found.name}) is not yet a member on {today}: it joins on {found.member_since}"
        if found.member_until is not None and day >= found.member_until.toordinal():
            return f"{code} ({found.name}) is no longer a member: it left on {found.member_until}"
        return None


def _refuse_contradictions(bureaus: tuple[Bureau, ...]) -> None:
    twice = [one.code for one, other in pairwise(bureaus) if one.code == other.code]
    if twice:
        raise ValueError(f"bureau {twice[0]} is listed twice")
    members = {bureau.code for bureau in bureaus if bureau.kind is BureauKind.MEMBER}
    for bureau in bureaus:
        if (bureau.kind is BureauKind.SUB_BUREAU) != (bureau.parent is not None):
            raise ValueError(f"bureau {bureau.code}: sub-bureaus, and only they, have a parent")
        if bureau.parent is not None and bureau.parent not in members:
            raise ValueError(f"bureau {bureau.code}: its parent {bureau.parent} is no member")


def _days_of_change(bureaus: tuple[Bureau, ...]) -> tuple[int, ...]:
    """The ordinals of the days on which somebody joined or left."""
    dates = (day for bureau in bureaus for day in (bureau.member_since, bureau.member_until) if day is not None)
    return tuple(sorted({day.toordinal() for day in dates}))


def explain_code(code: str, tables: CodeTables, code_list: CodeList) -> str:
    """One line of printable text that says why the judge does not accept the code. Never raises."""
    if code_list.accepts(code):
        return f"{quote_code(code)} is {code_list.noun}"
    if not code.strip():
        return f"the code is empty: {code_list.form}"
    plain = unicodedata.normalize("NFKC", code[:LONGEST_SHOWN]).strip().upper()
    if len(code) <= LONGEST_SHOWN and code_list.accepts(plain):
        fault = "codes are upper case" if code.upper() == plain else "codes are plain letters without spaces"
        return f"unknown code {quote_code(code)}: {fault}, did you mean {plain}?"
    return code_list.reason(plain) or _other_code(plain, tables, code_list) or _unknown(code, plain, tables, code_list)


def _other_code(plain: str, tables: CodeTables, judge: CodeList) -> str | None:
    """The sentence for a code of another list, or of another time."""
    if plain in tables.retired:
        retired = tables.retired[plain]
        return _lead(f"{plain} was retired in {retired.year}", retired.successors, judge)
    if plain in tables.slips:
        return _lead(f"{plain} is not the code in use", (tables.slips[plain],), judge)
    if plain in tables.alpha_3:
        target = tables.alpha_3[plain]
        former = tables.retired.get(target)
        if former is not None:
            return _lead(f"{plain} is a three-letter code, retired in {former.year}", former.successors, judge)
        return _lead(f"{plain} is a three-letter code", (target,), judge)
    if plain in tables.numeric:
        return _lead(f"{plain} is a numeric code", (tables.numeric[plain],), judge)
    if is_user_assigned(plain):
        return f"{plain} is a user-assigned code and stands for no country"
    return None


def _lead(fault: str, targets: tuple[str, ...], judge: CodeList) -> str:
    """The fault, and where its targets lead: to codes that are accepted, or to the reason why they are not."""
    accepted = [target for target in targets if judge.accepts(target)]
    if accepted:
        return f"{fault}; did you mean {_alternatives(accepted)}?"
    reason = next(filter(None, map(judge.reason, targets)), None)
    return fault if reason is None else f"{fault}; {reason}"


def _unknown(code: str, plain: str, tables: CodeTables, judge: CodeList) -> str:
    found = [near for near in dict.fromkeys(tables.similar_codes(plain)) if judge.accepts(near)]
    if 0 < len(found) <= MOST_SUGGESTIONS:
        return f"unknown code {quote_code(code)}; did you mean {_alternatives(found)}?"
    return f"unknown code {quote_code(code)}: {judge.form}"


def is_user_assigned(code: str) -> bool:
    """Whether ISO 3166-1 leaves the code to its users: AA, QM to QZ, XA to XZ, ZZ."""
    if len(code) != 2 or not (code.isascii() and code.isalpha() and code.isupper()):
        return False
    return code in ("AA", "ZZ") or code[0] == "X" or "QM" <= code <= "QZ"


def quote_code(code: str) -> str:
    """The code in quotes, cut to a length that fits a line, with what cannot be printed made visible."""
    cut = code if len(code) <= LONGEST_SHOWN else code[:LONGEST_SHOWN] + "…"
    return '"' + "".join(c if c.isprintable() else _visible(c) for c in cut) + '"'


def _visible(character: str) -> str:
    point = ord(character)
    return f"\\x{point:02x}" if point < 0x100 else f"<U+{point:04X}>"


def _alternatives(codes: list[str]) -> str:
    return codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} or {codes[-1]}"


def _letters(name: str) -> str:
    """A name without accents and case, for comparing only."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()


def _prefixes(names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """From the first two letters of a name, and the first three and four of each of its words, to its code."""
    found: dict[str, list[str]] = {}
    for name, code in names.items():
        for prefix in _beginnings(name):
            found.setdefault(prefix, []).append(code)
    return {prefix: tuple(codes) for prefix, codes in found.items()}


def _beginnings(name: str) -> Iterable[str]:
    words = [word for word in name.split() if len(word) >= 4]
    return {name[:2], *(word[:size] for word in words for size in (3, 4))}
