import unicodedata
from datetime import date

import pycountry
import pytest

from dutydesk.domain.countries import BureauKind, Region
from dutydesk.language.languages import Language
from dutydesk.wire.reference.directory import country_names, data_file, load_directory

LAST_DAY_OF_195 = date(2023, 11, 27)
PALAU_JOINS = date(2023, 11, 28)
MEASURE_ON_MOSCOW = date(2022, 3, 10)
COLUMN = 28


def test_members_by_date() -> None:
    directory = load_directory()
    assert len(directory.members(MEASURE_ON_MOSCOW)) == 195
    assert len(directory.members(LAST_DAY_OF_195)) == 195
    assert len(directory.members(PALAU_JOINS)) == 196
    assert set(directory.members(PALAU_JOINS)) - set(directory.members(LAST_DAY_OF_195)) == {"PW"}


def test_who_is_and_who_is_no_member() -> None:
    members = set(load_directory().members(PALAU_JOINS))
    assert {"VA", "PS", "AW", "CW", "SX", "RU", "UA", "SY", "SS"} <= members
    assert not {"KP", "TV", "TW", "UNK", "HK", "PR", "914"} & members


def test_every_bureau_is_complete() -> None:
    for bureau in load_directory().all_bureaus(PALAU_JOINS):
        assert bureau.name
        assert bureau.official_name
        assert bureau.city
        assert len(bureau.name) <= COLUMN, bureau.name
        assert [language for language, _ in bureau.names] == list(Language)
        assert all(name for _, name in bureau.names)
        assert (bureau.region is Region.ORGANISATION) == (bureau.kind is BureauKind.ENTITY)
        if bureau.kind is not BureauKind.ENTITY:
            country = pycountry.countries.get(alpha_2=bureau.code)
            assert country is not None
            assert bureau.alpha_3 == country.alpha_3


def test_every_region_and_language_is_in_use() -> None:
    bureaus = load_directory().all_bureaus(PALAU_JOINS)
    assert {bureau.region for bureau in bureaus} == set(Region)
    assert {bureau.language for bureau in bureaus} == set(Language)


@pytest.mark.parametrize(
    ("code", "city"),
    [
        ("RU", "Moscow"),
        ("UA", "Kyiv"),
        ("SY", "Damascus"),
        ("DE", "Wiesbaden"),
        ("GB", "Manchester"),
        ("NL", "The Hague"),
        ("CW", "Willemstad"),
        ("SX", "Philipsburg"),
        ("SS", "Juba"),
        ("914", "The Hague"),
    ],
)
def test_bureaus_sit_where_they_sit(code: str, city: str) -> None:
    bureau = load_directory().bureau(code, MEASURE_ON_MOSCOW)
    assert bureau is not None
    assert bureau.city == city


def test_sub_bureaus_and_their_parents() -> None:
    directory = load_directory()
    parents = dict.fromkeys(("AI", "BM", "GI", "KY", "MS", "TC", "VG"), "GB")
    parents |= {"HK": "CN", "MO": "CN", "AS": "US", "PR": "US"}
    assert dict(directory.parents) == parents
    bureaus = directory.all_bureaus(MEASURE_ON_MOSCOW)
    assert {b.code for b in bureaus if b.kind is BureauKind.SUB_BUREAU} == set(parents)
    assert {b.code for b in bureaus if b.kind is BureauKind.ENTITY} == {"914"}


def test_nationalities_are_iso_and_four_more() -> None:
    nationalities = set(load_directory().tables.nationalities)
    assert nationalities == {country.alpha_2 for country in pycountry.countries} | {"914", "916", "922", "UNK"}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("SU", "SU was retired in 1992; did you mean RU?"),
        ("YU", "YU was retired in 2003; did you mean RS?"),
        ("CS", "CS was retired in 2006; did you mean RS, ME, CZ or SK?"),
        ("ZR", "ZR was retired in 1997; did you mean CD?"),
        ("DD", "DD was retired in 1990; did you mean DE?"),
        ("XX", "XX is a user-assigned code and stands for no country"),
        ("UK", "UK is not the code in use; did you mean GB?"),
        ("FRA", "FRA is a three-letter code; did you mean FR?"),
        ("643", "643 is a numeric code; did you mean RU?"),
        ("TW", "TW (Taiwan) is a nationality but not a member of the network"),
        ("Germny", 'unknown code "Germny"; did you mean DE?'),
        ("SW", 'unknown code "SW"; did you mean WS, CH or SE?'),
    ],
)
def test_refusals_from_the_real_tables(code: str, words: str) -> None:
    assert load_directory().bureau_code_error(code, MEASURE_ON_MOSCOW) == words


def test_what_the_tables_say_of_codes_is_consistent() -> None:
    directory = load_directory()
    tables = directory.tables
    own = {bureau.code for bureau in directory.bureaus}
    for wrong in (tables.slips, tables.alpha_3, tables.numeric, tables.retired):
        assert not set(wrong) & (own | set(tables.nationalities))
    assert not set(tables.slips) & (set(tables.alpha_3) | set(tables.retired))
    assert all(directory.is_nationality(target) for target in tables.slips.values())
    for retired in tables.retired.values():
        assert all(directory.is_nationality(successor) for successor in retired.successors)


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        (Language.ENGLISH, "IR", "Iran"),
        (Language.ENGLISH, "RU", "Russia"),
        (Language.ENGLISH, "GB", "United Kingdom"),
        (Language.FRENCH, "DE", "Allemagne"),
        (Language.SPANISH, "DE", "Alemania"),
        (Language.ARABIC, "TR", "تركيا"),
    ],
)
def test_names_in_a_language(language: Language, code: str, name: str) -> None:
    bureau = load_directory().bureau(code, MEASURE_ON_MOSCOW)
    assert bureau is not None
    assert country_names(language)[code] == bureau.name_in(language) == name


def test_arabic_names_are_arabic() -> None:
    for code, name in country_names(Language.ARABIC).items():
        assert unicodedata.bidirectional(name[0]) == "AL", code


def test_the_directory_is_read_once() -> None:
    assert load_directory() is load_directory()


def test_data_file_reads_only_what_is_there() -> None:
    assert data_file("bureaus.toml").startswith(b"# The network")
    with pytest.raises(FileNotFoundError):
        data_file("absent.toml")
