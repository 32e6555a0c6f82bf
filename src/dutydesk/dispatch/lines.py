"""The lines of the spool: one JSON object for each delivery and each notice."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii
from typing import NamedTuple, TypeAlias

from dutydesk.desk.delivery.lease import Batch, LeasedItem, LeasedNotice, compact_json, notice_data
from dutydesk.desk.delivery.sealing import Sealing
from dutydesk.dispatch.signing import BatchSigner
from dutydesk.dispatch.transport import TransportDown
from dutydesk.domain.codes.transport import TransportCode
from dutydesk.language.sentences import sentence
from dutydesk.wire.signed.lines import LogHead, sign_lines

#: Recipient, key, and the line up to its key and after it.
_Halves: TypeAlias = "tuple[str, str, bytes, bytes]"


class BatchLine(NamedTuple):
    """One line of a batch, as parts to be written one after the other; the last one ends in the newline."""

    recipient: str
    key: str
    parts: tuple[bytes, ...]


def batch_lines(batch: Batch, signer: BatchSigner | None = None) -> list[BatchLine]:
    """The lines of a batch, signed where its lease says so. Raises TransportDown where they can't be signed."""
    if batch.sealing is None:
        return [BatchLine(recipient, key, (start, rest)) for recipient, key, start, rest in _halves(batch)]
    return [
        BatchLine(recipient, key, (start, closed, *end))
        for (recipient, key, start, _), closed, end in _signed(batch, batch.sealing, signer)
    ]


def bureau_lines(batch: Batch, signer: BatchSigner | None = None) -> dict[str, list[bytes]]:
    """Each bureau's lines, as parts to be written one after the other. Raises TransportDown as :func:`batch_lines`."""
    lines: dict[str, list[bytes]] = defaultdict(list)
    if batch.sealing is None:
        for recipient, _key, start, rest in _halves(batch):
            lines[recipient] += (start, rest)
    else:
        for (recipient, _, start, _), closed, end in _signed(batch, batch.sealing, signer):
            lines[recipient] += (start, closed, *end)
    return dict(lines)


def _halves(batch: Batch) -> Iterator[_Halves]:
    """Recipient, key, and the line up to its key and after it.

    A message is encoded once for all its recipients; only the key, and the signature, differ between their lines.
    """
    for leased in batch.leased_items:
        rest = delivery_rest(leased, batch.at)
        for recipient, key in leased.keys:
            yield recipient, key, _line_start(key), rest
    for notice in batch.notices:
        yield notice.recipient, notice.key, _line_start(notice.key), notice_rest(notice, batch.at)


def _signed(
    batch: Batch, sealing: Sealing, signer: BatchSigner | None
) -> Iterator[tuple[_Halves, bytes, tuple[bytes, bytes, bytes]]]:
    """The halves of each line, its second one without the end, and its end with the signature."""
    if signer is None:
        raise TransportDown(
            sentence("the desk signs what it hands over, and this transport can't; nothing goes out unsigned"),
            TransportCode.DESK_KEY_UNUSABLE,
        )
    key = signer.key_for(sealing)
    halves = list(_halves(batch))
    covered = zip((start for _, _, start, _ in halves), _each_without(b"\n", halves), strict=True)
    head = LogHead(sealing.seq, sealing.head, sealing.tree_size, sealing.tree_root)
    ends = sign_lines(list(covered), key, head, batch.at)
    return zip(halves, _each_without(b"}\n", halves), ends, strict=True)


def _each_without(end: bytes, halves: Sequence[_Halves]) -> Iterator[bytes]:
    """The second half of each line without its end; one object for the lines of a message, which follow each other."""
    last = cut = b""
    for _, _, _, rest in halves:
        if rest is not last:
            last, cut = rest, rest.removesuffix(end)
        yield cut


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
