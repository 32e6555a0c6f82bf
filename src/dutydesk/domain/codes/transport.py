"""The codes of failures of the way to the bureaus."""

from __future__ import annotations

from dutydesk.domain.codes.base import Code


class TransportCode(Code):
    """No bureau can be reached; what is due waits."""

    TRANSPORT_DOWN = (
        "transport_down",
        "The outbox can't be written or does not respond; what is due waits, and no try counts.",
        "Mend what the text names; the deliveries then go out by themselves.",
    )
    DESK_KEY_UNUSABLE = (
        "desk_key_unusable",
        "The desk signs what it hands over, and its key is missing or can't be used; nothing goes out unsigned.",
        "Put the key's file back, make a new key with bureaus desk-key, or turn sign_deliveries off in desk.toml.",
    )
