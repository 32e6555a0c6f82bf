"""The command that measures the rules on a labelled corpus."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import DeskCommand
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.input_files import open_input
from dutydesk.cli._core.output import print_json_line, print_sentence, print_table
from dutydesk.cli._core.rules_in_use import rules_in_use, with_rules_option
from dutydesk.cli._core.usage_errors import BadArgument
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.language.languages import Language
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from dutydesk.desk.audit.evaluation import CorpusRun
    from dutydesk.domain.rules.evaluation import Miss, Requirements, RuleCount

_COLUMNS = ("Rule", "Language", "Cases", "Found", "Recall", "Controls", "False alarms", "Rate", "False blocks")
_MISS_WORDS = {"missed": "MISSED", "false_alarm": "FALSE ALARM", "false_block": "FALSE BLOCK"}
_LIMITS = "recall=0.9,false-alarms=0.02,false-blocks=0"


def _limits(value: str) -> Requirements:
    from dutydesk.domain.rules.evaluation import Requirements

    found: dict[str, float] = {}
    for part in free_text(value).split(","):
        name, _, number = part.strip().partition("=")
        try:
            found[name] = float(number)
        except ValueError:
            found[name] = -1.0
        most = float("inf") if name == "false-blocks" else 1.0
        if name not in ("recall", "false-alarms", "false-blocks") or not 0 <= found[name] <= most:
            raise BadArgument(
                InvalidRequestCode.BAD_LIMIT,
                sentence("{part!r} is no limit; write it as {limits}", part=part.strip(), limits=_LIMITS),
            )
    blocks = found.get("false-blocks")
    return Requirements(found.get("recall"), found.get("false-alarms"), None if blocks is None else int(blocks))


@click.command(
    "evaluate",
    cls=DeskCommand,
    examples=(
        "dutydesk rules evaluate corpus.jsonl",
        "dutydesk rules evaluate *.jsonl --rule EXC-01 --language fr",
        "dutydesk rules evaluate corpus.jsonl --rules own-rules --require recall=0.9,false-alarms=0.02",
    ),
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--rule", "only", metavar="RULE", multiple=True, help="Count this rule only; may be repeated.")
@click.option(
    "--language", "languages", type=arguments.one_of(Language), multiple=True, help="Count texts in this language only."
)
@click.option(
    "--require",
    metavar="LIMITS",
    type=_limits,
    help="Exit 1 unless these are kept, such as recall=0.9,false-alarms=0.02,false-blocks=0.",
)
@click.option("--write", metavar="FILE", type=click.Path(path_type=Path), help="Keep the figures in this file.")
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@with_rules_option
@pass_call
@click.pass_context
def rules_evaluate_command(
    ctx: click.Context,
    call: Call,
    files: tuple[str, ...],
    only: tuple[str, ...],
    languages: tuple[str, ...],
    require: Requirements | None,
    write: Path | None,
    force: bool,
    rules: Path | None,
) -> None:
    """Measure the rules on labelled texts: recall, false alarms and false blocks by rule and language.

    \b
    FILE holds a JSON object a line: id, message, expected and forbidden (lists of rules), why, source.
    With "base" (red, red-sentence, red-notice, blue, green, yellow, black, purple, orange or silver)
    the message needs only what differs from a sound one. - reads the standard input.

    Each text passes the decoder of the intake, and is examined on the day of its sent_at. A text that forbids a rule
    is a control. A false block is a finding that nobody can release, of a rule that was not expected. Exit 1 if a line
    can't be used or a limit is not kept; the rest counts.
    """
    run = _run(call, files, _known_rules(only), frozenset(languages), rules)
    missed = require.missed(run.evaluation) if require is not None else ()
    if write is not None:
        _write(call, run, write, replace=force)
    _report(call, run, missed)
    if run.faults or missed:
        ctx.exit(NO)


def _known_rules(named: tuple[str, ...]) -> frozenset[str] | None:
    from dutydesk.domain.rules import RULES

    for rule in named:
        if rule not in RULES:
            raise BadArgument(
                InvalidRequestCode.UNKNOWN_RULE,
                sentence("there is no rule {rule!r}; rules are {rules}", rule=rule, rules=", ".join(RULES)),
            )
    return frozenset(named) or None


def _run(
    call: Call, files: tuple[str, ...], only: frozenset[str] | None, languages: frozenset[str], rules: Path | None
) -> CorpusRun:
    from dutydesk.desk.audit.evaluation import CorpusRun
    from dutydesk.domain.rules.evaluation import Evaluation
    from dutydesk.wire.reference.directory import load_directory

    run = CorpusRun(load_directory(), rules_in_use(call, rules).table, Evaluation(only), languages)
    for name in files:
        with open_input(name) as stream:
            run.add_file(name, stream)
    return run


def _fields(run: CorpusRun) -> dict[str, object]:
    from dutydesk.wire.reference.evaluation_figures import evaluation_object

    return evaluation_object(run.evaluation, run.table, run.parts, datetime.now(UTC).date())


def _write(call: Call, run: CorpusRun, path: Path, *, replace: bool) -> None:
    from dutydesk.desk.base.user_files import new_file, refuse_store
    from dutydesk.wire.reference.evaluation_figures import figures_text

    refuse_store(path, call.store)
    with new_file(path, replace=replace) as out:
        out.write(figures_text(_fields(run)).encode())
    if not call.json:
        print_sentence(f"The figures are in {path}.")


def _report(call: Call, run: CorpusRun, missed: tuple[str, ...]) -> None:
    if call.json:
        misses = [_miss_fields(miss) for miss in run.evaluation.misses]
        not_read = [{"at": fault.place, "problem": fault.words} for fault in run.faults]
        print_json_line(_fields(run) | {"misses": misses, "not_read": not_read, "not_kept": missed})
        return
    found = run.evaluation
    rows = [(rule, language, *_cells(found.counts[rule, language])) for rule, language in sorted(found.counts)]
    print_table(_COLUMNS, (*rows, ("all", "all", *_cells(found.total))))
    print()
    for miss in found.misses:
        _print_miss(miss)
    for fault in run.faults:
        print_sentence(f"NOT READ {fault}")
    print_sentence(
        f"{found.texts:,} texts, of which nobody can release {found.unreleasable:,}; lines not read: "
        f"{len(run.faults):,}; table {run.table.name or '-'}, digest {run.table.digest[:16]}"
    )
    for words in missed:
        print_sentence(f"NOT KEPT: {words}")


def _cells(count: RuleCount) -> tuple[object, ...]:
    from dutydesk.domain.rules.evaluation import as_percent

    return (
        str(count.cases),
        str(count.found),
        as_percent(count.recall),
        str(count.controls),
        str(count.false_alarms),
        as_percent(count.false_alarm_rate),
        str(count.false_blocks),
    )


def _miss_fields(miss: Miss) -> dict[str, object]:
    label = miss.label
    return {
        "what": miss.what,
        "rule": miss.rule,
        "id": label.id,
        "at": label.place,
        "language": label.language,
        "why": label.why,
        "source": label.source,
        "words": miss.words,
    }


def _print_miss(miss: Miss) -> None:
    label = miss.label
    print_sentence(f"{_MISS_WORDS[miss.what]} {miss.rule} {label.id} ({label.language}; {label.place}): {label.why}")
    found = "; ".join(miss.words)
    print_sentence(f"    {'found instead' if miss.what == 'missed' else 'fired on'}: {found or 'nothing'}")
