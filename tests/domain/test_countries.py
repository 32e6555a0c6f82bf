from dataclasses import FrozenInstanceError
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.domain.countries import (
    Bureau,
    BureauKind,
    CodeTables,
    Directory,
    Region,
    RetiredCode,
    is_user_assigned,
)
from dutydesk.language.languages import Language

JOINED = date(2023, 11, 28)
LEFT = date(2030, 1, 1)
BEFORE = date(2022, 3, 10)


def bureau(code: str, name: str, **more: object) -> Bureau:
    given_or_usual: dict[str, object] = {
        "official_name": f"State of {name}",
        "city": f"{name} City",
        "region": Region.EUROPE,
        "language": Language.ENGLISH,
    }
    return Bureau(code, name, **(given_or_usual | more))  # type: ignore[arg-type]


TABLES = CodeTables(
    nationalities={
        "CN": "China",
        "ES": "Spain",
        "FR": "France",
        "GB": "United Kingdom",
        "HK": "Hong Kong",
        "KP": "North Korea",
        "LV": "Latvia",
        "PW": "Palau",
        "RU": "Russia",
        "TW": "Taiwan",
        "TR": "Türkiye",
        "914": "International Criminal Court",
        "916": "Special Tribunal for Lebanon",
        "UNK": "Kosovo under UNMIK",
    },
    alpha_3={"FRA": "FR", "PRK": "KP", "PLW": "PW", "SUN": "SU"},
    numeric={"643": "RU", "585": "PW"},
    retired={
        "SU": RetiredCode("SU", "USSR", 1992, ("RU",)),
        "CS": RetiredCode("CS", "Serbia and Montenegro", 2006, ("FR", "GB", "RU")),
        "NQ": RetiredCode("NQ", "Dronning Maud Land", 1983, ("KP",)),
        "JT": RetiredCode("JT", "Johnston Island", 1986),
    },
    slips={"UK": "GB", "XK": "UNK"},
)
DIRECTORY = Directory(
    [
        bureau("RU", "Russia", names=((Language.FRENCH, "Russie"),)),
        bureau("PW", "Palau", member_since=JOINED),
        bureau("LV", "Latvia", member_until=LEFT),
        *(bureau(code, TABLES.nationalities[code]) for code in ("GB", "FR", "ES", "CN", "TR")),
        bureau("HK", "Hong Kong", kind=BureauKind.SUB_BUREAU, parent="CN"),
        bureau("914", "International Criminal Court", kind=BureauKind.ENTITY, region=Region.ORGANISATION),
    ],
    TABLES,
)


def test_members_change_on_the_day_itself() -> None:
    assert DIRECTORY.members(date(2023, 11, 27)) == ("CN", "ES", "FR", "GB", "LV", "RU", "TR")
    assert DIRECTORY.members(JOINED) == ("CN", "ES", "FR", "GB", "LV", "PW", "RU", "TR")
    assert "LV" in DIRECTORY.members(date(2029, 12, 31))
    assert "LV" not in DIRECTORY.members(LEFT)


def test_members_are_not_built_anew_for_each_day() -> None:
    assert DIRECTORY.members(date(1990, 1, 1)) is DIRECTORY.members(date(2023, 11, 27))
    assert DIRECTORY.members(JOINED) is DIRECTORY.members(date(2029, 12, 31))


def test_a_moment_counts_as_its_day() -> None:
    moment = datetime(2023, 11, 28, tzinfo=UTC)
    assert DIRECTORY.members(moment) == DIRECTORY.members(JOINED)
    assert DIRECTORY.bureau("PW", moment) is not None
    assert "not yet a member on 2023-11-27" in DIRECTORY.bureau_code_error(
        "PW", datetime(2023, 11, 27, 23, 59, tzinfo=UTC)
    )


def test_all_bureaus_hold_sub_bureaus_and_entities_too() -> None:
    codes = [known.code for known in DIRECTORY.all_bureaus(BEFORE)]
    assert codes == ["914", "CN", "ES", "FR", "GB", "HK", "LV", "RU", "TR"]


def test_bureau_and_parent() -> None:
    found = DIRECTORY.bureau("HK", BEFORE)
    assert found is not None
    assert found.kind is BureauKind.SUB_BUREAU
    assert DIRECTORY.parent("HK") == "CN"
    assert DIRECTORY.parent("CN") is None
    assert DIRECTORY.parent("??") is None
    assert DIRECTORY.bureau("PW", BEFORE) is None
    assert DIRECTORY.bureau("LV", LEFT) is None
    assert DIRECTORY.bureau("ru", BEFORE) is None


def test_a_nationality_is_not_a_bureau() -> None:
    for code in ("TW", "KP", "916", "UNK"):
        assert DIRECTORY.is_nationality(code)
        assert DIRECTORY.bureau(code, BEFORE) is None
    assert not DIRECTORY.is_nationality("SU")
    assert not DIRECTORY.is_nationality("fr")


def test_names_fall_back_to_english() -> None:
    found = DIRECTORY.bureau("RU", BEFORE)
    assert found is not None
    assert found.name_in(Language.FRENCH) == "Russie"
    assert found.name_in(Language.ARABIC) == "Russia"


