"""Loads the reference data: the program's table of bureaus, and ISO 3166 with translations from pycountry."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import TypedDict, cast

import tomli

from dutydesk.domain.countries import Bureau, BureauKind, CodeTables, Directory, Region, RetiredCode
from dutydesk.domain.frozen import value
from dutydesk.language.languages import Language

ENTITY_LANGUAGES = (Language.ARABIC, Language.ENGLISH, Language.SPANISH, Language.FRENCH)


class _Tables(TypedDict):
    """``bureaus.toml``; rows are [city, region, language], for sub-bureaus followed by the parent."""

    members: dict[str, list[str]]
    sub_bureaus: dict[str, list[str]]
    entities: dict[str, list[str]]
    member_since: dict[str, date]
    member_until: dict[str, date]
    display_names: dict[str, str]
    translations: dict[str, dict[str, str]]
    nationalities: dict[str, str]
    successors: dict[str, list[str]]
    slips: dict[str, str]


@value(frozen=True, slots=True)
class _Country:
    """A country or territory of ISO 3166-1. ``short`` is the common name if ISO has one."""

    alpha_3: str
    numeric: str
    short: str
    official: str


def data_file(name: str) -> bytes:
    """The bytes of a data file of the package. Raises ``FileNotFoundError`` for an unknown name."""
    return resources.files("dutydesk.data").joinpath(name).read_bytes()


@lru_cache(maxsize=1)
def load_directory() -> Directory:
    """The directory of the network, with every name in the four languages. Read once per process."""
    tables, countries = _package_tables(), _iso_countries()
    names = {language: country_names(language) for language in Language}
    bureaus = [
        _national(code, row, tables, countries[code], names)
        for table in (tables["members"], tables["sub_bureaus"])
        for code, row in table.items()
    ]
    bureaus.extend(_entity(code, row) for code, row in tables["entities"].items())
    return Directory(bureaus, _code_tables(tables, countries))


@lru_cache(maxsize=len(Language))
def country_names(language: Language) -> Mapping[str, str]:
    """The short name of every ISO 3166-1 country and territory, by alpha-2 code.

    Without a translation it is the English name.
    """
    tables, countries = _package_tables(), _iso_countries()
    own = tables["display_names"] if language is Language.ENGLISH else tables["translations"].get(language, {})
    catalogue = _catalogue(language)
    return MappingProxyType(
        {code: own.get(code) or catalogue.gettext(country.short) for code, country in countries.items()}
    )


def _catalogue(language: Language) -> gettext.NullTranslations:
    if language is Language.ENGLISH:
        return gettext.NullTranslations()
    import pycountry

    return gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[language.value])


@lru_cache(maxsize=1)
def _package_tables() -> _Tables:
    return cast(_Tables, tomli.loads(data_file("bureaus.toml").decode()))


@lru_cache(maxsize=1)
def _iso_countries() -> Mapping[str, _Country]:
    import pycountry

    found: dict[str, _Country] = {}
    for entry in pycountry.countries:
        fields = dict(entry)
        name = fields["name"]
        short = fields.get("common_name", name)
        official = fields.get("official_name", name)
        found[fields["alpha_2"]] = _Country(fields["alpha_3"], fields["numeric"], short, official)
    return MappingProxyType(found)


def _national(
    code: str, row: list[str], tables: _Tables, country: _Country, names: Mapping[Language, Mapping[str, str]]
) -> Bureau:
    city, region, language, *parent = row
    return Bureau(
        code=code,
        name=names[Language.ENGLISH][code],
        official_name=country.official,
        city=city,
        region=Region(region),
        language=Language(language),
        kind=BureauKind.SUB_BUREAU if parent else BureauKind.MEMBER,
        parent=parent[0] if parent else None,
        member_since=tables["member_since"].get(code),
        member_until=tables["member_until"].get(code),
        alpha_3=country.alpha_3,
        names=tuple((known, table[code]) for known, table in names.items()),
    )


def _entity(code: str, row: list[str]) -> Bureau:
    city, language, *names = row
    translated = tuple(zip(ENTITY_LANGUAGES, names, strict=True))
    english = dict(translated)[Language.ENGLISH]
    return Bureau(
        code=code,
        name=english,
        official_name=english,
        city=city,
        region=Region.ORGANISATION,
        language=Language(language),
        kind=BureauKind.ENTITY,
        names=translated,
    )


def _code_tables(tables: _Tables, countries: Mapping[str, _Country]) -> CodeTables:
    retired, retired_alpha_3 = _retired(countries, tables["successors"])
    return CodeTables(
        nationalities={**country_names(Language.ENGLISH), **tables["nationalities"]},
        alpha_3={**retired_alpha_3, **{country.alpha_3: code for code, country in countries.items()}},
        numeric={country.numeric: code for code, country in countries.items()},
        retired=retired,
        slips=tables["slips"],
    )


def _retired(
    countries: Mapping[str, _Country], successors: Mapping[str, list[str]]
) -> tuple[dict[str, RetiredCode], dict[str, str]]:
    """The codes of ISO 3166-3 that no present country has taken over, and their three-letter forms.

    The last two letters of the four-letter code name the successor, if there is one. If a code was retired twice the
    later time counts.
    """
    import pycountry

    retired: dict[str, RetiredCode] = {}
    alpha_3: dict[str, str] = {}
    for entry in sorted(pycountry.historic_countries, key=lambda historic: historic.withdrawal_date):
        code, heir = entry.alpha_2, entry.alpha_4[2:]
        if code in countries:
            continue
        after = successors.get(code, [heir] if heir in countries else [])
        retired[code] = RetiredCode(code, entry.name, int(entry.withdrawal_date[:4]), tuple(after))
        alpha_3[entry.alpha_3] = code
    return retired, alpha_3
