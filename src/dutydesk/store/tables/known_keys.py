"""Walks over the keys and names of all records, for a process that remembers which keys there are."""

from __future__ import annotations

from dutydesk.store.engine.reader import Handle


def names_after(handle: Handle, number: int, most: int) -> list[tuple[int, tuple[str, ...]]]:
    """The records above a number, each with its names."""
    rows = handle.tuples("record_names_after", after=number, most=most)
    return [(record, tuple(names.split("\n")) if names else ()) for record, names in rows]


def keys_after(handle: Handle, key: int, most: int) -> list[int]:
    """The keys above this one under which records are filed, in their order and each once."""
    return [mark for (mark,) in handle.tuples("record_marks_after", after=key, most=most)]
