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
    from operator import attrgetter

    _FREEZE = bool(os.environ.get(FREEZE_VARIABLE))

    def value(*, frozen, slots, eq=True, kw_only=False, order=False):
        """A frozen dataclass with slots for the type checker and the tests; otherwise one with slots alone.

        A frozen one takes four times as long to make, and most of what a message costs is making such values. What a
        dataclass compiles for each class is shared here, and ``__init__`` is compiled when the first value is made: to
        compile all of it for hundreds of classes takes a fifth of the start of each process. In tests ``__init__`` is
        compiled at once, because what makes values by their types reads its signature.
        """
        if not (frozen and slots):
            raise TypeError("a value is frozen and has slots")

        def make(cls):
            own = vars(cls)
            if "__repr__" not in own:
                cls.__repr__ = _described
            if not cls.__doc__:
                cls.__doc__ = f"{cls.__name__}(...)"
            at_once = _FREEZE or hasattr(cls, "__post_init__")
            made = dataclasses.dataclass(
                frozen=_FREEZE, slots=True, init=at_once, repr=False, eq=order, order=order, kw_only=kw_only
            )(cls)
            if eq:
                _compare_by_fields(made, own)
            if not at_once and "__init__" not in own:
                made.__init__ = _compiled_when_first_called(made)
            return made

        return make

    def _described(self):
        shown = (f"{each.name}={getattr(self, each.name)!r}" for each in dataclasses.fields(self) if each.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def _compare_by_fields(made, own):
        names = [each.name for each in dataclasses.fields(made) if each.compare]
        get = attrgetter(*names) if names else _nothing

        def is_equal(self, other):
            if other.__class__ is self.__class__:
                return get(self) == get(other)
            return NotImplemented

        def hash_of(self):
            return hash(get(self))

        if "__eq__" not in own:
            made.__eq__ = is_equal
        if own.get("__hash__") is None:
            made.__hash__ = hash_of

    def _nothing(_value):
        return ()

    def _compiled_when_first_called(made):
        def compile_and_call(self, *places, **names):
            made.__init__ = _compile_init(made)
            made.__init__(self, *places, **names)

        return compile_and_call

    def _compile_init(made):
        """The ``__init__`` that a dataclass of the same fields has."""
        fields = [(each.name, each.type, each) for each in dataclasses.fields(made)]
        return dataclasses.make_dataclass(made.__name__, fields, repr=False, eq=False).__init__
