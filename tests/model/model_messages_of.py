"""What a message says of itself, as far as the law asks."""

from __future__ import annotations

import json
from typing import Any

Message = dict[str, Any]


def person_of(message: Message) -> str | None:
    """Who a body is about, ``None`` for a thing; two messages with the same subject are about one person."""
    subject = message.get("subject", {})
    return None if subject.get("type") != "person" else json.dumps([subject["name"], subject["date_of_birth"]])
