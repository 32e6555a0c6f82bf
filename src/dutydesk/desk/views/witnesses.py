"""What is known of each witness that the settings name, and the alarms that this gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from dutydesk.desk.base.rows import AlarmRow
from dutydesk.desk.base.settings import Settings
from dutydesk.domain.events.event import optional
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence
from dutydesk.store.engine.reader import Handle, from_us
from dutydesk.store.tables import tree

#: How long a witness may be silent.
SILENCE: Final = timedelta(days=1)


@value(frozen=True, slots=True)
class WitnessRow:
    """``cosigned_at`` is when it last cosigned, ``size`` the events of that checkpoint; ``None`` if it never did.

    ``refusal`` says why it does not cosign, where it said so later than that. ``is_silent``: not for a day;
    where the clock was set back by more since, nobody can tell, and it counts as silent too.
    """

    witness: str
    size: int | None
    cosigned_at: datetime | None
    refusal: str | None
    refused_at: datetime | None
    is_silent: bool


def witness_rows(handle: Handle, settings: Settings) -> list[WitnessRow]:
    """Each witness, in the order of the settings."""
    return [_row(handle, each.name) for each in settings.witnesses]


def _row(handle: Handle, name: str) -> WitnessRow:
    cosigned, refused = tree.last_cosigned(handle, name), tree.last_refused(handle, name)
    desk = handle.one("desk_row")
    made = handle.at if desk is None else from_us(desk["made_at"])
    since = made if cosigned is None else cosigned.at
    is_refused = refused is not None and (cosigned is None or refused.seq > cosigned.seq)
    return WitnessRow(
        name,
        None if cosigned is None else optional(cosigned.event.through),
        None if cosigned is None else cosigned.at,
        optional(refused.event.words) if refused is not None and is_refused else None,
        refused.at if refused is not None and is_refused else None,
        abs(handle.at - since) >= SILENCE,
    )


def witness_alarms(handle: Handle, settings: Settings) -> Iterator[AlarmRow]:
    """Report witnesses that refuse to cosign, and those that have not done so for a day."""
    for row in witness_rows(handle, settings):
        if row.refusal is not None:
            words = sentence("{witness} does not cosign the log: {why}", witness=row.witness, why=row.refusal)
            yield AlarmRow("witness", row.witness, words, row.refused_at)
        if row.is_silent and row.cosigned_at is None:
            yield AlarmRow(
                "witness", row.witness, sentence("{witness} has never cosigned the log", witness=row.witness), None
            )
        elif row.is_silent:
            words = sentence("{witness} has not cosigned the log for a day", witness=row.witness)
            yield AlarmRow("witness", row.witness, words, row.cosigned_at)


def last_checkpoint_words(handle: Handle) -> str:
    """The last checkpoint in the log, and the fingerprint of the key that signed it; nothing where there is none."""
    last = tree.last_checkpoint(handle)
    if last is None:
        return ""
    size, key = optional(last.event.through), optional(last.event.key)
    return f"the last one is of {size} events, of {last.at:%F %T} UTC, signed by the key {key}"
