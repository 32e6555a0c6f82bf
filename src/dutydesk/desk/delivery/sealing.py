"""Which key signs a batch, and the head of the log that the signature swears to."""

from __future__ import annotations

from dutydesk.desk.base.context import Context
from dutydesk.domain.frozen import value
from dutydesk.store.engine.reader import Handle
from dutydesk.store.engine.transaction import Transaction
from dutydesk.store.tables import log, tree


@value(frozen=True, slots=True)
class Sealing:
    """``key`` is the fingerprint of the desk's key and ``public`` its 32 bytes; ``None`` for a desk without any.

    ``seq`` and ``head`` are the number and the hash, in hex, of the log's last event before the lease. ``tree_size``
    and ``tree_root`` are those of the last checkpoint of its tree, which witnesses may have cosigned; 0 without one.
    """

    key: str | None
    public: bytes
    seq: int
    head: str
    tree_size: int = 0
    tree_root: str = ""


def sealing_of(handle: Handle, context: Context) -> Sealing | None:
    """How a batch that is leased now is signed; ``None`` where the desk signs nothing.

    Without the setting ``sign_deliveries`` a desk signs from its first key on; stores of earlier releases have none.
    """
    wanted = context.settings.sign_deliveries
    if wanted is False:
        return None
    key = context.keys.current(handle).desk_key(handle.at)
    if key is None and not wanted:
        return None
    seq, head = (handle.head.seq, handle.head.hash.hex()) if isinstance(handle, Transaction) else log.head(handle)
    if key is None:
        return Sealing(None, b"", seq, head)
    return Sealing(key.fingerprint, key.public, seq, head, *tree.last_root(handle))
