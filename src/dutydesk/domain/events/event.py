"""What every event of the log has in common: its kind, its data as fields, and the way to and from the log's JSON.

The log is read by programs that trust nothing in it. So each field holds its value, or why it has none: the data lacks
the key (``Missing``), or its value is of another type than the field (``Unfit``). ``required`` and ``optional`` turn
that into a value or an ``IncompleteEvent``. Reading never fails, and what was read is written with the same bytes.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import field, fields
from datetime import UTC, datetime
from operator import attrgetter
from typing import (
    Any,
    ClassVar,
    Final,
    Literal,
    Self,
    TypeAlias,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from dutydesk.domain.events.log import EventKind, Json
from dutydesk.domain.frozen import value

T = TypeVar("T")
E = TypeVar("E", bound="LogEvent")


class IncompleteEvent(Exception):
    """An event lacks what its reader needs; ``words`` is one sentence."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@value(frozen=True, slots=True)
class Missing:
    """A field without a value: its key is not in the data. ``words`` is the sentence for a reader that needs it."""

    words: str = field(default="the event does not say what it must", compare=False)


@value(frozen=True, slots=True)
class Unfit(Missing):
    """A field whose ``value`` in the data is of another type than the field, ``null`` included."""

    value: Any = None


#: A field's value, or why it has none.
Logged: TypeAlias = Union[T, Missing]  # noqa: UP007 - the operator takes no type variable at run time
#: The default of a field that not every event of its kind has.
ABSENT: Final = Missing()


def required(value: T | Missing | None) -> T:
    """Raises IncompleteEvent for a field without a value, and for ``null``."""
    if isinstance(value, Missing):
        raise IncompleteEvent(value.words)
    if value is None:
        raise IncompleteEvent(ABSENT.words)
    return value


def optional(value: T | Missing | None) -> T | None:
    """``None`` where the key is absent or ``null``. Raises IncompleteEvent for a value of another type."""
    if isinstance(value, Missing):
        if isinstance(value, Unfit) and value.value is not None:
            raise IncompleteEvent(value.words)
        return None
    return value


def fitting(value: T | Missing | None) -> T | None:
    """``None`` for a field without a value that fits; for readers that go on with what they get."""
    return None if isinstance(value, Missing) else value


def instant(value: str | Missing | None) -> datetime:
    """The UTC time in a field. Raises IncompleteEvent where there is none, or none with a time zone."""
    text = required(value)
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise IncompleteEvent(f"the time {text[:40]} in an event has no zone")
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise IncompleteEvent(f"{text[:40]!r} in an event is no time") from error


def optional_instant(value: str | Missing | None) -> datetime | None:
    """``None`` where the key is absent or ``null``. Raises IncompleteEvent as ``instant`` does."""
    return None if optional(value) is None else instant(value)


@value(frozen=True, slots=True, kw_only=True)
class LogEvent:
    """The data of one event. ``command`` and ``command_digest`` name the command that a person sent to make it."""

    kind: ClassVar[EventKind]
    _names: ClassVar[tuple[str, ...]]
    _values: ClassVar[Callable[[LogEvent], tuple[Any, ...]]]
    _readers: ClassVar[tuple[_FieldReader, ...]]

    command: Logged[str] = ABSENT
    command_digest: Logged[str] = ABSENT

    def to_data(self) -> dict[str, Json]:
        """The data as the log holds it, without the keys of absent fields."""
        cls = type(self)
        return {
            name: value.value if value.__class__ is Unfit else value
            for name, value in zip(cls._names, cls._values(self), strict=True)
            if value.__class__ is not Missing
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Json]) -> Self:
        """Reads any JSON object; keys without a field are left out."""
        event = object.__new__(cls)
        for key, put, classes, fit, absent in cls._readers or _prepare_to_read(cls):
            value: object = data.get(key, absent)
            put(event, value if value.__class__ in classes else fit(value))
        return event


class _NoFit:
    """The type of the mark for a value that does not fit."""


