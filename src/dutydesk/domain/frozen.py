"""Values: data that nothing changes once it is made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

__all__ = ["FREEZE_VARIABLE", "value"]

#: Where it is set, a value refuses a change also at run time, as in the tests.
FREEZE_VARIABLE = "DUTYDESK_FREEZE"

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    import dataclasses

    _FREEZE = bool(os.environ.get(FREEZE_VARIABLE))

    def value(*, frozen, slots, eq=True, kw_only=False, order=False):
        """A frozen dataclass with slots for the type checker and the tests; otherwise one with slots alone.

        A frozen one takes four times as long to make, and most of what a message costs is making such values. All share
        one ``__repr__``: to compile one for each takes a tenth of the start of a console.
        """
        if not (frozen and slots):
            raise TypeError("a value is frozen and has slots")

        def make(cls):
            if "__repr__" not in vars(cls):
                cls.__repr__ = _described
            return dataclasses.dataclass(
                frozen=_FREEZE, slots=True, eq=eq, unsafe_hash=eq, kw_only=kw_only, order=order, repr=False
            )(cls)

        return make

    def _described(self):
        shown = (f"{each.name}={getattr(self, each.name)!r}" for each in dataclasses.fields(self) if each.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"
