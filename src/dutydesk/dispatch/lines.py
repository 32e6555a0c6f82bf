"""The lines of the spool: one JSON object for each delivery and each notice."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii

from dutydesk.desk.delivery.lease import Batch, LeasedItem, LeasedNotice, compact_json, notice_data


def bureau_lines(batch: Batch) -> dict[str, list[bytes]]:
    """Each bureau's lines, as parts to be written one after the other.

    A message is encoded once for all its recipients; only the key differs between their lines.
    """
    lines: dict[str, list[bytes]] = defaultdict(list)
    for leased in batch.leased_items:
        rest = delivery_rest(leased, batch.at)
        for recipient, key in leased.keys:
            lines[recipient] += (_line_start(key), rest)
    for notice in batch.notices:
        lines[notice.recipient] += (_line_start(notice.key), notice_rest(notice, batch.at))
    return dict(lines)


def delivery_rest(leased: LeasedItem, at: datetime) -> bytes:
    """The part of a delivery's line after the key, equal for all recipients."""
    fields = {
        "notice": leased.notice.value,
        "item": leased.name,
        "sender": leased.sender,
        "disseminated_by": leased.disseminated_by,
        "at": _stamp(at),
    }
    if leased.notice_number is not None:
        fields["notice_number"] = leased.notice_number
    return f'{_fields_json(fields)}, "message": {compact_json(leased.message).strip()}}}\n'.encode()


def notice_rest(notice: LeasedNotice, at: datetime) -> bytes:
    """The part of a notice's line after the key, with the notice's data as fields."""
    fields = {
        "notice": notice.notice.value,
        "item": notice.name if notice.item is not None else None,
        "sender": notice.sender,
        "disseminated_by": notice.disseminated_by,
        "at": _stamp(at),
    }
    return f"{_fields_json({**notice_data(notice), **fields})}}}\n".encode()


def _line_start(key: str) -> bytes:
    return f'{{"delivery": {encode_basestring_ascii(key)}, '.encode()


def _fields_json(fields: Mapping[str, object]) -> str:
    """The fields as JSON without the braces."""
    return json.dumps(fields)[1:-1]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
