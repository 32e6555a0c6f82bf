"""What the console asks of a command line that runs in the same process, as the signed-in officer."""

from __future__ import annotations

from typing import Protocol

from dutydesk.domain.frozen import value


@value(frozen=True, slots=True)
class CommandOutput:
    """``lines`` are what the command printed, not yet safe to show, each with whether it is an error.

    ``is_cut``: the command printed more than that.
    """

    lines: tuple[tuple[str, bool], ...]
    exit_code: int = 0
    is_cut: bool = False


@value(frozen=True, slots=True)
class LineCompletion:
    """``words`` can follow; ``text`` is the line with all that they have in common."""

    words: tuple[str, ...]
    text: str


class CommandLine(Protocol):
    @property
    def own_files(self) -> bool:
        """Whether the process has the officer's own account, and so may read and write files that he or she names."""
        ...

    @property
    def keeps_language(self) -> bool:
        """Whether the console was opened with ``--language``, so that the officer's own language does not count."""
        ...

    async def run(self, line: str, width: int) -> CommandOutput:
        """Run one command; tables are drawn for ``width`` cells. A refusal is part of the output."""
        ...

    def complete(self, line: str) -> LineCompletion: ...
