"""The setting ``[alarm]``: the command that runs for an alarm."""

from __future__ import annotations


def parse_alarm(value: object, _rules: frozenset[str]) -> tuple[str, ...]:
    """Return the program and its arguments. Raises ValueError with what the setting must be.

    A program has its full path or a bare name, which is looked for in ``$PATH``: what a relative path means depends on
    where the dispatcher was started.
    """
    wanted = 'is a table with the program and its arguments, such as run = ["/usr/local/bin/page", "desk"]'
    if not isinstance(value, dict) or value.keys() != {"run"}:
        raise ValueError(wanted)
    run = value["run"]
    if not isinstance(run, list) or not run or any(not isinstance(part, str) or "\0" in part for part in run):
        raise ValueError(wanted)
    program = run[0]
    if not program.strip() or ("/" in program and not program.startswith("/")):
        raise ValueError(f"names the program {program!r}; write its full path, or a name without a path")
    return tuple(run)
