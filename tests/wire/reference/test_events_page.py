"""The page of events has every kind with its fields, and every column with where it comes from."""

from __future__ import annotations

from importlib.resources import files

from dutydesk.domain.events.event import TYPES
from dutydesk.domain.events.log import EventKind
from dutydesk.domain.proof.projection.columns import SCHEMA
from dutydesk.domain.proof.projection.origins import ColumnSource
from dutydesk.wire.reference.events_page import FILE_NAME, events_page


def test_the_page_is_up_to_date() -> None:
    page = (files("dutydesk.data") / FILE_NAME).read_text("utf-8")
    assert page == events_page(), "run: python -m dutydesk.wire.reference.events_page"


def test_each_kind_is_there() -> None:
    page = events_page()
    assert all(f"### `{kind}`\n" in page for kind in EventKind)
    assert len(TYPES) == len(EventKind)


def test_a_column_names_only_kinds_that_there_are() -> None:
    kinds = {kind.value for kind in EventKind}
    for table, columns in SCHEMA.items():
        for column, origin in columns.items():
            if origin.source is not ColumnSource.EVENT:
                continue
            named = [word.strip(" ;") for word in origin.words.partition(":")[0].split(",")]
            for word in named:
                plain = word.split()[0]
                known = plain in kinds or any(kind.startswith(plain.removesuffix("*")) for kind in kinds)
                assert known or " " in word, (table, column, word)
