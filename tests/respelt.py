"""Invented persons in four scripts, and the ways in which a person's name comes back spelt differently.

The same seed gives the same persons. Names are made of syllables with a rendering for each script, so that the desk's
own tables of letters are not measured by themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

SCRIPTS = ("latin", "cyrillic", "arabic", "devanagari")
#: Each consonant in four scripts; the first of several Latin spellings is the usual one.
_CONSONANTS = {
    "b": (("b",), "б", "ب", "ब"),
    "d": (("d",), "д", "د", "द"),
    "r": (("r",), "р", "ر", "र"),
    "m": (("m",), "м", "م", "म"),
    "n": (("n",), "н", "ن", "न"),
    "k": (("k", "q", "c"), "к", "ك", "क"),
    "l": (("l",), "л", "ل", "ल"),
    "s": (("s", "ss"), "с", "س", "स"),
    "t": (("t", "tt"), "т", "ت", "त"),
    "z": (("z",), "з", "ز", "ज़"),
    "f": (("f", "ff"), "ф", "ف", "फ़"),
    "sh": (("sh", "ch", "sch"), "ш", "ش", "श"),
    "kh": (("kh", "h"), "х", "خ", "ख़"),
    "h": (("h",), "х", "ه", "ह"),
}
_VOWELS = {
    "a": (("a", "aa"), "а", "ا", "ा"),
    "i": (("i", "ee", "y"), "и", "ي", "ी"),
    "u": (("u", "ou", "oo"), "у", "و", "ू"),
}
_ALPHABETS = {
    "latin": "abdefghiklmnorstuz",
    "cyrillic": "абвгдезиклмнорстуфхш",
    "arabic": "بتجدرزسشفكلمنوي",
    "devanagari": "कगजटतदनपबमरलवशस",
}
_PATRONYMICS = ("Daramin", "Rustabir", "Selimun", "Kadirash", "Murafin")
_COUNTRIES = ("RU", "EG", "IN", "FI")

#: The sounds of one part of a name: consonant and vowel by turns, and perhaps a last consonant.
Sounds = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InventedPerson:
    family: Sounds
    given: Sounds
    more_given: Sounds
    birth: str
    nationality: str
    document: str


@dataclass(frozen=True, slots=True)
class WrittenName:
    """A name as a message writes it. ``turned``: the given names stand in the field of the family name."""

    family: str
    given: str
    turned: bool = False

    def fields(self) -> dict[str, Any]:
        family, given = (self.given, self.family) if self.turned else (self.family, self.given)
        return {"family": family, "given": given}


def _sounds(rng: Random, syllables: int) -> Sounds:
    found: list[str] = []
    for _ in range(syllables):
        found += [rng.choice(list(_CONSONANTS)), rng.choice(list(_VOWELS))]
    return (*found, rng.choice(["b", "d", "r", "m", "n", "k", "l", "s", "t"]))


def persons(seed: int) -> Iterator[InventedPerson]:
    """Persons who do not share their names."""
    rng = Random(seed)
    while True:
        born = f"{rng.randrange(1950, 2000)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
        yield InventedPerson(
            _sounds(rng, rng.choice((2, 3))),
            _sounds(rng, rng.choice((1, 2))),
            _sounds(rng, 2),
            born,
            rng.choice(_COUNTRIES),
            f"Q{rng.randrange(10**7, 10**8)}",
        )


def written(sounds: Sounds, script: str, variant: Random | None = None) -> str:
    """One part of a name in a script; ``variant`` chooses among the Latin spellings of each sound."""
    place = SCRIPTS.index(script)
    letters = []
    for index, sound in enumerate(sounds):
        forms = (_CONSONANTS | _VOWELS)[sound]
        if script != "latin":
            letters.append(str(forms[place]))
        else:
            letters.append(variant.choice(forms[0]) if variant is not None and index else forms[0][0])
    return "".join(letters).title() if script in ("latin", "cyrillic") else "".join(letters)


def name_of(person: InventedPerson, script: str = "latin", variant: Random | None = None) -> WrittenName:
    return WrittenName(written(person.family, script, variant), written(person.given, script, variant))


# Ways in which a person comes back


def _wrong_letter(rng: Random, part: str, script: str) -> str:
    at = rng.randrange(1, len(part))
    return part[:at] + rng.choice(_ALPHABETS[script]) + part[at + 1 :]


def _missing_letter(rng: Random, part: str, _: str) -> str:
    at = rng.randrange(1, len(part))
    return part[:at] + part[at + 1 :]


def _doubled_letter(rng: Random, part: str, _: str) -> str:
    at = rng.randrange(1, len(part))
    return part[:at] + part[at] + part[at:]


def _in_longer_part(change: Callable[[Random, str, str], str]) -> _Change:
    """The change in the longer part of the name, where one letter is a slip and not another name."""

    def changed(rng: Random, person: InventedPerson, name: WrittenName, script: str) -> WrittenName:
        if len(name.family) >= len(name.given):
            return replace(name, family=change(rng, name.family, script))
        return replace(name, given=change(rng, name.given, script))

    return changed


_Change = Callable[[Random, InventedPerson, WrittenName, str], WrittenName]


def _more_given(rng: Random, person: InventedPerson, name: WrittenName, script: str) -> WrittenName:
    return replace(name, given=f"{name.given} {written(person.more_given, script)}")


def _patronymic(rng: Random, person: InventedPerson, name: WrittenName, script: str) -> WrittenName:
    """A father's name, in any script as a word of other sounds."""
    father = written(_sounds(rng, 2), script) if script != "latin" else rng.choice(_PATRONYMICS)
    return replace(name, given=f"{name.given} {father}")


