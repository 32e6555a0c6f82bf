"""The fast way of decoding takes no message that the careful one refuses, and reads each as that does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_cases import AT, EXAMPLES, packed, red

from dutydesk.wire.decode import careful
from dutydesk.wire.decode import message as decode_module
from dutydesk.wire.decode.message import decode_carefully, decode_message
from dutydesk.wire.decode.outcome import DecodedMessage, RejectedMessage
from dutydesk.wire.reference.directory import load_directory

MESSAGES = [json.loads(path.read_bytes()) for path in EXAMPLES]
VALUES = (
    *("", " ", "a", "x" * 101, "x" * 201, "é\u2028", "\x7f", '\x1f\\"/', "\U0001f600", "\\u0000", "\0", "\ud800"),
    *("all", "FR", "RU", "ZZ", "914", "person", "body", "1979", "1979-02-30", "2022-05-11", "2023-01-01", "2099-01-01"),
    *("D-000001", "D-000001\n", "REF\n", "2022-05-11T12:00:00Z", "nominal", "travel_documents", "red", "M", "photo"),
    *(True, False, None, 0, -1, 1, 12_001, 2**63, 2**64, 1.0, 1e2, [], {}, ["FR"], ["FR", "FR"], ["all"], [None]),
)
#: Bytes that are put into a message: keys, ways to write a character, and what is no JSON.
PIECES = (
    *(b'"sender":"FR",', b'"sender" :\t"FR" ,', b'"type":"check",', b'"of":"A",', b'"\\u006ff":"A",', b'"":{},', b"x"),
    *(
        b"\\u00e9",
        b"\\u0041",
        b"\\/",
        b"\\n",
        b"\\u000a",
        b"\\ud83d\\ude00",
        b"\\ud83d",
        b"\\u0000",
        b"\x7f",
        b"\\u007f",
    ),
    *(b" ", b"\n", b"\xc3\xa9", b"\xff", b"\0", b"-0", b"1.0", b"1e2", b"00", b"null", b"[]", b"{}", b",", b'"', b"\\"),
)


def both(raw: bytes) -> tuple[object, object]:
    return decode_message(raw, load_directory(), AT), decode_carefully(raw, load_directory(), AT)


def _places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all values in a message, and of a few fields that are not there."""
    if isinstance(value, dict):
        yield from ((*path, name) for name in ("minor", "of", "issuer", "xyz"))
    for key, part in _entries(value):
        yield (*path, key)
        yield from _places(part, (*path, key))


def _entries(value: object) -> Iterable[tuple[str | int, object]]:
    return value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()


PLACES = {place: list(_places(message)) for place, message in enumerate(MESSAGES)}


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """A message with some values changed, written in one of several ways, with bytes put in or taken out."""
    number = draw(st.integers(0, len(MESSAGES) - 1))
    message = json.loads(json.dumps(MESSAGES[number]))
    for _ in range(draw(st.integers(0, 2))):
        *parents, last = draw(st.sampled_from(PLACES[number]))
        place = message
        for key in parents:
            place = place[key] if isinstance(place, (dict, list)) and _has(place, key) else {}
        if isinstance(place, dict) or (isinstance(place, list) and _has(place, last)):
            place[last] = draw(st.sampled_from(VALUES))  # type: ignore[index]
    separators = draw(st.sampled_from([(",", ":"), (", ", ": "), (" ,\t", "\n:\r")]))
    text = json.dumps(message, ensure_ascii=draw(st.booleans()), separators=separators)
    raw = text.encode("utf-8", "surrogatepass")
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(raw)))
        raw = raw[:at] + draw(st.sampled_from(PIECES)) + raw[at + draw(st.integers(0, 3)) :]
    return raw


def _has(place: dict[str, object] | list[object], key: str | int) -> bool:
    return key in place if isinstance(place, dict) else isinstance(key, int) and key < len(place)


