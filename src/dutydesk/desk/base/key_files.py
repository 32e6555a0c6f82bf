"""Files of private keys: readable by their owner alone, and never links."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from dutydesk.desk.base.user_files import new_file, open_file
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import DeskError, InvalidRequest
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.own_files import DESK_KEY_SUFFIX, SIGNING_KEY_SUFFIX
from dutydesk.wire.files.signatures import SigningKey, read_key
from dutydesk.wire.signed.base64url import encode

MAX_KEY_BYTES = 1 << 14
#: The letters of a key's fingerprint in the name of its file; the fingerprint itself is compared once it is read.
_LETTERS = 16


def load_key(path: Path) -> SigningKey:
    """Read a key. Raises InvalidRequest for a link, a key that others could read, and a file that is not a key."""
    with open_file(path) as source:
        if stat.S_IMODE(os.fstat(source.fileno()).st_mode) & 0o077:
            raise InvalidRequest(
                InvalidRequestCode.KEY_EXPOSED,
                sentence(
                    "{path} is open to others than its owner, who may have read it; run: chmod 600 {path}", path=path
                ),
            )
        return read_key(source.read(MAX_KEY_BYTES), str(path))


def write_key_file(path: Path, pem: bytes) -> None:
    """Write a new file, for its owner alone. Raises Refused if the name is taken or can't be written."""
    with new_file(path, replace=False) as out:
        out.write(pem)


def desk_key_file(store: Path, public: bytes) -> Path:
    """The file next to the store of the desk's own key with these 32 bytes, which signs what the desk hands over."""
    return store.with_name(f"{store.name}{DESK_KEY_SUFFIX}{encode(public)[:_LETTERS]}")


def copy_desk_keys(old: Path, new: Path) -> None:
    """Copy the desk's own keys from next to one store to next to another one of the same log.

    These are the keys of what it hands over, and that of its checkpoints, by which witnesses know the log. What can't
    be read, or is there already, is left: the dispatcher says which key it misses.
    """
    prefix = f"{old.name}{DESK_KEY_SUFFIX}"
    for path in sorted(old.parent.iterdir()):
        if path.name.startswith(prefix):
            with suppress(DeskError, OSError):
                key = load_key(path)
                write_key_file(desk_key_file(new, key.public), key.private_pem())
    with suppress(DeskError, OSError):
        key = load_key(checkpoint_key_file(old))
        write_key_file(checkpoint_key_file(new), key.private_pem())


def checkpoint_key_file(store: Path) -> Path:
    """The file next to the store of the desk's own key that signs its checkpoints."""
    return store.with_name(f"{store.name}{SIGNING_KEY_SUFFIX}")
