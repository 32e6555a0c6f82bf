"""Run by ``test_frozen.py``: a value does what the frozen dataclass of the same fields does with the same calls."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from dutydesk.domain.frozen import value


def made_by(decorator: Any) -> tuple[Any, ...]:
    @decorator(frozen=True, slots=True)
    class Base:
        name: str
        places: tuple[int, ...] = ()
        noted: list[int] = field(default_factory=list, compare=False)

    @decorator(frozen=True, slots=True)
    class Wider(Base):
        last: float = 0.5

    @decorator(frozen=True, slots=True, kw_only=True)
    class Named:
        here: str = "here"
        must: int

    @decorator(frozen=True, slots=True)
    class Empty:
        pass

    @decorator(frozen=True, slots=True, order=True)
    class Ordered:
        first: int
        second: str = ""

    @decorator(frozen=True, slots=True, eq=False)
    class Itself:
        one: int

    @decorator(frozen=True, slots=True)
    class Checked:
        one: int
        half: float = field(init=False, default=0.0)

        def __post_init__(self) -> None:
            object.__setattr__(self, "half", self.one / 2)

    return Base, Wider, Named, Empty, Ordered, Itself, Checked


CALLS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    (("a",), {}),
    (("a", (1,)), {}),
    (("a", (2,), [3]), {}),
    (("a", (2,), [4]), {}),
    ((1,), {}),
    ((2,), {}),
    ((1, "x"), {}),
    ((2, "w"), {}),
    (("a", (), [], 1.5), {}),
    ((), {"must": 3}),
    ((), {"must": 3, "here": "there"}),
    ((), {"name": "b"}),
    (("a",), {"name": "b"}),
    ((), {"unknown": 1}),
    ((1, 2, 3, 4, 5), {}),
]


def outcomes(kind: Any) -> tuple[Any, ...]:
    made = []
    for places, names in CALLS:
        try:
            made.append(kind(*places, **names))
        except TypeError as error:
            made.append(str(error))
    shown = [str(each).replace("made_by.<locals>.", "") for each in made]
    values = [each for each in made if not isinstance(each, str)]
    equal = [(a == b, a != b) for a in values for b in values]
    hashes = [hash(a) == hash(b) for a in values for b in values] if kind.__name__ != "Itself" else []
    numbered = [each for each in values if kind.__name__ == "Ordered" and each.first in (1, 2)]
    ordered = [a < b for a in numbered for b in numbered]
    return (
        shown,
        equal,
        hashes,
        ordered,
        [(f.name, f.type, f.default, f.kw_only) for f in dataclasses.fields(kind)],
        hasattr(kind, "__dict__"),
    )


for plain, other in zip(made_by(dataclass), made_by(value), strict=True):
    assert outcomes(plain) == outcomes(other), (outcomes(plain), outcomes(other))
assert made_by(value)[0]("a") != made_by(value)[0]("a")  # two classes
