"""An item is found by the same words on both engines, whatever script they are written in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pairs import Pair, pair

from dutydesk.store.engine.connection import ConnectionThread
from dutydesk.store.engine.rows import Connection
from dutydesk.store.engines.postgresql.full_text import compare_full_text
from dutydesk.wire.text.search_text import fts_query
from postgres_cluster import PostgresCluster

pytestmark = pytest.mark.xdist_group("engines")

#: Latin, Greek, Cyrillic and Arabic letters with their marks, punctuation, forms that are written joined or wide, and
#: the beginning of the planes above.
SCRIPTS = (
    *(range(0x1, 0x750), range(0x1E00, 0x2100), range(0xFB50, 0xFE00)),
    *(range(0xFE70, 0x10000), range(0x10400, 0x10450)),
)
#: Title, original script and reference.
ITEMS = (
    ("BÉNARD, Élodie d'Été", None, "FR/2022/17"),
    ("BENARD Elodie", None, "FR-2022-18"),
    ("NÚÑEZ ÍÑIGO, María-José", "Núñez", "ES_2022_3"),
    ("Havrylchenko, Yevhen", "Гаврильченко Євген", "UA.2022.1"),
    ("ŁUKASZ Øystein İstanbul ßtraße", None, None),
    ("Muhammad bin Salman", "محمّد بن سلمان", "SA-1"),
    ("ADAM, Ali", "آدم علي أحمد إبراهيم", "EG-1"),
    ("passport ١٢٣٤٥٦", "رقم ۱۲۳", "X-123456"),
    ("harbour harbours harbourmaster red", None, "red"),
    ("", "", None),
    ("e\u0301lodie combined", "\u0301", "\u0301x"),
)
TYPED = (
    *("benard", "BÉNARD elo", "bénard été", "d'été", "elodie", "é", "lodie"),
    *("nunez", "íñigo", "maria jose", "es_2022", "ES 2022 3"),
    *("гаврил", "ГАВРИЛЬЧЕНКО євген", "ua.2022", "havrylchenko"),
    *("łukasz", "lukasz", "oystein", "øystein", "istanbul", "İstanbul", "strasse", "ßtra"),
    *("محمد", "محمّد", "سلمان", "ادم", "آدم", "احمد", "أحمد ابر", "١٢٣", "123", "۱۲۳"),
    *("harbour", "harbours", "harbourm", "red harbour", "harbour red", "x-12", "_", "\u0651", "combined \u0651"),
)
#: As :mod:`dutydesk.store.tables.word_search` puts them, and phrases that the search box never makes.
QUERIES = (
    '"red" AND ("harbour" OR "harbourmaster")',
    '("harbours")',
    '"harbours harbourmaster"*',
    '"red harbours"',
    '"ali آدم"',
    '"adam" "علي"*',
    '("_" OR "ali")',
    '"ali" AND "_"',
    '"_" "ali"',
    '"_"',
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres_cluster: PostgresCluster) -> Iterator[Pair]:
    with pair(tmp_path_factory.mktemp("words"), postgres_cluster.database()) as made:
        for connection in made:
            for number, (title, original, reference) in enumerate(ITEMS, 1):
                connection.execute(
                    "INSERT INTO item (number, state, urgency, precedence, received_at, routed_at, title, "
                    "original_script, reference) VALUES (?, 'held', 'routine', 2, 0, 0, ?, ?, ?)",
                    (number, title, original, reference),
                )
            connection.execute(connection.texts["filing_words"], {"after": 0, "upto": len(ITEMS)})
            connection.execute(connection.texts["filing_set"], {"number": len(ITEMS)})
        yield made


def found(connection: Connection, words: str) -> list[int]:
    values = {"words": words, "before": 2**62, "state": None, "sender": None, "kind": None, "most": 100}
    return [row["number"] for row in connection.execute(connection.texts["item_page_of_words"], values).fetchall()]


@pytest.mark.parametrize("typed", TYPED)
def test_what_an_officer_types_finds_the_same(typed: str, both: Pair) -> None:
    words = fts_query(typed)
    if words is not None:
        assert found(both.sqlite, words) == found(both.postgresql, words)


@pytest.mark.parametrize("words", QUERIES)
def test_a_query_finds_the_same(words: str, both: Pair) -> None:
    assert found(both.sqlite, words) == found(both.postgresql, words)


@pytest.mark.parametrize("letters", ["harbour", "havrylch", "nothing"])
def test_the_words_that_begin_so_are_the_same(letters: str, both: Pair) -> None:
    for most in (1, 2, 30):
        first, second = (
            [row[0] for row in connection.execute(connection.texts["item_terms_with"], values).fetchall()]
            for connection, values in zip(both, [{"letters": letters, "most": most}] * 2, strict=True)
        )
        assert first == second


def test_each_character_parts_words_or_becomes_the_same(both: Pair) -> None:
    points = [point for script in SCRIPTS for point in script]
    both.sqlite.execute("CREATE VIRTUAL TABLE temp.w USING fts5 (text, tokenize = 'unicode61 remove_diacritics 2')")
    both.sqlite.execute("CREATE VIRTUAL TABLE temp.v USING fts5vocab (temp, w, instance)")
    both.sqlite.executemany(
        "INSERT INTO w (rowid, text) VALUES (?, ?)", ((point, f"a{chr(point)}b") for point in points)
    )
    first: dict[int, list[str]] = {}
    for point, term in both.sqlite.execute('SELECT doc, term FROM v ORDER BY doc, "offset"').fetchall():
        first.setdefault(point, []).append(term)
    asked = "SELECT p, words_of('a' || chr(CAST(p AS integer)) || 'b') FROM unnest(CAST(? AS bigint[])) AS p"
    second = dict(map(tuple, both.postgresql.execute(asked, (points,)).fetchall()))
    assert {point: words for point, words in first.items() if second[point] != words} == {}


def test_a_text_that_changes_is_found_by_its_new_words(both: Pair) -> None:
    for connection in both:
        connection.execute("BEGIN")
        connection.execute("UPDATE item SET title = 'Changed' WHERE number = 9")
        assert found(connection, '"harbour"') == []
        assert found(connection, '"changed"') == [9]
        connection.execute("ROLLBACK")


async def test_words_that_differ_from_their_row_are_named(both: Pair) -> None:
    writing = await ConnectionThread.open(lambda: both.postgresql)
    assert (await compare_full_text(writing)).wrong == ()
    both.postgresql.execute("BEGIN")
    both.postgresql.execute("UPDATE item_words SET words = word_places('other') WHERE number = 3")
    assert (await compare_full_text(writing)).wrong == ("item_words",)
    both.postgresql.execute("ROLLBACK")
    both.postgresql.execute("BEGIN")
    both.postgresql.execute("DELETE FROM item_words WHERE number = 3")
    assert (await compare_full_text(writing)).wrong == ("item_words",)
    both.postgresql.execute("ROLLBACK")
