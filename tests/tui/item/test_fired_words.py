"""Where the words of a finding stand in the text."""

from __future__ import annotations

from dutydesk.domain.rules.examination import Finding, Severity
from dutydesk.tui.frame.glyphs import ASCII, UNICODE
from dutydesk.tui.item.body_fields import BodyLine
from dutydesk.tui.item.fired_words import fired_places, marked_lines

LINES = [
    BodyLine("Status", "wanted for prosecution", "subject.status"),
    BodyLine("Offence", "Theft; Penal Code, section 1", "judicial.offences[0]"),
    BodyLine("Facts", "The opposition; the OPPÓSITION again", "judicial.facts.summary"),
    BodyLine("Text", "The opposition", "text"),
    BodyLine("In absentia", "yes", "judicial.in_absentia"),
]


def finding(field: str, words: str) -> Finding:
    return Finding("X-01", "", Severity.FLAG, field, words, "")


def words_at(field: str, words: str) -> list[tuple[str, str]]:
    return [
        (LINES[place.line].label, LINES[place.line].text[place.start : place.end])
        for place in fired_places(LINES, [finding(field, words)])
    ]


def test_words_are_found_in_their_own_field() -> None:
    assert words_at("text", "opposition") == [("Text", "opposition")]
    assert words_at("judicial.facts.summary", "oppósition") == [("Facts", "opposition")]
    assert words_at("judicial.offences[0].law", "Penal Code") == [("Offence", "Penal Code")]
    assert words_at("judicial.offences[1].law", "Penal Code") == []


def test_values_are_found_as_they_are_shown() -> None:
    assert words_at("subject.status", "wanted_for_prosecution") == [("Status", "wanted for prosecution")]
    assert words_at("judicial.in_absentia", "true") == [("In absentia", "yes")]
    assert words_at("text", "The oppo…") == [("Text", "The oppo")]


def test_a_missing_value_has_no_place() -> None:
    assert words_at("judicial.warrant", "") == []


def test_two_findings_on_the_same_words_are_marked_once_and_the_present_one_stands_out() -> None:
    findings = [finding("text", "The opposition"), finding("text", "opposition")]
    (line,) = (found for found in marked_lines(LINES, findings, 1, UNICODE) if found.label == "Text")
    assert line.text == "The opposition"
    assert "fired-here" in {mark.tone for mark in line.marks}
    (plain,) = (found for found in marked_lines(LINES, findings[1:], None, ASCII) if found.label == "Text")
    assert plain.text == "The [opposition]"
