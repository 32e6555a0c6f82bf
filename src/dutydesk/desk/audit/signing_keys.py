"""The files of the keys that sign checkpoints: readable by their owner alone, and never links."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from dutydesk.desk.base.key_files import MAX_KEY_BYTES, checkpoint_key_file, load_key, write_key_file
from dutydesk.desk.base.user_files import open_file
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import InvalidRequest, Refused
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence
from dutydesk.wire.files.signatures import SigningKey, fingerprint, is_fingerprint, new_key, read_public

PUBLIC_SUFFIX = ".pub"


@value(frozen=True, slots=True)
class NewKey:
    """A new key: its file, the file of its public half, and its fingerprint."""

    file: str
    public_file: str
    public_key: str
    fingerprint: str


def make_key(path: Path) -> NewKey:
    """Make a key in ``path`` and its public half in a file next to it. Raises Refused if one of the names is taken."""
    public = path.with_name(path.name + PUBLIC_SUFFIX)
    if os.path.lexists(public):
        raise Refused(RefusedCode.FILE_EXISTS, sentence("{public} is there already; name another key", public=public))
    key = new_key()
    write_key_file(path, key.private_pem())
    write_key_file(public, key.public_pem())
    return NewKey(str(path), str(public), key.public.hex(), fingerprint(key.public))


def desk_key(store: Path) -> SigningKey:
    """The desk's own key; it is made if there is none. Raises InvalidRequest, Refused."""
    path = checkpoint_key_file(store)
    if not os.path.lexists(path):
        with suppress(Refused):  # Another process made it meanwhile, or reading it gives the reason.
            write_key_file(path, new_key().private_pem())
    return load_key(path)


def pinned_fingerprint(fingerprint_or_file: str) -> str:
    """The fingerprint itself, or that of a public key's file. Raises InvalidRequest."""
    if fingerprint_or_file.startswith("SHA256:"):
        if not is_fingerprint(fingerprint_or_file):
            raise InvalidRequest(
                InvalidRequestCode.NOT_A_FINGERPRINT,
                sentence(
                    "{fingerprint_or_file} is no whole fingerprint; audit key and audit checkpoint print one",
                    fingerprint_or_file=fingerprint_or_file,
                ),
            )
        return fingerprint_or_file
    path = Path(fingerprint_or_file)
    with open_file(path) as source:
        return fingerprint(read_public(source.read(MAX_KEY_BYTES), str(path)))
