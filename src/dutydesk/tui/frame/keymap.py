"""Keys that a desk has moved: ``[keys]`` in its settings, by the ids of the key table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from textual.binding import Binding, BindingType, InvalidBinding
from textual.keys import Keys
from textual.widgets import Input, TextArea

from dutydesk.domain.errors import BadCall
from dutydesk.tui.frame import key_texts
from dutydesk.tui.frame.keys import DEFAULTS, KEYS, TOGETHER, TYPED, Key, Where

#: Without these nobody gets out of a dialog, or out of the console.
FIXED: Final = frozenset(
    {
        "dialog.submit",
        "dialog.cancel",
        "dialog.next",
        "dialog.previous",
        "desk.quit",
        "desk.back",
        "desk.help",
        "reader.close",
        "filter.clear",
        "palette.choose",
        "palette.close",
    }
)
#: Of two filters the pane decides which is meant.
_BY_PANE: Final = frozenset({"feed.filter", "country.filter"})

_BRIEF: Final = {"escape": "esc", "pagedown": "pgdn", "pageup": "pgup"}


def _names(keys: str) -> list[str]:
    """Textual's names of keys that are parted by commas. Raises InvalidBinding where one is empty."""
    return [binding.key for binding in Binding.make_bindings([Binding(keys, "")])]


def _keys_of(bindings: Iterable[BindingType]) -> frozenset[str]:
    return frozenset(binding.key for binding in Binding.make_bindings(bindings))


_CHARACTERS: Final = {"comma": ",", **{_names(sign)[0]: sign for sign in map(chr, range(33, 127)) if sign != ","}}
#: Sent as tab, enter and backspace are, or kept by Textual for itself.
_NEVER: Final = frozenset({"ctrl+i", "ctrl+m", "ctrl+h", "return", "ctrl+q", "ctrl+c"})
_NAMED: Final = frozenset(key.value for key in Keys if not key.value.startswith("<")) - _NEVER
_OF_LINES: Final = _keys_of(Input.BINDINGS) | {"space"}
_OF_TEXTS: Final = _OF_LINES | _keys_of(TextArea.BINDINGS) | {"enter", "tab", "shift+tab"}


def use(moved: Mapping[str, str], lines: Mapping[str, str] | None = None) -> dict[str, str]:
    """Shows the moved keys in footer, help and palette; what Textual has to be told of them.

    ``lines`` says where each stands in the settings. Raises BadCall, naming line and id, for a map that can't be.
    """
    lines = lines or {}
    known = {key.id: (place, key) for place, keys in DEFAULTS.items() for key in keys}
    found: dict[str, Key] = {}
    for name, to in moved.items():
        try:
            if name not in known:
                raise BadCall(key_texts.no_key(name, sorted(known)))
            found[name] = _moved(*known[name], to)
        except BadCall as error:
            raise BadCall(key_texts.wrong_key(lines.get(name, "desk.toml"), error.words)) from error
    table = {place: tuple(found.get(key.id, key) for key in keys) for place, keys in DEFAULTS.items()}
    for name, key in found.items():
        if clash := _clash(known[name][0], key, table):
            raise BadCall(key_texts.wrong_key(lines.get(name, "desk.toml"), clash))
    KEYS.update(table)
    return {name: ",".join(_names(key.keys)) for name, key in (_beside(found) | found).items()}


def _moved(place: Where, key: Key, to: str) -> Key:
    """Raises BadCall where the key is fixed, or what it is moved to can't do its work."""
    if key.id in FIXED:
        raise BadCall(key_texts.fixed_key(key.id))
    try:
        names = _names(to)
    except InvalidBinding:
        raise BadCall(key_texts.key_is_missing(key.id, to)) from None
    for name in names:
        if not (name in _CHARACTERS or name in _NAMED or len(name) == 1):
            raise BadCall(key_texts.not_every_terminal(key.id, name))
        if place in TYPED and name not in key.keys.split(",") and _is_text(place, name):
            raise BadCall(key_texts.key_is_text(key.id, _sign(name)))
    if place is Where.CHOICE and all(map(_is_printed, names)):
        raise BadCall(key_texts.key_is_text(key.id, ", ".join(map(_sign, names))))
    return replace(key, keys=",".join(names), shown=", ".join(map(_sign, names)))


def _is_text(place: Where, name: str) -> bool:
    own = _OF_TEXTS if place is Where.DIALOG else _OF_LINES
    return _is_printed(name) or name in own


def _is_printed(name: str) -> bool:
    return name in _CHARACTERS or len(name) == 1


def _sign(name: str) -> str:
    """As an officer reads it."""
    if name[0] == "f" and name[1:].isdigit():
        return name.upper()
    return _CHARACTERS.get(name, _BRIEF.get(name, name))


def _clash(place: Where, key: Key, table: Mapping[Where, Collection[Key]]) -> str:
    """What is said of a moved key that is not free wherever it acts, or nothing."""
    beside = {place} | {other for together in TOGETHER if place in together for other in together}
    for other in (other for near in table if near in beside for other in table[near]):
        taken = set(key.keys.split(",")) & set(other.keys.split(","))
        if taken and other.id != key.id and not {key.id, other.id} <= _BY_PANE:
            return key_texts.key_is_taken(key.id, ", ".join(map(_sign, sorted(taken))), other.id)
    return ""


def _beside(found: Mapping[str, Key]) -> dict[str, Key]:
    """Keys that are not moved but share one with a moved key: Textual would take it from both."""
    keys = {key.id: key for keys in DEFAULTS.values() for key in keys}
    left = {name for moved in found for name in keys[moved].keys.split(",")}
    return {name: key for name, key in keys.items() if name not in found and left & set(key.keys.split(","))}
