"""The counts of the header and the alarms, as last read from the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dutydesk.desk.base.rows import AlarmRow, HeaderView, WaitingCounts
from dutydesk.desk.service.desk import Desk
from dutydesk.tui.frame.runner import DeskRunner, PacedRunner, TroubledRunner
from dutydesk.tui.frame.text_format import age, desk_text, display_text, time_of_day
from dutydesk.tui.frame.texts import texts
from dutydesk.tui.widgets.frame_lines import Piece

#: The officer's name stands next to it and is never left out.
_STATE_CELLS = 24


class HeaderCounts:
    def __init__(self) -> None:
        self._header: HeaderView | None = None
        self._alarms: list[AlarmRow] = []
        self.waiting = WaitingCounts()
        self._announced_flash: set[str] = set()

    async def read(self, desk: Desk) -> bool:
        """Read header and alarms; whether a flash item came that nobody has claimed, true once for each."""
        found = await desk.queries.overview()
        self._header, self._alarms = found.header, list(found.alarms)
        self.waiting = found.waiting
        flash = {alarm.subject for alarm in found.alarms if alarm.alarm == "flash"}
        is_new = bool(flash - self._announced_flash)
        self._announced_flash = flash
        return is_new

    def alarms(self, runner: DeskRunner | None) -> list[AlarmRow]:
        """Troubles of the dispatcher come first: nothing goes out until they are over."""
        troubles: tuple[str, ...] = runner.troubles() if isinstance(runner, TroubledRunner) else ()
        return [*(AlarmRow(texts.TROUBLE, texts.DISPATCHER, text, None) for text in troubles), *self._alarms]

    def counts(self, realm: str, last_minute: tuple[int, int], now: datetime) -> Sequence[Piece]:
        """The left of the header; ``last_minute``: messages and checks."""
        header, (messages, checks) = self._header, last_minute
        pieces: list[Piece] = [
            (texts.REALMS.get(realm, realm.upper()), "chosen", 0),
            (texts.messages_a_minute(messages), "", 5),
            (texts.checks_a_minute(checks), "", 8),
        ]
        if header is not None:
            oldest = age(header.oldest_held, now) if header.oldest_held else ""
            pieces.append((texts.held(header.held), "warn" if header.held else "", 0))
            pieces.append((texts.unclaimed_flash(self.waiting.flash), "alarm", 0))
            pieces.append((texts.unclaimed_urgent(self.waiting.urgent), "bad", 0))
            pieces.append((texts.oldest_held(oldest) if oldest else "", "warn", 4))
            pieces.append((texts.quarantined(header.quarantined), "bad", 2))
            pieces.append((texts.dead_deliveries(header.dead), "bad", 3))
            pieces.append((texts.queued(header.queued), "", 7))
            pieces.append((texts.wait_offline(header.waiting), "", 6))
        return pieces


def header_right(runner: DeskRunner | None, officer: str, now: datetime) -> Sequence[Piece]:
    """The dispatcher's state, the officer and the time."""
    pieces: list[Piece] = []
    if runner is not None:
        pieces.append((desk_text(runner.state_words(), _STATE_CELLS), "", 1))
        if isinstance(runner, PacedRunner):
            pieces.append((texts.REPLAY_PAUSED if runner.paused else runner.speed_words(), "", 1))
    pieces.append((display_text(officer, 20), "dim", 0))
    pieces.append((time_of_day(now), "strong", 0))
    return pieces
