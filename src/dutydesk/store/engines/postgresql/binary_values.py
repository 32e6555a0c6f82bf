"""Values in the binary form in which the rows of queries come, with the Python types that every engine gives."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader
from psycopg.pq import Format
from psycopg.types.numeric import NumericBinaryLoader


class BinaryFlagLoader(Loader):
    """A condition is 1 or 0."""

    format = Format.BINARY

    def load(self, data: Buffer) -> int:
        return bytes(data)[0]


class BinaryWholeNumberLoader(NumericBinaryLoader):
    """``sum()`` of whole numbers comes as ``numeric``, and is one; anything else is a float."""

    def load(self, data: Buffer) -> Any:
        number: Decimal = super().load(data)
        return int(number) if number == number.to_integral_value() else float(number)


def adapt_binary_values(adapters: AdaptersMap) -> None:
    """Have a connection give the store's values."""
    adapters.register_loader("bool", BinaryFlagLoader)
    adapters.register_loader("numeric", BinaryWholeNumberLoader)
