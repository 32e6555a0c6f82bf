"""The lists whose order and columns can be chosen."""

from __future__ import annotations

from typing import Final

from dutydesk.tui.personal.list_look import ListLook

FEED_LOOK: Final = ListLook("feed", (), ("time", "kind", "from", "state", "urgency"))
QUEUE_LOOK: Final = ListLook(
    "queue",
    ("urgency", "age", "sender", "findings", "due"),
    ("urgency", "kind", "from", "age", "findings", "due"),
)
COUNTRIES_LOOK: Final = ListLook(
    "countries", ("attention", "name", "held", "received"), ("level", "measure", "held", "received", "network")
)
