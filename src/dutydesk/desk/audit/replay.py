"""An exported log routed again under today's rules: verified first, then replayed on a scratch desk in memory.

Nothing of the log reaches a store, neither this desk's own nor another.
"""

from __future__ import annotations

from pathlib import Path

from dutydesk.desk.audit.log_export import verify_file
from dutydesk.desk.base.user_files import open_file
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.chain import ChainReport
from dutydesk.domain.proof.replay import CurrentRules, ReplayReport, replay
from dutydesk.domain.proof.rule_tables import proof_tables
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.wire.files.log_file import LogOrigin, SignedCheckpoint, read_log
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.reference.read_rule_table import load_rules

#: What every result says about its own limits.
NOT_REPLAYED = (
    "a log holds no bodies: what the rules had found was weighed again, but no rule was run on a text again, "
    "so that a rule that is new, or looks for other words today, shows nothing here",
    "whose clearance and which settings the desk had is not in a log: bureaus that were not cleared stay so, "
    "and hold_on_block is as --hold-on-block says",
)


@value(frozen=True, slots=True)
class ReplayResult:
    """``replayed`` is ``None`` if the chain did not verify: such a log is not replayed."""

    origin: LogOrigin
    chain: ChainReport
    replayed: ReplayReport | None


def replay_file(
    path: Path, checkpoint: SignedCheckpoint | None = None, *, hold_on_block: bool = False, own: RuleTable | None = None
) -> ReplayResult:
    """Replay a log under the program's rules, or a desk's ``own``.

    Raises InvalidRequest if the file is not an exported log, or the checkpoint is of another log.
    """
    report = verify_file(path, checkpoint)
    directory, rules = load_directory(), own or load_rules()
    with open_file(path) as source:
        origin, lines = read_log(source, str(path))
        if report.fault is not None:
            return ReplayResult(origin, report, None)
        return ReplayResult(
            origin, report, replay(lines, CurrentRules(proof_tables(directory, rules), rules, hold_on_block))
        )