@given(raw=written())
def test_both_ways_give_the_same_result(raw: bytes) -> None:
    fast, slow = both(raw)
    assert fast == slow
    assert not isinstance(slow, RejectedMessage) or not any("is not understood" in p.problem for p in slow.problems)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message["type"])
@pytest.mark.parametrize("ensure_ascii", [True, False])
def test_a_sound_message_is_read_without_the_careful_way(
    message: dict[str, object], ensure_ascii: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = json.dumps(message, ensure_ascii=ensure_ascii, indent=1).encode()
    slow = decode_carefully(raw, load_directory(), AT)
    monkeypatch.setattr(careful, "decode_with_problems", None)
    monkeypatch.setattr(decode_module.jiter, "from_json", None)
    assert isinstance(slow, DecodedMessage)
    assert decode_message(raw, load_directory(), AT) == slow


RAW = packed(red())
ASCII = json.dumps(red()).encode()
TWICE = b'{"kind":"red",'
#: Three characters that take five bytes less than they do in the text that is hashed.
DELETES = json.dumps(red(text="\x7f" * 3)).encode().replace(b"\\u007f", b"\x7f")
#: A key stands twice, and something else is written shorter or longer than usual, so that only the lengths could agree.
DOUBLED = [
    pytest.param(RAW.replace(b"{", TWICE, 1), id="plain"),
    pytest.param(ASCII.replace(b"{", TWICE, 1), id="ascii"),
    pytest.param(RAW.replace(b"{", b'{ "kind"\t:\n"red" ,', 1), id="with-space"),
    pytest.param(RAW.replace(b"{", b'{"\\u006bind":"red",', 1), id="escaped-key"),
    pytest.param(RAW.replace(b'"height_cm"', b'"height_cm":-0,"height_cm"'), id="number"),
    pytest.param(RAW.replace(b'"family"', b'"family":"","family"'), id="empty"),
    pytest.param(DELETES.replace(b"{", b'{"text":"aaaaa",', 1), id="delete-characters"),
    pytest.param(json.dumps(red(text="\U0001f600"), ensure_ascii=False).encode().replace(b"{", TWICE, 1), id="emoji"),
    pytest.param(json.dumps(red(text="\U0001f600")).encode().replace(b"{", TWICE, 1), id="emoji-ascii"),
    pytest.param(json.dumps(red(text="é" * 50), ensure_ascii=False).encode().replace(b"{", TWICE, 1), id="accents"),
    pytest.param(RAW.replace(b'"text"', b'"text":"\\/","text"').replace(b"/", b"\\/"), id="slash"),
]


@pytest.mark.parametrize("raw", DOUBLED)
def test_no_way_of_writing_hides_a_key_that_stands_twice(raw: bytes) -> None:
    fast, slow = both(raw)
    assert isinstance(fast, RejectedMessage)
    assert any("2 times" in problem.problem for problem in fast.problems), fast
    assert fast == slow


ALPHABET = st.text(st.sampled_from('aé\u2028\x7f\x1f\n"\\/ u0xUا\U0001f600\x80\u00ff'), min_size=1, max_size=12)


@given(texts=st.lists(ALPHABET, min_size=1, max_size=3), twice=st.booleans(), ensure_ascii=st.booleans())
def test_lengths_tell_whether_a_key_stands_twice(texts: list[str], twice: bool, ensure_ascii: bool) -> None:
    """Whatever characters the texts have, however they are written."""
    raw = json.dumps(red(text="".join(texts)), ensure_ascii=ensure_ascii).encode()
    for written_long, short in ((b"\\u007f", b"\x7f"), (b"\\u2028", "\u2028".encode()), (b"/", b"\\/")):
        raw = raw.replace(written_long, short) if len(texts) > 1 else raw
    fast, slow = both(raw.replace(b"{", TWICE, 1) if twice else raw)
    assert isinstance(fast, RejectedMessage if twice else DecodedMessage)
    assert fast == slow
