"""The country's screen says how its messages must be signed, and by which keys; nothing where that was never asked."""

from __future__ import annotations

from datetime import UTC, datetime

from dutydesk.desk.base.key_rows import KeyRow, SignatureRules
from dutydesk.domain.supervision.measures import Channel
from dutydesk.language.catalogues import speak
from dutydesk.language.languages import Language
from dutydesk.tui.countries.signatures import signature_lines

AT = datetime(2022, 3, 10, 8, tzinfo=UTC)


def rules(level: str, *keys: KeyRow) -> SignatureRules:
    return SignatureRules("DE", {channel.value: level for channel in Channel}, keys)


def test_nothing_is_said_of_a_country_without_keys() -> None:
    assert list(signature_lines(None)) == []
    assert list(signature_lines(rules("unsigned"))) == []


def test_level_and_keys_are_said() -> None:
    keys = (
        KeyRow("DE", "SHA256:" + "A" * 43, "in force", AT, None, None),
        KeyRow("DE", "SHA256:" + "B" * 43, "revoked", AT, None, AT),
    )
    level, first, second = signature_lines(rules("required", *keys))
    assert "quarantine" in level.text
    assert "SHA256:AAAAAAAAAA" in first.text
    assert "REVOKED" in second.text


def test_channels_are_named_where_their_levels_differ() -> None:
    mixed = SignatureRules("DE", {"diffusion": "required", "message": "unsigned"}, ())
    (level,) = signature_lines(mixed)
    assert level.text == "diffusion required; message unsigned"


def test_the_words_of_levels_are_in_the_catalogues() -> None:
    mixed = SignatureRules("DE", {"diffusion": "required", "message": "preferred"}, ())
    speak(Language.FRENCH)
    try:
        (level,) = signature_lines(mixed)
    finally:
        speak(Language.ENGLISH)
    assert not {"required", "preferred"} & set(level.text.replace(";", "").split())