FORM = "a bureau's code is two capital letters, such as FR, or 914"
REFUSALS = {
    "SU": "SU was retired in 1992; did you mean RU?",
    "su": "SU was retired in 1992; did you mean RU?",
    "CS": "CS was retired in 2006; did you mean FR, GB or RU?",
    "NQ": "NQ was retired in 1983; KP (North Korea) is a nationality but not a member of the network",
    "JT": "JT was retired in 1986",
    "XX": "XX is a user-assigned code and stands for no country",
    "UK": "UK is not the code in use; did you mean GB?",
    "XK": "XK is not the code in use; UNK (Kosovo under UNMIK) is a nationality but not a member of the network",
    "FRA": "FRA is a three-letter code; did you mean FR?",
    "fra": "FRA is a three-letter code; did you mean FR?",
    "PRK": "PRK is a three-letter code; KP (North Korea) is a nationality but not a member of the network",
    "SUN": "SUN is a three-letter code, retired in 1992; did you mean RU?",
    "ru": 'unknown code "ru": codes are upper case, did you mean RU?',
    " FR ": 'unknown code " FR ": codes are plain letters without spaces, did you mean FR?',
    "ＦＲ": 'unknown code "ＦＲ": codes are plain letters without spaces, did you mean FR?',
    "643": "643 is a numeric code; did you mean RU?",
    "585": "585 is a numeric code; PW (Palau) is not yet a member on 2022-03-10: it joins on 2023-11-28",
    "TW": "TW (Taiwan) is a nationality but not a member of the network",
    "PW": "PW (Palau) is not yet a member on 2022-03-10: it joins on 2023-11-28",
    "France": 'unknown code "France"; did you mean FR?',
    "Franse": 'unknown code "Franse"; did you mean FR?',
    "Turkiye": 'unknown code "Turkiye"; did you mean TR?',
    "Spian": f'unknown code "Spian": {FORM}',
    "SP": 'unknown code "SP"; did you mean ES?',
    "RF": 'unknown code "RF"; did you mean FR?',
    "": f"the code is empty: {FORM}",
    " \t": f"the code is empty: {FORM}",
    "R": f'unknown code "R": {FORM}',
    "😀": f'unknown code "😀": {FORM}',
    "a\u202eb": f'unknown code "a<U+202E>b": {FORM}',
    "\x1b[2J": f'unknown code "\\x1b[2J": {FORM}',
    "Q" * 33: f'unknown code "{"Q" * 32}…": {FORM}',
}


@pytest.mark.parametrize(("code", "words"), REFUSALS.items())
def test_a_refusal_says_what_may_have_been_meant(code: str, words: str) -> None:
    assert DIRECTORY.bureau_code_error(code, BEFORE) == words


def test_refusals_depend_on_the_day() -> None:
    assert DIRECTORY.bureau_code_error("PLW", JOINED) == "PLW is a three-letter code; did you mean PW?"
    assert DIRECTORY.bureau_code_error("LV", LEFT) == "LV (Latvia) is no longer a member: it left on 2030-01-01"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("UK", "UK is not the code in use; did you mean GB?"),
        ("XK", "XK is not the code in use; did you mean UNK?"),
        ("PRK", "PRK is a three-letter code; did you mean KP?"),
        ("SU", "SU was retired in 1992; did you mean RU?"),
        ("tw", 'unknown code "tw": codes are upper case, did you mean TW?'),
        ("R", 'unknown code "R": a nationality is two capital letters, such as FR, or one of 914, 916, UNK'),
    ],
)
def test_nationalities_are_refused_in_the_same_words(code: str, words: str) -> None:
    assert DIRECTORY.nationality_error(code) == words


codes = st.one_of(st.text(st.characters()), st.text("AFGRSUXruz 0369Ｆ", max_size=4), st.sampled_from(sorted(REFUSALS)))
days = st.dates()


@given(codes, days)
def test_bureau_takes_any_text_and_gives_only_what_was_asked(code: str, on: date) -> None:
    found = DIRECTORY.bureau(code, on)
    assert found is None or found.code == code
    assert (found in DIRECTORY.all_bureaus(on)) == (found is not None)


@given(codes, days)
def test_a_refusal_is_one_short_printable_line(code: str, on: date) -> None:
    for words in (DIRECTORY.bureau_code_error(code, on), DIRECTORY.nationality_error(code)):
        assert words.isprintable()
        assert 0 < len(words) < 500


@given(st.text(st.sampled_from("abFR\ud800\x00\u2028 "), max_size=6))
def test_surrogates_and_line_ends_are_made_visible(code: str) -> None:
    assert DIRECTORY.bureau_code_error(code, BEFORE).isprintable()


@given(days)
def test_members_are_sorted_and_known(on: date) -> None:
    members = DIRECTORY.members(on)
    assert list(members) == sorted(members)
    assert all((found := DIRECTORY.bureau(code, on)) and found.kind is BureauKind.MEMBER for code in members)


def test_user_assigned_codes() -> None:
    assert all(map(is_user_assigned, ("AA", "QM", "QZ", "XA", "XX", "XZ", "ZZ")))
    assert not any(map(is_user_assigned, ("QA", "QL", "ZA", "AB", "X", "xx", "XXX", "X1", "Qá")))


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        ([bureau("FR", "France"), bureau("FR", "France")], "FR is listed twice"),
        ([bureau("HK", "Hong Kong", kind=BureauKind.SUB_BUREAU, parent="CN")], "parent CN is no member"),
        ([bureau("HK", "Hong Kong", kind=BureauKind.SUB_BUREAU)], "have a parent"),
        ([bureau("CN", "China"), bureau("FR", "France", parent="CN")], "have a parent"),
    ],
)
def test_a_directory_that_contradicts_itself_is_refused(listed: list[Bureau], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Directory(listed, TABLES)


def test_the_directory_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        DIRECTORY.bureaus = ()  # type: ignore[misc]
    with pytest.raises(TypeError):
        DIRECTORY.parents["FR"] = "GB"  # type: ignore[index]
    with pytest.raises(TypeError):
        DIRECTORY.tables.slips["FR"] = "GB"  # type: ignore[index]
