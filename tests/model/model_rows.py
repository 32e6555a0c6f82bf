"""The rows of the table of states (design, 4), by the names under which the model counts them."""

from __future__ import annotations

from collections import Counter

from engine_under_test import IS_ON_CLUSTER

TABLE: dict[str, tuple[str, ...]] = {
    "- | receive, bad": (
        "-: received, undecodable",
        "-: received, unknown sender",
        "-: received, conflict of reference",
        "-: received, unsigned",
        "-: received, wrong signature",
        "quarantined: read again",
        "quarantined: rejected",
    ),
    "- | receive, direct": ("-: received, direct", "-: received, direct with a block", "-: received, held for a block"),
    "- | receive, monitored": ("-: received, monitored",),
    "- | receive, held": (
        "-: received, held by level",
        "-: received, held as notice_request",
        "-: received, silver",
        "-: received, nobody left",
        "-: received, held for HIS-01",
        "-: received, held for HIS-02",
        "-: received, held for CON-05",
    ),
    "- | receive, held for review alone": ("-: received, a sample", "-: received, unfinished"),
    "- | receive, suspended": ("-: received, suspended",),
    "held | claim, take over": ("held: claimed", "held: taken over", "held: claim had lapsed"),
    "held | tick": ("held: ticked",),
    "held | distinguish": ("held: judged to be about another person",),
    "held | ask": ("held: asked",),
    "held | escalate": ("held: escalated",),
    "information_requested | information": ("information_requested: information",),
    "undecided | correction": (
        "held: corrected",
        "proposed: corrected",
        "information_requested: corrected",
        "blocked: corrected",
    ),
    "undecided | correction to another person": (
        "held: corrected to another person",
        "proposed: corrected to another person",
        "information_requested: corrected to another person",
        "blocked: corrected to another person",
    ),
    "information_requested | silence past due": ("information_requested: silence past due",),
    "held | release, refuse by one officer": ("held: released by one officer", "held: refused by one officer"),
    "held | release, refuse by two": ("held: release proposed", "held: refuse proposed"),
    "proposed | confirm": ("proposed: release confirmed", "proposed: refuse confirmed", "proposed: found stale"),
    "proposed | dissent, withdraw": (
        "proposed: release dissented",
        "proposed: refuse dissented",
        "proposed: release taken back",
    ),
    "undecided | withdrawal": (
        "held: withdrawn by its sender",
        "proposed: withdrawn by its sender",
        "information_requested: withdrawn by its sender",
        "blocked: withdrawn by its sender",
    ),
    "open | sender becomes suspended": (
        "held: sender suspended",
        "proposed: sender suspended",
        "information_requested: sender suspended",
    ),
    "refused | reopen": ("refused: reopened",),
    "released | undo": ("released: undone", "superseded: stands again"),
    "released | correction": ("released: corrected", "released: superseded"),
    "released | found non-compliant": (
        "released: recall proposed",
        "released: recall confirmed",
        "proposed: recall dissented",
        "proposed: recall taken back",
        "released: recalled at once",
        "recalled: ratified",
        "recalled: a crossed copy is told",
    ),
    "released | withdrawal": ("released: withdrawn by its sender", "cancelled: a crossed copy is told"),
    "blocked | level eased": ("blocked: level eased",),
    "blocked | information stays blocked": ("blocked: information",),
    "ended | retention past": (
        "released: purged",
        "refused: purged",
        "withdrawn: purged",
        "superseded: purged",
        "recalled: purged",
        "cancelled: purged",
    ),
    "released | retention question": ("released: source asked whether to keep it",),
    "released | post-review": ("released: reviewed, stands", "released: reviewed, to be recalled"),
    "released | tightened (race rules 2, 3)": (
        "released: held again by a measure",
        "released: blocked again by a measure",
        "released: rest stopped, measure",
        "released: rest stopped, suspended",
    ),
    "measure": (
        "measure ordered: tightening",
        "measure ordered: effective by time",
        "measure proposed: easing waits",
        "measure proposed: confirmed",
        "measure proposed: dissented",
        "measure proposed: void",
        "measure effective: replaced",
        "measure effective: lift proposed",
        "measure effective: lifted",
        "measure awaiting: endorsed",
        "measure awaiting: declined",
    ),
    "delivery": (
        "delivery: sending",
        "delivery: delivered",
        "delivery: waits for its bureau",
        "delivery: its bureau is back",
        "delivery: failed",
        "delivery: dead",
        "delivery: retried by an officer",
        "delivery: taken back",
        "delivery: acknowledged",
        "delivery: acting",
        "delivery: acted",
        "delivery: declined",
        "delivery: recall told",
        "delivery: withdrawal told",
        "delivery: recall confirmed",
        "delivery: access withdrawn",
        "delivery: suppressed, restricted",
        "delivery: suppressed, suspended",
        "delivery: suppressed, measure",
        "delivery: suppressed, recalled",
        "delivery: suppressed, withdrawn",
        "delivery: suppressed, uncleared",
        "delivery: access withdrawal confirmed",
    ),
    "restriction": (
        "restriction: standing",
        "restriction: on an item",
        "restriction: on a family",
        "restriction: carried by a body",
    ),
    "officers who change": (
        "proposed: void by its proposer",
        "measure proposed: void by its proposer",
        "measure effective: lift void by its proposer",
        "officer: of a country that is denied",
    ),
    "widening access": (
        "widening: proposed",
        "widening: confirmed",
        "widening: dissented",
        "widening: overtaken",
        "widening: void by its proposer",
    ),
    "told to bureaus": (
        "told: receipt",
        "told: blocked",
        "told: refused",
        "told: information_request",
        "told: recall",
        "told: withdrawal",
        "told: access_withdrawn",
        "told: caveat",
        "told: caveat_lifted",
        "told: retention_question",
        "told of an earlier version: recall",
        "told of an earlier version: withdrawal",
    ),
    "references": tuple(
        f"{what}: {type_}"
        for what in ("accepted", "repeat", "conflict")
        for type_ in (
            "diffusion",
            "notice_request",
            "correction",
            "withdrawal",
            "information",
            "response",
            "recall_confirmation",
            "restriction",
            "check",
            "message",
        )
    ),
}

if IS_ON_CLUSTER:
    TABLE["route of a bureau, where several boxes share the desk"] = (
        "route: changed",
        "route: not changed while it is used",
        "route: leased by its own dispatcher",
    )

ROWS = frozenset(name for names in TABLE.values() for name in names)


class Tally:
    """The counts of all machines of a run."""

    def __init__(self) -> None:
        self.machines = self.steps = 0
        self.reached: Counter[str] = Counter()


TALLY = Tally()
