"""Values for the queries that the runs don't ask, on the stores that they leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from recorded import Call

_NEVER: Final = 4_611_686_018_427_387_904
_ALL: Final = 2**62


def _calls(name: str, *values: Mapping[str, Any]) -> tuple[Call, ...]:
    return tuple(Call(name, (each,)) for each in values)


MORE_CALLS: Final[dict[str, tuple[Call, ...]]] = {
    name: _calls(name, *values)
    for name, values in {
        "delivery_anything_due": ({"now": 0}, {"now": _ALL}),
        "delivery_arrived": ({"item": 1}, {"item": 2}),
        "delivery_all_sending": ({"items": "[1, 2, 3]"}, {"items": "[]"}),
        "delivery_next_due_to": ({"recipients": "[1, 2, 3, 150]"}, {"recipients": "[]"}),
        "delivery_renumber": (
            {"version": 2, "cycle": 3, "item": 1, "recipients": "[1, 2, 150]"},
            {"version": 2, "cycle": 3, "item": 2, "recipients": "[]"},
        ),
        "desk_set_clock": ({"at": 1, "wall": 2, "rate": 1.5}, {"at": None, "wall": None, "rate": None}),
        "event_hash": ({"seq": 1}, {"seq": _ALL}),
        "event_numbered": ({"seq": 7},),
        "events_from": ({"seq": 20},),
        "events_tally": ({"seq": 0},),
        "figure_hits_behind": ({"since": 0},),
        "figure_hits_behind_source": ({"source": "DE", "since": 0, "most": 2},),
        "filing_last_item": ({},),
        "filing_words_again": ({},),
        "hits_after": ({"id": 1, "most": 5},),
        "hits_of_record": ({"record": 1, "most": 5},),
        "item_family": ({"root": 1}, {"root": 3}, {"root": 12}),
        "item_of_reference": ({"sender": "DE", "reference": "DE-1"},),
        "item_due_to": (
            {"now": _ALL, "most": 5, "recipients": "[1, 2, 3, 150]"},
            {"now": _ALL, "most": 5, "recipients": "[]"},
        ),
        "keys_clock_events": ({"after": 0},),
        "keys_clock_head": ({},),
        "keys_events": ({},),
        "keys_items_since": ({"sender": "DE", "since": 0},),
        "log_differences_count": ({},),
        "log_differences_last": ({},),
        "measures_all": ({},),
        "notice_due_to": (
            {"now": _ALL, "most": 5, "recipients": "[1, 2, 3, 150]"},
            {"now": _ALL, "most": 5, "recipients": "[]"},
        ),
        "notice_let_go": ({"due_at": 5, "recipient": 1, "error": "offline", "never": _NEVER},),
        "notice_open": ({},),
        "notice_readdress": (
            {"item": 1, "recipient": 2, "notice": "receipt", "version": 2, "cycle": 1, "id": 1},
            {"item": None, "recipient": 2, "notice": "hit", "version": 2, "cycle": 1, "id": 2},
        ),
        "person_items_filed": ({"sender": "DE", "mark": "n:a", "states": '["released"]', "most": 5},),
        "person_keys_of": ({"item": 1}, {"item": 2}),
        "record_by_number": ({"id": 1},),
        "record_of_any_source": ({"origin": "notices", "reference": "1"},),
        "record_references_after": ({"origin": "notices", "source": "", "reference": "", "most": 5},),
        "register_counts": ({},),
        "register_entry_change": (
            {
                "entered_on": "2022-01-01",
                "country": None,
                "matter": "m",
                "decision": None,
                "in_force": 1,
                "digest": "d",
                "column_digests": b"\x00\xff",
                "id": 1,
            },
        ),
        "register_entry_end": ({"id": 1},),
        "register_entry_keep": ({"column_digests": b"\x00\x01", "id": 1}, {"column_digests": None, "id": 2}),
        "register_key_drop": ({"mark": "n:a", "entry": 1},),
        "register_key_put": (
            {"mark": "d:\u0661", "entry": 1, "detail": ""},
            {"mark": "d:\u0661", "entry": 1, "detail": "again"},
            {"mark": "n:\u0661", "entry": 1, "detail": ""},
        ),
        "register_keys_forget": ({"entry": 1},),
        "register_references_after": ({"register": "refugees", "after": "", "below": "zz", "most": 3},),
        "restrictions_of_family": ({"owner": "DE", "root": 1}, {"owner": "DE", "root": 12}),
        "sequence_add": ({"name": "nothing", "seq": 5},),
        "sequence_forget": ({"name": "nothing"},),
        "state_document_keys": ({},),
        "state_items_open": ({"most": 5},),
        "state_notices_open": ({"most": 5},),
        "state_references": ({},),
        "state_watched_keys": ({},),
        "tree_has_news": ({"seq": 0}, {"seq": _ALL}),
    }.items()
}
