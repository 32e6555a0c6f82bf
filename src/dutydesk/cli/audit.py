"""Commands that prove the log: its chain, the permission of each delivery, exports and checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

from dutydesk.cli._core.call import Call, pass_call, read_at_desk, run_at_desk
from dutydesk.cli._core.checkpoint_output import print_checkpoint, signer_of
from dutydesk.cli._core.commands import group
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_line, print_sentence
from dutydesk.cli._core.state_output import compare_state, print_state, state_fields
from dutydesk.cli._core.usage_errors import WrongUsage
from dutydesk.cli.export import audit_item_command
from dutydesk.cli.proofs import audit_consistency_command
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Collection

    from dutydesk.desk.service.desk import Desk
    from dutydesk.domain.proof.chain import ChainReport
    from dutydesk.domain.proof.prover import Breach, Proof
    from dutydesk.domain.rules.examination import RuleTable
    from dutydesk.store.tables.bodies import BodyDifference
    from dutydesk.wire.files.log_file import SignedCheckpoint

MAX_SHOWN = 20
_FILE = click.Path(path_type=Path, dir_okay=False)
_FORCE_HELP = "Replace a file of that name."


@group("audit", "dutydesk audit verify", "dutydesk audit verify --policy desk.log")
@click.pass_context
def audit_command(ctx: click.Context) -> None:
    """Verify and export the log."""
    if ctx.invoked_subcommand is None:
        raise WrongUsage(
            InvalidRequestCode.MISSING_ARGUMENT,
            sentence("say what to do with the log: verify, export, checkpoint, consistency, item or key"),
            ctx,
        )


@audit_command.command(
    "verify",
    examples=(
        "dutydesk audit verify --json",
        "dutydesk audit verify --policy desk.log",
        "dutydesk audit verify --state",
        "dutydesk audit verify --checkpoint friday.checkpoint --public-key desk.key.pub",
    ),
)
@click.argument("file", required=False, type=_FILE)
@click.option("--policy", is_flag=True, help="Prove also that each delivery was permitted at its commit.")
@click.option("--checkpoint", metavar="FILE", type=_FILE, help="A kept checkpoint; its event must still be in the log.")
@click.option(
    "--public-key",
    metavar="FILE|FINGERPRINT",
    type=free_text,
    help="The key that must have signed the checkpoint.",
)
@click.option(
    "--rules",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    multiple=True,
    help="With --policy: a table that was in force earlier, to check its findings too; may be repeated.",
)
@click.option("--state", is_flag=True, help="Compare also every row of every table with what the log says.")
@pass_call
@click.pass_context
def audit_verify_command(ctx: click.Context, call: Call, /, file: Path | None, **options: Any) -> None:
    """Verify the chain; name the first event that was changed or is missing.

    In a store every body is also compared with the log, and each changed body is named. With FILE an exported log is
    verified, and no store is needed. A checkpoint that was kept elsewhere also shows a chain that was cut off or
    rewritten; in a store only the events after it are verified then. With --policy, and in an exported log, all events
    are verified.

    With --state every row and column of the tables is compared with what the log says of it, and each difference is
    named with its table, key and column. With a checkpoint that is done only for rows that later events are about. What
    an earlier release did not log is counted, and not compared.

    The log names the table of rules in force by its digest. Findings are compared with the program's table and the
    desk's own, and with each table that --rules names; --policy says from which event on a table is not known here.
    """
    wanted = _VerifyOptions(**options)
    conflict = wanted.conflict(file)
    if conflict is not None:
        raise WrongUsage(InvalidRequestCode.CONFLICTING_OPTIONS, conflict, ctx)
    from dutydesk.desk.audit import log_export

    checkpoint = wanted.checkpoint
    kept = None if checkpoint is None else log_export.open_checkpoint(checkpoint, wanted.public_key)
    state = compare_state(call, kept) if wanted.state else None
    fields = {} if state is None else state_fields(state)
    if wanted.policy:
        tables = _given_tables(wanted.rules)
        proof = _prove(call, file, kept, tables.values())
        _print_proof(call, proof, kept, fields)
        if not call.json:
            _print_tables(proof, tables)
        found, holds = proof.chain, proof.holds
    else:
        found, differing = _verify_chain(call, file, kept)
        _print_chain(call, found, kept, differing, fields)
        holds = found.fault is None and not differing
    if state is not None:
        holds = holds and state.holds
        if not call.json:
            print_state(state)
    if kept is not None and not call.json:
        spared = not wanted.policy and file is None and found.fault is None
        print_checkpoint(kept, is_pinned=wanted.public_key is not None, from_checkpoint=spared)
    if not holds:
        ctx.exit(NO)


@value(frozen=True, slots=True)
class _VerifyOptions:
    """The options of ``audit verify``, by their names."""

    policy: bool
    checkpoint: Path | None
    public_key: str | None
    rules: tuple[Path, ...]
    state: bool

    def conflict(self, file: Path | None) -> str | None:
        """Why they don't go together, in a sentence; ``None`` where they do."""
        if self.public_key is not None and self.checkpoint is None:
            return sentence("--public-key says who must have signed a checkpoint; name it with --checkpoint")
        if self.rules and not self.policy:
            return sentence("--rules names tables for --policy; give both")
        if self.state and file is not None:
            return sentence("--state compares the tables of a store, and an exported log has none; leave out the file")
        return None


