"""A signed delivery swears to the last checkpoint of the log's tree, which witnesses may have cosigned."""

from __future__ import annotations

from desks import AT, Bench, diffusion
from dutydesk.desk.audit.tree_heads import make_checkpoint
from dutydesk.store.tables import tree
from dutydesk.wire.files.signatures import fingerprint, new_key
from dutydesk.wire.signed.lines import LogHead, sign_lines, verify_line

LINE = b'{"delivery": "D-000001/1.1/PL", "notice": "diffusion", "item": "D-000001"'


async def test_a_signed_line_names_the_last_checkpoint_of_the_tree(bench: Bench) -> None:
    store, key = bench.desk.store, new_key()
    assert await store.read(tree.last_root) == (0, "")
    await bench.sent(diffusion("DE"))
    head = await make_checkpoint(store, key)
    size, root = await store.read(tree.last_root)
    assert (size, root) == (head.size, head.root.hex())
    for sworn in (LogHead(7, "ab", size, root), LogHead(7, "ab")):
        (end,) = sign_lines([(LINE, b"}")], key, sworn, AT)
        assert verify_line(b"".join((LINE, *end)), {fingerprint(key.public): key.public}).head == sworn
