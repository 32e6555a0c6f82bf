"""Facts about a message that the law needs."""

from __future__ import annotations

import json
from typing import Any

Message = dict[str, Any]


def person_of(message: Message) -> str | None:
    """The person of a body, ``None`` for a thing. Messages with the same subject are about the same person."""
    subject = message.get("subject", {})
    return None if subject.get("type") != "person" else json.dumps([subject["name"], subject["date_of_birth"]])
