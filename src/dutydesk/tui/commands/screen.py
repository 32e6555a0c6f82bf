"""The command line over the panes: a line to type, and what the commands printed above it."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from dutydesk.language.languages import Language, find_language
from dutydesk.tui.commands.command_line import CommandLine, CommandOutput
from dutydesk.tui.commands.texts import texts
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.frame.console_screen import ConsoleModal
from dutydesk.tui.frame.keys import KeyPlace, bindings, key_hint
from dutydesk.tui.widgets.frame_lines import Line, PaneTitle
from dutydesk.tui.widgets.line_input import LineInput
from dutydesk.tui.widgets.text_pane import Paragraph, TextPane
from dutydesk.wire.text.safe_text import clip, safe_text

_HISTORY = "commands"
#: A command of the console itself.
_LANGUAGE = "language"
#: Output that stays to be scrolled back to, and words that the hint lists.
_MAX_PARAGRAPHS = 4_000
_MAX_HINTS = 12
_OWN_MARKS = str.maketrans("", "", "\u2068\u2069")


class CommandActions:
    """Open the command line. ``commands`` is ``None`` where the console has none."""

    def __init__(self, console: Console, commands: CommandLine | None) -> None:
        self._console, self._commands = console, commands
        self._printed: list[Paragraph] = []

    def actions(self) -> Actions:
        return {"commands": self.open}

    def open(self) -> None:
        if self._commands is None:
            self._console.notify(texts.NOT_HERE, "warn")
        elif not isinstance(self._console.screens[-1], CommandScreen):
            self._console.open_screen(CommandScreen(self._console, self._commands, self._printed))


class CommandInput(LineInput):
    BINDINGS = bindings(KeyPlace.COMMAND)


class CommandScreen(ConsoleModal[None]):
    """``printed`` is what earlier commands printed; it is added to, so that it outlives the screen."""

    CSS_PATH: ClassVar = Path(__file__).with_name("screen.tcss")
    AUTO_FOCUS = "CommandInput"

    def __init__(self, console: Console, commands: CommandLine, printed: list[Paragraph]) -> None:
        super().__init__(console)
        self._commands, self._printed = commands, printed
        self._history = console.preferences.history(_HISTORY)
        self._at = len(self._history)
        self._busy = False

    def compose(self) -> ComposeResult:
        with Vertical(id="commands"):
            yield PaneTitle(id="commands-title")
            yield TextPane(id="commands-output")
            yield Line(id="commands-hint")
            line = CommandInput(placeholder=texts.PROMPT_HINT, id="commands-line", compact=True, select_on_focus=False)
            line.cursor_blink = False
            yield line

    def on_mount(self) -> None:
        self._show_title()
        if not self._printed:
            words = texts.introduction(key_hint("command.complete"), key_hint("command.before"))
            self._printed.append(Paragraph(words, tone="dim"))
        self._show_output()

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._show_output()

    @property
    def line(self) -> CommandInput:
        return self.query_one(CommandInput)

    @property
    def output(self) -> TextPane:
        return self.query_one("#commands-output", TextPane)

    def _show_title(self) -> None:
        hint = texts.keys_hint(key_hint("command.page_up"), key_hint("command.page_down"))
        state = texts.RUNNING if self._busy else ""
        title = self.query_one("#commands-title", PaneTitle)
        title.show(((texts.TITLE, "strong", 0), (state, "warn", 0)), ((hint, "dim", 1),))

    def _show_output(self, line: int | None = None) -> None:
        """Scroll to the end, or so far that ``line`` is the top one."""
        del self._printed[:-_MAX_PARAGRAPHS]
        output = self.output
        output.show(self._printed, keep_place=True)
        place = output.max_scroll_y if line is None else min(line, output.max_scroll_y)
        output.scroll_to(y=place, animate=False, immediate=True)

    # The line

    def on_input_changed(self) -> None:
        self._show_hint("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()

    def _show_hint(self, words: str) -> None:
        room = max(self.size.width - 4, 20)
        self.query_one("#commands-hint", Line).show(((clip(words, room), "dim", 0),))

    def action_complete(self) -> None:
        line = self.line
        if line.cursor_position != len(line.value):
            return
        found = self._commands.complete(line.value)
        if found.text != line.value:
            line.value = found.text
            line.cursor_position = len(found.text)
        if len(found.words) > 1:
            shown = found.words[:_MAX_HINTS]
            # After the line has told of its change, which clears the hint.
            self.call_after_refresh(self._show_hint, texts.can_follow(shown, len(found.words) - len(shown)))

    def action_before(self) -> None:
        self._show_earlier(self._at - 1)

    def action_after(self) -> None:
        self._show_earlier(self._at + 1)

    def _show_earlier(self, place: int) -> None:
        if 0 <= place <= len(self._history):
            self._at = place
            self.line.value = self._history[place] if place < len(self._history) else ""
            self.line.cursor_position = len(self.line.value)

    # The output

    def action_run(self) -> None:
        text = self.line.value.strip()
        if not text:
            return
        if self._busy:
            self._show_hint(texts.STILL_RUNNING)
            return
        self.console.preferences.remember(_HISTORY, text)
        self._history = self.console.preferences.history(_HISTORY)
        self._at = len(self._history)
        self.line.value = ""
        self._printed.append(Paragraph(safe_text(text), "!", "strong"))
        if text.split()[0] == _LANGUAGE:
            self._speak(text.split()[1:])
            return
        self._busy = True
        self._show_title()
        self._show_output()
        self.app.run_worker(self._run(text), exit_on_error=False, name="command")

    def _speak(self, names: list[str]) -> None:
        language = find_language(names[0]) if len(names) == 1 else None
        if language is not None:
            self.console.speak(language)
            return
        self._printed.append(Paragraph(texts.unknown_language([each.value for each in Language]), tone="bad"))
        self._show_output()

    async def _run(self, text: str) -> None:
        try:
            found = await self._commands.run(text, max(self.output.size.width - 2, 40))
        finally:
            self._busy = False
        first = self.output.virtual_size.height - 1
        self._printed += _paragraphs(found)
        if self.is_attached:
            self._show_title()
            self._show_output(first)
        else:
            self.console.notify(texts.finished_elsewhere(safe_text(text)), "warn" if found.exit_code else "")
        self.console.schedule_update()

    def action_scroll(self, pages: int) -> None:
        self.output.scroll_pages(pages * 0.9)

    def action_close(self) -> None:
        self.dismiss()


def _paragraphs(found: CommandOutput) -> list[Paragraph]:
    """What was printed, safe to show: whatever a sender wrote acts on no terminal."""
    lines = [
        Paragraph(safe_text(text.translate(_OWN_MARKS)), tone="bad" if is_error else "")
        for text, is_error in found.lines
    ]
    if found.is_cut:
        lines.append(Paragraph(texts.output_cut(len(found.lines)), tone="warn"))
    if found.exit_code:
        lines.append(Paragraph(texts.failed(found.exit_code), tone="dim"))
    return lines or [Paragraph(texts.NO_OUTPUT, tone="dim")]
