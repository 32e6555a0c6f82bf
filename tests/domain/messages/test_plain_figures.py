"""Figures of any script are one number: in document numbers, dates, names, imports, checks and searches."""

from __future__ import annotations

import pytest

from dutydesk.domain.messages.normal_forms import figure_spellings, plain_figures
from dutydesk.domain.messages.subjects import PartialDate
from dutydesk.domain.rules.likeness import document_number, name_key
from dutydesk.screening.documents import number_key
from dutydesk.wire.decode.dates import full_date, instant, partial_date
from dutydesk.wire.text.search_text import fts_query

SCRIPTS = ("٤٤٠٠٩١٧", "۴۴۰۰۹۱۷", "४४००९१७", "４４００９１７", "৪৪০০৯১৭")


@pytest.mark.parametrize("figures", SCRIPTS)
def test_a_document_has_one_number(figures: str) -> None:
    assert plain_figures(figures) == "4400917"
    assert number_key(f"ZX {figures}") == "ZX4400917"
    assert document_number(f"zx-{figures}") == "ZX4400917"
    assert name_key("Quillabrand", figures) == name_key("Quillabrand", "4400917")
    assert figures in figure_spellings("4400917")
    assert f'"{figures}"*' in str(fts_query("4400917"))


def test_a_date_is_the_same_in_any_figures() -> None:
    assert partial_date("١٩٦٨-١١-٠٢") == PartialDate(1968, 11, 2)
    assert partial_date("१९६८") == PartialDate(1968)
    assert full_date("۱۹۶۸-۱۱-۰۲") == full_date("1968-11-02")
    assert instant("２０２２-03-10T07:00:00Z") == instant("2022-03-10T07:00:00Z")
    assert partial_date("١٩٦٨-١٣") is None


def test_other_signs_are_no_figures() -> None:
    assert plain_figures("½ ² Ⅳ 四 A1") == "½ ² Ⅳ 四 A1"
    assert figure_spellings("abc") == ("abc",)
