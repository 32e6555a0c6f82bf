"""Valid messages become values of the domain; an invalid message gets all of its problems reported."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wire_cases import AT, EXAMPLES, example, packed, problems, quarantined, read, red, rejected, with_value

from dutydesk.domain.messages import message as m
from dutydesk.domain.messages import subjects
from dutydesk.wire.decode import limits
from dutydesk.wire.decode.message import decode_message
from dutydesk.wire.decode.outcome import DecodedMessage, QuarantinedMessage, RejectedMessage
from dutydesk.wire.reference.directory import load_directory
from dutydesk.wire.text.safe_text import safe_text


def decoded(message: dict[str, object] | bytes) -> m.Message:
    reading = read(message)
    assert isinstance(reading, DecodedMessage), reading
    return reading.message


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_decodes(path: Path) -> None:
    raw = path.read_bytes()
    reading = read(raw)
    assert isinstance(reading, DecodedMessage), reading
    assert m.type_of(reading.message) == json.loads(raw)["type"]
    assert reading.sha256 == hashlib.sha256(raw).hexdigest()


def test_the_examples_hold_every_type() -> None:
    assert {json.loads(path.read_bytes())["type"] for path in EXAMPLES} == set(m.MessageType)


def test_a_diffusion_keeps_all_that_was_said() -> None:
    message = decoded(red())
    assert isinstance(message, m.Diffusion)
    assert message.envelope == m.Envelope("SE/2022/4-117", "SE", datetime(2022, 5, 4, 12, 20, 31, 500_000, tzinfo=UTC))
    assert message.envelope.sent_at.tzinfo is UTC
    body = message.body
    assert (body.kind, body.urgency, body.confidentiality, body.language, body.purpose) == (
        m.Kind.RED,
        m.Urgency.URGENT,
        m.Confidentiality.RESTRICTED,
        m.Language.FRENCH,
        m.Purpose.ARREST_FOR_EXTRADITION,
    )
    assert body.recipients == ("NO", "DK", "EE", "LV")
    assert body.restricted_from == ("BY",)
    assert body.retention_until == date(2026, 12, 31)
    assert body.subject == subjects.Person(
        status=subjects.PersonStatus.WANTED_TO_SERVE_SENTENCE,
        name=subjects.PersonName("Quillabrand", "Irzo", "Квиллабранд Ирзо"),
        aliases=(subjects.PersonName("Quillbrand", "Irso"), subjects.PersonName(given="Le Meunier")),
        sex=subjects.Sex.MALE,
        date_of_birth=subjects.PartialDate(1968, 11),
        place_of_birth="Vellmark",
        nationalities=("SE", "FI"),
        minor=False,
        identity_documents=(
            subjects.IdentityDocument("passport", "ZX4400917", "SE"),
            subjects.IdentityDocument("identity card", "19-6811-X", "FI"),
        ),
        description=subjects.PhysicalDescription(174, 82, "grey", "green", "tattoo of a heron on the right forearm"),
        biometrics=(subjects.Biometric.PHOTO, subjects.Biometric.FINGERPRINTS),
        occupation="boat builder",
    )
    assert body.judicial == subjects.Judicial(
        offences=(
            subjects.Offence(
                "Handling stolen outboard engines", "Penal Code, chapter 9, section 6", "property", 72, 30, 22
            ),
        ),
        facts=subjects.Facts(
            "In autumn 2018 he bought and sold on forty-one outboard engines that he knew to be stolen from two "
            "harbours.",
            subjects.PartialDate(2018),
            "Vellmark",
        ),
        warrant=subjects.Warrant("B 2207-19", "District Court, Vellmark", subjects.PartialDate(2019, 6, 3), True),
        in_absentia=True,
        assurances=subjects.Assurances(True, True, True),
    )


def test_what_was_not_said_stays_unsaid() -> None:
    message = decoded(example("purple-diffusion"))
    assert isinstance(message, m.Diffusion)
    assert message.body.recipients == m.Everyone()
    assert message.body.purpose is None
    assert message.body.effective_purpose is m.Purpose.SHARE_METHOD
    assert (message.body.urgency, message.body.judicial, message.body.retention_until) == (
        m.Urgency.ROUTINE,
        None,
        None,
    )


def test_the_other_types() -> None:
    restriction = decoded(example("restriction"))
    assert isinstance(restriction, m.Restriction)
    assert (restriction.deny, restriction.allow, restriction.of) == (m.Everyone(), ("TZ", "UG"), "KE_P.2022-3")
    nominal = decoded(example("nominal-check"))
    assert isinstance(nominal, m.Check)
    assert nominal.query == m.NominalQuery("Irzo Quillabrand", subjects.PartialDate(1968), "FI", "ZX4400917")
    document = decoded(example("document-check"))
    assert isinstance(document, m.Check)
    assert (document.query, document.place) == (m.DocumentQuery("ZX4400917", "SE"), "Narvik-Ost ferry")
    response = decoded(example("response"))
    assert isinstance(response, m.Response)
    assert (response.about, response.action) == ("D-000417", m.ResponseAction.ACTING)
    recall = decoded(example("recall-confirmation"))
    assert isinstance(recall, m.RecallConfirmation)
    assert recall.outcome is m.RecallOutcome.KEPT_ON_NATIONAL_BASIS
    notice = decoded(example("corrected-notice-request"))
    assert isinstance(notice, m.Correction)
    assert (notice.of, notice.body.recipients) == ("CL-N-0009", None)
    assert isinstance(notice.body.subject, subjects.Thing)
    assert notice.body.subject.biometrics == (subjects.Biometric.DNA,)


def test_texts_of_nothing_but_spaces_count_as_absent() -> None:
    message = decoded(with_value(red(), "judicial.warrant.reference", " \u3000"))
    assert isinstance(message, m.Diffusion)
    assert message.body.judicial is not None
    assert message.body.judicial.warrant is not None
    assert message.body.judicial.warrant.reference is None


def test_equal_content_has_one_hash_whatever_its_spelling() -> None:
    message = red()
    plain, respelt = read(message), read(json.dumps(dict(reversed(message.items())), indent=3).encode())
    assert isinstance(plain, DecodedMessage)
    assert isinstance(respelt, DecodedMessage)
    assert plain.content_hash == respelt.content_hash
    assert plain.sha256 != respelt.sha256
    other = read(red(text="Localiser."))
    assert isinstance(other, DecodedMessage)
    assert other.content_hash != plain.content_hash


def test_a_message_within_the_limit_of_bytes_to_the_last_one() -> None:
    raw = packed(red())
    full = raw[:-1] + b" " * (limits.MESSAGE_BYTES - len(raw)) + raw[-1:]
    assert isinstance(read(full), DecodedMessage)
    assert rejected(full + b" ") == {"$": "has 262,145 bytes; at most 262,144 (256 KiB) are taken"}


def test_every_problem_is_told_at_once() -> None:
    message = red(recipients=["NO", "uk", 7], kind="pink", text=5, recipents=[], retention_until="2029-01-01")
    message = with_value(message, "subject.date_of_birth", "1968-02-30")
    message = with_value(message, "subject.minor", 1)
    message["judicial"]["offences"].append({"maximum_penalty_months": -1, "sentence_months": True})
    del message["language"]
    found = rejected(message)
    assert set(found) == {
        "recipients[1]",
        "recipients[2]",
        "kind",
        "text",
        "recipents",
        "retention_until",
        "subject.date_of_birth",
        "subject.minor",
        "judicial.offences[1].maximum_penalty_months",
        "judicial.offences[1].sentence_months",
        "language",
    }
    assert "GB" in found["recipients[1]"]
    assert found["recipents"] == "is no field of this message; did you mean recipients?"
    assert found["language"] == "is missing"
    assert found["retention_until"] == "is 2029-01-01, more than 5 years from receipt: at the latest 2027-05-11"


def test_faults_of_the_bytes_and_of_the_schema_are_told_together() -> None:
    raw = packed(red(kind="pink", subject={"type": "person", "occupation": "a\0b"}))
    found = rejected(raw[:-1] + b',"text":"twice","x":1e999}')
    assert set(found) == {"$", "kind", "subject.occupation", "x"}
    assert found["$"] == 'has the key "text" 2 times'


def test_problems_are_counted_beyond_what_is_listed() -> None:
    reading = read(red(**{f"extra_{number}": 1 for number in range(900)}))
    assert isinstance(reading, RejectedMessage)
    assert len(reading.problems) == limits.PROBLEMS + 1
    assert reading.problems[-1].problem == "has 400 problems more"


def test_problems_hold_no_control_characters() -> None:
    found = rejected(red(**{"\x1b[2J\u202e": 1}, kind="\x1b]0;x\x07\u202e", schema="\x7f"))
    assert all(text.isprintable() for pair in found.items() for text in pair)
    assert "\\x1b" in found["kind"]


def test_lengths_are_named() -> None:
    assert rejected(red(text="x" * 100_001)) == {"text": "at most 100,000 characters, has 100,001"}
    named = with_value(red(), "subject.name.family", "x" * 4_311)
    assert rejected(named) == {"subject.name.family": "at most 200 characters, has 4,311"}
    assert rejected(red(recipients=["NO"] * 40_000)) == {"recipients": "at most 300 entries, has 40,000"}


@pytest.mark.parametrize("sender", ["ru", "UK", "SU", "YU", "XX", "RUS", "643", "TW", "Freedonia"])
def test_a_sound_message_from_an_unknown_sender_waits_for_an_officer(sender: str) -> None:
    reading = read(red(sender=sender))
    assert isinstance(reading, QuarantinedMessage)
    assert (set(problems(reading)), reading.sender, reading.reference) == ({"sender"}, sender, "SE/2022/4-117")


def test_an_unknown_sender_with_another_fault_is_rejected() -> None:
    assert set(rejected(red(sender="XX", text=""))) == {"sender", "text"}


def test_who_is_a_bureau_depends_on_the_day_of_receipt() -> None:
    directory = load_directory()
    late = next(bureau for bureau in directory.bureaus if bureau.member_since is not None)
    assert late.member_since is not None
    joined = datetime(late.member_since.year, late.member_since.month, late.member_since.day, tzinfo=UTC)
    raw = packed({key: value for key, value in red(sender=late.code).items() if key != "retention_until"})
    assert isinstance(decode_message(raw, directory, joined), DecodedMessage)
    assert isinstance(decode_message(raw, directory, joined.replace(year=joined.year - 1)), QuarantinedMessage)


def test_identity_is_told_only_where_it_is_beyond_doubt() -> None:
    raw = packed(red(text=""))
    reading = read(raw)
    assert isinstance(reading, RejectedMessage)
    assert (reading.reference, reading.sender) == ("SE/2022/4-117", "SE")
    twice = read(raw[:-1] + b',"sender":"NO"}')
    assert isinstance(twice, RejectedMessage)
    assert (twice.reference, twice.sender) == ("SE/2022/4-117", None)
    cut = read(raw[: len(raw) // 2])
    assert isinstance(cut, QuarantinedMessage)
    assert (cut.reference, cut.sender) == ("SE/2022/4-117", "SE")
    half = read(json.dumps(red(reference="\ud800", sender=["SE"])).encode())
    assert isinstance(half, RejectedMessage)
    assert (half.reference, half.sender) == (None, None)


def test_the_time_of_receipt_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        decode_message(packed(red()), load_directory(), AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("name", "gone", "path"),
    [
        ("red-diffusion", "recipients", "recipients"),
        ("red-diffusion", "subject", "subject"),
        ("withdrawal", "of", "of"),
        ("withdrawal", "reason", "reason"),
        ("information", "about", "about"),
        ("response", "action", "action"),
        ("recall-confirmation", "outcome", "outcome"),
        ("nominal-check", "database", "database"),
        ("document-check", "query", "query"),
        ("correspondence", "text", "text"),
        ("correspondence", "type", "type"),
        ("correspondence", "sent_at", "sent_at"),
    ],
)
def test_required_fields(name: str, gone: str, path: str) -> None:
    message = example(name)
    del message[gone]
    assert rejected(message) == {path: "is missing"}


def test_branches_of_a_union_leave_no_trace_in_a_path() -> None:
    assert set(rejected(red(subject={"type": "person", "title": "x"}))) == {"subject.title"}
    assert set(rejected(red(subject={"type": "ghost"}))) == {"subject.type"}
    assert set(rejected(red(subject={}))) == {"subject.type"}
    assert rejected(red(subject=5)) == {"subject": "must be an object, is 5"}
    swapped = example("nominal-check") | {"database": "travel_documents"}
    assert set(rejected(swapped)) == {"query.name", "query.date_of_birth", "query.nationality"}
    assert set(rejected(red(recipients="NO"))) == {"recipients"}
    assert set(rejected(red(recipients=[["NO"]]))) == {"recipients[0]"}


def test_a_restriction_says_whom_it_denies_or_allows() -> None:
    message = example("restriction")
    del message["deny"], message["allow"]
    assert rejected(message) == {"$": 'needs "deny", "allow" or both'}
    assert rejected(message | {"deny": []}) == {"deny": "is empty"}
    assert set(rejected(message | {"allow": ["TZ", "all"]})) == {"allow[1]"}


def test_bytes_that_are_no_text_say_where() -> None:
    assert quarantined(packed(red())[:-1])["$"].startswith("is cut off")
    assert "byte 4 " in quarantined(b"{  \n'a':1}")["$"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
paths = st.sampled_from(
    [
        "schema",
        "type",
        "reference",
        "sender",
        "sent_at",
        "kind",
        "recipients",
        "subject",
        "subject.type",
        "text",
        "subject.name",
        "subject.aliases",
        "subject.date_of_birth",
        "subject.nationalities",
        "subject.identity_documents",
        "judicial.offences",
        "judicial.facts",
        "judicial.warrant.date",
        "restricted_from",
        "retention_until",
    ]
)


@given(path=paths, value=json_values)
def test_whatever_stands_in_a_field_gets_an_answer(path: str, value: object) -> None:
    reading = read(json.dumps(with_value(red(), path, value)).encode())
    if isinstance(reading, RejectedMessage | QuarantinedMessage):
        assert reading.problems
        assert all(text == safe_text(text) for p in reading.problems for text in (p.path, p.problem))


@given(cut=st.integers(0, 2_500), put=st.binary(max_size=6))
def test_whatever_bytes_come_get_an_answer(cut: int, put: bytes) -> None:
    raw = packed(red())
    reading = read(raw[:cut] + put + raw[cut + len(put) :])
    assert isinstance(reading, DecodedMessage) or reading.problems
