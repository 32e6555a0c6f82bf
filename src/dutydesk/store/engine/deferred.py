"""The queries whose rows a transaction holds back and writes together."""

from __future__ import annotations

from operator import itemgetter
from typing import Final

#: Inserts that a transaction holds back, in the order in which they are written: an item comes before the
#: rows that refer to it.
DEFERRED_INSERTS: Final = (
    "item_add",
    "body_add",
    "reference_take",
    "delivery_add",
    "delivery_put",
    "notice_add",
    "record_add",
    "record_key_add",
    "document_key_add",
    "person_key_put",
    "unfiled_add",
)
#: Updates that it holds back; an item's counters come after its deliveries, which its due time depends on.
DEFERRED_UPDATES: Final = ("delivery_set", "delivery_arrived", "item_add_open", "notice_set")
#: Rows that two writers may insert at once are written in one order, so that they never wait for each other.
ROW_ORDERS: Final = {"reference_take": itemgetter("sender", "reference")}
GROUP_OF_QUERY: Final = {query: group for group in (DEFERRED_INSERTS, DEFERRED_UPDATES) for query in group}
#: Frequent queries that neither read nor write the deferred rows. Every other query flushes them first, so that a query
#: missing here costs time but is never wrong.
INDEPENDENT_QUERIES: Final = {
    DEFERRED_INSERTS: frozenset(
        {
            "body_events",
            "bureaus_all",
            "check_reference_add",
            "check_reference_forget",
            "check_reference_of",
            "check_reference_oldest",
            "check_references_used",
            "counter_value",
            "desk_epoch",
            "desk_next_segment",
            "desk_row",
            "filed_upto",
            "senders_ended_badly",
            "log_last_of",
            "log_made_listing",
            "log_of_reference",
            "log_references_used",
            "log_of_subjects",
            "log_refused_any",
            "neighbour_add",
            "neighbour_knows",
            "reference_known",
            "refused_text_any",
            "register_any",
            "watched_newest",
            "watched_persons",
            "watched_with_keys",
        }
    ),
    DEFERRED_UPDATES: frozenset(
        {"body_events", "body_raw", "bureaus_all", "counter_value", "desk_epoch", "log_of_subjects"}
    ),
}
