"""The rest of a bureau's share in the silver pilot (RPD 96, General Assembly pilot; SLV-01)."""

from __future__ import annotations

from dutydesk.desk.base.settings import Settings
from dutydesk.domain.delivery.items import Item
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables.silver import quota_used, uses_quota


def remaining_share(handle: Handle, settings: Settings, sender: str, own_item: Item | None) -> int | None:
    """How many silver items the sender may still send; ``None`` outside the pilot.

    ``own`` is the item that is examined again or corrected: the place that it has is its to use.
    """
    if sender not in settings.silver_pilot:
        return None
    share = settings.silver_quota // len(settings.silver_pilot)
    return share - quota_used(handle, sender) + (own_item is not None and uses_quota(own_item))