_NO_FIT: Final = _NoFit()
_Fit: TypeAlias = Callable[[object], object]
#: A field's key, its slot's setter, the classes that need no look, the look at others, the mark of its absence.
_FieldReader: TypeAlias = tuple[str, Callable[[object, object], None], frozenset[type], _Fit, Missing]
_TEXTS: Final = frozenset({str})
_LISTS: Final = (list, tuple)
_PLAIN: Final[frozenset[type]] = frozenset({str, int, bool, type(None)})
#: The type of each kind of event, once the modules that define them are imported.
TYPES: Final[dict[str, type[LogEvent]]] = {}


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def event(cls: type[E]) -> type[E]:
    """Makes a frozen, slotted dataclass of the class, and prepares its way to JSON once; back from it, when first read.

    A class with a ``kind`` of its own becomes the type of that kind; others are bases of several. A field whose name is
    not its key in the data has the key in its metadata.
    """
    made = value(frozen=True, slots=True, kw_only=True)(cls)
    if "kind" not in vars(made):
        return made
    names = _keys_of(made)
    made._names, made._values, made._readers = tuple(names.values()), staticmethod(attrgetter(*names)), ()
    if TYPES.setdefault(made.kind.value, made) is not made:
        raise TypeError(f"two types of the event {made.kind}")
    return made


def _keys_of(cls: type[LogEvent]) -> dict[str, str]:
    """The key in the data of each field."""
    return {each.name: str(each.metadata.get("key", each.name)) for each in fields(cls)}


def _prepare_to_read(cls: type[LogEvent]) -> tuple[_FieldReader, ...]:
    """Reading the annotations of all types of events takes longer than most commands."""
    hints = get_type_hints(cls)
    cls._readers = tuple(_field_reader(cls, name, key, hints[name]) for name, key in _keys_of(cls).items())
    return cls._readers


def _field_reader(cls: type[LogEvent], name: str, key: str, hint: object) -> _FieldReader:
    accepted = [each for each in get_args(hint) if each is not Missing]
    verb = "list" if any(get_origin(each) is tuple for each in accepted) else "say"
    words = f"{cls.kind} does not {verb} its {key}"
    check = _fit_any(accepted)

    def fit(value: object) -> object:
        fitted = check(value)
        return fitted if fitted is not _NO_FIT else Unfit(words, value)

    return key, getattr(cls, name).__set__, _PLAIN.intersection(accepted) | {Missing}, fit, Missing(words)


def _fit_any(accepted: list[Any]) -> _Fit:
    checks = [_fit(each) for each in accepted]
    if len(checks) == 1:
        return checks[0]

    def fit(value: object) -> object:
        for check in checks:
            fitted = check(value)
            if fitted is not _NO_FIT:
                return fitted
        return _NO_FIT

    return fit


def _fit(hint: Any) -> _Fit:
    """The function that gives a JSON value as ``hint`` has it, or ``_NO_FIT``."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _fit_any(list(arguments))
    if origin is Literal:
        return lambda value: value if isinstance(value, str) and value in arguments else _NO_FIT
    if origin is tuple and arguments == (str, ...):
        return _fit_texts
    if origin is tuple:
        return _fit_tuple(arguments)
    if origin is not None and issubclass(origin, Mapping):
        return _fit_mapping(_fit(arguments[1]))
    return {str: _fit_text, int: _fit_number, bool: _fit_flag, type(None): _fit_null}[hint]


def _fit_text(value: object) -> object:
    return value if isinstance(value, str) else _NO_FIT


def _fit_number(value: object) -> object:
    return value if value.__class__ is int else _NO_FIT


def _fit_flag(value: object) -> object:
    return value if value.__class__ is bool else _NO_FIT


def _fit_null(value: object) -> object:
    return value if value is None else _NO_FIT


def _fit_texts(value: object) -> object:
    if isinstance(value, _LISTS) and _TEXTS.issuperset(map(type, value)):
        return tuple(value)
    return _NO_FIT


def _fit_tuple(arguments: tuple[Any, ...]) -> _Fit:
    """Of one type and any length, or of one type for each place."""
    any_length = arguments[-1] is ...
    checks = [_fit(each) for each in arguments if each is not ...]

    def fit(value: object) -> object:
        if not isinstance(value, _LISTS) or not (any_length or len(value) == len(checks)):
            return _NO_FIT
        found = [(checks[0] if any_length else checks[place])(each) for place, each in enumerate(value)]
        return _NO_FIT if _NO_FIT in found else tuple(found)

    return fit


def _fit_mapping(check: _Fit) -> _Fit:
    def fit(value: object) -> object:
        if not isinstance(value, dict):
            return _NO_FIT
        found = {name: check(each) for name, each in value.items()}
        return _NO_FIT if _NO_FIT in found.values() else found

    return fit
