"""Targets for text typed or written at the desk: filters, names on the command line, settings, and text to show."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import click
from fuzz_kit import Target, require, require_fit_for_terminal, text_of

from dutydesk.cli._core import arguments
from dutydesk.desk.base.rows import ItemRow
from dutydesk.desk.base.settings import FILE_NAME, load
from dutydesk.domain.delivery.items import item_name, item_number, measure_name, measure_number
from dutydesk.domain.delivery.states import ItemState
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.supervision.measures import Channel, Level
from dutydesk.tui.feed import filter
from dutydesk.tui.frame import moved_keys
from dutydesk.tui.frame.keys import KEYS
from dutydesk.wire.reference.read_rule_table import load_rules
from dutydesk.wire.text.safe_text import clip, formula_safe, has_mixed_scripts, isolate, pad, safe_text
from dutydesk.wire.text.search_text import fts_query

AT = datetime(2022, 5, 11, 12, 0, tzinfo=UTC)
ROW = ItemRow(
    *("D-000001", "diffusion", "red", "DE-1", "DE", "held", 1, 1, 1, "routine", AT, "VARELO, Tomas", "Варело"),
    *(None, None, False, None, None, None, "direct", None, None, None),
)


@cache
def _words() -> sqlite3.Connection:
    """A full-text table like the store's: every typed filter must become a valid query."""
    memory = sqlite3.connect(":memory:")
    memory.execute("CREATE VIRTUAL TABLE words USING fts5 (title, tokenize='unicode61 remove_diacritics 2')")
    memory.execute("INSERT INTO words VALUES ('VARELO, Tomas Варело 漢字')")
    return memory


def _require_valid_query(query: str | None) -> None:
    if query is not None:
        _words().execute("SELECT rowid FROM words WHERE words MATCH ?", (query,)).fetchall()


def check_filter(raw: bytes) -> None:
    """Any line is a filter: its query is valid, its problems can be shown, and it matches what it should."""
    text = raw.decode("utf-8", "replace")
    found = filter.parse_filter(text)
    _require_valid_query(found.page_filter().words)
    _require_valid_query(fts_query(text))
    found.page_filter(before=7)
    found.accepts(ROW)
    require(filter.parse_filter(text) == found, "read twice, it means two things")
    require(filter.parse_filter(found.text) == found, f"without the spaces around it {text!r} means something else")
    for problem in found.problems:
        require_fit_for_terminal(safe_text(problem))


def check_safe(raw: bytes) -> None:
    """Safe text contains no terminal controls, keeps everything else, and has the requested width."""
    text = raw.decode("utf-8", "surrogatepass" if b"\xed" in raw else "replace") if _is_decodable(raw) else text_of(raw)
    for multiline in (False, True):
        shown = safe_text(text, multiline=multiline)
        require_fit_for_terminal(shown, multiline=multiline)
        require(safe_text(shown, multiline=multiline) == shown, f"made safe twice, {text!r} is another")
        shown.encode()
    line = safe_text(text)
    for cells in (0, 1, 2, 7, 40):
        require_fit_for_terminal(clip(line, cells))
        require(len(clip(line, cells)) <= len(line) + 1, "clipped text is longer")
        require(_cells(pad(line, cells)) == cells, f"{line!r} in {cells} cells has {_cells(pad(line, cells))}")
    isolated = isolate(line)
    require(isolated.strip("\u2068\u2069") == line, "isolated text is another")
    cell = formula_safe(line).lstrip(" \u00a0\u3000")
    require(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")), f"a formula: {cell!r}")
    has_mixed_scripts(text)


def _is_decodable(raw: bytes) -> bool:
    with suppress(UnicodeDecodeError):
        raw.decode("utf-8", "surrogatepass")
        return True
    return False


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="dutydesk-fuzz-"))


@cache
def _rules() -> frozenset[str]:
    return load_rules().ids


def check_settings(raw: bytes) -> None:
    """A settings file is accepted, or refused in one sentence that names it; the same for its key map."""
    path = _folder() / FILE_NAME
    path.write_bytes(raw)
    before = dict(KEYS)
    try:
        loaded = load(_folder() / "desk.db", _rules())
        for row in loaded.rows:
            require_fit_for_terminal(safe_text(row.value))
        for line in loaded.key_lines.values():
            require(str(path) in line, f"{line!r} names no file")
        moved_keys.apply_key_settings(dict(loaded.settings.keys), loaded.key_lines)
        for keys in KEYS.values():
            for key in keys:
                require_fit_for_terminal(safe_text(key.display))
    except InvalidRequest as refusal:
        require(str(path) in refusal.words, f"{refusal.words!r} names no file")
        require_fit_for_terminal(safe_text(refusal.words))
    finally:
        KEYS.update(before)


def check_names(raw: bytes) -> None:
    """Any argument of the command line is read, or refused in one sentence."""
    text = text_of(raw)
    for number_of, name_of in ((item_number, item_name), (measure_number, measure_name)):
        number = number_of(text)
        require(number is None or number_of(name_of(number)) == number, f"{text!r} is not its own name")
        require(number is None or 0 <= number < 2**63, f"{text!r} is beyond the store's numbers")
    readers: tuple[Callable[[str], object], ...] = (
        *(
            arguments.item,
            arguments.measure,
            arguments.subject,
            arguments.moment,
            arguments.bureau_codes,
            arguments.speed,
            arguments.free_text,
        ),
        *(arguments.names_of(Channel), arguments.names_of(Level)),
        lambda value: arguments.one_of(ItemState).convert(value, None, None),
    )
    for read in readers:
        try:
            read(text)
        except click.BadParameter as refusal:
            require_fit_for_terminal(safe_text(refusal.message))
            require(len(refusal.message) < 600, f"{len(refusal.message)} characters are no sentence")


def _settings_words() -> tuple[bytes, ...]:
    names = (
        *("claim_lease_minutes", "backoff_first_seconds", "backoff_most_seconds", "shifts", "four_eyes", "keys"),
        *("hold_on_block", "cleared_for_confidential", "silver_pilot", "silver_quota", "templates", "delivery_tries"),
        *("item.claim", "item.tick", "feed.filter", "desk.quit", "f5", "ctrl+k", "comma", "space", "release", "refuse"),
        *(" = ", "[keys]\n", "[templates]\n", "inf", "nan", "1e308", "0x1", '"""', "'''", "2022-03-10", "{ a = 1 }"),
    )
    return tuple(name.encode() for name in names)


_FILTER = (b"state:", b"from:", b"kind:", b"is:", b"cc:", b"-", b"!", b'"', b":", b",", b"held", b"re", b"OR", b"NEAR(")
_NAMES = (b"D-", b"M-", b"000001", b"all", b",", b"2022-03-12", b"T10:00:00Z", b"+00:00", b"diffusion", b"held", b"1e5")

TARGETS = (
    Target("filter", check_filter, _FILTER),
    Target("safe", check_safe, ()),
    Target("settings", check_settings, _settings_words(), may_be_long=False),
    Target("names", check_names, _NAMES, may_be_long=False),
)