def _same(_: Random, __: InventedPerson, name: WrittenName, ___: str) -> WrittenName:
    return name


def _turned(_: Random, __: InventedPerson, name: WrittenName, ___: str) -> WrittenName:
    return replace(name, turned=True)


CHANGES: dict[str, _Change] = {
    "transliterated": _same,
    "turned": _turned,
    "wrong letter": _in_longer_part(_wrong_letter),
    "missing letter": _in_longer_part(_missing_letter),
    "doubled letter": _in_longer_part(_doubled_letter),
    "more given": _more_given,
    "patronymic": _patronymic,
    "year only": _same,
    "another document": _same,
    "less given": _same,
}


@dataclass(frozen=True, slots=True)
class Return:
    """A person who comes back: ``change`` and ``script`` say how; ``subject`` is in the wire's format."""

    person: InventedPerson
    change: str
    script: str
    subject: dict[str, Any]


def on_file(person: InventedPerson, change: str) -> WrittenName:
    """The name under which the person was filed; with a second given name where the return has one less."""
    name = name_of(person)
    more = f"{name.given} {written(person.more_given, 'latin')}"
    return replace(name, given=more) if change == "less given" else name


def returns(seed: int, known: Sequence[InventedPerson]) -> list[Return]:
    """Each person comes back once, in turn by each change and in each script."""
    rng = Random(seed)
    found = []
    for place, person in enumerate(known):
        change = list(CHANGES)[place % len(CHANGES)]
        script = SCRIPTS[place // len(CHANGES) % len(SCRIPTS)]
        name = CHANGES[change](rng, person, name_of(person, script, rng), script)
        found.append(Return(person, change, script, _subject(person, change, name)))
    return found


def change_of(place: int) -> str:
    return list(CHANGES)[place % len(CHANGES)]


def _subject(person: InventedPerson, change: str, name: WrittenName) -> dict[str, Any]:
    subject = subject_of(name, person.birth[:4] if change == "year only" else person.birth, person.nationality)
    if change == "another document":
        subject["identity_documents"] = [{"type": "passport", "number": f"Z{person.document}7", "issuer": "FI"}]
    return subject


def subject_of(name: WrittenName, birth: str, nationality: str) -> dict[str, Any]:
    return {
        "type": "person",
        "status": "suspect",
        "name": name.fields(),
        "sex": "M",
        "date_of_birth": birth,
        "nationalities": [nationality],
        "minor": False,
        "biometrics": ["photo"],
    }


def others(seed: int, known: Sequence[InventedPerson], count: int) -> Iterator[dict[str, Any]]:
    """Other persons of other birth and nationality who bear names of the known ones; half of them both names of one."""
    rng = Random(seed)
    for _ in range(count):
        family = rng.choice(known)
        given = rng.choice((family, rng.choice(known)))
        taken = {family.birth[:4], given.birth[:4]}
        years = [year for year in range(1945, 2004) if all(abs(year - int(other)) > 1 for other in taken)]
        birth = f"{rng.choice(years)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
        name = WrittenName(written(family.family, "latin", rng), written(given.given, "latin", rng))
        yield subject_of(name, birth, "BR")
