"""Which language is spoken, and how phrases and sentences are read in it."""

from __future__ import annotations

import copy
import pickle
import pkgutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from gettext import NullTranslations

import pytest

import dutydesk.tui
from dutydesk.domain.delivery.states import ItemState
from dutydesk.language.catalogues import Catalogue, speak, speak_from, spoken_language
from dutydesk.language.languages import Language, find_language, language_of_environment
from dutydesk.language.phrases import Phrase, PhraseList, PhraseTable, translate, translate_count
from dutydesk.language.sentences import joined, read_sentence, sentence, value_name


class Upper(NullTranslations):
    """Every phrase in capitals, parts as they are; with its context before it."""

    def gettext(self, message: str) -> str:
        return "".join(part if part.startswith("{") else part.upper() for part in _split(message))

    def pgettext(self, context: str, message: str) -> str:
        return f"{context}/{self.gettext(message)}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def _split(message: str) -> Iterator[str]:
    for place, part in enumerate(message.split("{")):
        name, brace, rest = part.partition("}") if place else ("", "", part)
        yield from (f"{{{name}{brace}", rest) if place else (rest,)


CAPITALS = Catalogue(Language.FRENCH, Upper())


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    speak(Language.ENGLISH)


class Texts:
    DECIDE = Phrase("Decide")
    FROM = Phrase("from", context="column")
    LEVELS = PhraseTable({"held": "kept back"})
    PAGES = PhraseList("Text", "Why")


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, Language.ENGLISH),
        ({"LANG": "fr_FR.UTF-8"}, Language.FRENCH),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "es_ES"}, Language.SPANISH),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "de:ar"}, Language.ARABIC),
        ({"LANG": "C.UTF-8"}, Language.ENGLISH),
        ({"LANG": "pt_BR"}, Language.ENGLISH),
        ({"LC_ALL": "", "LANG": "es"}, Language.SPANISH),
    ],
)
def test_the_environment_names_the_language(environ: Mapping[str, str], language: Language) -> None:
    assert language_of_environment(environ) is language


def test_a_locale_is_read_by_its_first_part() -> None:
    assert [find_language(name) for name in ("ar", "fr-CA", "ES_es.utf8", "de", "")] == [
        Language.ARABIC,
        Language.FRENCH,
        Language.SPANISH,
        None,
        None,
    ]


def test_texts_are_read_in_the_language_that_is_spoken() -> None:
    texts = Texts()
    assert (texts.DECIDE, texts.FROM, texts.LEVELS["held"], texts.PAGES) == (
        "Decide",
        "from",
        "kept back",
        ("Text", "Why"),
    )
    speak_from(CAPITALS)
    assert (texts.DECIDE, texts.FROM, texts.LEVELS["held"], texts.PAGES) == (
        "DECIDE",
        "column/FROM",
        "KEPT BACK",
        ("TEXT", "WHY"),
    )
    assert spoken_language() is Language.FRENCH


def test_parts_are_filled_in_after_the_translation() -> None:
    speak_from(CAPITALS)
    assert translate("from {sender}", sender="ru") == "FROM ru"
    assert [translate_count("{number} item", "{number} items", number) for number in (1, 2)] == ["1 ITEM", "2 ITEMS"]
    assert translate("") == ""


def test_a_sentence_is_its_english_and_can_be_read_in_another_language() -> None:
    words = sentence("{name} is {state}; {why}", name="D-000001", state=ItemState.HELD, why=sentence("claim it"))
    assert words == "D-000001 is held; claim it"
    assert read_sentence(words) == words
    assert read_sentence(words, CAPITALS) == "D-000001 IS value/HELD; CLAIM IT"
    assert read_sentence(joined((words, "as it is")), CAPITALS) == "D-000001 IS value/HELD; CLAIM IT, as it is"
    assert read_sentence(value_name("official_use_only"), CAPITALS) == "value/OFFICIAL USE ONLY"
    assert read_sentence("a plain text", CAPITALS) == "A PLAIN TEXT"


def test_a_sentence_can_be_copied_and_sent_to_another_process() -> None:
    words = sentence("from {sender}", sender="RU")
    for copied in (copy.deepcopy(words), pickle.loads(pickle.dumps(words))):
        assert read_sentence(copied, CAPITALS) == "FROM RU"


def test_no_text_of_the_console_is_read_when_its_module_is_imported() -> None:
    """It would stay in the language of the start."""
    modules = [each.name for each in pkgutil.walk_packages(dutydesk.tui.__path__, "dutydesk.tui.")]
    script = f"""
import importlib
from gettext import NullTranslations
from dutydesk.language.catalogues import Catalogue, speak_from
from dutydesk.language.languages import Language
class Refuses(NullTranslations):
    def gettext(self, message): raise AssertionError("read at import: " + message)
    def pgettext(self, context, message): self.gettext(message)
    def ngettext(self, one, many, n): self.gettext(one)
speak_from(Catalogue(Language.ENGLISH, Refuses()))
for name in {modules!r}:
    importlib.import_module(name)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
