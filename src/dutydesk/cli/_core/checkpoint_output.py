"""What a command says of a checkpoint that was named to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dutydesk.cli._core.output import print_sentence

if TYPE_CHECKING:
    from dutydesk.wire.files.log_file import SignedCheckpoint


def signer_of(kept: SignedCheckpoint) -> str | None:
    """The fingerprint of the key that signed it; ``None`` where none did."""
    from dutydesk.wire.files.signatures import fingerprint

    return None if kept.signed_by is None else fingerprint(kept.signed_by)


def print_checkpoint(kept: SignedCheckpoint, *, is_pinned: bool, from_checkpoint: bool = False) -> None:
    """Says who signed a checkpoint; ``from_checkpoint``: only later events were read."""
    seq, signer = kept.checkpoint.seq, signer_of(kept)
    if signer is None:
        print_sentence(
            f"the checkpoint of event {seq} is NOT signed: anyone who could write to it could have made it up"
        )
    else:
        compare = "" if is_pinned else "; compare that with the fingerprint you kept, or give it with --public-key"
        print_sentence(f"the checkpoint of event {seq} is signed by the key {signer}{compare}")
    if from_checkpoint:
        print_sentence(f"only what came after event {seq} was walked; without --checkpoint everything is")
