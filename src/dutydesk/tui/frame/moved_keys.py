"""Keys that a desk has moved: ``[keys]`` in its settings, by ids of the key table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from textual.binding import Binding, BindingType, InvalidBinding
from textual.keys import Keys
from textual.widgets import Input, TextArea

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.frozen import value
from dutydesk.tui.frame.key_texts import texts as key_texts
from dutydesk.tui.frame.keys import CONCURRENT_PLACES, DEFAULT_KEYS, KEYS, TEXT_ENTRY_PLACES, Key, KeyPlace

#: Keys that can't be moved: without them nobody gets out of a dialog or the console.
FIXED_KEYS: Final = frozenset(
    {
        "dialog.submit",
        "dialog.cancel",
        "dialog.next",
        "dialog.previous",
        "desk.quit",
        "desk.back",
        "desk.help",
        "wall.quit",
        "wall.help",
        "reader.close",
        "filter.clear",
        "search.cancel",
        "search.end",
        "palette.choose",
        "palette.close",
        "command.run",
        "command.close",
    }
)
#: These may share a key: the current pane, row or line decides which of them acts.
_SHARED: Final = (
    frozenset({"feed.filter", "country.filter"}),
    frozenset({"item.after", "marks.range"}),
    frozenset({"filter.complete", "pane.next"}),
)

_SHORT_NAMES: Final = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup"}


def _names(keys: str) -> list[str]:
    """Textual's names of comma-separated keys. Raises InvalidBinding if one is empty."""
    return [binding.key for binding in Binding.make_bindings([Binding(keys, "")])]


def _keys_of(bindings: Iterable[BindingType]) -> frozenset[str]:
    return frozenset(binding.key for binding in Binding.make_bindings(bindings))


_CHARACTERS: Final = {"comma": ",", **{_names(sign)[0]: sign for sign in map(chr, range(33, 127)) if sign != ","}}
#: Sent as tab, enter or backspace, or reserved by Textual.
_UNUSABLE_KEYS: Final = frozenset({"ctrl+i", "ctrl+m", "ctrl+h", "return", "ctrl+q", "ctrl+c"})
_NAMED_KEYS: Final = frozenset(key.value for key in Keys if not key.value.startswith("<")) - _UNUSABLE_KEYS
_LINE_FIELD_KEYS: Final = _keys_of(Input.BINDINGS) | {"space"}
_TEXT_AREA_KEYS: Final = _LINE_FIELD_KEYS | _keys_of(TextArea.BINDINGS) | {"enter", "tab", "shift+tab"}


def apply_key_settings(overrides: Mapping[str, str], lines: Mapping[str, str] | None = None) -> dict[str, str]:
    """Put the moved keys into the key table; the keymap for Textual.

    ``lines`` has the place of each in the settings. Raises InvalidRequest, naming line and id, for an impossible map.
    """
    lines = lines or {}
    known = {key.id: (place, key) for place, keys in DEFAULT_KEYS.items() for key in keys}
    found: dict[str, Key] = {}
    for name, to in overrides.items():
        try:
            if name not in known:
                raise InvalidRequest(InvalidRequestCode.UNKNOWN_KEY_ID, key_texts.unknown_key(name, sorted(known)))
            found[name] = _remap(*known[name], to)
        except InvalidRequest as error:
            raise InvalidRequest(
                error.code, key_texts.key_problem(lines.get(name, "desk.toml"), error.words)
            ) from error
    table = {place: tuple(found.get(key.id, key) for key in keys) for place, keys in DEFAULT_KEYS.items()}
    for name, key in found.items():
        if clash := _clash(known[name][0], key, table):
            words = key_texts.key_is_taken(name, clash.sign, clash.other.id)
            words = key_texts.key_problem(lines.get(name, "desk.toml"), words)
            raise KeyTakenError(InvalidRequestCode.KEY_CLASH, words, clash)
    KEYS.update(table)
    return {name: ",".join(_names(key.keys)) for name, key in (_shared_keys(found) | found).items()}


def _remap(place: KeyPlace, key: Key, to: str) -> Key:
    """Raises InvalidRequest if the key is fixed or can't be moved to ``to``."""
    if key.id in FIXED_KEYS:
        raise InvalidRequest(InvalidRequestCode.FIXED_KEY, key_texts.fixed_key(key.id))
    try:
        names = _names(to)
    except InvalidBinding:
        raise InvalidRequest(InvalidRequestCode.MISSING_KEY, key_texts.key_is_missing(key.id, to)) from None
    for name in names:
        if not (name in _CHARACTERS or name in _NAMED_KEYS or len(name) == 1):
            raise InvalidRequest(InvalidRequestCode.UNPORTABLE_KEY, key_texts.key_not_portable(key.id, name))
        if place in TEXT_ENTRY_PLACES and name not in key.keys.split(",") and _is_text(place, name):
            raise InvalidRequest(InvalidRequestCode.TEXT_KEY, key_texts.key_is_text(key.id, _display_name(name)))
    if place is KeyPlace.CHOICE and all(map(_is_printable, names)):
        raise InvalidRequest(
            InvalidRequestCode.TEXT_KEY, key_texts.key_is_text(key.id, ", ".join(map(_display_name, names)))
        )
    return replace(key, keys=",".join(names), display=", ".join(map(_display_name, names)))


def _is_text(place: KeyPlace, name: str) -> bool:
    own = _TEXT_AREA_KEYS if place is KeyPlace.DIALOG else _LINE_FIELD_KEYS
    return _is_printable(name) or name in own


def _is_printable(name: str) -> bool:
    return name in _CHARACTERS or len(name) == 1


def _display_name(name: str) -> str:
    """The key's name for officers."""
    if name[0] == "f" and name[1:].isdigit():
        return name.upper()
    return _CHARACTERS.get(name, _SHORT_NAMES.get(name, name))


@value(frozen=True, slots=True)
class KeyClash:
    """``other`` has a moved key already at ``place``; ``sign`` is the key's name."""

    sign: str
    other: Key
    place: KeyPlace


class KeyTakenError(InvalidRequest):
    """A key can't be moved to one that is taken."""

    def __init__(self, code: InvalidRequestCode, words: str, clash: KeyClash) -> None:
        super().__init__(code, words)
        self.clash = clash


def _clash(place: KeyPlace, key: Key, table: Mapping[KeyPlace, Collection[Key]]) -> KeyClash | None:
    """What has a moved key already, somewhere that it acts."""
    concurrent = {place} | {other for together in CONCURRENT_PLACES if place in together for other in together}
    for where, other in ((near, other) for near in table if near in concurrent for other in table[near]):
        taken = set(key.keys.split(",")) & set(other.keys.split(","))
        if taken and other.id != key.id and not any({key.id, other.id} <= shared for shared in _SHARED):
            return KeyClash(", ".join(map(_display_name, sorted(taken))), other, where)
    return None


def _shared_keys(found: Mapping[str, Key]) -> dict[str, Key]:
    """Keys that are not moved but share a key with a moved one; Textual would drop it for both."""
    keys = {key.id: key for keys in DEFAULT_KEYS.values() for key in keys}
    left = {name for moved in found for name in keys[moved].keys.split(",")}
    return {name: key for name, key in keys.items() if name not in found and left & set(key.keys.split(","))}
