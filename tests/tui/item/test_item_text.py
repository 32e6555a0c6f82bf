"""An item's text: names of fixed lists are said as words, what was written freely stays as it was sent."""

from __future__ import annotations

from dutydesk.domain.events.log import Json
from dutydesk.tui.item.body_fields import all_fields, body_lines

BODY: dict[str, Json] = {
    "type": "notice_request",
    "purpose": "arrest_for_extradition",
    "confidentiality": "official_use_only",
    "text": "His account is night_owl; see wanted_for_prosecution.",
    "subject": {
        "type": "person",
        "status": "wanted_for_prosecution",
        "name": {"family": "Varelo", "given": "Tomas"},
        "aliases": [{"family": "night_owl"}],
        "identity_documents": [{"type": "identity_card", "number": "ab_12", "issuer": "BR"}],
    },
    "judicial": {"offences": [{"charge": "a_b", "category": "drug_trafficking", "maximum_penalty_months": 60}]},
}


def test_the_whole_body_says_names_as_words() -> None:
    lines = [f"{paragraph.label} {paragraph.text}".strip() for paragraph in all_fields(BODY)]
    for said in (
        "type notice request",
        "purpose arrest for extradition",
        "confidentiality official use only",
        "status wanted for prosecution",
        "type identity card",
        "category drug trafficking",
        "maximum penalty months 60",
    ):
        assert said in lines
    for sent in ("family night_owl", "number ab_12", "charge a_b", f"text {BODY['text']}"):
        assert sent in lines, "a name or a text that somebody wrote is evidence as it stands"


def test_the_fields_of_a_kind_say_names_as_words() -> None:
    lines = [f"{paragraph.label} {paragraph.text}" for paragraph in body_lines(BODY, "red")]
    for said in (
        "Status wanted for prosecution",
        "Document identity card ab_12 of BR",
        "Alias night_owl",
        "Offence a_b; drug trafficking; maximum penalty 60 months",
        "Purpose arrest for extradition",
        "Handling official use only",
        f"Text {BODY['text']}",
    ):
        assert said in lines, lines
