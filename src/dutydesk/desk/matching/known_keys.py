"""Tells which keys no record is filed under, without a look at the index of names.

A search asks for some hundred keys, of which the index has a tenth.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from dutydesk.domain.limits import DEFAULT_LIMITS, MemoryLimits
from dutydesk.screening import keys
from dutydesk.screening.names import name_from_text
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import known_keys

#: Bits for each record: some twenty for each of its keys that no earlier record has.
_BITS_PER_RECORD = 64
_LEAST_BITS = 1 << 16
#: More than any key.
_ALL = 1 << 62
_NOT_BEGUN = -1
#: Keys, or records, that one search loads: two or three milliseconds.
_STEP = 4_096


@dataclass(slots=True)
class _Bits:
    """One bit for each key, among many; keys above ``loaded_to`` may lack theirs."""

    places: int
    bits: bytearray
    loaded_to: int = -1

    def add(self, found: Iterable[int]) -> None:
        for key in found:
            place = key % self.places
            self.bits[place >> 3] |= 1 << (place & 7)


class KnownKeys:
    """A set of the index's keys that may have some too many, and never lacks one.

    After the first searches it is loaded in small steps, one with each search; a key whose step has not come counts as
    known. A search in a transaction does not use it, because the transaction may file records.
    """

    def __init__(self, limits: MemoryLimits = DEFAULT_LIMITS.memory, step: int = _STEP) -> None:
        self._most_bits = 8 * limits.known_key_bytes
        self._unloaded_searches = limits.unloaded_searches
        self._step = step
        self._searches = 0
        self._lock = Lock()
        self._newest = _NOT_BEGUN
        self._bits = self._empty_bits(0)

    def _empty_bits(self, newest: int) -> _Bits:
        places = max(_LEAST_BITS, min(self._most_bits, newest * _BITS_PER_RECORD)) | 1
        return _Bits(places, bytearray(places // 8 + 1))

    def known(self, handle: Handle, newest: int, wanted: Iterable[int]) -> list[int]:
        """The keys that may be known to an index whose newest record is ``newest``, sorted and each once."""
        self._searches += 1
        is_used = self._searches > self._unloaded_searches and not isinstance(handle, Transaction)
        if not is_used or not self._covers(handle, newest):
            return sorted(set(wanted))
        loaded = self._bits
        loaded_to, places, bits = loaded.loaded_to, loaded.places, loaded.bits
        if loaded_to == _ALL:
            return sorted({key for key in wanted if bits[(place := key % places) >> 3] >> (place & 7) & 1})
        return sorted(
            {key for key in wanted if key > loaded_to or bits[(place := key % places) >> 3] >> (place & 7) & 1}
        )

    def _covers(self, handle: Handle, newest: int) -> bool:
        """Take the next step if one is left; whether all records up to ``newest`` were taken into account."""
        if newest > self._newest or (newest == self._newest and self._bits.loaded_to < _ALL):
            with self._lock:
                self._take_step(handle, newest)
        return newest <= self._newest

    def _take_step(self, handle: Handle, newest: int) -> None:
        """Load a step from a view of the store; from an older one than an earlier step's nothing can be taken."""
        bits = self._bits
        if self._newest == _NOT_BEGUN or 2 * bits.places < min(self._most_bits, newest * _BITS_PER_RECORD):
            bits = self._bits = self._empty_bits(newest)  # first: a search in another thread must not miss its keys
            self._newest = newest
        if newest > self._newest:
            added = known_keys.names_after(handle, self._newest, self._step)
            bits.add(key for _, texts in added for key in keys.keys_of(map(name_from_text, texts)))
            self._newest = added[-1][0] if len(added) == self._step else newest
        elif newest == self._newest and bits.loaded_to < _ALL:
            found = known_keys.keys_after(handle, bits.loaded_to, self._step)
            bits.add(found)
            bits.loaded_to = found[-1] if len(found) == self._step else _ALL