def _given_tables(folders: tuple[Path, ...]) -> dict[Path, RuleTable]:
    from dutydesk.desk.base.rule_files import load_rule_files

    return {folder: load_rule_files(folder).table for folder in folders}


def _prove(call: Call, file: Path | None, kept: SignedCheckpoint | None, tables: Collection[RuleTable] = ()) -> Proof:
    from dutydesk.desk.audit import log_export

    if file is not None:
        return log_export.prove_file(file, kept, tables)
    return read_at_desk(
        call, lambda desk: log_export.prove_store(desk.store, desk.context, kept, with_bodies=True, tables=tables)
    )


def _print_tables(proof: Proof, given: dict[Path, RuleTable]) -> None:
    """Names the tables that the log names and that are not known here, and those given that it does not name."""
    for table in proof.tables:
        if not table.is_known:
            print_sentence(
                f"not compared: the findings from event {table.seq} on are under the table of rules {table.digest}, "
                "which is not known here; --rules FOLDER gives it"
            )
    named = {table.digest for table in proof.tables}
    for folder, rules in given.items():
        if rules.digest not in named:
            print_sentence(f"{folder} is the table of rules {rules.digest}, which this log does not name")


def _verify_chain(
    call: Call, file: Path | None, kept: SignedCheckpoint | None
) -> tuple[ChainReport, list[BodyDifference] | None]:
    """The report, and the stored bodies that differ from the log; an exported log has no bodies."""
    from dutydesk.desk.audit import log_export

    if file is not None:
        return log_export.verify_file(file, kept), None

    async def verify(desk: Desk) -> tuple[ChainReport, list[BodyDifference]]:
        return await log_export.verify(desk.store, kept), await log_export.verify_bodies(desk.store)

    return read_at_desk(call, verify)


def _chain_fields(found: ChainReport, kept: SignedCheckpoint | None) -> dict[str, object]:
    fields: dict[str, object] = {
        "chain": found.fault or "verified",
        "events": found.events,
        "head": found.head,
    }
    if kept is not None:
        fields["checkpoint"] = {"seq": kept.checkpoint.seq, "at": kept.at, "signed_by": signer_of(kept)}
    return fields if found.fault is None else {**fields, "first_bad_seq": found.first_bad_seq}


def _body_fields(differing: list[BodyDifference]) -> dict[str, object]:
    """``bodies`` as a sentence, and the first bodies that differ from the log."""
    changed = [
        {"item": each.item, "version": each.version, "fault": each.fault, "words": _body_fault_text(each)}
        for each in differing[:MAX_SHOWN]
    ]
    return {"bodies": changed[0]["words"] if changed else "verified", "bodies_changed": changed}


def _body_fault_text(differing: BodyDifference) -> str:
    from dutydesk.domain.delivery.bodies import CHANGED_WORDS, fault_words

    return f"{differing.item}, version {differing.version}, was {CHANGED_WORDS}: {fault_words(differing.fault)}"


def _print_chain(
    call: Call,
    found: ChainReport,
    kept: SignedCheckpoint | None,
    differing: list[BodyDifference] | None = None,
    more: Mapping[str, object] = MappingProxyType({}),
) -> None:
    """``more`` are further fields of the JSON."""
    if call.json:
        bodies = {} if differing is None else _body_fields(differing)
        print_json_line(_chain_fields(found, kept) | bodies | dict(more))
        return
    if found.fault is None:
        print_sentence(f"verified: {found.events} events, the last one's hash is {found.head}")
    else:
        print_sentence(f"NOT verified: {found.fault}; {found.events} events before it hold")
    if differing:
        print_sentence(
            f"NOT as received: {len(differing)} stored bod{'y' if len(differing) == 1 else 'ies'}, by the log"
        )
        for each in differing[:MAX_SHOWN]:
            print_sentence(_body_fault_text(each))
        if len(differing) > MAX_SHOWN:
            print_sentence(f"and {len(differing) - MAX_SHOWN} more")
    elif differing is not None:
        print_sentence("every stored body is the one that was received")


def _breach_fields(breach: Breach) -> dict[str, object]:
    """``item`` is given only for a stored body that differs from the log."""
    about = {} if breach.item is None else {"item": breach.item}
    return {"seq": breach.seq, "words": breach.words, **about}


