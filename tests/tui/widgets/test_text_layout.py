"""Lines of a width: paragraphs with marks, pairs side by side or one below the other, and search in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from dutydesk.tui.widgets.text_layout import PAIR_WIDTH, Mark, Pair, Paragraph, lay_out, wrap, wrap_places
from dutydesk.tui.widgets.text_search import MOST_MATCHES, find_matches, find_places

TEXTS = st.text(st.sampled_from("ab \n漢é"), max_size=60)


@given(TEXTS, st.integers(2, 20))
def test_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert [text[start:end] for start, end in wrap_places(text, width)] == lines


@given(TEXTS, st.integers(0, 60), st.integers(0, 60), st.integers(20, 40))
def test_a_mark_keeps_its_letters_over_the_lines(text: str, one: int, other: int, width: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    lines, _ = lay_out([Paragraph(text, marks=(Mark(start, end, "found"),))], width)
    marked = "".join(line.text[mark.start : mark.end] for line in lines for mark in line.marks)
    assert "".join(marked.split()) == "".join(text[start:end].split())


def test_a_pair_stands_side_by_side_only_where_there_is_room() -> None:
    pair = Pair(
        "text", Paragraph("before", marks=(Mark(0, 6, "removed"),)), Paragraph("after", marks=(Mark(0, 5, "added"),))
    )
    (beside,), _ = lay_out([pair], PAIR_WIDTH)
    assert "before" in beside.text
    assert [beside.text[mark.start : mark.end] for mark in beside.marks] == ["before", "after"]
    label, before, after = lay_out([pair], PAIR_WIDTH - 1)[0]
    assert (label.label, before.text, after.text) == ("text", "before", "after")
    assert (before.label.strip(), after.label.strip()) == ("-", "+")


def test_right_to_left_texts_keep_their_marks_side_by_side() -> None:
    pair = Pair(
        "", Paragraph("نص قديم", marks=(Mark(3, 7, "removed"),)), Paragraph("نص جديد", marks=(Mark(3, 7, "added"),))
    )
    (line,), _ = lay_out([pair], PAIR_WIDTH)
    assert [line.text[mark.start : mark.end] for mark in line.marks] == ["قديم", "جديد"]


def test_a_long_label_leaves_room_for_the_text() -> None:
    lines, _ = lay_out([Paragraph("recipient UA was removed", "No longer confirmable:", indent=2)], 36)
    assert max(len(line.text.split()) for line in lines) > 1


def test_search_ignores_case_and_accents_and_gives_the_places_as_written() -> None:
    assert [("Żiljárov żiljarov")[start:end] for start, end in find_places("Żiljárov żiljarov", "ziljarov")] == [
        "Żiljárov",
        "żiljarov",
    ]
    blocks = [Paragraph("one"), Pair("", Paragraph("two"), Paragraph("One two"))]
    assert find_matches(blocks, "ONE") == [(0, 0, 0, 3), (1, 1, 0, 3)]
    assert find_matches(blocks, "  ") == []
    assert len(find_matches([Paragraph("a " * 2 * MOST_MATCHES)], "a")) == MOST_MATCHES
