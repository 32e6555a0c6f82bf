"""Two numbers that one process writes and the process it has started reads, in a page of memory that both have."""

from __future__ import annotations

import mmap
import os
from tempfile import TemporaryFile
from typing import Final

_BYTES: Final = mmap.PAGESIZE
_AWAITED, _GIVEN_UP = 0, 1


class SharedNumbers:
    """``awaited`` is the question whose answer is waited for; nobody wants answers up to ``given_up`` any more.

    A number that is read while it is written may be neither the old nor the new one: what is read is a hint.
    """

    def __init__(self, descriptor: int) -> None:
        """Raises OSError where the page can't be had."""
        self._page = mmap.mmap(descriptor, _BYTES)
        self._numbers = memoryview(self._page).cast("Q")

    @property
    def awaited(self) -> int:
        return self._numbers[_AWAITED]

    @awaited.setter
    def awaited(self, number: int) -> None:
        self._numbers[_AWAITED] = number

    @property
    def given_up(self) -> int:
        return self._numbers[_GIVEN_UP]

    @given_up.setter
    def given_up(self, number: int) -> None:
        self._numbers[_GIVEN_UP] = number

    def close(self) -> None:
        self._numbers.release()
        self._page.close()


def new_page() -> int:
    """The descriptor of a page with zeros, which has no name. Raises OSError."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("dutydesk")
    else:
        with TemporaryFile() as file:
            descriptor = os.dup(file.fileno())
    try:
        os.ftruncate(descriptor, _BYTES)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
