"""Signed lines: any number of them is proved, and whatever is changed in one is found by its code."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.cli.verify_delivery import verify_file
from dutydesk.domain.codes.signature import DeliveryProofCode
from dutydesk.wire.files.signatures import fingerprint, new_key
from dutydesk.wire.signed import base64url
from dutydesk.wire.signed.lines import LONGEST_LINE, SEAL_TYPE, DeliveryFault, LogHead, sign_lines, verify_line
from signed_messages import header_of

KEY, OTHER = new_key(), new_key()
KEYS = {fingerprint(KEY.public): KEY.public}
AT = datetime(2022, 3, 10, 8, tzinfo=UTC)
HEAD = LogHead(41, "ab" * 32)
C = DeliveryProofCode


def batch(count: int, key: Any = KEY, message: str = "text") -> list[bytes]:
    parts = []
    for number in range(count):
        start = f'{{"delivery": "D-{number:06d}/1.1/PL", '.encode()
        rest = json.dumps({"notice": "diffusion", "item": f"D-{number:06d}", "message": {"text": message}})[1:].encode()
        parts.append((start, rest))
    ends = sign_lines(parts, key, HEAD, AT)
    return [b"".join((start, rest.removesuffix(b"}"), *end)) for (start, rest), end in zip(parts, ends, strict=True)]


def fault(line: bytes, recipient: str | None = None, keys: dict[str, bytes] | None = None) -> DeliveryProofCode:
    with pytest.raises(DeliveryFault) as found:
        verify_line(line, KEYS if keys is None else keys, recipient)
    return found.value.code


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 100])
def test_every_line_of_a_batch_of_any_size_is_proved(count: int) -> None:
    for number, line in enumerate(batch(count)):
        found = verify_line(line, KEYS, "PL")
        assert (found.item, found.head, found.key) == (f"D-{number:06d}", HEAD, fingerprint(KEY.public))
        assert json.loads(line)["message"] == {"text": "text"}


def changed(line: bytes, **proof: Any) -> bytes:
    said, mark, rest = line.rpartition(b', "signature": ')
    return said + mark + json.dumps(json.loads(rest.strip()[:-1]) | proof).encode() + b"}\n"


def sealed_by(key: Any, header: dict[str, object], line: bytes) -> bytes:
    payload = json.loads(line)["signature"]["seal"].split(".")[1]
    covered = f"{base64url.encode(json.dumps(header).encode())}.{payload}"
    return changed(line, seal=f"{covered}.{base64url.encode(key.sign(covered.encode()))}")


def flattened(seal: str) -> str:
    """The same seal as one object of JSON."""
    protected, payload, signature = seal.split(".")
    return json.dumps({"payload": payload, "protected": protected, "signature": signature})


ONE, TWO, THREE = batch(3)
FOREIGN = batch(3, message="other")[1]
FORGERIES: dict[str, tuple[Callable[[], bytes], DeliveryProofCode]] = {
    "a changed word": (lambda: TWO.replace(b"text", b"test", 1), C.NOT_IN_BATCH),
    "a changed recipient": (lambda: TWO.replace(b"/PL", b"/FR"), C.NOT_IN_BATCH),
    "a changed version": (lambda: TWO.replace(b"/1.1/", b"/2.1/"), C.NOT_IN_BATCH),
    "a space more": (lambda: TWO.replace(b'"notice":', b'"notice": '), C.NOT_IN_BATCH),
    "a member put in": (lambda: TWO.replace(b'"notice"', b'"urgent": true, "notice"'), C.NOT_IN_BATCH),
    "a member twice": (lambda: TWO.replace(b'"notice"', b'"notice": "recall", "notice"'), C.LINE_UNREADABLE),
    "a second signature before": (lambda: TWO.replace(b'"notice"', b'"signature": {}, "notice"'), C.LINE_UNREADABLE),
    "another line's proof": (lambda: changed(TWO, **json.loads(ONE)["signature"]), C.NOT_IN_BATCH),
    "another batch's proof": (lambda: changed(TWO, **json.loads(FOREIGN)["signature"]), C.NOT_IN_BATCH),
    "another batch's seal": (lambda: changed(TWO, seal=json.loads(FOREIGN)["signature"]["seal"]), C.NOT_IN_BATCH),
    "another place": (lambda: changed(TWO, place=0), C.NOT_IN_BATCH),
    "a place beyond the batch": (lambda: changed(TWO, place=3), C.NOT_IN_BATCH),
    "a place before it": (lambda: changed(TWO, place=-1), C.NOT_IN_BATCH),
    "a place that is a text": (lambda: changed(TWO, place="1"), C.PROOF_UNREADABLE),
    "a place that is true": (lambda: changed(TWO, place=True), C.PROOF_UNREADABLE),
    "a path cut short": (lambda: changed(TWO, path=""), C.NOT_IN_BATCH),
    "a path too long": (lambda: changed(TWO, path=base64url.encode(bytes(32)) * 9), C.NOT_IN_BATCH),
    "half a hash": (lambda: changed(TWO, path=base64url.encode(bytes(16))), C.PROOF_UNREADABLE),
    "a huge path": (lambda: changed(TWO, path="A" * 8_000), C.PROOF_UNREADABLE),
    "a short salt": (lambda: changed(TWO, salt=base64url.encode(bytes(15))), C.PROOF_UNREADABLE),
    "another salt": (lambda: changed(TWO, salt=base64url.encode(bytes(16))), C.NOT_IN_BATCH),
    "no base64": (lambda: changed(TWO, salt="!" * 22), C.PROOF_UNREADABLE),
    "a further member in the proof": (lambda: changed(TWO, note=1), C.PROOF_UNREADABLE),
    "no seal": (lambda: changed(TWO, seal=None), C.PROOF_UNREADABLE),
    "a seal that is no JWS": (lambda: changed(TWO, seal="x"), C.PROOF_UNREADABLE),
    "a seal in another form": (
        lambda: changed(TWO, seal=flattened(json.loads(TWO)["signature"]["seal"])),
        C.PROOF_UNREADABLE,
    ),
    "a seal of another key": (lambda: batch(3, OTHER)[1], C.DESK_KEY_UNKNOWN),
    "a seal of another key in the desk's name": (
        lambda: sealed_by(OTHER, header_of(KEY, typ=SEAL_TYPE), TWO),
        C.SEAL_WRONG,
    ),
    "a bureau's message as a seal": (lambda: sealed_by(KEY, header_of(KEY), TWO), C.PROOF_UNREADABLE),
    "a seal with alg none": (
        lambda: sealed_by(KEY, header_of(KEY, typ=SEAL_TYPE, alg="none"), TWO),
        C.PROOF_UNREADABLE,
    ),
    "no signature": (lambda: TWO.rpartition(b', "signature"')[0] + b"}\n", C.LINE_UNSIGNED),
    "a signature inside the message": (
        lambda: TWO.rpartition(b', "signature"')[0].replace(b'"text": "text"', b'"x": 1, "signature": {}') + b"}\n",
        C.LINE_UNSIGNED,
    ),
    "more after it": (lambda: TWO + b"{}", C.LINE_UNREADABLE),
    "a member after it": (lambda: TWO.rstrip(b"}\n") + b'}, "urgent": true}\n', C.PROOF_UNREADABLE),
    "nothing": (lambda: b"\n", C.LINE_UNREADABLE),
    "no UTF-8": (lambda: b"\xff" + TWO, C.LINE_UNREADABLE),
    "nested deep": (lambda: b"[" * 200_000, C.LINE_UNREADABLE),
    "a line of two megabytes": (lambda: b" " * 2_000_000 + TWO, C.LINE_UNREADABLE),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_line_is_refused_by_its_code(name: str) -> None:
    made, code = FORGERIES[name]
    assert fault(made()) is code


def test_a_line_of_another_bureau_is_refused() -> None:
    assert fault(ONE, "FR") is C.OTHER_RECIPIENT


def test_every_code_has_a_forgery() -> None:
    assert {code for _, code in FORGERIES.values()} | {C.OTHER_RECIPIENT} == set(DeliveryProofCode)


@pytest.mark.parametrize("put_in", [b" ", b"\t", b"\\u0030", b"0"])
def test_nothing_can_be_put_in_anywhere(put_in: bytes) -> None:
    line = TWO.removesuffix(b"\n")
    for place in range(len(line) + 1):
        fault(line[:place] + put_in + line[place:])


def test_a_line_behind_a_megabyte_of_spaces_is_not_as_the_desk_wrote_it(tmp_path: Path) -> None:
    (tmp_path / "desk.pem").write_bytes(KEY.public_pem())
    for before in (LONGEST_LINE, LONGEST_LINE + 2, 2 * LONGEST_LINE + 4):
        (tmp_path / "lines").write_bytes(b" " * before + TWO + ONE)
        found = verify_file(tmp_path / "lines", (tmp_path / "desk.pem",), None)
        assert [(each.line, each.code) for each in found] == [(1, C.LINE_UNREADABLE), (2, None)]


def test_two_batches_of_the_same_lines_share_no_hash() -> None:
    """Whoever has a line and guesses another one finds nothing of it in the path."""
    first, second = (json.loads(batch(2)[0])["signature"]["path"] for _ in range(2))
    assert first != second


@given(st.integers(0, len(TWO) - 1), st.integers(1, 255))
@settings(max_examples=150, deadline=None)
def test_no_byte_can_be_changed(place: int, by: int) -> None:
    line = bytearray(TWO)
    line[place] ^= by
    if bytes(line).removesuffix(b"\n") != TWO.removesuffix(b"\n"):
        assert fault(bytes(line)) in DeliveryProofCode
