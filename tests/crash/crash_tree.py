"""The tree over the log in the kill cycles: a witness that is killed too, and what must hold of both afterwards."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from crash_children import Say

from dutydesk.desk.audit import signing_keys
from dutydesk.desk.audit.tree_heads import log_origin_of
from dutydesk.desk.audit.witness.book import WitnessBook
from dutydesk.desk.audit.witness.serve import WitnessAddress, WitnessServer
from dutydesk.domain.events.event import required
from dutydesk.store.engine.opening import open_old_store
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import tree
from dutydesk.wire.files.notes import KeyType, NoteKey
from dutydesk.wire.files.tree_heads import origin_name

if TYPE_CHECKING:
    from crash_crew import Place

NAME = "box2.example/witness"


def watch(place: Place, port: int) -> None:
    """Makes the witness of a new store, and the settings by which the desk asks it on that port."""
    book = WitnessBook(place.witness, NAME)
    with open_old_store(place.store) as handle:
        origin = origin_name(log_origin_of(handle))
    book.add_log(NoteKey(origin, KeyType.NOTE, signing_keys.desk_key(place.store).public))
    entry = f'"{NAME}" = {{ url = "http://127.0.0.1:{port}", key = "{book.key.text}" }}'
    place.store.with_name("desk.toml").write_text(f"checkpoint_hourly = true\n[witnesses]\n{entry}\n")
    (place.witness / "port").write_text(str(port))


async def witness(place: Place, say: Say) -> None:
    """Serves as ``dutydesk witness`` does."""
    book, port = WitnessBook(place.witness), int((place.witness / "port").read_text())
    with book.held(), WitnessServer(book, WitnessAddress("127.0.0.1", port)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say("running")
        await asyncio.Event().wait()


def tree_faults(handle: Handle, folder: Path) -> Iterator[str]:
    """What the witness must not have seen, and where it and the desk's log do not fit together."""
    book = WitnessBook(folder)
    yield from (f"the witness: {alarm.kind}: {alarm.words}" for alarm in book.alarms())
    logged = tree.last_cosigned(handle, NAME)
    kept = book.heads()
    if logged is not None and (not kept or kept[0].size < required(logged.event.through)):
        yield "the witness has forgotten a head that it cosigned"
    if kept and tree.root(handle, kept[0].size).hex() != kept[0].root:
        yield f"the log does not extend the head of {kept[0].size} events that the witness cosigned"
