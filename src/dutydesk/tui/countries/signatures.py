"""How a country's messages must be signed, and by which keys."""

from __future__ import annotations

from collections.abc import Iterator

from dutydesk.desk.base.key_rows import KeyRow, SignatureRules
from dutydesk.domain.supervision.keys import SignatureLevel
from dutydesk.tui.countries.texts import texts
from dutydesk.tui.frame.text_format import date_and_time, value_word
from dutydesk.tui.widgets.text_pane import Paragraph, labelled

#: Letters of a fingerprint that are enough to compare it with one on the telephone; the command lists all of it.
_LETTERS = 17


def signature_lines(rules: SignatureRules | None) -> Iterator[Paragraph]:
    """Nothing for a country without keys whose messages need no signature."""
    if rules is None or not (rules.keys or set(rules.levels.values()) - {SignatureLevel.UNSIGNED.value}):
        return
    levels = set(rules.levels.values())
    if len(levels) == 1:
        words = texts.SIGNATURE_LEVELS[SignatureLevel(levels.pop())]
    else:
        words = "; ".join(f"{value_word(channel)} {value_word(level)}" for channel, level in rules.levels.items())
    yield labelled(texts.SIGNATURES, words)
    for key in rules.keys:
        yield Paragraph(_key_words(key), tone="" if key.state == "in force" else "dim", indent=2)


def _key_words(key: KeyRow) -> str:
    name, since = f"{key.key[:_LETTERS]}…", date_and_time(key.since)
    if key.revoked_since is not None:
        return texts.key_revoked(name, date_and_time(key.revoked_since))
    if key.until is not None:
        return texts.key_until(name, since, date_and_time(key.until))
    return texts.key_since(name, since)
