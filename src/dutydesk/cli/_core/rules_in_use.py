"""Which rules a command looks at: those that it names, else those of the desk, else those of the program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from dutydesk.cli._core.call import Call
    from dutydesk.desk.base.rule_files import RuleFiles

Function = TypeVar("Function", bound="Callable[..., Any]")


def with_rules_option(function: Function) -> Function:
    """Adds ``--rules``, which is handed on as ``rules``."""
    return click.option(
        "--rules",
        metavar="FOLDER|FILE",
        type=click.Path(path_type=Path),
        help="A folder with rules.toml and words/, or one table; else the desk's own, else the program's.",
    )(function)


def desk_rules_folder(call: Call) -> Path | None:
    """The folder that the settings beside the store name; ``None`` for the program's own rules."""
    from dutydesk.desk.base.rule_files import rules_folder
    from dutydesk.desk.base.settings import load
    from dutydesk.domain.rules import RULES

    return rules_folder(call.store, load(call.store, frozenset(RULES)).settings)


def rules_in_use(call: Call, rules: Path | None) -> RuleFiles:
    """Raises InvalidRequest for rules that can't be used."""
    from dutydesk.desk.base.rule_files import load_rule_files

    return load_rule_files(rules if rules is not None else desk_rules_folder(call))
