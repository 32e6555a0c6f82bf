"""Commands about the rules of the review: explain, try, check and copy them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import group
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_line, print_json_lines, print_sentence, print_table
from dutydesk.cli._core.rules_in_use import desk_rules_folder, rules_in_use, with_rules_option
from dutydesk.cli._core.usage_errors import BadArgument, WrongUsage
from dutydesk.cli.rules_backtest import rules_backtest_command
from dutydesk.cli.rules_evaluation import rules_evaluate_command
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.messages.message import Kind
from dutydesk.language.languages import Language
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from dutydesk.domain.rules.examination import Finding, RuleTable
    from dutydesk.domain.rules.explanation import SilentWords
    from dutydesk.wire.reference.rule_page import RulePage
    from dutydesk.wire.reference.table_faults import TableFault

_FIELDS = ("charge", "facts", "text", "occupation")
_TYPES = ("diffusion", "notice_request")


@group("rules", "dutydesk rules explain EXC-01", "dutydesk rules check /srv/desk/own-rules")
@click.pass_context
def rules_command(ctx: click.Context) -> None:
    """Explain, try, measure and check the rules of the review."""
    if ctx.invoked_subcommand is None:
        raise WrongUsage(
            InvalidRequestCode.MISSING_ARGUMENT,
            sentence("say what to do with the rules: {ctx}", ctx=", ".join(rules_command.list_commands(ctx))),
            ctx,
        )


rules_command.add_command(rules_evaluate_command)
rules_command.add_command(rules_backtest_command)


@rules_command.command("explain", examples=("dutydesk rules explain EXC-01", "dutydesk rules explain"))
@click.argument("rule", metavar="[RULE]", required=False, type=free_text)
@with_rules_option
@pass_call
def rules_explain_command(call: Call, rule: str | None, rules: Path | None) -> None:
    """Explain one rule: its article, who decides, its words, and its figures in the last evaluation.

    Without RULE it lists all rules, one a line.
    """
    from dutydesk.desk.base.rule_files import read_kept_figures
    from dutydesk.wire.reference.rule_page import rule_page

    used = rules_in_use(call, rules)
    if rule is None:
        _print_list(call, used.table)
        return
    found = used.table.find(rule.strip().upper())
    if found is None:
        known = ", ".join(row.id for row in used.table.rules)
        raise BadArgument(
            InvalidRequestCode.UNKNOWN_RULE,
            sentence("there is no rule {rule!r}; rules are {known}", rule=rule, known=known),
        )
    page = rule_page(found, used.table, used.files, read_kept_figures(used))
    print_json_line(page) if call.json else _print_page(page)


def _print_list(call: Call, table: RuleTable) -> None:
    if call.json:
        print_json_lines({"rule": rule.id, "article": rule.article, "checks": rule.words} for rule in table.rules)
    else:
        print_table(
            ("Rule", "Article", "What it checks"), ((rule.id, rule.article, rule.words) for rule in table.rules)
        )


def _print_page(page: RulePage) -> None:
    print_sentence(f"{page.rule}  {page.article}")
    print_sentence(f"  {page.checks}")
    print_sentence(f"  For example: {page.example}")
    print_sentence("Who decides")
    for words in page.decides:
        print_sentence(f"  {words}")
    print_sentence("Severity")
    for scope, severity in page.severities.items():
        print_sentence(f"  {scope}: {severity}")
    if page.senses:
        print_sentence("Words")
    for sense in page.senses:
        counted = ", ".join(f"{number} {language}" for language, number in sense.entries.items())
        print_sentence(f"  {sense.sense} ({sense.use}; {sense.file}): {counted}")
        if sense.source:
            print_sentence(f"      source: {sense.source}")
        for name, value in sense.limits.items():
            print_sentence(f"      {name}: {value}")
        if sense.exceptions:
            print_sentence(f"      not: {'; '.join(sense.exceptions)}")
    print_sentence("Last evaluation")
    print_sentence(f"  {page.evaluation}")
    if page.figures:
        columns = ("Language", "Cases", "Found", "Recall", "Controls", "False alarms", "False blocks")
        print_table(columns, (tuple(row.values()) for row in page.figures))


@rules_command.command(
    "test",
    examples=(
        'dutydesk rules test "Issuing unpaid cheques" --field charge',
        'dutydesk rules test "Détention arbitraire et séquestration" --language fr --type notice_request',
    ),
)
@click.argument("text", metavar="TEXT", type=free_text)
@click.option("--language", type=arguments.one_of(Language), help="The declared language; else Arabic or English.")
@click.option(
    "--field", type=arguments.OneOf(_FIELDS), default="facts", show_default=True, help="Where the text stands."
)
@click.option("--kind", type=arguments.one_of(Kind), default="red", show_default=True, help="The kind of the item.")
@click.option(
    "--type", type=arguments.OneOf(_TYPES), default="diffusion", show_default=True, help="The message's type."
)
@with_rules_option
@pass_call
def rules_test_command(
    call: Call, text: str, language: str | None, field: str, kind: str, type: str, rules: Path | None
) -> None:
    """Show which rules fire on a text and on which words, and why other known words give no finding.

    The text stands in one field of a message that is sound otherwise. No store is needed, and nothing is kept.
    """
    from dutydesk.domain.rules.explanation import silent_words
    from dutydesk.wire.reference.corpus import decode_for_rules, findings_in, message_of_base
    from dutydesk.wire.reference.directory import load_directory
    from dutydesk.wire.reference.trial_message import trial_message

    table, directory = rules_in_use(call, rules).table, load_directory()
    try:
        message = trial_message(text, language, field, kind, type, directory)
    except ValueError as error:
        raise BadArgument(InvalidRequestCode.BAD_ARGUMENT, str(error)) from error
    findings = findings_in(message, directory, table)
    sound = decode_for_rules(message_of_base(kind, {}), directory)
    own = frozenset(silent_words(sound.body, message.type, table, ()))
    silent = tuple(each for each in silent_words(message.body, message.type, table, findings) if each not in own)
    if call.json:
        print_json_line({"fires": findings, "silent": silent, "table": table.digest})
    else:
        _print_trial(findings, silent)


def _print_trial(findings: tuple[Finding, ...], silent: tuple[SilentWords, ...]) -> None:
    for finding in findings:
        print_sentence(
            f"{finding.severity.upper()} {finding.rule} ({finding.article}) {finding.field}: {finding.words}"
        )
        print_sentence(f"    {finding.message}")
    if not findings:
        print_sentence("No rule fires.")
    for each in silent:
        print_sentence(f"silent {each.rule} {each.field}: {each.words}")
        print_sentence(f"    known as {each.sense}, but {each.why}")
    if not findings and not silent:
        print_sentence("No word list knows any of these words.")


@rules_command.command("check", examples=("dutydesk rules check", "dutydesk rules check /srv/desk/own-rules"))
@click.argument("folder", metavar="[FOLDER]", required=False, type=click.Path(path_type=Path))
@pass_call
@click.pass_context
def rules_check_command(ctx: click.Context, call: Call, folder: Path | None) -> None:
    """Check a table of rules and its word lists; name every fault with its file and line.

    Without FOLDER the desk's own rules are checked. The same check refuses to start a desk. Exit 1 if there is a fault.
    """
    from dutydesk.desk.base.rule_files import check_rules

    where = folder if folder is not None else desk_rules_folder(call)
    found = check_rules(where)
    name = "the program's own rules" if where is None else str(where)
    if call.json:
        faults = [{"file": each.file, "line": each.line, "problem": each.words} for each in found.faults]
        digest = found.table.digest if found.table is not None else None
        print_json_line({"rules": name, "digest": digest, "faults": faults})
    else:
        _print_check(name, found.faults)
        if found.table is not None:
            senses = len(found.table.lexicon.senses)
            print_sentence(f"{name}: {len(found.table.rules)} rules and {senses} word lists, no fault")
            print_sentence(f"digest {found.table.digest}")
    if found.faults:
        ctx.exit(NO)


def _print_check(name: str, faults: tuple[TableFault, ...]) -> None:
    for fault in faults:
        print_sentence(str(fault))
    if faults:
        print_sentence(f"{name}: {len(faults)} fault{'s' if len(faults) > 1 else ''}")


@rules_command.command("export", examples=("dutydesk rules export /srv/desk/own-rules",))
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace files of these names.")
@pass_call
def rules_export_command(call: Call, folder: Path, force: bool) -> None:
    """Copy the program's rules and word lists with their comments into a folder, to be changed there.

    A desk uses them after: rules = "FOLDER" in desk.toml.
    """
    from dutydesk.desk.base.rule_files import export_rules

    written = export_rules(folder, replace=force)
    if call.json:
        print_json_line({"folder": folder, "files": written})
        return
    print_sentence(f"{folder} holds {', '.join(written)}")
    print_sentence(f'Change them, then: dutydesk rules check {folder}; the desk uses them after rules = "{folder}"')
