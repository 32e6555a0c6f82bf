"""Files of keys: a file holds one key and nothing beside it, so that the key read is the one that a person sees."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.wire.files.signatures import new_key, read_key, read_public
from dutydesk.wire.signed.keys import read_bureau_key
from refusals import raises_code

FIRST, SECOND = new_key(), new_key()
BESIDE: dict[str, Callable[[bytes, bytes], bytes]] = {
    "a second key": lambda pem, other: pem + other,
    "a key before it": lambda pem, other: other + pem,
    "text after it": lambda pem, _: pem + b"The key of Lyon.\n",
    "text before it": lambda pem, _: b"The key of Lyon.\n" + pem,
    "zero bytes": lambda pem, _: pem + bytes(8),
    "a byte order mark": lambda pem, _: b"\xef\xbb\xbf" + pem,
    "a header": lambda pem, _: pem.replace(b"-----\n", b"-----\nName: Lyon\n\n", 1),
}


@pytest.mark.parametrize("name", BESIDE)
def test_a_file_of_a_key_holds_nothing_beside_it(name: str) -> None:
    put = BESIDE[name]
    public = put(FIRST.public_pem(), SECOND.public_pem())
    for read in (read_public, read_bureau_key):
        with raises_code(InvalidRequestCode.NOT_A_PUBLIC_KEY):
            read(public, "key.pem")
    with raises_code(InvalidRequestCode.NOT_A_PRIVATE_KEY):
        read_key(put(FIRST.private_pem(), SECOND.private_pem()), "key")


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_space_around_a_key_does_no_harm(ending: bytes) -> None:
    public = ending + FIRST.public_pem().replace(b"\n", ending) + ending
    assert read_bureau_key(public, "key.pem") == FIRST.public
    private = FIRST.private_pem().replace(b"\n", ending) + ending
    assert read_key(private, "key").public == FIRST.public


def test_a_public_key_before_a_private_one_is_not_passed_over() -> None:
    with raises_code(InvalidRequestCode.NOT_A_PRIVATE_KEY):
        read_key(FIRST.public_pem() + SECOND.private_pem(), "key")
