"""Commands that check proofs: of one item, and that one checkpoint's log extends another's."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from dutydesk.cli._core.call import Call, pass_call, read_at_desk
from dutydesk.cli._core.commands import DeskCommand, command
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import number_and_noun, print_json_line, print_sentence
from dutydesk.cli._core.usage_errors import WrongUsage
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.language.sentences import sentence

_FILE = click.Path(path_type=Path, dir_okay=False)


@command(
    "verify-item",
    "dutydesk verify-item D-000001.jsonl --checkpoint friday.checkpoint",
    "dutydesk verify-item D-000001.jsonl --checkpoint friday.checkpoint --public-key desk.key.pub",
)
@click.argument("file", type=_FILE)
@click.option("--checkpoint", metavar="C", type=_FILE, help="The checkpoint that you keep; else that of FILE itself.")
@click.option(
    "--public-key",
    metavar="FILE|FINGERPRINT",
    type=free_text,
    help="The key that must have signed the checkpoint.",
)
@click.option(
    "--witness",
    metavar="KEY",
    type=free_text,
    multiple=True,
    help="The key of a witness that must have cosigned it; may be repeated.",
)
@pass_call
@click.pass_context
def verify_item_command(
    ctx: click.Context,
    call: Call,
    file: Path,
    checkpoint: Path | None,
    public_key: str | None,
    witness: tuple[str, ...],
) -> None:
    """Check an exported item by a checkpoint, without a store and without the log.

    It shows that each event of FILE stands in the log of the checkpoint, unchanged and at its place, and that the
    bodies are those that came in. It can't show that FILE holds every event of the item: whoever made it could leave
    one out. The checkpoint in FILE shows who signed it; one that you kept, or that a witness cosigned, shows also that
    no other log was shown to others.
    """
    from dutydesk.desk.audit import item_proof

    head = None if checkpoint is None else item_proof.open_head(checkpoint)
    found = item_proof.verify_item(file, head, public_key, witness)
    if call.json:
        print_json_line({"proof": found.fault or "verified", **asdict(found)})
    elif found.fault is not None:
        print_sentence(f"{file} is NOT proved: {found.fault}")
    else:
        print_sentence(f"{found.item} is proved: its {found.events} events stand in the log of {found.size} events")
        if found.redacted:
            redacted = number_and_noun(found.redacted, "event", "events")
            print_sentence(f"redacted: {redacted}; that {found.item} is their item is the word of who made {file}")
        if found.later:
            later = number_and_noun(found.later, "later event", "later events")
            print_sentence(f"not proved by this checkpoint: {later} of it")
        if found.later_bodies:
            versions = ", ".join(map(str, found.later_bodies))
            print_sentence(f"not proved by this checkpoint: the body of version {versions}, named by later events only")
        signer = "no key that it names" if found.signed_by is None else f"the key {found.signed_by}"
        compare = "" if public_key is not None else "; compare that with the fingerprint you kept, or give --public-key"
        print_sentence(f"the checkpoint of {found.origin} is signed by {signer}{compare}")
        if found.cosigned_by:
            print_sentence(f"it is cosigned by {', '.join(found.cosigned_by)}")
    if found.fault is not None:
        ctx.exit(NO)


@click.command(
    "consistency",
    cls=DeskCommand,
    examples=(
        "dutydesk audit consistency friday.checkpoint monday.checkpoint",
        "dutydesk audit consistency friday.checkpoint monday.checkpoint --write grown.proof",
        "dutydesk audit consistency friday.checkpoint monday.checkpoint --proof grown.proof",
    ),
)
@click.argument("earlier", metavar="A", type=_FILE)
@click.argument("later", metavar="B", type=_FILE)
@click.option("--write", "written", metavar="FILE", type=_FILE, help="Write the proof into FILE, for who has no store.")
@click.option("--proof", metavar="FILE", type=_FILE, help="Check by such a proof; no store is needed.")
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@pass_call
@click.pass_context
def audit_consistency_command(
    ctx: click.Context, call: Call, earlier: Path, later: Path, written: Path | None, proof: Path | None, force: bool
) -> None:
    """Prove that the log of checkpoint B begins with all of the log of checkpoint A.

    The store's own tree gives the proof, and nothing else of the log is read. Two checkpoints of which neither extends
    the other were made of two logs: somebody was shown another one.
    """
    if written is not None and proof is not None:
        raise WrongUsage(
            InvalidRequestCode.CONFLICTING_OPTIONS, sentence("--write makes a proof, and --proof reads one"), ctx
        )
    from dutydesk.desk.audit import item_proof

    first, second = item_proof.open_head(earlier), item_proof.open_head(later)
    if proof is not None:
        found = item_proof.check_consistency(first, second, item_proof.read_consistency(proof))
    else:
        found = read_at_desk(
            call, lambda desk: desk.store.read(lambda handle: item_proof.prove_consistency(handle, first, second))
        )
    if written is not None and found.fault is None:
        item_proof.write_consistency(written, found, replace=force)
    if call.json:
        print_json_line({"consistency": found.fault or "verified", **asdict(found)})
    elif found.fault is not None:
        print_sentence(f"NOT consistent: {found.fault}")
    else:
        print_sentence(
            f"verified: the log of {found.size} events begins with that of {found.earlier}; "
            f"{len(found.proof)} hashes show it"
        )
    if not call.json:
        for path, signer in zip((earlier, later), found.signed_by, strict=True):
            print_sentence(f"{path} is signed by {'no key that it names' if signer is None else f'the key {signer}'}")
    if found.fault is not None:
        ctx.exit(NO)
