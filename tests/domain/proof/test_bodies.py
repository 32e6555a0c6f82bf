"""The proof with the store's bodies: each body that differs is reported at the event with its hash."""

from __future__ import annotations

import json

import pytest

from dutydesk.domain.proof.bodies import StoredDigest
from dutydesk.domain.proof.chain import LogLine
from dutydesk.domain.proof.prover import Breach, prove
from eventful_log import Log, rule_table


def stored_bodies(lines: list[LogLine]) -> list[StoredDigest]:
    """The bodies that a store must hold according to this log."""
    found: dict[tuple[str, int], str | None] = {}
    for line in lines:
        data = json.loads(line.data)
        match line.kind:
            case "intake.accepted" | "intake.quarantined" | "intake.conflict":
                found[line.subject, 1] = data["sha256"]
            case "item.corrected" if "version" in data:
                found[line.subject, data["version"]] = data["sha256"]
            case "item.reread":
                found[line.subject, data["version"]] = found[line.subject, data["version"] - 1]
            case "item.purged":
                found |= {key: None for key in found if key[0] == line.subject}
            case _:
                pass
    return [(*key, digest) for key, digest in sorted(found.items())]


def breaches(lines: list[LogLine], bodies: list[StoredDigest]) -> tuple[Breach, ...]:
    return prove(lines, rule_table(), stored=bodies).breaches


def test_a_sound_store_holds(lines: list[LogLine]) -> None:
    assert breaches(lines, stored_bodies(lines)) == ()


def test_a_log_of_before_that_does_not_repeat_hashes_holds(forged: Log) -> None:
    del forged.rows[forged.place("item.reread", "reread")]["data"]["sha256"]
    lines = forged.lines()
    assert breaches(lines, stored_bodies(lines)) == ()


@pytest.mark.parametrize("digest", ["0" * 64, "", None])
def test_each_body_that_differs_is_named(lines: list[LogLine], digest: str | None) -> None:
    for place, (item, version, kept) in enumerate(sound := stored_bodies(lines)):
        if kept is None:
            continue
        (breach,) = breaches(lines, [*sound[:place], (item, version, digest), *sound[place + 1 :]])
        logged = lines[breach.seq - 1]
        assert (breach.item, logged.subject) == (item, item)


def test_one_that_is_missing_or_not_of_the_log_is_named(lines: list[LogLine]) -> None:
    sound = stored_bodies(lines)
    (gone,) = breaches(lines, sound[1:])
    assert gone.item == sound[0][0]
    (unknown,) = breaches(lines, [*sound, ("D-999999", 1, "0" * 64)])
    assert unknown.item == "D-999999"
    (other,) = breaches(lines, [*sound, (sound[0][0], 9, "0" * 64)])
    assert other.item == sound[0][0]


def test_bytes_of_what_was_purged_are_named(lines: list[LogLine]) -> None:
    sound = stored_bodies(lines)
    place = next(place for place, (_, _, digest) in enumerate(sound) if digest is None)
    item, version, _ = sound[place]
    received = next(json.loads(line.data)["sha256"] for line in lines if line.subject == item)
    (breach,) = breaches(lines, [*sound[:place], (item, version, received), *sound[place + 1 :]])
    assert breach.item == item


def test_where_the_chain_breaks_only_what_it_knows_is_compared(lines: list[LogLine]) -> None:
    broken = [*lines[: len(lines) // 2], lines[-1]]
    proof = prove(broken, rule_table(), stored=stored_bodies(lines))
    assert proof.chain.fault is not None
    assert proof.breaches == ()
