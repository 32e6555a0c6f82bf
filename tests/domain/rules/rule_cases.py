"""For each rule: a body that fires it, with field and severity, and the same body repaired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as made_of
from datetime import date

from bodies import (
    complete,
    serving_body,
    the_conflict,
    with_assurances,
    with_facts,
    with_judicial,
    with_offence,
    with_person,
    with_thing,
    with_warrant,
)

from dutydesk.domain.messages.message import Body, Confidentiality, Kind, MessageType, Purpose, Urgency
from dutydesk.domain.messages.subjects import (
    IdentityDocument,
    PartialDate,
    PersonName,
    PersonStatus,
    PhysicalDescription,
    Sex,
)
from dutydesk.domain.rules.examination import Severity
from dutydesk.domain.rules.likeness import Identity, Likeness
from dutydesk.domain.rules.registers import CcfMatter, EarlierItem, Register, RegisterEntry, RegisterMatch
from dutydesk.language.languages import Language

BLOCK, FLAG = Severity.BLOCK, Severity.FLAG
DIFFUSION, NOTICE_REQUEST = MessageType.DIFFUSION, MessageType.NOTICE_REQUEST
RED, BLUE, GREEN, YELLOW = (complete(kind) for kind in (Kind.RED, Kind.BLUE, Kind.GREEN, Kind.YELLOW))
BLACK, PURPLE, ORANGE, SILVER = (complete(kind) for kind in (Kind.BLACK, Kind.PURPLE, Kind.ORANGE, Kind.SILVER))
HOLDER = replace(SILVER, subject=BLUE.subject)
RUSSIAN = "Просим установить местонахождение и задержать для выдачи."


@dataclass(frozen=True)
class Case:
    """One case.

    ``told`` holds changes of the review context; ``repaired`` defaults to the complete body of the kind.
    """

    rule: str
    body: Body
    field: str
    severity: Severity
    words: str = ""
    type: MessageType = DIFFUSION
    context_changes: Mapping[str, object] = made_of(default_factory=dict)
    repaired: Body | None = None
    repaired_changes: Mapping[str, object] = made_of(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.rule}-{self.field}-{self.words[:12]}"


FORM = (
    Case("SRC-01", RED, "sender", BLOCK, "XX", context_changes={"sender": "XX"}),
    Case("SRC-01", SILVER, "kind", BLOCK, "silver", context_changes={"pilot_members": frozenset({"FR"})}),
    Case("FRM-02", replace(RED, text=RUSSIAN), "text", BLOCK, RUSSIAN),
    Case(
        "FRM-02",
        replace(RED, text="请求协助查找并拘留此人以便引渡。"),
        "text",
        BLOCK,
        "请求协助查找并拘留此人以便引渡。",
    ),
    Case("FRM-02", replace(RED, text="---"), "text", BLOCK, "---"),
    Case("FRM-02", replace(RED, language=Language.ARABIC), "text", BLOCK, RED.text),
    Case("FRM-02", with_facts(RED, summary=RUSSIAN), "judicial.facts.summary", BLOCK, RUSSIAN),
    Case("FRM-02", with_thing(PURPLE, description=RUSSIAN), "subject.description", BLOCK, RUSSIAN),
    Case("FRM-03", replace(RED, recipients=()), "recipients", BLOCK),
    Case("FRM-03", replace(RED, recipients=None), "recipients", BLOCK),
    Case("FRM-03", replace(RED, recipients=("RU",)), "recipients", BLOCK, "RU"),
    Case("FRM-03", replace(RED, recipients=("PL", "ZZ")), "recipients[1]", BLOCK, "ZZ"),
    Case("FRM-04", RED, "reference", FLAG, "2022/114", context_changes={"reference_taken": "2022/114"}),
    Case("FRM-05", RED, "sent_at", FLAG, "2032-03-12", context_changes={"sent_on": date(2032, 3, 12)}),
    Case(
        "FRM-05",
        RED,
        "sent_at",
        FLAG,
        "2022-02-09",
        context_changes={"sent_on": date(2022, 2, 9)},
        repaired_changes={"sent_on": date(2022, 2, 10)},
    ),
    Case(
        "FRM-05",
        RED,
        "sent_at",
        FLAG,
        "2022-03-14",
        context_changes={"sent_on": date(2022, 3, 14)},
        repaired_changes={"sent_on": date(2022, 3, 13)},
    ),
    Case("PUR-01", replace(RED, purpose=Purpose.LOCATE_MISSING_PERSON), "purpose", BLOCK, "locate_missing_person"),
    Case("STA-01", with_person(BLUE, status=None), "subject.status", BLOCK),
    Case("STA-01", with_person(RED, status=PersonStatus.WITNESS), "subject.status", BLOCK, "witness"),
    Case("STA-01", with_person(GREEN, status=PersonStatus.MISSING), "subject.status", BLOCK, "missing"),
    Case("STA-01", with_person(YELLOW, status=PersonStatus.SUSPECT), "subject.status", BLOCK, "suspect"),
    Case("STA-01", replace(RED, subject=PURPLE.subject), "subject.type", BLOCK, "method"),
)

IDENTITY = (
    Case("IDN-01", with_person(RED, date_of_birth=None, biometrics=()), "subject", BLOCK),
    Case("IDN-01", with_person(RED, sex=Sex.UNKNOWN, biometrics=()), "subject", BLOCK),
    Case("IDN-01", with_person(RED, name=PersonName("Skarvin", "-"), biometrics=()), "subject", BLOCK),
    Case("IDN-01", with_person(RED, biometrics=(), identity_documents=(), description=None), "subject", BLOCK),
    Case(
        "IDN-01",
        with_person(
            RED, biometrics=(), identity_documents=(), description=PhysicalDescription(height_cm=0, hair="unknown")
        ),
        "subject",
        BLOCK,
    ),
    Case("IDN-01", with_person(RED, name=None, aliases=(), description=None), "subject", BLOCK),
    Case("IDN-01", replace(RED, subject=PURPLE.subject), "subject", BLOCK),
    Case("IDN-02", with_person(RED, date_of_birth=PartialDate(1890)), "subject.date_of_birth", BLOCK, "1890"),
    Case("IDN-02", with_person(BLUE, date_of_birth=PartialDate(2023)), "subject.date_of_birth", BLOCK, "2023"),
    Case("IDN-02", with_warrant(RED, date=PartialDate(1973, 12)), "judicial.warrant.date", BLOCK, "1973-12"),
    Case("IDN-02", with_warrant(RED, date=PartialDate(2022, 4)), "judicial.warrant.date", BLOCK, "2022-04"),
    Case("IDN-02", with_facts(RED, date=PartialDate(1973)), "judicial.facts.date", BLOCK, "1973"),
    Case("IDN-02", with_facts(RED, date=PartialDate(2022, 3, 14)), "judicial.facts.date", BLOCK, "2022-03-14"),
    Case("IDN-03", with_person(YELLOW, minor=None), "subject.minor", FLAG, "2010-05-14"),
    Case("IDN-03", with_person(YELLOW, minor=False), "subject.minor", FLAG, "2010-05-14"),
    Case("IDN-03", with_person(RED, minor=None, date_of_birth=PartialDate(2004)), "subject.minor", FLAG, "2004"),
    Case("IDN-04", with_person(RED, name=PersonName("Skarvin", "-")), "subject.name.given", FLAG, "-"),
    Case("IDN-04", with_person(RED, name=PersonName("N/A", "Ilja")), "subject.name.family", FLAG, "N/A"),
    Case("IDN-04", with_person(RED, aliases=(PersonName("Unknown"),)), "subject.aliases[0].family", FLAG, "Unknown"),
    Case("IDN-04", with_person(RED, place_of_birth=" ? "), "subject.place_of_birth", FLAG, "?"),
    Case("IDN-04", with_person(RED, occupation="sin datos"), "subject.occupation", FLAG, "sin datos"),
    Case(
        "IDN-04",
        with_person(RED, identity_documents=(IdentityDocument("passport", "xxx", "RU"),)),
        "subject.identity_documents[0].number",
        FLAG,
        "xxx",
    ),
    Case(
        "IDN-04", with_person(RED, date_of_birth=PartialDate(1900, 1, 1)), "subject.date_of_birth", FLAG, "1900-01-01"
    ),
    Case(
        "IDN-04",
        with_person(RED, description=PhysicalDescription(height_cm=0)),
        "subject.description.height_cm",
        FLAG,
        "0",
    ),
    Case(
        "IDN-04",
        with_person(RED, description=PhysicalDescription(weight_kg=0)),
        "subject.description.weight_kg",
        FLAG,
        "0",
    ),
    Case(
        "IDN-04",
        with_person(RED, description=PhysicalDescription(eyes="--")),
        "subject.description.eyes",
        FLAG,
        "--",
    ),
    Case("IDN-04", with_thing(PURPLE, title="tbd"), "subject.title", FLAG, "tbd"),
)

JUDICIAL = (
    Case(
        "JUD-01",
        with_offence(RED, maximum_penalty_months=18),
        "judicial.offences[0].maximum_penalty_months",
        FLAG,
        "18",
    ),
    Case(
        "JUD-01",
        with_offence(RED, maximum_penalty_months=23),
        "judicial.offences[0].maximum_penalty_months",
        BLOCK,
        "23",
        NOTICE_REQUEST,
    ),
    Case(
        "JUD-02",
        serving_body(sentence_months=5),
        "judicial.offences[0].sentence_months",
        FLAG,
        "5",
        repaired=serving_body(),
    ),
    Case(
        "JUD-02",
        serving_body(sentence_months=None, remaining_months=5),
        "judicial.offences[0].remaining_months",
        BLOCK,
        "5",
        NOTICE_REQUEST,
        repaired=serving_body(sentence_months=None, remaining_months=6),
    ),
    Case("JUD-03", with_judicial(RED, warrant=None), "judicial.warrant", BLOCK),
    Case("JUD-03", replace(RED, judicial=None), "judicial.warrant", BLOCK),
    Case("JUD-03", with_warrant(RED, reference=""), "judicial.warrant.reference", BLOCK),
    Case("JUD-03", with_warrant(RED, reference="n/a"), "judicial.warrant.reference", BLOCK, "n/a"),
    Case("JUD-03", with_warrant(RED, authority=None), "judicial.warrant.authority", BLOCK),
    Case("JUD-03", with_warrant(RED, date=None), "judicial.warrant.date", BLOCK, type=NOTICE_REQUEST),
    Case(
        "JUD-03",
        with_warrant(RED, authority="Ministry of Internal Affairs"),
        "judicial.warrant.authority",
        FLAG,
        "Ministry",
    ),
    Case("JUD-03", with_warrant(RED, judicial=False), "judicial.warrant.judicial", FLAG, "false"),
    Case("JUD-04", with_judicial(RED, offences=()), "judicial.offences", BLOCK),
    Case("JUD-04", with_offence(RED, charge="-"), "judicial.offences[0].charge", BLOCK, "-"),
    Case("JUD-04", with_offence(RED, law=None), "judicial.offences[0].law", BLOCK),
    Case(
        "JUD-04",
        with_offence(RED, maximum_penalty_months=None),
        "judicial.offences[0].maximum_penalty_months",
        BLOCK,
    ),
    Case(
        "JUD-04",
        serving_body(sentence_months=None),
        "judicial.offences[0].sentence_months",
        BLOCK,
        repaired=serving_body(),
    ),
    Case("JUD-05", with_judicial(RED, facts=None), "judicial.facts", BLOCK),
    Case("JUD-05", with_facts(RED, summary=None), "judicial.facts.summary", BLOCK),
    Case("JUD-05", with_facts(RED, summary=" - "), "judicial.facts.summary", BLOCK, "-"),
    Case("JUD-05", with_facts(RED, date=None), "judicial.facts.date", BLOCK),
    Case("JUD-05", with_facts(RED, place=None), "judicial.facts.place", BLOCK),
    Case(
        "JUD-05",
        with_facts(RED, summary="He committed fraud."),
        "judicial.facts.summary",
        FLAG,
        "He committed fraud.",
    ),
    Case(
        "JUD-05",
        with_facts(
            RED, summary="He was the director of a building firm in Tver, and its customers lost three million."
        ),
        "judicial.facts.summary",
        FLAG,
        "director",
    ),
    Case(
        "JUD-07",
        with_judicial(serving_body(), in_absentia=None),
        "judicial.in_absentia",
        FLAG,
        repaired=with_judicial(serving_body(), in_absentia=False),
    ),
    Case(
        "JUD-07",
        with_judicial(serving_body(), in_absentia=True),
        "judicial.in_absentia",
        FLAG,
        "true",
        repaired=with_judicial(RED, in_absentia=None),
    ),
    Case("JUD-06", with_judicial(RED, assurances=None), "judicial.assurances", BLOCK),
    Case("JUD-06", replace(RED, text="Do not arrest him."), "text", FLAG, "Do not arrest"),
    Case(
        "JUD-06",
        replace(RED, text="Extradition will not be sought."),
        "text",
        FLAG,
        "Extradition will not be sought",
        NOTICE_REQUEST,
    ),
    Case(
        "JUD-06",
        with_assurances(RED, authority_competent=None),
        "judicial.assurances.authority_competent",
        BLOCK,
    ),
    Case(
        "JUD-06",
        with_assurances(RED, extradition_will_be_sought=False),
        "judicial.assurances.extradition_will_be_sought",
        BLOCK,
        "false",
    ),
    Case(
        "JUD-06",
        with_assurances(RED, coordinated_with_extradition_authority=False),
        "judicial.assurances.coordinated_with_extradition_authority",
        BLOCK,
        "false",
        NOTICE_REQUEST,
    ),
)

MINIMUM = (
    Case("MIN-BLUE", with_person(BLUE, name=None, aliases=(), biometrics=()), "subject.name", BLOCK),
    Case("MIN-BLUE", replace(BLUE, text="Please help."), "text", FLAG, "Please help."),
    Case("MIN-GREEN", with_person(GREEN, name=None), "subject.name", BLOCK),
    Case("MIN-GREEN", replace(with_person(GREEN, status=PersonStatus.SUSPECT), judicial=None), "judicial", BLOCK),
    Case("MIN-GREEN", replace(GREEN, judicial=None), "subject.status", FLAG, "convicted"),
    Case("MIN-YELLOW", with_person(YELLOW, name=None, description=None, biometrics=()), "subject.name", BLOCK),
    Case("MIN-YELLOW", replace(YELLOW, text="Left home and did not come back."), "judicial.facts.date", BLOCK),
    Case("MIN-BLACK", with_thing(BLACK, biometrics=()), "subject.biometrics", BLOCK),
    Case("MIN-BLACK", replace(BLACK, text="A man was found in the river."), "judicial.facts.date", BLOCK),
    Case("MIN-PURPLE", with_thing(PURPLE, title=None, description=None), "subject.description", BLOCK),
    Case("MIN-PURPLE", replace(PURPLE, subject=BLUE.subject), "subject.type", BLOCK, "person"),
    Case("MIN-ORANGE", with_thing(ORANGE, title="-", description=None), "subject.description", BLOCK, "-"),
    Case("MIN-ORANGE", replace(ORANGE, urgency=Urgency.ROUTINE), "urgency", FLAG, "routine"),
    Case("MIN-SILVER", with_thing(SILVER, title="n/a", description=None), "subject.description", BLOCK, "n/a"),
    Case(
        "MIN-SILVER", with_thing(SILVER, title=None, description=None), "subject.description", BLOCK, "", NOTICE_REQUEST
    ),
    Case("MIN-SILVER", with_person(HOLDER, name=None, aliases=(), biometrics=()), "subject.name", BLOCK),
    Case("MIN-SILVER", replace(HOLDER, text="His assets."), "text", FLAG, "His assets."),
)

_CONFIDENTIAL = replace(RED, confidentiality=Confidentiality.CONFIDENTIAL)
_CLEARED = {"cleared_for_confidential": frozenset({"PL"})}

PROTECTION = (
    Case("VIC-01", with_person(RED, status=PersonStatus.VICTIM), "subject.status", BLOCK, "victim"),
    Case("VIC-01", with_person(GREEN, status=PersonStatus.WITNESS), "subject.status", BLOCK, "witness"),
    Case(
        "VIC-01",
        replace(with_person(BLUE, status=PersonStatus.WITNESS), purpose=Purpose.ARREST_FOR_EXTRADITION),
        "subject.status",
        BLOCK,
        "witness",
        repaired=with_person(BLUE, status=PersonStatus.WITNESS),
    ),
    Case(
        "CON-04",
        with_person(RED, nationalities=("PL", "UA")),
        "subject.nationalities[1]",
        FLAG,
        "UA",
        context_changes={"conflicts": (the_conflict(),)},
        repaired_changes={"conflicts": (the_conflict(),)},
    ),
    Case("CNF-01", _CONFIDENTIAL, "recipients", BLOCK, "DE", context_changes=_CLEARED, repaired_changes=_CLEARED),
    Case(
        "CNF-01",
        replace(_CONFIDENTIAL, recipients=None),
        "recipients",
        BLOCK,
        "BR, BY, CN, DE, FR, IT, UA",
        NOTICE_REQUEST,
        context_changes=_CLEARED,
        repaired_changes={"cleared_for_confidential": frozenset({"BR", "BY", "CN", "DE", "FR", "IT", "PL", "UA"})},
        repaired=replace(_CONFIDENTIAL, recipients=None),
    ),
    Case("SLV-01", SILVER, "sender", BLOCK, "RU", context_changes={"pilot_members": frozenset({"FR"})}),
    Case(
        "SLV-01",
        SILVER,
        "sender",
        BLOCK,
        "RU",
        context_changes={"silver_share_left": 0},
        repaired_changes={"silver_share_left": 1},
    ),
    Case("RET-01", replace(RED, retention_until=None), "retention_until", BLOCK),
    Case("RET-01", replace(RED, retention_until=date(2040, 1, 1)), "retention_until", BLOCK, "2040-01-01"),
    Case("RET-02", replace(RED, retention_until=date(2022, 8, 12)), "retention_until", FLAG, "2022-08-12"),
    Case("RET-02", replace(BLUE, retention_until=date(2022, 3, 11)), "retention_until", FLAG, "2022-03-11"),
)

POINTING = (
    Case(
        "EXC-01",
        with_facts(
            with_offence(RED, charge="Adultery"), summary="He lived in Tver with a married neighbour in May 2018."
        ),
        "judicial.offences[0].charge",
        FLAG,
        "Adultery",
        NOTICE_REQUEST,
    ),
    Case(
        "EXC-01",
        with_offence(RED, charge="12(3)", category=None, law="On unpaid cheques, article 4"),
        "judicial.offences[0].law",
        FLAG,
        "unpaid cheques",
    ),
    Case("EXC-01", replace(RED, text="It is a custody dispute."), "text", FLAG, "custody dispute"),
    Case(
        "EXC-02",
        with_facts(
            with_offence(RED, charge="VAT fraud", category=None),
            summary="He filed four wrong returns in Tver in May 2018.",
        ),
        "judicial.offences[0].charge",
        FLAG,
        "VAT",
    ),
    Case(
        "EXC-02",
        with_facts(
            with_offence(RED, charge="VAT fraud", category=None),
            summary="He filed four wrong returns in Tver in May 2018.",
        ),
        "judicial.offences[0].charge",
        FLAG,
        "VAT",
        NOTICE_REQUEST,
    ),
    Case("CON-02", replace(RED, text="He confessed in detention in May."), "text", FLAG, "confessed in detention"),
    Case("CON-03", with_person(RED, occupation="politician"), "subject.occupation", FLAG, "politician"),
    Case("CON-03", replace(BLUE, text="She is sought for sedition since May."), "text", FLAG, "sedition"),
    Case(
        "SEN-01",
        replace(GREEN, text="He prays in a minority church at night."),
        "text",
        FLAG,
        "prays in a minority church",
    ),
    Case("INT-01", replace(BLUE, text="This is a purely local matter of Tver."), "text", FLAG, "purely local"),
)

_REFUSED = EarlierItem("D-000007", "notice_request", "red", "refused", date(2021, 5, 4), Likeness.STRONG)
_DECIDED = RegisterEntry(Register.CCF, "CCF/17", Identity(), date(2021, 3, 4), "RU", CcfMatter.DECISION, "deleted")
_ASKED = replace(_DECIDED, reference="CCF/18", matter=CcfMatter.OPEN_REQUEST, decision=None)
_REFUGEE = RegisterEntry(Register.REFUGEES, "R/9", Identity(), date(2019, 1, 2), "RU")


def _on_file(entry: RegisterEntry, likeness: Likeness = Likeness.STRONG) -> dict[str, object]:
    return {"on_file": (RegisterMatch(entry, likeness),)}


HISTORY = (
    Case("HIS-01", RED, "subject", BLOCK, "D-000007", context_changes={"earlier": (_REFUSED,)}),
    Case(
        "HIS-01",
        BLUE,
        "subject",
        FLAG,
        "D-000007",
        context_changes={"earlier": (replace(_REFUSED, likeness=Likeness.WEAK),)},
    ),
    Case("HIS-02", RED, "subject", BLOCK, "CCF/17", context_changes=_on_file(_DECIDED)),
    Case(
        "HIS-02",
        GREEN,
        "subject",
        BLOCK,
        "CCF/18",
        NOTICE_REQUEST,
        context_changes=_on_file(_ASKED),
        repaired_changes=_on_file(_REFUGEE),
    ),
    Case("HIS-02", RED, "subject", FLAG, "CCF/17", context_changes=_on_file(_DECIDED, Likeness.WEAK)),
    Case(
        "CON-05",
        RED,
        "subject",
        BLOCK,
        "R/9",
        context_changes=_on_file(_REFUGEE),
        repaired_changes=_on_file(replace(_REFUGEE, country="BY")),
    ),
    Case(
        "CON-05",
        BLUE,
        "subject",
        FLAG,
        "R/9",
        context_changes=_on_file(_REFUGEE, Likeness.WEAK),
        repaired_changes=_on_file(_DECIDED),
    ),
    Case(
        "CON-05",
        RED,
        "subject",
        BLOCK,
        "R/9",
        context_changes={"sender": "HK", **_on_file(replace(_REFUGEE, country="CN"))},
        repaired_changes={"sender": "HK", **_on_file(_REFUGEE)},
    ),
    Case(
        "RST-02",
        RED,
        "recipients",
        BLOCK,
        "PL, DE",
        context_changes={"addressed": ("PL", "DE"), "restricted": frozenset({"PL", "DE", "FR"})},
        repaired_changes={"addressed": ("PL", "DE"), "restricted": frozenset({"PL"})},
    ),
)

CASES = (*FORM, *IDENTITY, *JUDICIAL, *MINIMUM, *PROTECTION, *POINTING, *HISTORY)
