"""The lists whose order and columns can be chosen."""

from __future__ import annotations

from typing import Final

from dutydesk.tui.personal import texts
from dutydesk.tui.personal.list_look import ListLook

FEED_LOOK: Final = ListLook("feed", texts.FEED_LIST, {}, texts.FEED_COLUMNS)
QUEUE_LOOK: Final = ListLook("queue", texts.QUEUE_LIST, texts.QUEUE_ORDERS, texts.QUEUE_COLUMNS)
COUNTRIES_LOOK: Final = ListLook("countries", texts.COUNTRIES_LIST, texts.COUNTRY_ORDERS, texts.COUNTRY_COLUMNS)
