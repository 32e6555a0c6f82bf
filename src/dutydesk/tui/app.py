"""The Textual app of the console: it hands keys to actions, and starts and ends the console."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from inspect import isawaitable
from pathlib import Path
from typing import ClassVar

from textual import events
from textual.actions import ActionParseResult, parse
from textual.dom import DOMNode
from textual.worker import WorkType

from dutydesk.desk.base.context import Actor
from dutydesk.desk.service.desk import Desk
from dutydesk.desk.service.perform import prepare_rules
from dutydesk.desk.shift import presence
from dutydesk.language.languages import Language
from dutydesk.tui.commands.command_line import CommandLine
from dutydesk.tui.commands.screen import CommandActions
from dutydesk.tui.console import Action
from dutydesk.tui.desk_console import DeskConsole
from dutydesk.tui.frame import moved_keys
from dutydesk.tui.frame.ascii_driver import AsciiDriver, is_ascii_only
from dutydesk.tui.frame.console_screen import ConsoleScreen
from dutydesk.tui.frame.drafts import Drafts, drafts_file
from dutydesk.tui.frame.key_rights import role_refusal
from dutydesk.tui.frame.keys import KeyPlace
from dutydesk.tui.frame.main import MainScreen
from dutydesk.tui.frame.pace import NORMAL_PACE, Pace
from dutydesk.tui.frame.palette import Palette, PaletteEntry
from dutydesk.tui.frame.quit_dialog import QuitDialog
from dutydesk.tui.frame.runner import DeskRunner
from dutydesk.tui.frame.screen import DeskScreen
from dutydesk.tui.frame.terminal import ConsoleDriver
from dutydesk.tui.frame.texts import TITLE, texts
from dutydesk.tui.frame.themes import ThemeName, themes_for
from dutydesk.tui.frame.type_ahead import TypeAhead
from dutydesk.tui.frame.viewer import Viewer, help_text
from dutydesk.tui.personal.key_editor import KeyPrompt, OwnKeys
from dutydesk.tui.personal.own_language import speak_kept_language
from dutydesk.tui.personal.texts import texts as personal_texts
from dutydesk.tui.personal.theme_list import ThemeList
from dutydesk.tui.shift.pages import KeyPage
from dutydesk.tui.textual_internals import PartialRepaintApp

_PANES = {KeyPlace.FEED: "feed", KeyPlace.REVIEW: "review", KeyPlace.COUNTRIES: "countries"}


class DutyDeskApp(PartialRepaintApp):
    """``desk`` is open and stays the caller's to close; ``actor`` does every action."""

    TITLE = TITLE
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = Path(__file__).with_name("frame") / "main.tcss"
    NOTIFICATION_TIMEOUT: ClassVar[float] = 0

    def __init__(
        self,
        desk: Desk,
        actor: Actor,
        runner: DeskRunner | None = None,
        drafts: Drafts | None = None,
        changed: presence.AbsenceSummary | None = None,
        pace: Pace = NORMAL_PACE,
        commands: CommandLine | None = None,
    ) -> None:
        """``changed``: what happened while the officer was away. ``commands`` runs what is typed as a command."""
        driver = AsciiDriver if is_ascii_only() else ConsoleDriver
        super().__init__(driver_class=driver)
        if "TEXTUAL_ANIMATIONS" not in os.environ or os.environ["TEXTUAL_ANIMATIONS"] == "none":
            self.animation_level = "none"
        own_files = commands is None or commands.own_files
        self.desk_console = DeskConsole(self, desk, actor, runner=runner, drafts=drafts, pace=pace, own_files=own_files)
        if commands is None or not commands.keeps_language:
            speak_kept_language(self.desk_console.preferences)
        self._own_keys = OwnKeys(self.desk_console, self.set_keymap)
        for group in (CommandActions(self.desk_console, commands), self._own_keys):
            self.desk_console.add_actions(group)
        self._keys_fit = self._own_keys.start()
        self._changed = changed
        self._type_ahead = TypeAhead(self, lambda text: self.desk_console.notify(text, "warn"), desk.limits.console)
        self._themes = themes_for(self.console.color_system)
        for theme in self._themes.values():
            self.register_theme(theme)
        if os.environ.get("TEXTUAL_THEME") is None:
            kept = self.desk_console.preferences.get("console", "theme")
            named = next((theme for name, theme in self._themes.items() if name == kept), None)
            self.theme = (named or self._themes[ThemeName.DARK]).name

    async def on_mount(self) -> None:
        await self.open_first_screen()

    def _prepare_rules(self) -> None:
        async def prepare() -> None:
            await prepare_rules(self.desk_console.desk.context)

        work: WorkType[None] = prepare
        self.run_worker(work)  # as a function: a coroutine that a console never begins is warned of

    async def open_first_screen(self) -> None:
        await self.desk_console.start(self._changed)
        self.set_timer(self.desk_console.limits.rules_delay_seconds, self._prepare_rules)
        if not self._keys_fit:
            self.desk_console.notify(personal_texts.KEYS_NOT_YOURS, "warn")

    # Keys

    async def on_event(self, event: events.Event) -> None:
        self.desk_console.idle_lock.record_use(event)
        self.desk_console.status.record_use(event)
        if self._type_ahead.should_drop(event):
            return
        if isinstance(event, events.Key) and not event.is_forwarded:
            screen = self.screen
            if (isinstance(screen, KeyPage) and screen.any_key(event.key)) or (
                isinstance(screen, KeyPrompt) and screen.take_key(event.key)
            ):
                self._type_ahead.record_action()
            else:
                if self.screen is not screen:
                    self._type_ahead.record_action()  # the key closed a page, and acts on what is below
                await self._type_ahead.handle_key(event)
        elif isinstance(event, events.Paste) and not event.is_forwarded:
            await self._type_ahead.handle_paste(event)
        else:
            await super().on_event(event)

    def group_action(self, destination: str, name: str, namespace: DOMNode | None) -> Action | None:
        """The action of a group that a key names, as in ``screen.claim``; ``None`` if no group has it."""
        if destination == "app":
            return self.desk_console.actions.get(name)
        target = self.screen if destination == "screen" else namespace
        return target.actions.get(name) if isinstance(target, ConsoleScreen) else None

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action of a group; else, as Textual does, the method ``action_*`` of the app, screen or widget."""
        destination, name, parameters = parse(action) if isinstance(action, str) else action
        if (why := role_refusal(self.desk_console.officer, f"{destination}.{name}")) is not None:
            self.desk_console.notify(why, "warn")
            return True
        run = self.group_action(destination, name, default_namespace)
        if run is not None and destination == "screen" and self.screen.check_action(name, parameters) is False:
            return False
        if run is None:
            return await super().run_action(action, default_namespace, namespaces)
        work = run(*parameters)
        if isawaitable(work):
            await work
        return True

    # Actions of every place

    def _places(self) -> tuple[KeyPlace, ...]:
        screens = self.desk_console.desk_screens()
        return screens[-1].places() if screens else (KeyPlace.EVERYWHERE,)

    def action_help(self) -> None:
        screens = self.desk_console.desk_screens()
        unavailable, subject = self.desk_console.unavailable_keys(), ""
        if screens:
            unavailable, subject = unavailable | screens[-1].unavailable_keys(), screens[-1].subject()
        paragraphs = help_text(self._places(), unavailable, subject)
        self.push_screen(Viewer(self.desk_console, texts.HELP_TITLE, paragraphs))

    def action_palette(self) -> None:
        screens = self.desk_console.desk_screens()
        unavailable = self.desk_console.unavailable_keys() | (
            screens[-1].unavailable_keys() if screens else frozenset()
        )
        self.push_screen(Palette(self.desk_console, self._places(), unavailable), self._run_entry)

    async def _run_entry(self, entry: PaletteEntry | None) -> None:
        if entry is None:
            return
        screen = self.screen
        if isinstance(screen, MainScreen) and entry.place in _PANES:
            screen.action_pane(_PANES[entry.place])
        acts_here = isinstance(screen, DeskScreen) and entry.place in screen.places()
        target = screen.focused if entry.place is KeyPlace.LIST and screen.focused is not None else screen
        if not acts_here or not await self.run_action(entry.key.action, target):
            words = f"{texts.NOT_HERE}: {entry.key.description} ({entry.place.label})"
            self.desk_console.notify(words, "warn")

    def _theme_name(self) -> ThemeName | None:
        return next((name for name, theme in self._themes.items() if theme.name == self.theme), None)

    def action_themes(self) -> None:
        self.push_screen(ThemeList(self.desk_console, tuple(self._themes), self._theme_name()), self._choose_look)

    def action_next_theme(self) -> None:
        names = tuple(self._themes)
        here = self._theme_name()
        self._choose_theme(names[(names.index(here) + 1) % len(names) if here is not None else 0])

    def _choose_look(self, chosen: ThemeName | Language | None) -> None:
        if isinstance(chosen, Language):
            self.desk_console.speak(chosen)
        else:
            self._choose_theme(chosen)

    def _choose_theme(self, name: ThemeName | None) -> None:
        if name is not None:
            self.theme = self._themes[name].name
            self.desk_console.preferences.put("console", "theme", name)
            self.desk_console.notify(personal_texts.theme_chosen(personal_texts.THEME_NAMES[name]))

    def action_repaint(self) -> None:
        """For a terminal whose picture somebody else, or the line, has disturbed."""
        self.repaint_all()
        self.refresh()

    # Leaving

    def action_help_quit(self) -> None:
        self.desk_console.notify(texts.QUIT_KEY_HINT)

    async def action_quit(self) -> None:
        """Quit; asks first if typed text is unsent. Does nothing behind the curtain."""
        console = self.desk_console
        if console.idle_lock.is_locked or any(isinstance(screen, QuitDialog) for screen in self.screen_stack):
            return
        console.save_drafts()
        if console.drafts:
            self.push_screen(QuitDialog(console))
        else:
            self.exit()

    def leave_lost_terminal(self) -> None:
        """End the console whose terminal is gone, and keep what was typed.

        Waits for a screen that is opening: one that loses its widgets while it mounts would raise.
        """
        self.call_later(self._leave)

    async def _leave(self) -> None:
        await self._type_ahead.close()
        self.desk_console.save_drafts()
        self.exit()


class WallApp(DutyDeskApp):
    """The desk at a glance and nothing else, for a second terminal."""

    async def open_first_screen(self) -> None:
        await self.desk_console.start_wall()


def check_settings(desk: Desk) -> None:
    """Raises InvalidRequest, naming the line, if the desk's own keys keep the console from starting."""
    moved_keys.apply_key_settings(dict(desk.loaded.settings.keys), desk.loaded.key_lines)


