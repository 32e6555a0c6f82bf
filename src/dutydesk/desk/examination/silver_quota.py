"""What is left of a bureau's share in the silver pilot (RPD 96, General Assembly pilot; SLV-01)."""

from __future__ import annotations

from dutydesk.desk.base.settings import Settings
from dutydesk.domain.delivery.items import Item
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables.silver import places_taken, takes_a_place


def share_left(handle: Handle, settings: Settings, sender: str, own: Item | None) -> int | None:
    """How many places the sender has beside that of ``own``; ``None`` outside the pilot, where there is no share.

    ``own`` is the item that is examined again or corrected: the place that it has is its to use.
    """
    if sender not in settings.silver_pilot:
        return None
    share = settings.silver_quota // len(settings.silver_pilot)
    return share - places_taken(handle, sender) + (own is not None and takes_a_place(own))
