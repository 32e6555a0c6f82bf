"""Invented persons for measuring checks: names of several cultures, a few very common, most rare.

The same seed gives the same persons. Names are made of syllables. Each has other spellings, made by tables of this
module, so that the desk's own tables are not measured by themselves.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random


def _words(text: str) -> list[str]:
    return text.split()


_YEARS = (1945, 2004)
#: Given names of a culture that are made of syllables, in addition to a few well-known ones.
GIVEN_NAME_COUNT = 120

_CYRILLIC_HEADS = _words(
    "дро ме жи ку ще ов та ер бе гла зу кра ми но пе ра со тра фе ха це ше щу юр яго вла ды лю зве сму "
)
_CYRILLIC_TAILS = _words("жне шка ляр хти зля гла чир лаб ний руб доб зин лев мар пак саф тих фим хор цып черк шап ")
_ENDINGS = {"ов": 4, "ин": 2, "енко": 2, "ский": 2, "чук": 1, "ев": 2}
_CYRILLIC_GIVEN = _words(
    "Аркадий Глеб Матвей Юрий Тимур Ксения Елена Жанна Лидия Дарья Андрей Богдан Тарас Евген Остап "
    "Оксана Надия Галина Юлия Пламен Цветан Рустам Вячеслав Хрисанф Щедрин Эльдар Ярослав Захар "
    "Георгий Людмила Инна Павел "
)
_PATRONYMICS = _words("Петрович Иванович Юрьевич Андреевна Глебовна Тарасович Захарович Яковлевна")
_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_ENGLISH = dict(
    zip(
        _LETTERS,
        _words("a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch - y - e yu ya"),
        strict=True,
    )
)
_FRENCH = dict(
    zip(
        _LETTERS,
        _words("a b v g d e io j z i i k l m n o p r s t ou f kh ts tch ch chtch - y - e iou ia"),
        strict=True,
    )
)
_ISO = dict(
    zip(
        _LETTERS,
        _words("a b v g d e e z z i j k l m n o p r s t u f h c c s sc - y - e u a"),
        strict=True,
    )
)

_ARAB_ONE = _words("زر بو حم قر شو من طر خل عب سل نص ها جب غر كر")
_ARAB_TWO = _words("نوق حفص دان مش يخ صور ابين يد اوي مان ير شم ل راب يم")
_ARAB_THREE = _words("ي اني  اوي ة")
_ARAB_GIVEN = _words(
    "يوسف=yusuf=youssef خالد=khalid=khaled محمود=mahmud=mahmoud طارق=tariq=tarek منير=munir=mounir "
    "فاطمة=fatima=fatma نور=nur=nour ليلى=layla=leila ريما=rima=reema محمد=muhammad=mohamed "
    "احمد=ahmad=ahmed حسن=hasan=hassan كريم=karim=kareem سعيد=said=saeed جمال=jamal=djamel "
    "شريف=sharif=cherif "
)
_ARAB_ENGLISH = dict(
    zip(
        "ابةتجحخدرزسشصطعغفقكلمنهويئ",
        _words("a b a t j h kh d r z s sh s t a gh f q k l m n h u i i"),
        strict=True,
    )
)
_ARAB_FRENCH = _ARAB_ENGLISH | {"ج": "dj", "ش": "ch", "ق": "k", "و": "ou", "خ": "kh", "س": "ss"}

_LATIN = {
    "german": (
        _words("büt krö weid stra ömer hag lin schu fel brun geß mül"),
        _words("gen ll horst ß ling mei nau ck den tze"),
        _words("er mann stein hofer berg mann ner"),
        _words("Jürgen Holger Götz Detlef Käthe Heike Brünhild Antje Uwe Jörg"),
    ),
    "spanish": (
        _words("val itur qui zar mon urdi garr fer peñ bar sal rol"),
        _words("depe gá ñone zue tañe alé ide nán alo ceñ"),
        _words("sco iz da los da z ez ero"),
        _words("Íñigo Ramón Joaquín Nicolás Germán Begoña Inés Rocío Ángela María José"),
    ),
    "english": (
        _words("hart pen thorn ash gren duns whit black wol carr mid"),
        _words("le ha s com de lag ting ber ford wor"),
        _words("wick llam car bley na nagh ton ley th"),
        _words("Geoffrey Stephen Alistair Catherine Philippa Sarah Jeremy Edith"),
    ),
    "turkish": (
        _words("çağ öz yıl şük gül kara ak demir toprak yük"),
        _words("lar bey dı or şen ba pı el ka se"),
        _words("soy li ran oğlu kaya taş er"),
        _words("Şükrü Görkem İlhan Gülşen Işıl Ayşe Mehmet Emre Çiğdem"),
    ),
    "indian": (
        _words("chan bhai tej raj muk jay lak vish sri dhar"),
        _words("dra ro wan en her esh sh wa ni ma"),
        _words("val dia shi dran jee war nath kar"),
        _words("Vikram Ashok Jayesh Lakshmi Poornima Savita Rajesh Anil"),
    ),
    "african": (
        _words("wan oti mwa kip ade ola ekwu nke chi ndia"),
        _words("jo en ka to ba tun em nwa ka ga"),
        _words("hiri ga sege rok yero jo eka ye nda"),
        _words("Juma Barasa Ochieng Zawadi Neema Akinyi Chidi Kolade"),
    ),
}
_CHINESE_FAMILIES = _words(
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo ouyang sima "
)
_CHINESE = _words(
    "wen bo jian hao zhi yuan yu lan xiao mei jing yi hua ming guo qiang li na wei fang ting jun feng lei "
)


@dataclass(frozen=True, slots=True)
class NamePart:
    """One part of a name, in its own script if that is not Latin, and as other bureaus transliterate it."""

    latin: str
    original: str | None = None
    other: str | None = None
    third: str | None = None


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """``born`` is an ISO 8601 date; ``number`` is that of a travel document."""

    family: tuple[NamePart, ...]
    given: tuple[NamePart, ...]
    born: str
    nationality: str
    number: str

    def full_name(self, spelling: Callable[[NamePart], str | None] = lambda word: word.latin) -> str:
        return " ".join(spelling(word) or word.latin for word in (*self.given, *self.family))


@dataclass(frozen=True, slots=True)
class _Culture:
    families: Sequence[NamePart]
    given: Sequence[NamePart]
    middle: Sequence[NamePart]
    countries: tuple[str, ...]
    two_families: bool = False

    def weights(self) -> tuple[list[float], list[float]]:
        return _zipf(len(self.families)), _zipf(len(self.given))


def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / (rank + 8) for rank in range(count)))


def _transliterate(table: dict[str, str], text: str) -> str:
    return "".join(table.get(letter, "") for letter in text.lower()).replace("-", "")


def _cyrillic(text: str) -> NamePart:
    return NamePart(
        _transliterate(_ENGLISH, text).title(),
        text,
        _transliterate(_FRENCH, text).title(),
        _transliterate(_ISO, text).title(),
    )


def _arabic(text: str) -> NamePart:
    return NamePart(_transliterate(_ARAB_ENGLISH, text).title(), text, _transliterate(_ARAB_FRENCH, text).title())


def without_diacritics(text: str) -> str:
    """The text without diacritics, as a keyboard that has none writes it."""
    return "".join(c for c in unicodedata.normalize("NFD", text.replace("ı", "i")) if not unicodedata.combining(c))


def _distinct_words(size: int, make: Callable[[], str], word: Callable[[str], NamePart]) -> list[NamePart]:
    found: dict[str, None] = {}
    for _ in range(size * 20):
        if len(found) >= size:
            break
        found[make()] = None
    return [word(text) for text in found]


def _cultures(rng: Random, size: int) -> list[_Culture]:
    def slavic() -> str:
        middle = rng.choice(_CYRILLIC_TAILS) if rng.random() < 0.5 else ""
        ending = rng.choices(list(_ENDINGS), list(_ENDINGS.values()))[0]
        return (rng.choice(_CYRILLIC_HEADS) + middle + rng.choice(_CYRILLIC_TAILS) + ending).title()

    def arab() -> str:
        middle = rng.choice(_ARAB_TWO) if rng.random() < 0.4 else ""
        return rng.choice(_ARAB_ONE) + middle + rng.choice(_ARAB_TWO) + rng.choice(_ARAB_THREE)

    given = [
        NamePart(one.title(), native, other.title()) for native, one, other in (text.split("=") for text in _ARAB_GIVEN)
    ]
    patronymics = [_cyrillic(text) for text in _PATRONYMICS]

    def short_slavic() -> str:
        return (rng.choice(_CYRILLIC_HEADS) + rng.choice(_CYRILLIC_TAILS)).title()

    slavs = [*map(_cyrillic, _CYRILLIC_GIVEN), *_distinct_words(GIVEN_NAME_COUNT, short_slavic, _cyrillic)]
    arabs = [*given, *_distinct_words(GIVEN_NAME_COUNT, lambda: rng.choice(_ARAB_ONE) + rng.choice(_ARAB_TWO), _arabic)]
    found = [
        _Culture(_distinct_words(size, slavic, _cyrillic), slavs, patronymics, ("RU", "UA", "BY", "KZ")),
        _Culture(_distinct_words(size, arab, _arabic), arabs, given, ("EG", "SY", "MA", "DZ", "IQ")),
        _Culture(
            [NamePart(text.title()) for text in _CHINESE_FAMILIES],
            [NamePart((a + b).title()) for a in _CHINESE for b in _CHINESE],
            (),
            ("CN", "SG"),
        ),
    ]  # fmt: skip
    countries = {
        "german": ("DE", "AT"),
        "spanish": ("ES", "MX", "CO"),
        "english": ("GB", "US", "AU"),
        "turkish": ("TR",),
        "indian": ("IN", "LK"),
        "african": ("KE", "NG"),
    }
    for culture, (heads, middles, ends, names) in _LATIN.items():

        def latin(heads: list[str] = heads, middles: list[str] = middles, ends: list[str] = ends) -> str:
            middle = rng.choice(middles) + (rng.choice(heads) if rng.random() < 0.6 else "")
            return (rng.choice(heads) + middle + rng.choice(ends)).title()

        def short(heads: list[str] = heads, middles: list[str] = middles) -> str:
            return (rng.choice(heads) + rng.choice(middles) + rng.choice(("", "a", "o"))).title()

        def as_typed(text: str) -> NamePart:
            return NamePart(text, None, without_diacritics(text))

        words = [*map(as_typed, names), *_distinct_words(GIVEN_NAME_COUNT, short, as_typed)]
        families = _distinct_words(size, latin, as_typed)
        found.append(_Culture(families, words, words, countries[culture], culture == "spanish"))
    return found


def sample_people(seed: int, count: int, families: int = 6000) -> Iterator[SamplePerson]:
    """``count`` persons; ``families`` is the greatest number of family names in each culture."""
    rng = Random(seed)
    cultures = [(culture, *culture.weights()) for culture in _cultures(Random(1), families)]
    for number in range(count):
        culture, family_weights, given_weights = rng.choice(cultures)
        family = rng.choices(culture.families, cum_weights=family_weights, k=2 if culture.two_families else 1)
        given = rng.choices(culture.given, cum_weights=given_weights)
        if culture.middle and rng.random() < 0.6:
            given.append(rng.choice(culture.middle))
        yield SamplePerson(
            tuple(family),
            tuple(given),
            f"{rng.randrange(*_YEARS)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
            rng.choice(culture.countries),
            f"{rng.choice('CFGHJKLMNPRTVWXYZ')}{seed % 10}{number:07d}",
        )


# Ways to get a name wrong


def mistype(rng: Random, text: str, times: int, shortest: int = 4) -> str | None:
    """``times`` wrong letters in one part of at least ``shortest`` letters; ``None`` if there is no such part."""
    parts = text.split()
    places = [place for place, part in enumerate(parts) if len(part) >= shortest]
    if not places:
        return None
    place = rng.choice(places)
    was = parts[place]
    while parts[place] == was:
        for _ in range(times):
            parts[place] = _mistype_letter(rng, parts[place])
    return " ".join(parts)


def _mistype_letter(rng: Random, part: str) -> str:
    at = rng.randrange(len(part))
    match rng.randrange(4):
        case 0:
            return part[:at] + part[at + 1 :]
        case 1:
            return part[:at] + rng.choice("abcdefghijklmnoprstuvz") + part[at:]
        case 2:
            return part[:at] + rng.choice("abcdefghijklmnoprstuvz") + part[at + 1 :]
        case _:
            at = min(at, len(part) - 2)
            return part[:at] + part[at + 1] + part[at] + part[at + 2 :]
