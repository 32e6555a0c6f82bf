"""Loads and compiles before the first fork what each forked process would otherwise load itself."""

from __future__ import annotations

import gc
import sys
from datetime import UTC, datetime
from importlib import import_module
from random import Random

import anyio._backends._asyncio  # noqa: F401
import watchfiles  # noqa: F401
from crash_traffic import Traffic

import engine_under_test
from desks import raw
from dutydesk import SWITCH_SECONDS
from dutydesk.store.engine.queries import query_texts
from dutydesk.store.engines.postgresql.statements import statement_texts
from dutydesk.store.engines.sqlite.database import migrations
from dutydesk.wire.decode.stream import decode_raw
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules


def warm_up() -> None:
    sys.setswitchinterval(SWITCH_SECONDS)  # as every command of the product does
    load_rules().lexicon.prepare(), migrations(), query_texts("sqlite")
    if engine_under_test.IS_ON_CLUSTER:
        import_module("dutydesk.store.engines.postgresql.engine")
        statement_texts()
    (message,) = Traffic(Random(0)).some(1, "warm")
    decode_raw(raw(message), load_directory(), datetime.now(UTC))
    gc.collect()
    gc.freeze()
