"""The bureaus of the network, and which codes name a bureau or a nationality.

Bureau codes and nationality codes are two different lists: Taiwan is a nationality without a bureau, the International
Criminal Court a bureau without a country. An unknown code is never replaced; the error text only suggests codes.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import InitVar, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from dutydesk.domain.frozen import value
from dutydesk.language.languages import Language
from dutydesk.language.sentences import joined, sentence

LONGEST_SHOWN = 32
MOST_SUGGESTIONS = 4


class BureauKind(StrEnum):
    MEMBER = "member"
    SUB_BUREAU = "sub_bureau"
    ENTITY = "entity"


class Region(StrEnum):
    """The organisation's own regions. An entity belongs to none and has ``organisation``."""

    AFRICA = "africa"
    AMERICAS = "americas"
    ASIA_PACIFIC = "asia_pacific"
    EUROPE = "europe"
    MIDDLE_EAST_NORTH_AFRICA = "middle_east_north_africa"
    ORGANISATION = "organisation"


@value(frozen=True, slots=True)
class Bureau:
    """A National Central Bureau, a sub-bureau under its parent, or an international entity.

    ``language`` is the one that the bureau uses with the Secretariat. ``member_since`` is the first day in the network
    and ``member_until`` the first day outside it; ``None`` means no limit. ``names`` holds pairs of language and short
    name.
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
        """Whether the bureau belongs to the network on that day."""
        day = on.toordinal()
        if self.member_since is not None and day < self.member_since.toordinal():
            return False
        return self.member_until is None or day < self.member_until.toordinal()

    def name_in(self, language: Language) -> str:
        """The short name in the given language; falls back to English."""
        return next((name for known, name in self.names if known is language), self.name)


@value(frozen=True, slots=True)
class RetiredCode:
    """A code that ISO 3166 has withdrawn. ``successors`` are the current codes for the same territory."""

    code: str
    name: str
    year: int
    successors: tuple[str, ...] = ()


@value(frozen=True, slots=True, eq=False)
class CodeTables:
    """Codes of nationalities and countries, from ISO 3166 and from the list of common mistakes.

    ``nationalities`` maps a code to its name, for ISO 3166-1 alpha-2 and the extra nationality codes. ``alpha_3`` and
    ``numeric`` map other ISO codes to the alpha-2 code; a retired three-letter code maps to the retired two-letter one.
    ``slips`` maps codes that are often written by mistake to the code that was probably meant.
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
        by_name = {_comparison_key(name): code for code, name in self.nationalities.items() if len(code) == 2}
        object.__setattr__(self, "_by_name", MappingProxyType(by_name))
        object.__setattr__(self, "_by_prefix", MappingProxyType(_prefixes(by_name)))

    def similar_codes(self, code: str) -> tuple[str, ...]:
        """Codes whose country name equals ``code`` or begins like it, and the code with its two letters swapped."""
        written = _comparison_key(code)
        exact = self._by_name.get(written)
        if exact is not None:
            return (exact,)
        swapped = (code[::-1],) if len(code) == 2 else ()
        return (*swapped, *self._by_prefix.get(written[:4], ()))


@value(frozen=True, slots=True)
class CodeList:
    """One list of codes, as :func:`explain_code` needs it.

    ``noun`` names one entry ("a bureau"), ``form`` says how a code looks. ``accepts`` tests a code; ``reason`` explains
    why an existing code is not accepted, or gives ``None``.
    """

    noun: str
    form: str
    accepts: Callable[[str], bool]
    reason: Callable[[str], str | None]


