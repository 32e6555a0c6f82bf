"""What screens and groups of actions may ask of the console they stand in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar

from textual.geometry import Size
from textual.screen import Screen, ScreenResultCallbackType
from textual.timer import Timer

from dutydesk.desk.base.context import Actor
from dutydesk.desk.base.rows import AlarmRow, CountryRow, ItemRow, WaitingCounts
from dutydesk.desk.service.desk import Desk
from dutydesk.domain.errors import DeskError, Obstacle
from dutydesk.domain.limits import ConsoleLimits
from dutydesk.domain.review.officers import Right
from dutydesk.language.languages import Language
from dutydesk.tui.frame.drafts import Drafts, Values
from dutydesk.tui.frame.pace import Pace
from dutydesk.tui.frame.preferences import Preferences
from dutydesk.tui.widgets.frame_lines import Piece

if TYPE_CHECKING:
    from dutydesk.tui.item.changes import OpenedItem

T = TypeVar("T")

#: What a key runs: a method of a group, with the parameters that the key table names.
Action: TypeAlias = Callable[..., Awaitable[None] | None]
#: Actions by their names in the key table, without the ``screen.`` or ``app.`` in front.
Actions: TypeAlias = Mapping[str, Action]


class ActionGroup(Protocol):
    """Actions that belong together, such as all on one item."""

    def actions(self) -> Actions: ...


class ReadRecord(Protocol):
    """Records which items the officer was shown."""

    def record(self, seen: ItemRow) -> None: ...


class Countdown(Protocol):
    """How long the last release from this console can still be undone."""

    @property
    def number(self) -> int | None:
        """The number of the released item; ``None`` if there is nothing to undo."""
        ...

    def begin(self, number: int, asked_at: datetime) -> None: ...

    def end(self) -> None: ...


class Guide(Protocol):
    """The guided tour of the demo."""

    @property
    def country(self) -> str: ...

    @property
    def is_over(self) -> bool: ...

    def lines(self) -> tuple[str, str, str] | None:
        """Which step, what it shows, and how; ``None`` once the tour is over."""
        ...

    def keys(self) -> str: ...

    def order_values(self) -> Values:
        """What the form of a measure is filled with; empty unless the tour waits for that measure."""
        ...

    async def skip(self) -> None: ...

    async def end(self) -> None: ...


class Console(Protocol):
    """One officer's console on one desk."""

    @property
    def desk(self) -> Desk: ...

    @property
    def actor(self) -> Actor: ...

    @property
    def pace(self) -> Pace: ...

    @property
    def limits(self) -> ConsoleLimits: ...

    @property
    def drafts(self) -> Drafts: ...

    @property
    def saved_filters(self) -> Drafts: ...

    @property
    def preferences(self) -> Preferences: ...

    @property
    def read_recorder(self) -> ReadRecord: ...

    @property
    def undo_countdown(self) -> Countdown: ...

    @property
    def tour(self) -> Guide | None: ...

    @property
    def is_running(self) -> bool: ...

    def now(self) -> datetime:
        """The desk's time, UTC."""
        ...

    @property
    def own_files(self) -> bool:
        """Whether the officer may name files: not in a process of an account that officers share."""
        ...

    def may(self, right: Right) -> bool:
        """Whether the officer's role permits it; the desk checks again at each act."""
        ...

    def speak(self, language: Language) -> None:
        """Show everything in this language from now on; it is kept for the officer. Typed text becomes a draft."""
        ...

    def unavailable_keys(self) -> frozenset[str]:
        """Ids of keys that do nothing in this console: those of a replay and of a tour where there is none, and
        those that the officer's role forbids."""
        ...

    # Messages to the officer

    def notify(self, text: str, tone: str = "", detail: Iterable[Obstacle] = (), *, lasts: bool = False) -> None:
        """Show ``text`` in the status line; the officer can open ``detail`` with a key.

        It leaves at the next key or after some seconds. If it ``lasts``, it comes back after each other message until
        an empty text that lasts ends it.
        """
        ...

    def refuse(self, error: DeskError) -> None:
        """Show why the desk refused."""
        ...

    def show_countdown(self, text: str) -> None:
        """Show ``text`` at the right of the status line until it is replaced."""
        ...

    def copy_to_terminal(self, text: str, *, name: str = "") -> None:
        """``name``: what the officer is told, instead of a long text."""
        ...

    # Screens

    @property
    def screens(self) -> Sequence[Screen[Any]]:
        """The open screens, the top one last."""
        ...

    def open_screen(self, screen: Screen[T], callback: ScreenResultCallbackType[T] | None = None) -> Awaitable[None]:
        """Put a screen on top; ``callback`` gets its result. It opens without being awaited too."""
        ...

    def close_screen(self) -> None:
        """Take the top screen away."""
        ...

    async def open_item(self, name: str) -> None: ...

    async def open_hit(self, number: int) -> None: ...

    async def open_person(self, subject: str, refuse: Callable[[DeskError], None] | None = None) -> None:
        """Open the file of the person behind an item or a hit; ``refuse`` shows why there is none."""
        ...

    async def open_country(self, row: CountryRow) -> None: ...

    async def open_subject(self, subject: str | None) -> None:
        """Open the item, hit, measure or country with this name; does nothing for ``None`` or an unknown name."""
        ...

    async def open_figures(self) -> None: ...

    def open_feed(self, filter_text: str) -> None:
        """Close all screens above the panes and filter the feed."""
        ...

    async def read_item(self, number: int, before: OpenedItem | None = None) -> OpenedItem:
        """An item as it is, next to what it was when ``before`` was opened. Raises DeskError."""
        ...

    def check_size(self, size: Size, *, opened: bool = False) -> None:
        """Cover everything with one sentence while the terminal is smaller than 80x24.

        What the terminal shows is painted whole, unless a screen was just ``opened`` and the size is as before.
        """
        ...

    # What changes

    async def update_screens(self) -> int:
        """Read and show what changed; the number of changes."""
        ...

    def schedule_update(self) -> None:
        """The same, without waiting for it."""
        ...

    def show_time(self) -> None:
        """Repaint the header and, when the minute has changed, all ages."""
        ...

    def header_pieces(self) -> tuple[Sequence[Piece], Sequence[Piece]]: ...

    def all_alarms(self) -> list[AlarmRow]:
        """Alarms of the dispatcher, then those of the desk."""
        ...

    def waiting_counts(self) -> WaitingCounts:
        """What waits for somebody: proposals, and held items that nobody has claimed."""
        ...

    def last_minute_counts(self) -> tuple[int, int]:
        """Messages and checks of the last minute."""
        ...

    def checks_per_minute(self, minutes: int) -> tuple[int, ...]:
        """Checks in each of the last minutes, the present one last."""
        ...

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Timer:
        """Call ``callback`` every ``interval`` seconds."""
        ...

    # Leaving

    def unlock(self) -> None:
        """Take the curtain away."""
        ...

    def exit(self) -> None: ...
