"""Every query uses an index, even on a large store; queries that scan a whole table are listed here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_kit import AT, CODES, add_bureaus, held_item, make_store_file, raw_connection

from dutydesk import store
from dutydesk.domain.delivery.items import Delivery
from dutydesk.domain.delivery.states import DeliveryState
from dutydesk.store.engine.cached_values import CACHE_CLEARING_QUERIES
from dutydesk.store.engine.filed import FILED_READS, FILED_TABLES, UNFILED_READS
from dutydesk.store.engine.queries import query_texts
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import deliveries, items, unfiled

#: Queries on small tables, and deliberate scans.
WHOLE_TABLE = {
    "bodies_of_all": {"item"},
    "bureaus_all": {"bureau"},
    "counters": {"counter"},
    "delivery_counts": {"delivery"},
    "events_all": {"event"},
    "figure_checks_a_minute": {"check_minute"},
    "figure_checks_against": {"bureau"},
    "figure_hits_by_source": {"bureau"},
    "figure_received": {"bureau"},
    "hit_terms_with": {"found"},  # the few words that begin so
    "item_post_reviews_count": {"due"},  # what it has counted
    "item_terms_with": {"found"},
    "measures_all": {"measure"},
    "measures_in_force": {"measure"},
    "officer_logins": {"login"},
    "officers_all": {"officer"},
    "record_of_any_source": {"known"},  # one row per source of a list
    "watched_newest": {"sqlite_sequence"},  # one row for each table that counts
    "record_next": {"sqlite_sequence"},  # one row per table with AUTOINCREMENT
    "register_counts": {"register_entry"},
    "restrictions_all": {"restriction"},
    "state_tree_tiles": {"tree_tile"},
}
#: The comparison of whole tables with the log, and what it counts.
WHOLE_TABLE |= {
    f"state_{name}": {table}
    for name, table in {
        "bureaus": "bureau",
        "check_days": "check_day",
        "check_days_counted": "check_hour",
        "check_hours": "check_hour",
        "check_minutes": "check_minute",
        "check_references": "check_reference",
        "commands": "command",
        "desk": "desk",
        "dismissals": "dismissal",
        "distinctions": "distinction",
        "document_keys": "document_key",
        "document_keys_count": "document_key",
        "handovers": "handover",
        "items_open": "proposal",
        "logins": "login",
        "measures": "measure",
        "neighbours": "neighbour",
        "officers": "officer",
        "record_keys": "record_key",
        "record_keys_count": "record_key",
        "records": "record",
        "references": "reference",
        "references_count": "reference",
        "refused_texts": "refused_text",
        "register_entries": "register_entry",
        "restriction_proposals": "restriction_proposal",
        "restrictions": "restriction",
        "watched": "watched",
        "watched_keys": "watched_key",
        "watched_keys_count": "watched_key",
    }.items()
} | {
    "state_figures": {"delivery", "neighbour"},
    "sequence_forget": {"sqlite_sequence"},
    "state_sequences": {"sqlite_sequence"},
    "state_outliers": {"body", "delivery", "tick", "proposal"},
}
#: The first row in key order, found without a search.
FIRST_ROW = {
    "event_head": {"event"},
    "record_highest": {"unfiled"},
    "register_any": {"register_entry"},
    "handover_latest": {"handover"},
    "check_reference_oldest": {"check_reference"},
}
#: Scans of a partial index that holds only open, dead or due rows.
PARTIAL = {
    "body_reports": {"event_body_changed"},
    "delivery_anything_open": {"item_due", "notice_due"},
    "delivery_dead": {"delivery_dead"},
    "delivery_next_due_to": {"item_due", "notice_due"},
    "delivery_sending": {"item_due"},
    "delivery_unsent_to": {"item_unsent"},
    "figure_waiting": {"item_work"},
    "item_counts_by_sender": {"item_work"},
    "keys_events": {"event_keys"},
    "keys_head": {"event_keys"},
    "last_settings": {"event_settings"},
    "past_network": {"event_network"},
    "past_settings": {"event_settings"},
    "item_counts_by_state": {"item_state"},
    "item_unsent_of": {"delivery_dead"},
    "item_oldest_held": {"item_work"},
    "item_recalls_proposed": {"item_recall_proposed"},
    "item_unratified": {"item_unratified"},
    "log_differences": {"event_differs"},
    "log_differences_count": {"event_differs"},
    "log_differences_last": {"event_differs"},
    "item_post_reviews": {"item_post_review"},
    "item_post_reviews_count": {"item_post_review"},
    "item_work": {"item_work"},
    "measures_in_force": {"measure_in_force"},
    "measures_ordered": {"measure_live"},
    "notice_hold": {"notice_due"},
    "notice_open": {"notice_due"},
    "notice_sending": {"notice_due"},
    "restriction_proposals_open": {"restriction_proposal_open"},
    "state_figures": {"item_state", "delivery_waiting", "hit_source"},
    "state_hits_outside": {"hit_place"},
    "state_items_open": {"item_unsent", "item_recall_proposed"},
    "state_notices_open": {"notice_due"},
    "state_outliers": {"item_kind", "review_item", "remark_item", "person_key_mark"},
    "state_register_keys": {"register_key_entry"},
    "state_register_keys_stray": {"register_key_entry"},
}
#: Sorted after reading, because few rows are left.
SORTED = {
    "figure_hits",
    "figure_hits_of",
    "figure_hits_behind_source",
    "checks_since",
    "delivery_alike",
    "delivery_counts",
    "delivery_holders",
    "delivery_sending",
    "item_counts_by_sender",
    "item_of_reference",
    "items_refused_after",
    "log_of_subjects",
    "measures_in_force",
    "notice_open",
    "notice_sending",
    "officers_all",
    "restriction_proposals_open",
    "state_check_days_counted",
    "state_figures",
    "state_items_open",
    "state_notices_open",
    "state_outliers",
    "state_sequences",
    "state_subjects_after",
    "ticks_of",
    "wall_hits",
    "wall_traffic",
}

NAMES = sorted(query_texts("sqlite"))
OF_SQLITE = pytest.mark.sqlite_only("its plans; tests/engines/test_plans.py has those of PostgreSQL")


@pytest.fixture(scope="module", params=[False, True], ids=["as made", "after ANALYZE"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Handle]:
    path = make_store_file(tmp_path_factory.mktemp("store") / "desk.db")
    with raw_connection(path) as connection:
        connection.execute("BEGIN")
        transaction = Transaction(connection, AT)
        add_bureaus(transaction)
        for serial in range(2000):
            number = items.add(transaction, held_item(f"DE-{serial}", CODES[serial % len(CODES)]))
            state = DeliveryState.QUEUED if serial % 50 == 0 else DeliveryState.DELIVERED
            due = AT if state is DeliveryState.QUEUED else None
            deliveries.replace_deliveries(
                transaction, number, [Delivery(number, code, 1, 1, state, due_at=due) for code in CODES]
            )
        connection.execute("UPDATE item SET state = 'released' WHERE number % 100 > 0")
        transaction.finish()
        unfiled.file_words(transaction, 2000)
        connection.execute("COMMIT")
        if request.param:
            connection.execute("ANALYZE")
        yield Handle(connection, AT)


def plan(handle: Handle, name: str) -> list[str]:
    sql = query_texts("sqlite")[name]
    values = dict.fromkeys(re.findall(r"(?<!:):(\w+)", sql))
    return [row[3] for row in handle.connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


@OF_SQLITE
@pytest.mark.parametrize("name", NAMES)
def test_a_query_goes_by_an_index(name: str, filled: Handle) -> None:
    steps = plan(filled, name)
    scans = {match[1] for step in steps if (match := re.match(r"SCAN (?!CONSTANT)(\w+)$", step))}
    along = {match[1] for step in steps if (match := re.match(r"SCAN \w+ USING (?:COVERING )?INDEX (\w+)", step))}
    along = {index for index in along if not index.startswith("sqlite_autoindex")}
    scans |= {step.split()[1] for step in steps if "USING COVERING INDEX sqlite_autoindex" in step and "SCAN" in step}
    assert scans <= WHOLE_TABLE.get(name, set()) | FIRST_ROW.get(name, set()), steps
    assert along <= PARTIAL.get(name, set()), steps
    if name not in SORTED:
        assert not [step for step in steps if "TEMP B-TREE" in step], steps


#: Writes to a table that cached results come from, but the results do not depend on them.
SETTLED = {
    "desk_next_notice",
    "desk_next_segment",
    "desk_raise_segment",
    "desk_set_clock",
    "item_add",  # no item begins refused or recalled
    "item_add_open",
    "records_set_entered",
    "register_entry_keep",  # no entry comes or goes
    "sequence_add",  # only in a store that nobody has opened
    "sequence_forget",
    "watch_progress_set",
    "watched_drop",  # the highest number stays
}


def test_whatever_may_change_an_answer_that_is_kept_lets_it_be_asked_again() -> None:
    code = "".join(path.read_text("utf-8") for path in Path(store.__file__).parent.rglob("*.py"))
    kept = set(re.findall(r"\.cached_value\(\s*\"(\w+)\"", code))
    assert len(kept) == 11
    asked = {table for name in kept for table in re.findall(r"(?:FROM|JOIN) (\w+)", text_of(name))}
    asked |= {"watched"}  # its numbers are in sqlite_sequence
    writing = {
        name for name in NAMES if re.search(rf"\b(?:INTO|UPDATE|DELETE FROM) (?:{'|'.join(asked)})\b", text_of(name))
    }
    assert writing == CACHE_CLEARING_QUERIES | SETTLED


def test_each_query_of_what_is_filed_later_files_first_or_has_a_reason() -> None:
    """``record_highest`` says up to which record a search finds anything, and so hangs on what is filed."""
    named = re.compile(rf"\b(?:{'|'.join(FILED_TABLES)})\b")
    asking = {name for name in NAMES if named.search(re.sub(r"--.*", "", text_of(name)))}
    assert asking | {"record_highest"} == FILED_READS | set(UNFILED_READS)
    assert not FILED_READS & set(UNFILED_READS)


def text_of(name: str) -> str:
    sql: str = query_texts("sqlite")[name]
    return sql


@pytest.mark.parametrize("name", sorted({**WHOLE_TABLE, **FIRST_ROW, **PARTIAL} | dict.fromkeys(SORTED)))
def test_what_is_allowed_is_still_a_query(name: str) -> None:
    assert name in NAMES


@OF_SQLITE
@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("event_last_of_person", "event_of_person"),
        ("item_of_reference", "item_reference"),
        ("item_of_sender_in", "item_sender_state"),
        ("item_unsent_of", "item_unsent"),
        ("item_due", "item_due"),
        ("log_of_command", "event_command"),
        ("log_of_reference", "event_reference"),
        ("log_of_subjects", "event_subject"),
        ("log_last_of", "event_subject"),
        ("log_refused_any", "event_refused"),
        ("log_refused_with", "event_refused"),
        ("notice_due", "notice_due"),
        ("item_page_of_kind", "item_kind"),
        ("item_page_of_sender", "item_sender"),
        ("item_page_of_state", "item_state"),
    ],
)
def test_a_query_that_grows_goes_by_its_own_index(name: str, index: str, filled: Handle) -> None:
    assert re.search(rf"USING (COVERING )?INDEX {index}\b", " ".join(plan(filled, name)))


def test_words_are_found_newest_first_without_sorting(filled: Handle) -> None:
    found = filled.all("item_page_of_words", words='"inven"*', state=None, sender=None, kind=None, before=2**62, most=5)
    assert [row["number"] for row in found] == [2000, 1999, 1998, 1997, 1996]