@value(frozen=True, slots=True, eq=False)
class Directory:
    """The bureaus of the network on any day. A look-up costs one dictionary access, however many bureaus there are.

    Raises ``ValueError`` for a code that is listed twice, and for a parent that does not fit: a
    sub-bureau without one, another bureau with one, or a parent that is not a member.
    """

    listed: InitVar[Iterable[Bureau]]
    tables: CodeTables
    bureaus: tuple[Bureau, ...] = field(init=False)
    parents: Mapping[str, str] = field(init=False)
    _sub_bureaus: Mapping[str, tuple[str, ...]] = field(init=False, repr=False)
    _by_code: Mapping[str, Bureau] = field(init=False, repr=False)
    _changes: tuple[int, ...] = field(init=False, repr=False)
    _known: tuple[tuple[Bureau, ...], ...] = field(init=False, repr=False)
    _members: tuple[tuple[str, ...], ...] = field(init=False, repr=False)
    _codes: tuple[frozenset[str], ...] = field(init=False, repr=False)

    def __post_init__(self, listed: Iterable[Bureau]) -> None:
        bureaus = tuple(sorted(listed, key=lambda bureau: bureau.code))
        _check_consistency(bureaus)
        changes = _days_of_change(bureaus)
        known = tuple(tuple(b for b in bureaus if b.is_active_on(date.fromordinal(day))) for day in (1, *changes))
        members = tuple(tuple(b.code for b in period if b.kind is BureauKind.MEMBER) for period in known)
        parents = {bureau.code: bureau.parent for bureau in bureaus if bureau.parent is not None}
        object.__setattr__(self, "bureaus", bureaus)
        object.__setattr__(self, "parents", MappingProxyType(parents))
        sub_bureaus: dict[str, tuple[str, ...]] = {}
        for code, parent in parents.items():
            sub_bureaus[parent] = (*sub_bureaus.get(parent, ()), code)
        object.__setattr__(self, "_sub_bureaus", MappingProxyType(sub_bureaus))
        object.__setattr__(self, "_by_code", MappingProxyType({bureau.code: bureau for bureau in bureaus}))
        object.__setattr__(self, "_changes", changes)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_members", members)
        object.__setattr__(self, "_codes", tuple(frozenset(b.code for b in period) for period in known))

    def bureau(self, code: str, on: date) -> Bureau | None:
        """The member, sub-bureau or entity with that code, or ``None`` if it is not in the network on that day."""
        found = self._by_code.get(code)
        return found if found is not None and found.is_active_on(on) else None

    def members(self, on: date) -> tuple[str, ...]:
        """The codes of the member countries on that day, sorted, without sub-bureaus and entities."""
        return self._members[bisect_right(self._changes, on.toordinal())]

    def all_bureaus(self, on: date) -> tuple[Bureau, ...]:
        """Members, sub-bureaus and entities on that day, sorted by code."""
        return self._known[bisect_right(self._changes, on.toordinal())]

    def codes(self, on: date) -> frozenset[str]:
        """The codes of members, sub-bureaus and entities on that day."""
        return self._codes[bisect_right(self._changes, on.toordinal())]

    def language_of(self, code: str) -> Language:
        """The language that the bureau uses with the Secretariat; English for an unknown one."""
        found = self._by_code.get(code)
        return found.language if found is not None else Language.ENGLISH

    def name_in(self, code: str, language: Language) -> str | None:
        """The short name of a bureau, whatever its dates; ``None`` for an unknown one."""
        found = self._by_code.get(code)
        return found.name_in(language) if found is not None else None

    def parent(self, code: str) -> str | None:
        """The member country to which a sub-bureau belongs, or ``None`` for any other code."""
        return self.parents.get(code)

    def sub_bureaus(self, code: str) -> tuple[str, ...]:
        """The sub-bureaus that belong to a member country."""
        return self._sub_bureaus.get(code, ())

    def is_nationality(self, code: str) -> bool:
        """Whether the code is valid as a nationality or as the issuer of a document."""
        return code in self.tables.nationalities

    def bureau_code_error(self, code: str, on: date) -> str:
        """One sentence on why the code is not a bureau on that day, with suggestions."""

        def accepts(candidate: str) -> bool:
            return self.bureau(candidate, on) is not None

        form = sentence("a bureau's code is two capital letters, such as FR, or 914")
        return explain_code(
            code,
            self.tables,
            CodeList(sentence("a bureau"), form, accepts, lambda known: self._absence_reason(known, on)),
        )

    def nationality_error(self, code: str) -> str:
        """One sentence on why the code is not a nationality, with suggestions."""
        extra = ", ".join(sorted(known for known in self.tables.nationalities if len(known) == 3))
        form = sentence("a nationality is two capital letters, such as FR, or one of {extra}", extra=extra)
        return explain_code(
            code, self.tables, CodeList(sentence("a nationality"), form, self.is_nationality, lambda _: None)
        )

    def _absence_reason(self, code: str, on: date) -> str | None:
        """Why an existing code is not in the network on that day; ``None`` for an unknown code."""
        found = self._by_code.get(code)
        if found is None:
            name = self.tables.nationalities.get(code)
            return (
                None
                if name is None
                else sentence("{code} ({name}) is a nationality but not a member of the network", code=code, name=name)
            )
        day = on.toordinal()
        if found.member_since is not None and day < found.member_since.toordinal():
            today = date.fromordinal(day)
            return sentence(
                "{code} ({name}) is not yet a member on {today}: it joins on {member_since}",
                code=code,
                name=found.name,
                today=today,
                member_since=found.member_since,
            )
        if found.member_until is not None and day >= found.member_until.toordinal():
            return sentence(
                "{code} ({name}) is no longer a member: it left on {member_until}",
                code=code,
                name=found.name,
                member_until=found.member_until,
            )
        return None


def _check_consistency(bureaus: tuple[Bureau, ...]) -> None:
    """Raises ``ValueError`` for duplicate codes and for parents that do not fit."""
    duplicates = [one.code for one, other in pairwise(bureaus) if one.code == other.code]
    if duplicates:
        raise ValueError(f"bureau {duplicates[0]} is listed twice")
    members = {bureau.code for bureau in bureaus if bureau.kind is BureauKind.MEMBER}
    for bureau in bureaus:
        if (bureau.kind is BureauKind.SUB_BUREAU) != (bureau.parent is not None):
            raise ValueError(f"bureau {bureau.code}: sub-bureaus, and only they, have a parent")
        if bureau.parent is not None and bureau.parent not in members:
            raise ValueError(f"bureau {bureau.code}: its parent {bureau.parent} is no member")


