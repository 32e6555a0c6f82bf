"""Events of the people at the desk: who they are, when they come and go, and how a shift is handed over."""

from __future__ import annotations

from typing import ClassVar

from dutydesk.domain.events.event import LogEvent, Logged, event
from dutydesk.domain.events.log import EventKind


@event
class OfficerEvent(LogEvent):
    """An officer's role, country and new logins. ``login`` is the administrator's."""

    login: Logged[str]
    role: Logged[str]
    country: Logged[str]
    logins: Logged[tuple[str, ...]]


@event
class OfficerAdded(OfficerEvent):
    kind: ClassVar = EventKind.OFFICER_ADDED


@event
class OfficerChanged(OfficerEvent):
    kind: ClassVar = EventKind.OFFICER_CHANGED


@event
class PresenceEvent(LogEvent):
    """An officer opens or leaves the console."""

    login: Logged[str]


@event
class OfficerSignedIn(PresenceEvent):
    kind: ClassVar = EventKind.OFFICER_SIGNED_IN


@event
class OfficerSignedOut(PresenceEvent):
    kind: ClassVar = EventKind.OFFICER_SIGNED_OUT


@event
class HandoverWritten(LogEvent):
    """``sha256`` is that of the note's text; ``replaces`` the note that nobody had accepted yet."""

    kind: ClassVar = EventKind.HANDOVER_WRITTEN

    login: Logged[str]
    sha256: Logged[str]
    shift_from: Logged[str]
    shift_until: Logged[str]
    replaces: Logged[str | None]


@event
class HandoverAccepted(LogEvent):
    kind: ClassVar = EventKind.HANDOVER_ACCEPTED

    login: Logged[str]
    sha256: Logged[str]
    written_by: Logged[str]
