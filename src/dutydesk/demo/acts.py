"""What officers do in the sample shift."""

from __future__ import annotations

from datetime import UTC, datetime

from dutydesk.demo.shift import ScriptedAct

OPENING = datetime(2022, 3, 10, 6, tzinfo=UTC)
CLOSING = datetime(2022, 3, 12, 22, tzinfo=UTC)

SUPERVISOR = "Ines Ferro"
FIRST_OFFICER = "Jonas Abel"
SECOND_OFFICER = "Mara Lind"

#: Ukraine sends nothing while its bureau is off the network.
UA_OFFLINE = datetime(2022, 3, 10, 22, 40, tzinfo=UTC)
UA_ONLINE = datetime(2022, 3, 11, 7, 15, tzinfo=UTC)
RU_MEASURE = datetime(2022, 3, 10, 15, tzinfo=UTC)

ACTS = (
    ScriptedAct(
        at=RU_MEASURE,
        actor=SUPERVISOR,
        act="supervise",
        arguments=(
            ("country", "RU"),
            ("level", "held"),
            ("order", "SG/2022/0310-1"),
            ("by", "Secretary General"),
            (
                "reason",
                "To prevent any misuse of the channels in the present conflict, diffusions go to the General "
                "Secretariat first, which passes on those that comply with the rules.",
            ),
        ),
    ),
    ScriptedAct(at=UA_OFFLINE, actor=SECOND_OFFICER, act="offline", arguments=(("country", "UA"),)),
    ScriptedAct(at=UA_ONLINE, actor=FIRST_OFFICER, act="online", arguments=(("country", "UA"),)),
    ScriptedAct(
        at=datetime(2022, 3, 11, 9, 30, tzinfo=UTC),
        actor=SUPERVISOR,
        act="supervise",
        arguments=(
            ("country", "KE"),
            ("level", "monitored"),
            ("order", "SG/2022/0311-2"),
            ("by", "Secretary General"),
            ("reason", "At the bureau's own request while it brings a new case system into use."),
            ("review_by", "2022-04-15T00:00:00Z"),
        ),
    ),
    ScriptedAct(
        at=datetime(2022, 3, 12, 11, tzinfo=UTC),
        actor=SUPERVISOR,
        act="endorse",
        arguments=(("measure", "RU"), ("by", "Executive Committee"), ("order", "EC/2022/07")),
    ),
)
