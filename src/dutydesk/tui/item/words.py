"""Causes and sentences of the desk, as an officer reads them."""

from __future__ import annotations

from dutydesk.tui.frame.text_format import capitalised, readable_name
from dutydesk.tui.frame.value_texts import texts as value_texts


def cause_text(name: str) -> str:
    return value_texts.CAUSES.get(name) or readable_name(name)


def sentence(text: str) -> str:
    return capitalised(text) + ("" if text.endswith(".") else ".")
