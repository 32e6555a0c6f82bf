"""Names of the files of this box that belong to a store."""

from __future__ import annotations

from typing import Final

#: Suffix of the file next to the store that holds the key which signs its checkpoints.
SIGNING_KEY_SUFFIX: Final = "-signing-key"
#: The same for the keys that sign what the desk hands over; the beginning of the public key follows.
DESK_KEY_SUFFIX: Final = "-delivery-key-"
