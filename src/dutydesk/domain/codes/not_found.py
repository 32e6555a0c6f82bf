"""The codes of :class:`~dutydesk.domain.errors.NotFound`."""

from __future__ import annotations

from dutydesk.domain.codes.base import Code


class NotFoundCode(Code):
    """What the call names does not exist."""

    UNKNOWN_ITEM = "unknown_item", "There is no item with this name.", "List the items with items."
    UNKNOWN_MEASURE = "unknown_measure", "There is no measure with this name.", "List the measures with measures."
    UNKNOWN_RESTRICTION = (
        "unknown_restriction",
        "There is no proposed restriction with this name.",
        "List the proposals with alarms.",
    )
    UNKNOWN_KEY = (
        "unknown_key",
        "The bureau has no such key, or more than one.",
        "List the keys with bureaus keys list.",
    )
    UNKNOWN_HIT = "unknown_hit", "There is no hit with this name.", "Name a hit that a check or alarms printed."
    NOT_ALIKE = (
        "not_alike",
        "The item is not held for the person of this reference.",
        "Look at the item's findings with show.",
    )
    NO_PERSON = (
        "no_person",
        "The item or the hit is about nobody whom the desk could find again.",
        "Look at the item with show; only an item or a hit on a person has a file.",
    )
    UNKNOWN_DELIVERY = (
        "unknown_delivery",
        "The item has no delivery to this recipient.",
        "Look at the deliveries with show.",
    )
    UNKNOWN_BUREAU = "unknown_bureau", "The store has no bureau with this code.", "List the bureaus with countries."
    UNKNOWN_OFFICER = "unknown_officer", "No officer has this name.", "List the officers with officers."
    UNKNOWN_HANDOVER = (
        "unknown_handover",
        "There is no handover with this name.",
        "Read the last one with handover --last.",
    )
    NO_HANDOVER = "no_handover", "No handover was written yet.", "Write one with handover --write."
    NO_READABLE_MESSAGE = (
        "no_readable_message",
        "The item's bytes can't be read as a message.",
        "Look at the raw bytes with show.",
    )
    NOTHING_TO_COMPARE = (
        "nothing_to_compare",
        "The item has no such version, and no such item to compare it with.",
        "Look at its versions with show.",
    )