def _print_proof(call: Call, proof: Proof, kept: SignedCheckpoint | None, more: Mapping[str, object]) -> None:
    """``more`` are further fields of the JSON."""
    first = proof.breaches[0] if proof.breaches else None
    if call.json:
        policy = f"event {first.seq}: {first.words}" if first else "verified"
        if first is None and proof.chain.fault is not None:
            policy = "not proved: the chain does not hold"
        breaches = [_breach_fields(breach) for breach in proof.breaches[:MAX_SHOWN]]
        print_json_line(
            _chain_fields(proof.chain, kept)
            | {"policy": policy, "deliveries": proof.deliveries, "breaches": breaches}
            | {"tables": [{"seq": each.seq, "digest": each.digest, "known": each.is_known} for each in proof.tables]}
            | ({"first_breach_seq": first.seq} if first else {})
            | dict(more)
        )
        return
    _print_chain(call, proof.chain, kept)
    if first is None:
        up_to = "" if proof.chain.fault is None else " up to there"
        print_sentence(f"{proof.deliveries} deliveries were made{up_to}, and the log shows that each was permitted")
        return
    changed = sum(breach.item is not None for breach in proof.breaches)
    if changed < len(proof.breaches):
        count = len(proof.breaches) - changed
        print_sentence(f"NOT permitted, by the log: {count} times among {proof.deliveries} deliveries made")
    if changed:
        print_sentence(f"NOT as received: {changed} stored bod{'y' if changed == 1 else 'ies'}, by the log")
    for breach in proof.breaches[:MAX_SHOWN]:
        print_sentence(f"event {breach.seq}: {breach.words}")
    if len(proof.breaches) > MAX_SHOWN:
        print_sentence(f"and {len(proof.breaches) - MAX_SHOWN} more")


@audit_command.command("export", examples=("dutydesk audit export desk.log",))
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help=_FORCE_HELP)
@pass_call
def audit_export_command(call: Call, file: Path, force: bool) -> None:
    """Export the whole log into FILE; audit verify --policy FILE verifies it anywhere.

    The export is itself an event, with your name and the file's SHA-256.
    """
    from dutydesk.desk.audit import log_export

    done = run_at_desk(
        call, lambda desk, actor: log_export.export_log(desk.store, desk.context, actor, file, replace=force)
    )
    if call.json:
        print_json_line(done)
        return
    print_sentence(f"{done.file} holds {done.events} events; the last one's hash is {done.head}")
    print_sentence(f"the file's SHA-256 is {done.sha256}")


@audit_command.command(
    "checkpoint",
    examples=("dutydesk audit checkpoint friday.checkpoint --key /media/stick/desk.key",),
)
@click.argument("file", type=_FILE)
@click.option("--key", metavar="FILE", type=_FILE, help="The key to sign with; else the desk's own key.")
@click.option("--force", is_flag=True, help=_FORCE_HELP)
@pass_call
def audit_checkpoint_command(call: Call, file: Path, key: Path | None, force: bool) -> None:
    """Sign the number and hash of the log's last event, and the root of its tree, into FILE; keep it away from here.

    FILE is a signed note (C2SP's tlog-checkpoint), which other programs read too, and which witnesses cosign.

    Later, audit verify --checkpoint FILE shows whether any event up to it was changed or removed. The desk's own key is
    made at first use. Anyone who can change the store can also use that key, so it proves nothing against the box's
    administrators. A key on another medium does; audit key makes one.
    """
    from dutydesk.desk.audit import log_export

    done = run_at_desk(
        call, lambda desk, actor: log_export.write_checkpoint(desk.store, desk.context, actor, file, key, replace=force)
    )
    if call.json:
        print_json_line(done)
        return
    print_sentence(f"{done.file} names event {done.seq} and its hash {done.hash}; keep it away from this box")
    print_sentence(f"it is signed by the key {done.key}; keep this fingerprint too, to tell it from any other")
    print_sentence(f"the root of the log's tree is {done.root}; a witness knows the log by {done.log_key}")


@audit_command.command("key", examples=("dutydesk audit key /media/stick/desk.key",))
@click.argument("file", type=_FILE)
@pass_call
def audit_key_command(call: Call, file: Path) -> None:
    """Make a key that signs checkpoints, in FILE; its public half goes into FILE.pub.

    No store is needed. The key is an Ed25519 key in PEM without a passphrase: keep FILE safe.
    """
    from dutydesk.desk.audit import signing_keys

    made = signing_keys.make_key(file)
    if call.json:
        print_json_line(made)
        return
    print_sentence(f"{made.file} holds the key, for its owner alone; {made.public_file} holds its public half")
    print_sentence(f"public key {made.public_key}")
    print_sentence(f"fingerprint {made.fingerprint}")


audit_command.add_command(audit_item_command)
audit_command.add_command(audit_consistency_command)
