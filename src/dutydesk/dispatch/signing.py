"""Signs what a transport hands over, by the key that the lease names; without that key nothing goes out."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from dutydesk.desk.base.key_files import desk_key_file, load_key
from dutydesk.desk.delivery.sealing import Sealing
from dutydesk.dispatch.transport import TransportDown
from dutydesk.domain.codes.transport import TransportCode
from dutydesk.domain.errors import DeskError
from dutydesk.language.sentences import sentence
from dutydesk.wire.files.signatures import SigningKey, fingerprint
from dutydesk.wire.signed.lines import LogHead, sign_lines

#: What tells a file that was changed from one that was not.
_Stamp: TypeAlias = "tuple[int, int, int, int]"


class BatchSigner:
    """The desk's private keys, each from its file next to the store; a file that has changed is read again.

    ``sealing_now`` says how a batch would be signed that were leased now.
    """

    def __init__(self, store: Path, sealing_now: Callable[[], Awaitable[Sealing | None]]) -> None:
        self._store = store
        self._sealing_now = sealing_now
        self._read: dict[str, tuple[_Stamp, SigningKey]] = {}

    async def probe(self) -> None:
        """Raises TransportDown where the next batch could not be signed, though it must be."""
        sealing = await self._sealing_now()
        if sealing is not None:
            self.key_for(sealing)

    async def sign_together(self, lines: Sequence[bytes], at: datetime) -> list[bytes]:
        """Sign lines that no lease names, each a JSON object without a newline; as they are if the desk signs nothing.

        Raises TransportDown where they can't be signed.
        """
        sealing = await self._sealing_now() if lines else None
        if sealing is None:
            return [*lines]
        head = LogHead(sealing.seq, sealing.head, sealing.tree_size, sealing.tree_root)
        ends = sign_lines([(line, b"") for line in lines], self.key_for(sealing), head, at)
        signed = zip(lines, ends, strict=True)
        return [b"".join((line.removesuffix(b"}"), *end)).removesuffix(b"\n") for line, end in signed]

    def key_for(self, sealing: Sealing) -> SigningKey:
        """The key that signs the batch. Raises TransportDown where its file is missing or holds another one."""
        if sealing.key is None:
            raise _unusable(
                sentence(
                    "sign_deliveries is on, but the desk has no key; make one with: dutydesk bureaus desk-key --new"
                )
            )
        path = desk_key_file(self._store, sealing.public)
        try:
            stamp = _stamp(path)
            known = self._read.get(sealing.key)
            if known is not None and known[0] == stamp:
                return known[1]
            key = load_key(path)
        except OSError as error:
            raise _unusable(
                sentence(
                    "the desk's key {path} can't be read ({fault}); what is due waits, and nothing goes out unsigned",
                    path=path,
                    fault=error.strerror or type(error).__name__,
                )
            ) from error
        except DeskError as error:
            raise _unusable(error.words) from error
        if fingerprint(key.public) != sealing.key:
            raise _unusable(
                sentence("{path} holds another key than the desk's {key}; nothing goes out", path=path, key=sealing.key)
            )
        self._read[sealing.key] = stamp, key
        return key


def _stamp(path: Path) -> _Stamp:
    found = os.lstat(path)
    return found.st_mtime_ns, found.st_ino, found.st_size, found.st_mode


def _unusable(words: str) -> TransportDown:
    return TransportDown(words, TransportCode.DESK_KEY_UNUSABLE)
