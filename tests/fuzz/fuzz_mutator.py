"""Mutates the inputs of a corpus, the same way for the same seed: bytes, words of the field, parts of other inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

MOST_BYTES = 8_192
#: One input in this many grows beyond the longest message.
GROWN_EACH, GROWN_BYTES = 400, 300_000

#: Values for every target: terminal controls, broken encodings and boundary values.
HOSTILE = (
    *("\x1b[2J", "\x1b]0;x\x07", "\x9b31m", "\x85", "\x7f", "\r\n", "\0", "\u202e", "\u2066", "\u200b", "\u2028"),
    *("\U000e0041", "\ufeff", "e\u0301\u0301\u0301\u0301\u0301", "漢", "\U0001f468\u200d\U0001f469", "ß", "İ", "ﬀ"),
    *("٣", "Ⅷ", "²", "\u0130", "=1+1", "\t", '"', "'", "\\", "%s", "{}", "[red]", "-1", "0", "1e999", "NaN"),
    *("9" * 25, "9223372036854775808", "0001-01-01", "9999-12-31T23:59:60Z", "2022-02-29", "true", "null"),
)
HOSTILE_BYTES = (*(text.encode() for text in HOSTILE), b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xf5")


class Mutator:
    def __init__(self, corpus: Sequence[bytes], words: Sequence[bytes], seed: int, *, may_be_long: bool) -> None:
        self._corpus = list(corpus) or [b""]
        self._words = (*words, *HOSTILE_BYTES)
        self._random = Random(seed)
        self._may_be_long = may_be_long

    def inputs(self, most: int) -> Iterator[bytes]:
        """Yields the corpus unchanged, then mutated inputs."""
        yield from self._corpus[:most]
        for number in range(max(0, most - len(self._corpus))):
            changed = self.changed(self._random.choice(self._corpus))
            if self._may_be_long and number % GROWN_EACH == GROWN_EACH - 1:
                changed = self.grown(changed)
            yield changed

    def changed(self, raw: bytes, most: int = MOST_BYTES) -> bytes:
        for _ in range(1 + int(self._random.expovariate(0.7))):
            raw = self._random.choice(_CHANGES)(self, raw)
        return raw[:most]

    def grown(self, raw: bytes) -> bytes:
        """Repeats a part of the input many times in place."""
        start, end = self._span(raw, 24)
        piece = raw[start:end] or self._word()
        return raw[:start] + piece * (GROWN_BYTES // len(piece)) + raw[end:]

    def _span(self, raw: bytes, longest: int) -> tuple[int, int]:
        start = self._random.randint(0, len(raw))
        return start, min(len(raw), start + self._random.randint(0, longest))

    def _word(self) -> bytes:
        return self._random.choice(self._words)

    def _flip(self, raw: bytes) -> bytes:
        if not raw:
            return self._word()
        place = self._random.randrange(len(raw))
        return raw[:place] + bytes([raw[place] ^ 1 << self._random.randrange(8)]) + raw[place + 1 :]

    def _any_byte(self, raw: bytes) -> bytes:
        start, end = self._span(raw, 1)
        return raw[:start] + self._random.randbytes(1) + raw[end:]

    def _cut(self, raw: bytes) -> bytes:
        start, end = self._span(raw, 40)
        return raw[:start] + raw[end:]

    def _cut_off(self, raw: bytes) -> bytes:
        return raw[: self._random.randint(0, len(raw))]

    def _insert(self, raw: bytes) -> bytes:
        place = self._random.randint(0, len(raw))
        return raw[:place] + self._word() + raw[place:]

    def _replace(self, raw: bytes) -> bytes:
        """Replaces one word with another; words are separated by quotation marks, commas, spaces and colons."""
        start, end = self._piece(raw)
        return raw[:start] + self._word() + raw[end:]

    def _swap(self, raw: bytes) -> bytes:
        start, end = self._piece(raw)
        other = self._random.choice(self._corpus)
        first, last = self._piece(other)
        return raw[:start] + other[first:last] + raw[end:]

    def _again(self, raw: bytes) -> bytes:
        start, end = self._span(raw, 60)
        return raw[:end] + raw[start:end] * self._random.randint(1, 4) + raw[end:]

    def _splice(self, raw: bytes) -> bytes:
        other = self._random.choice(self._corpus)
        return raw[: self._random.randint(0, len(raw))] + other[self._random.randint(0, len(other)) :]

    def _piece(self, raw: bytes) -> tuple[int, int]:
        start = end = self._random.randint(0, len(raw))
        while start > 0 and raw[start - 1] not in _PARTS and end - start < 80:
            start -= 1
        while end < len(raw) and raw[end] not in _PARTS and end - start < 80:
            end += 1
        return start, end


_PARTS = frozenset(b'",:;= \n[]{}\t')
_CHANGES = (
    Mutator._flip,
    Mutator._any_byte,
    Mutator._cut,
    Mutator._cut_off,
    Mutator._insert,
    Mutator._insert,
    Mutator._replace,
    Mutator._replace,
    Mutator._replace,
    Mutator._swap,
    Mutator._swap,
    Mutator._again,
    Mutator._splice,
)
