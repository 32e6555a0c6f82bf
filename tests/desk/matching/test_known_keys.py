"""The keys that no record has are known without the index, and never one that a record has."""

from __future__ import annotations

from desks import Bench, diffusion
from dutydesk.desk.matching.known_keys import KnownKeys
from dutydesk.domain.limits import MemoryLimits
from dutydesk.screening import keys
from dutydesk.screening.names import fold_name
from dutydesk.store.engine.reader import Handle
from dutydesk.store.tables import records

AT_ONCE = MemoryLimits(unloaded_searches=0)
NAMES = [(f"{first}rell{last}", f"{last}ud{first}") for first in "bdgklmpstv" for last in "bkn"]
ABSENT = keys.keys_of(fold_name("Xerxesmo", "Opragult"))


async def filed(bench: Bench, family: str, given: str) -> tuple[int, ...]:
    subject = {"type": "person", "status": "missing", "name": {"family": family, "given": given}}
    await bench.sent(diffusion("DE", ("PL",), subject={**subject, "date_of_birth": "1968-11-02"}))
    return keys.keys_of(fold_name(family, given))


async def known_of(bench: Bench, known_keys: KnownKeys, wanted: tuple[int, ...]) -> list[int]:
    def ask(handle: Handle) -> list[int]:
        return known_keys.known(handle, records.highest_number(handle), wanted)

    return await bench.desk.store.read(ask)


async def test_keys_are_loaded_in_steps_and_those_of_new_records_are_added(bench: Bench) -> None:
    known_keys, present = KnownKeys(AT_ONCE, step=7), list[int]()
    for place, (family, given) in enumerate(NAMES):
        present += await filed(bench, family, given)
        if place % 10 == 9:  # several records are new to it
            assert set(await known_of(bench, known_keys, tuple(present))) == set(present)
    for _ in range(len(present)):
        assert set(await known_of(bench, known_keys, (*present, *ABSENT))) >= set(present)
    assert not await known_of(bench, known_keys, ABSENT)
    later = await filed(bench, "Xerxesmo", "Opragult")
    assert await known_of(bench, known_keys, later) == sorted(later)


async def test_the_first_searches_and_those_of_a_transaction_take_every_key(bench: Bench) -> None:
    await filed(bench, *NAMES[0])
    known_keys = KnownKeys(MemoryLimits(unloaded_searches=1))
    assert await known_of(bench, known_keys, ABSENT) == sorted(ABSENT)
    assert not await known_of(bench, known_keys, ABSENT)
    assert await bench.desk.store.write(lambda tx: known_keys.known(tx, 1, ABSENT)) == sorted(ABSENT)


class SeenMeanwhile(KnownKeys):
    """Notes what another thread would search by at the moment when more records are said to be known."""

    loaded_to: int | None = None

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name == "_newest" and "_bits" in vars(self):
            self.loaded_to = self._bits.loaded_to


async def test_a_search_while_the_bits_are_made_anew_does_not_take_the_old_ones(bench: Bench) -> None:
    known_keys = SeenMeanwhile(AT_ONCE)
    await filed(bench, *NAMES[0])
    assert not await known_of(bench, known_keys, ABSENT)
    many = 1 << 20  # so many records that the bits are too few
    await bench.desk.store.read(lambda handle: known_keys.known(handle, many, ABSENT))
    assert known_keys.loaded_to == -1
