"""Writes the function ``words_of`` of the schema: a text's words, exactly as SQLite's full text (unicode61) has them.

``python tests/engines/word_function.py`` prints it. It stands in a migration, which is never changed, so
that what an index holds does not depend on the locale of a cluster or on the release of its operating system.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import apsw

_TOKENIZER: Final = "unicode61 remove_diacritics 2"
_SURROGATES: Final = range(0xD800, 0xE000)
_LAST: Final = 0x10FFFF
_ASCII: Final = 0x7F
_LITERAL_LENGTH: Final = 96


#: Scripts whose capitals and marks are looked up in every text that is not plain ASCII. A longer list takes longer for
#: each character, so that all others are looked up only in a text that has one of them.
_FREQUENT: Final = (range(0x80, 0x180), range(0x386, 0x3D0), range(0x400, 0x460))


def words_of_function() -> str:
    """The text of the function, for SQL."""
    folded = _folded_characters()
    gone = [point for point, to in folded.items() if to == ""]
    changed = {point: to for point, to in folded.items() if to not in {"", None, chr(point)} and point > _ASCII}
    frequent = {point: to for point, to in changed.items() if any(point in script for script in _FREQUENT)}
    rare = {point: to for point, to in changed.items() if point not in frequent}
    return _FUNCTION.format(
        gone="".join(f"\\{point:04X}" for point in gone),
        capitals=_literal(map(chr, frequent)),
        small=_literal(str(to) for to in frequent.values()),
        rare_capitals=_literal(map(chr, rare)),
        rare_small=_literal(str(to) for to in rare.values()),
        rare=_literal(_pieces("".join(_classes(sorted({*rare, *gone}))))),
        separators=_literal(_pieces("".join(_classes(point for point, to in folded.items() if to is None)))),
    )


_FUNCTION: Final = """\
CREATE FUNCTION words_of(written text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_remove(CASE
    WHEN octet_length(written) = length(written)
    THEN regexp_split_to_array(lower(written COLLATE "C"), '[^0-9a-z]+')
    ELSE regexp_split_to_array(translate(
      CASE WHEN written ~ (
      '['
{rare}
      ']')
      THEN translate(translate(lower(written COLLATE "C"),
      U&'{gone}', ''),
{rare_capitals},
{rare_small})
      ELSE lower(written COLLATE "C") END,
{capitals},
{small}),
      '['
{separators}
      ']+')
    END, '')
$$;
"""


def _folded_characters() -> dict[int, str | None]:
    """What becomes of each character inside a word; ``None`` where it parts words."""
    connection = apsw.Connection(":memory:")
    connection.execute(f'CREATE VIRTUAL TABLE words USING fts5 (word, tokenize = "{_TOKENIZER}")')
    connection.execute("CREATE VIRTUAL TABLE terms USING fts5vocab (words, instance)")
    points = [point for point in range(1, _LAST + 1) if point not in _SURROGATES]
    with connection:
        connection.executemany(
            "INSERT INTO words (rowid, word) VALUES (?, ?)", ((point, f"a{chr(point)}b") for point in points)
        )
    found: dict[int, str | None] = dict.fromkeys(points)
    for point, term in connection.execute("SELECT doc, term FROM terms"):
        if len(term) > 1:
            found[point] = str(term)[1:-1]
    return found


def _classes(points: Iterable[int]) -> Iterator[str]:
    """The ranges of a regular expression that hold these characters."""
    ranges: list[list[int]] = []
    for point in points:
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    for first, last in ranges:
        yield _escape(first) if first == last else f"{_escape(first)}-{_escape(last)}"


def _escape(point: int) -> str:
    return f"\\u{point:04X}" if point < 0x10000 else f"\\U{point:08X}"


def _pieces(classes: str) -> Iterator[str]:
    """The same text in parts that end between two escapes."""
    yield from (part if part[0] == "-" else f"\\{part}" for part in classes.split("\\")[1:])


def _literal(pieces: Iterable[str]) -> str:
    """One literal over several lines, which SQL reads as one."""
    lines: list[str] = []
    for piece in pieces:
        if not lines or len(lines[-1]) + len(piece) > _LITERAL_LENGTH:
            lines.append("")
        lines[-1] += piece
    return "\n".join(f"      '{line}'" for line in lines)


if __name__ == "__main__":
    print(words_of_function())
