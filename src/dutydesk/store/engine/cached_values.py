"""Which queries change what a transaction remembers of the data that seldom changes."""

from __future__ import annotations

from typing import Final

#: Queries after which cached values may be outdated.
CACHE_CLEARING_QUERIES: Final = frozenset(
    {
        "desk_set_epoch",
        "filing_set",
        "item_save",
        "refused_text_add",
        "refused_text_erase",
        "register_entry_add",
        "register_entry_change",
        "register_entry_end",
        "watched_add",
    }
)
