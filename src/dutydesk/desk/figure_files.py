"""The figures in a file, for a spreadsheet or another program."""

from __future__ import annotations

from pathlib import Path

from dutydesk.desk.figure_views import Stats
from dutydesk.desk.figure_words import rows_of
from dutydesk.desk.own_files import new_file, refuse_store
from dutydesk.wire.csv_out import csv_bytes
from dutydesk.wire.encode import dumps

COLUMNS = ("figure", "of", "value")


def write_figures(stats: Stats, path: Path, store: Path, *, raw: bool = False, replace: bool = False) -> None:
    """As JSON where the name ends so, else as CSV; ``raw`` leaves cells that would be formulas as they are.

    Raises BadCall for a name of the store's own files, Refused where the file is there or can't be written.
    """
    path = path.expanduser()
    refuse_store(path, store)
    is_json = path.suffix.lower() == ".json"
    content = f"{dumps(stats)}\n".encode() if is_json else csv_bytes(COLUMNS, rows_of(stats), raw=raw)
    with new_file(path, replace=replace) as out:
        out.write(content)
