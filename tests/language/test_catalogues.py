"""The catalogues: the template has every phrase of the sources, and each language has each phrase, with its parts."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from rich.cells import cell_len

from dutydesk.language.extraction import CELLS
from dutydesk.language.languages import Language

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "src" / "dutydesk" / "data" / "locale"
TRANSLATED = [language for language in Language if language is not Language.ENGLISH]
#: Marks of direction are put in by the program, where a text of the other direction stands.
_DIRECTION_MARKS = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_ROOM = re.compile(re.escape(CELLS).replace(r"\{cells\}", r"(\d+)"))

Key = tuple[str | None, object]


def read(file: Path, language: str | None = None) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, language)


def catalogue_of(language: Language) -> Catalog:
    return read(LOCALE / language / "LC_MESSAGES" / "dutydesk.po", language)


def messages(catalogue: Catalog) -> dict[Key, Message]:
    return {(each.context, each.id): each for each in catalogue if each.id}


def forms(message: Message) -> Iterator[tuple[str, str]]:
    """The English with its translation; of a phrase with a number each form."""
    if isinstance(message.id, str):
        yield message.id, str(message.string)
        return
    for each in message.string:
        yield message.id[1], each


def parts(template: str) -> frozenset[tuple[str, str, str]]:
    """The named parts of a template, each with its form."""
    try:
        found = list(string.Formatter().parse(template))
    except ValueError:
        return frozenset()
    return frozenset((name, form or "", conversion or "") for _, name, form, conversion in found if name is not None)


def named(faults: list[str]) -> str:
    return "\n".join(faults[:40]) + (f"\nand {len(faults) - 40} more" if len(faults) > 40 else "")


def test_the_template_has_every_phrase_of_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``pybabel extract`` writes it again; see src/ARCHITECTURE.md."""
    monkeypatch.chdir(ROOT)
    file = tmp_path / "sources.pot"
    CommandLineInterface().run(
        ["pybabel", "-q", "extract", "-F", "pyproject.toml", "--ignore-dirs=__pycache__", "-o", str(file), "src"]
    )
    sources, kept = set(messages(read(file))), set(messages(read(LOCALE / "dutydesk.pot")))
    assert not [key for key in sources if key not in kept], "pybabel extract, then pybabel update"
    assert not [key for key in kept if key not in sources], "pybabel extract, then pybabel update"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_phrase_is_missing(language: Language) -> None:
    template, translated = messages(read(LOCALE / "dutydesk.pot")), messages(catalogue_of(language))
    missing = [
        str(key[1])
        for key in template
        if key not in translated or translated[key].fuzzy or not all(form.strip() for _, form in forms(translated[key]))
    ]
    assert not missing, f"{len(missing)} of {len(template)}:\n{named(missing)}"
    assert not [str(key[1]) for key in translated if key not in template], "pybabel update"


@pytest.mark.parametrize("language", TRANSLATED)
def test_parts_and_spaces_are_kept(language: Language) -> None:
    """A form for one or two of something may leave its number out."""
    faults = []
    for message in messages(catalogue_of(language)).values():
        counted = not isinstance(message.id, str)
        for english, translated in forms(message):
            if not translated:
                continue
            wanted, found = parts(english), parts(translated)
            numbers = {part for part in wanted if part[0] == "number"} if counted else set()
            if not (wanted - numbers <= found <= wanted):
                faults.append(f"{english!r}: {translated!r} has {sorted(found)}")
            if english[:1].isspace() != translated[:1].isspace() or english[-1:].isspace() != translated[-1:].isspace():
                faults.append(f"{english!r}: {translated!r} begins or ends with other spaces")
            if english.count("\n") != translated.count("\n"):
                faults.append(f"{english!r}: {translated!r} has other lines")
            if _DIRECTION_MARKS.search(translated):
                faults.append(f"{english!r}: {translated!r} holds a mark of direction")
    assert not faults, named(faults)


@pytest.mark.parametrize("language", TRANSLATED)
def test_phrases_fit_their_room(language: Language) -> None:
    faults = []
    for message in messages(catalogue_of(language)).values():
        rooms = [int(found[1]) for comment in message.auto_comments if (found := _ROOM.fullmatch(comment))]
        for english, translated in forms(message):
            if rooms and cell_len(translated) > min(rooms):
                faults.append(f"{english!r}: {translated!r} has {cell_len(translated)} cells, room is {min(rooms)}")
    assert not faults, named(faults)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_of_the_text(language: Language) -> None:
    """``pybabel compile`` writes it again."""
    compiled = BytesIO()
    write_mo(compiled, catalogue_of(language))
    assert (LOCALE / language / "LC_MESSAGES" / "dutydesk.mo").read_bytes() == compiled.getvalue()