async def run_console(
    desk: Desk,
    actor: Actor,
    runner: DeskRunner | None = None,
    drafts_folder: Path | None = None,
    pace: Pace = NORMAL_PACE,
    commands: CommandLine | None = None,
) -> None:
    """Show the console until the officer leaves it. The caller closes the desk and the runner.

    Unsent texts are kept in ``drafts_folder`` if there is one.
    """
    # Both would keep the size at what it was when the shell set them.
    os.environ.pop("COLUMNS", None)
    os.environ.pop("LINES", None)
    kept = None if drafts_folder is None else drafts_file(drafts_folder, desk.store.path, actor.officer)
    changed = await presence.changes_while_away(desk, actor)
    app = DutyDeskApp(desk, actor, runner, Drafts(kept), changed, pace, commands)
    # Not awaited yet: a store that somebody keeps locked is shown all the same.
    arriving = asyncio.create_task(presence.record_arrival(desk, actor))
    await app.run_async()
    await arriving
    await app.desk_console.read_recorder.flush()
    await presence.record_departure(desk, actor)
    if app.fault is not None:
        raise app.fault


async def run_wall(desk: Desk, actor: Actor, pace: Pace = NORMAL_PACE) -> None:
    """Show the wall until somebody leaves it. Whoever opens it is not on duty by that, so no arrival is recorded."""
    os.environ.pop("COLUMNS", None)
    os.environ.pop("LINES", None)
    app = WallApp(desk, actor, pace=pace)
    await app.run_async()
    if app.fault is not None:
        raise app.fault
