"""The command line inside the console."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dutydesk.language.phrases import Phrase, translate


class CommandTexts:
    TITLE = Phrase("Commands")
    PROMPT_HINT = Phrase("a command, such as: items --state held")
    RUNNING = Phrase("running")
    STILL_RUNNING = Phrase("The command before is still running.")
    NOT_HERE = Phrase("This console runs no commands.")
    NO_OUTPUT = Phrase("Done. The command printed nothing.")
    HELP_WORD: Final = "help"

    def introduction(self, complete: str, before: str) -> str:
        return translate(
            "Commands run as you, on this desk, as on the command line but without the word "
            "dutydesk. help lists them, and COMMAND --help explains one. {complete} completes a "
            "word, {before} brings back an earlier line. language fr changes the language: ar, en, es, fr.",
            complete=complete,
            before=before,
        )

    def unknown_language(self, known: Sequence[str]) -> str:
        return translate("Name one language: {known}", known=", ".join(known))

    def keys_hint(self, page_up: str, page_down: str) -> str:
        return translate("{page_up} {page_down} scroll, esc closes", page_up=page_up, page_down=page_down)

    def can_follow(self, words: Sequence[str], more: int) -> str:
        """``more``: how many words can follow beside these."""
        return translate("{words}  and {more} more", words="  ".join(words), more=more) if more else "  ".join(words)

    def failed(self, code: int) -> str:
        return translate("exit code {code}", code=code)

    def output_cut(self, lines: int) -> str:
        return translate("The output is longer: only its first {lines:,} lines are shown.", lines=lines)

    def finished_elsewhere(self, line: str) -> str:
        return translate("The command has ended: {line}", line=line)


texts: Final = CommandTexts()