def _days_of_change(bureaus: tuple[Bureau, ...]) -> tuple[int, ...]:
    """The ordinals of the days on which a bureau joined or left, sorted."""
    dates = (day for bureau in bureaus for day in (bureau.member_since, bureau.member_until) if day is not None)
    return tuple(sorted({day.toordinal() for day in dates}))


def explain_code(code: str, tables: CodeTables, code_list: CodeList) -> str:
    """One line of printable text on why the list does not accept the code. Never raises."""
    if code_list.accepts(code):
        return sentence("{code} is {noun}", code=quote_code(code), noun=code_list.noun)
    if not code.strip():
        return sentence("the code is empty: {form}", form=code_list.form)
    plain = unicodedata.normalize("NFKC", code[:LONGEST_SHOWN]).strip().upper()
    if len(code) <= LONGEST_SHOWN and code_list.accepts(plain):
        fault = (
            sentence("codes are upper case")
            if code.upper() == plain
            else sentence("codes are plain letters without spaces")
        )
        return sentence(
            "unknown code {code}: {fault}, did you mean {plain}?", code=quote_code(code), fault=fault, plain=plain
        )
    return (
        code_list.reason(plain)
        or _explain_other_list(plain, tables, code_list)
        or _explain_unknown(code, plain, tables, code_list)
    )


def _explain_other_list(plain: str, tables: CodeTables, code_list: CodeList) -> str | None:
    """The sentence for a code of another list, or for a retired code."""
    if plain in tables.retired:
        retired = tables.retired[plain]
        return _with_suggestions(
            sentence("{plain} was retired in {year}", plain=plain, year=retired.year), retired.successors, code_list
        )
    if plain in tables.slips:
        return _with_suggestions(
            sentence("{plain} is not the code in use", plain=plain), (tables.slips[plain],), code_list
        )
    if plain in tables.alpha_3:
        target = tables.alpha_3[plain]
        former = tables.retired.get(target)
        if former is not None:
            return _with_suggestions(
                sentence("{plain} is a three-letter code, retired in {year}", plain=plain, year=former.year),
                former.successors,
                code_list,
            )
        return _with_suggestions(sentence("{plain} is a three-letter code", plain=plain), (target,), code_list)
    if plain in tables.numeric:
        return _with_suggestions(
            sentence("{plain} is a numeric code", plain=plain), (tables.numeric[plain],), code_list
        )
    if is_user_assigned(plain):
        return sentence("{plain} is a user-assigned code and stands for no country", plain=plain)
    return None


def _with_suggestions(fault: str, targets: tuple[str, ...], code_list: CodeList) -> str:
    """The fault with the targets that the list accepts, or with the reason why it accepts none of them."""
    accepted = [target for target in targets if code_list.accepts(target)]
    if accepted:
        return sentence("{fault}; did you mean {accepted}?", fault=fault, accepted=_alternatives(accepted))
    reason = next(filter(None, map(code_list.reason, targets)), None)
    return fault if reason is None else joined((fault, reason), "; ")


def _explain_unknown(code: str, plain: str, tables: CodeTables, code_list: CodeList) -> str:
    """The sentence for a code of no list, with up to four similar codes."""
    found = [near for near in dict.fromkeys(tables.similar_codes(plain)) if code_list.accepts(near)]
    if 0 < len(found) <= MOST_SUGGESTIONS:
        return sentence("unknown code {code}; did you mean {found}?", code=quote_code(code), found=_alternatives(found))
    return sentence("unknown code {code}: {form}", code=quote_code(code), form=code_list.form)


def is_user_assigned(code: str) -> bool:
    """Whether ISO 3166-1 reserves the code for users: AA, QM to QZ, XA to XZ, ZZ."""
    if len(code) != 2 or not (code.isascii() and code.isalpha() and code.isupper()):
        return False
    return code in ("AA", "ZZ") or code[0] == "X" or "QM" <= code <= "QZ"


def quote_code(code: str) -> str:
    """The code in quotes, cut to 32 characters, with unprintable characters escaped."""
    cut = code if len(code) <= LONGEST_SHOWN else code[:LONGEST_SHOWN] + "…"
    return '"' + "".join(c if c.isprintable() else _escape(c) for c in cut) + '"'


def _escape(character: str) -> str:
    point = ord(character)
    return f"\\x{point:02x}" if point < 0x100 else f"<U+{point:04X}>"


def _alternatives(codes: list[str]) -> str:
    return codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} or {codes[-1]}"


def _comparison_key(name: str) -> str:
    """The name without accents and case, for comparison only."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()


def _prefixes(names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Codes by the first two letters of each name, and by the first three and four of each of its longer words."""
    found: dict[str, list[str]] = {}
    for name, code in names.items():
        for prefix in _name_prefixes(name):
            found.setdefault(prefix, []).append(code)
    return {prefix: tuple(codes) for prefix, codes in found.items()}


def _name_prefixes(name: str) -> Iterable[str]:
    words = [word for word in name.split() if len(word) >= 4]
    return {name[:2], *(word[:size] for word in words for size in (3, 4))}
