"""The log alone proves that what a bureau is said to have sent was signed as it had to be, by a key in force then."""

from __future__ import annotations

import pytest

from eventful_log import Log
from signed_scene import other_signature


def breaches(log: Log, place: int) -> list[str]:
    return [breach.words for breach in log.breaches() if breach.seq == place + 1]


def test_the_log_as_it_is_proves_it(forged: Log) -> None:
    place = forged.place("intake.accepted", "signed")
    assert set(forged.rows[place]["data"]["signature"]) == {"key", "protected", "signature"}
    assert breaches(forged, place) == []


def test_a_signature_taken_out_is_found(forged: Log) -> None:
    place = forged.place("intake.accepted", "signed")
    del forged.rows[place]["data"]["signature"]
    (words,) = breaches(forged, place)
    assert "without a signature" in words


@pytest.mark.parametrize("change", ["retired", "revoked", "unknown"])
def test_a_key_that_was_not_in_force_is_found(forged: Log, change: str) -> None:
    place = forged.place("intake.accepted", "signed")
    data = forged.rows[place]["data"]
    if change == "unknown":
        data["signature"] = other_signature(b"{}")
    else:
        of = "AT" if change == "retired" else "PT"
        ended = forged.rows.pop(forged.place(f"key.{change}", of))
        if change == "revoked":
            ended |= {"subject": "AT"}
            ended["data"]["key"] = data["signature"]["key"]
        place += 1
        at = forged.rows[place - 2]["at"]
        ended["data"] |= {"until" if change == "retired" else "since": forged.rows[0]["data"]["made_at"]}
        forged.rows.insert(place - 1, {**ended, "at": at})
    assert any("is said to be signed" in words for words in breaches(forged, place))


def test_another_bureaus_key_is_found(forged: Log) -> None:
    place = forged.place("intake.accepted", "signed")
    lisbon = forged.rows[forged.place("key.added", "PT")]["data"]["key"]
    forged.rows[place]["data"]["signature"]["key"] = lisbon
    words = " ".join(breaches(forged, place))
    assert "key_of_another" in words
    assert "names another key" in words


def test_a_flag_taken_out_or_put_in_is_found(forged: Log) -> None:
    place = forged.place("intake.accepted", "flagged")
    del forged.rows[place]["data"]["unsigned"]
    other = forged.place("intake.accepted", "direct")
    forged.rows[other]["data"]["unsigned"] = True
    assert len(breaches(forged, place)) == len(breaches(forged, other)) == 1


def test_an_act_without_its_signature_is_found(forged: Log) -> None:
    place = forged.place("item.withdrawn", "signed")
    del forged.rows[place]["data"]["signature"]
    assert breaches(forged, place)


@pytest.mark.parametrize("kind", ["key.added", "key.retired", "key.revoked", "signatures.ordered", "desk.key_made"])
def test_only_administrators_change_keys(forged: Log, kind: str) -> None:
    place = forged.place(kind)
    forged.sign(place, "Jonas")
    assert breaches(forged, place)


def test_a_key_entered_twice_or_backdated_is_found(forged: Log) -> None:
    place = forged.place("key.added", "AT", nth=1)
    first = forged.rows[forged.place("key.added", "AT")]["data"]
    forged.change(place, key=first["key"])
    assert breaches(forged, place)
    back = forged.place("key.added", "PT")
    forged.change(back, since="2020-01-01T00:00:00+00:00")
    assert breaches(forged, back)


@pytest.mark.parametrize("kind", ["key.added", "desk.key_made"])
def test_a_key_under_the_fingerprint_of_another_is_found(forged: Log, kind: str) -> None:
    """People compare the fingerprint; signatures are verified by the bytes beside it."""
    place = forged.place(kind)
    forged.change(place, public="ab" * 32)
    assert breaches(forged, place)
