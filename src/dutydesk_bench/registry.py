"""Every suite by its name: its options, and running it within its time in a folder that is deleted afterwards."""

from __future__ import annotations

import asyncio
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import InvalidRequest, Refused
from dutydesk_bench.report import Report, StepReporter

#: The module of each suite, and the command's option for each field of its options class.
SUITES: dict[str, tuple[str, dict[str, str]]] = {
    "pipeline": (
        "pipeline",
        {
            "messages": "messages",
            "recipients": "recipients",
            "peers": "peers",
            "more_peers": "extra",
            "seconds": "peer_seconds",
            "rounds": "turns",
            "against": "against",
            "signed": "signed",
            "database": "database",
        },
    ),
    "decide": ("decide", {"decisions": "decisions", "seconds": "alone_seconds", "database": "database"}),
    "console": ("console", {"items": "items", "keys": "keys", "rounds": "rounds", "seconds": "idle_seconds"}),
    "growth": ("growth", {"items": "large", "small": "small", "rounds": "rounds"}),
    "checks": ("checks", {"persons": "persons", "documents": "documents", "checks": "checks"}),
    "registers": ("registers", {"register": "entries", "messages": "messages", "rounds": "turns"}),
    "audit": ("chain", {"messages": "messages", "events": "events"}),
    "tree": ("tree", {"messages": "messages", "events": "events"}),
}


async def run(name: str, folder: Path | None, options: dict[str, object], minutes: float, step: StepReporter) -> Report:
    """Run one suite. Raises InvalidRequest for an option that it does not have, Refused if it fails."""
    module_name, fields = SUITES[name]
    for option in options:
        if option not in fields:
            raise InvalidRequest(
                InvalidRequestCode.OPTION_OF_ANOTHER_SUITE,
                f"the suite {name} has no --{option.replace('_', '-')}; it has {_option_names(fields)}",
            )
    module: Any = import_module(f"dutydesk_bench.suites.{module_name}")
    wanted = module.OPTIONS(**{fields[option]: value for option, value in options.items()})
    # A thread of a suite that took too long may still write while its folder is removed.
    with TemporaryDirectory(prefix="dutydesk-bench-", dir=folder, ignore_cleanup_errors=True) as own:
        try:
            async with asyncio.timeout(60 * minutes):
                report: Report = await module.run(Path(own), wanted, step)
        except TimeoutError as error:
            words = f"the suite {name} took more than {minutes:g} minutes; give it less to do, or more with --minutes"
            raise Refused(RefusedCode.SUITE_TIMEOUT, words) from error
    return report


def _option_names(fields: dict[str, str]) -> str:
    return ", ".join(f"--{option.replace('_', '-')}" for option in fields)
