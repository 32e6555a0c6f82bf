"""The verbs of an account whose form can be that of an act, in each language; their subjects are not looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from dutydesk.domain.rules.act_words import MARKED_NOUN, AccountWord, ActWords
from dutydesk.language.languages import Language

_ADVERBS_BETWEEN = 3
_SHORTEST_GERUND = 6
_BE = frozenset({"was", "were", "is", "are", "be", "been", "being", "get", "got", "gets"})
_HAVE = frozenset({"has", "have", "had", "having"})
_AGENT = frozenset(
    {
        *("he", "him", "her", "accused", "suspect", "defendant", "them", "wanted", "offender", "fugitive", "convict"),
        *("perpetrator", "subject", "man", "woman", "himself", "herself"),
    }
)
#: Behind "have" or before "by him" they tell an act; elsewhere they are adjectives: "a written contract".
_IRREGULAR_PARTICIPLES = frozenset(
    {
        *("taken", "stolen", "beaten", "written", "hidden", "thrown", "driven", "drawn", "withdrawn", "broken"),
        *("given", "bitten", "torn", "done", "slain", "undertaken", "overtaken", "shaken"),
    }
)
_SEES = frozenset({"saw", "watched", "observed", "noticed", "seen"})
_SEEN = frozenset({"him", "her", "them"})
_PREPOSITION = frozenset({"by", "of", "for", "while", "after", "before", "from", "and", "in"})


def _english_verbs(sentence: list[AccountWord], words: ActWords) -> Iterator[int]:
    for at, word in enumerate(sentence):
        plain = word.plain
        if plain in words.no_acts:
            continue
        if plain in words.acts or (plain.endswith("ed") and len(plain) > 3):
            if (agent := _agent(sentence, at)) is not None:
                yield agent + 1
            elif not _is_passive(sentence, at):
                yield at
        elif _is_seen(sentence, at):
            yield at
        elif plain in _IRREGULAR_PARTICIPLES:
            if (agent := _agent(sentence, at)) is not None:
                yield agent + 1
            elif at and sentence[at - 1].plain in _HAVE:
                yield at
        elif plain.endswith("ing") and len(plain) > 5 and at and sentence[at - 1].plain in _PREPOSITION:
            yield at


def _is_seen(sentence: list[AccountWord], at: int) -> bool:
    """What somebody saw the person do: "saw him push a traveller"."""
    return at > 1 and sentence[at - 1].plain in _SEEN and sentence[at - 2].plain in _SEES


def _is_passive(sentence: list[AccountWord], at: int) -> bool:
    before = [word.plain for word in sentence[max(0, at - 2) : at]]
    return bool(before) and (before[-1] in _BE or (before[0] in _BE and before[-1].endswith(("ly", "not", "also"))))


def _agent(sentence: list[AccountWord], at: int) -> int | None:
    """The word for the person behind a passive: "was struck down by the accused", whoever was struck."""
    if not _is_passive(sentence, at):
        return None
    behind = [word.plain for word in sentence[at + 1 : at + 9]]
    if "by" not in behind:
        return None
    by = behind.index("by")
    return next((at + 1 + by + far for far, word in enumerate(behind[by : by + 4]) if word in _AGENT), None)


_AVOIR = frozenset({"a", "ont", "avait", "avaient", "aurait", "auraient", "ayant", "avoir", "eut"})
_ETRE_REFLEXIVE = frozenset({"est", "sont", "etait", "etaient", "serait", "seraient", "etant", "etre"})
_FRENCH_PARTICIPLE = re.compile(r"\w+(?:é|ée|és|ées|i|ie|is|ise|it|ite|u|ue|us|ert|erte|aint|eint|uit)")
_FRENCH_IMPERFECT = re.compile(r"\w{3,}(?:ait|aient)")


def _french_verbs(sentence: list[AccountWord], words: ActWords) -> Iterator[int]:
    for at, word in enumerate(sentence):
        plain = word.plain
        if plain in words.no_acts:
            continue
        if plain in words.acts or _FRENCH_IMPERFECT.fullmatch(plain):
            if not _is_french_noun(sentence, at, words):
                yield at
        elif _is_french_simple_past(sentence, at):
            yield at
        elif _FRENCH_PARTICIPLE.fullmatch(word.written) or plain.endswith(("e", "es", "ee", "ees")):
            if (agent := _french_agent(sentence, at, words)) is not None:
                yield agent + 1
            elif _follows_auxiliary(sentence, at, words):
                yield at
            elif (auxiliary := _auxiliary_of_list(sentence, at)) is not None:
                yield auxiliary
        elif plain.endswith("ant") and at and sentence[at - 1].plain == "en" and len(plain) > 5:
            yield at


_FRENCH_ARTICLES = frozenset({"la", "une", "un", "sa", "son", "cette", "sous"})


def _is_french_noun(sentence: list[AccountWord], at: int, words: ActWords) -> bool:
    """``voleurs à la tire``, ``sous la menace``: an article before it that is no pronoun as in ``il la menace``."""
    if not at or sentence[at - 1].plain not in _FRENCH_ARTICLES:
        return False
    before = sentence[at - 2].plain if at > 1 else ""
    return before not in _FRENCH_PRONOUNS and before not in words.persons


_FRENCH_PRONOUNS = frozenset(
    {"il", "elle", "ils", "elles", "qui", "y", "se", "s", "l", "lui", "leur", "les", "en", "meme"}
)
_FRENCH_FUTURE = ("era", "ira", "ura", "dra", "vra", "rra", "oira")
_SHORTEST_SIMPLE_PAST = 4
_FRENCH_PASSIVE = frozenset({"ete", "fut", "furent", "est", "sont", "etait", "etaient"})


def _is_french_simple_past(sentence: list[AccountWord], at: int) -> bool:
    """``il préleva``, ``qui y entrèrent``: a pronoun stands before it, because nouns and places end in ``-a`` too."""
    written, plain = sentence[at].written, sentence[at].plain
    if not at or len(plain) < _SHORTEST_SIMPLE_PAST or sentence[at - 1].plain not in _FRENCH_PRONOUNS:
        return False
    return written.endswith("èrent") or (written.endswith("a") and not written.endswith(_FRENCH_FUTURE))


def _french_agent(sentence: list[AccountWord], at: int, words: ActWords) -> int | None:
    """The word for the person behind a passive: ``a été ligotée par le suspect``, whoever was tied up."""
    before = {word.plain for word in sentence[max(0, at - 1 - _ADVERBS_BETWEEN) : at]}
    behind = [word.plain for word in sentence[at + 1 : at + 9]]
    if "par" not in behind or (before.isdisjoint(_FRENCH_PASSIVE) and behind[0] != "par"):
        return None
    by = behind.index("par")
    return next((at + 1 + by + far for far, word in enumerate(behind[by : by + 4]) if word in words.persons), None)


def _follows_auxiliary(sentence: list[AccountWord], at: int, words: ActWords) -> bool:
    """Whether ``avoir``, or a reflexive ``être``, stands right before, with adverbs and pronouns between them."""
    for back in range(at - 1, max(-1, at - 1 - _ADVERBS_BETWEEN), -1):
        plain = sentence[back].plain
        if plain in _AVOIR and sentence[back].written != "à":
            return _FRENCH_PARTICIPLE.fullmatch(sentence[at].written) is not None or back == at - 1
        if plain in _ETRE_REFLEXIVE:
            return back > 0 and sentence[back - 1].plain in ("s", "se")
        if plain in words.no_acts and not plain.endswith("ment"):
            return False
        if not (len(plain) <= 3 or plain.endswith("ment") or plain in ("ensuite", "egalement", "alors", "aussi")):
            return False
    return False


_FRENCH_LINKS = frozenset({"et", "puis", "ensuite", "enfin"})


def _auxiliary_of_list(sentence: list[AccountWord], at: int) -> int | None:
    """The ``avoir`` that a participle shares with others before it: ``il a perdu le contrôle, fauché un piéton``."""
    word = sentence[at]
    is_linked = word.is_behind_comma or (at > 0 and sentence[at - 1].plain in _FRENCH_LINKS)
    if not is_linked or _FRENCH_PARTICIPLE.fullmatch(word.written) is None:
        return None
    return next((back for back in range(at - 1, -1, -1) if _is_auxiliary(sentence, back)), None)


def _is_auxiliary(sentence: list[AccountWord], at: int) -> bool:
    """Whether the word is a form of ``avoir``, or of a reflexive ``être``."""
    plain = sentence[at].plain
    if plain in _ETRE_REFLEXIVE:
        return at > 0 and sentence[at - 1].plain in ("s", "se")
    return plain in _AVOIR and sentence[at].written != "à"


_HABER = frozenset({"ha", "han", "habia", "habian", "habria", "habrian", "haber", "haya", "hayan", "hubo"})


def _spanish_verbs(sentence: list[AccountWord], words: ActWords) -> Iterator[int]:
    for at, word in enumerate(sentence):
        is_past = word.written.endswith("ó") and word.written not in words.no_acts.written
        if (is_past or word.plain not in words.no_acts) and _is_spanish_act(sentence, at, words):
            yield at


_SPANISH_ARTICLES = frozenset({"un", "una", "de", "su", "esta", "este", "otra", "cada"})


def _is_spanish_act(sentence: list[AccountWord], at: int, words: ActWords) -> bool:
    word, before = sentence[at], sentence[at - 1].plain if at else ""
    if before in _SPANISH_ARTICLES:
        return False
    if word.plain in words.acts or is_spanish_past(word.written):
        return before != "se" or not _is_impersonal(sentence, at, words)
    if word.plain.endswith(("ado", "ido", "cho", "sto")):
        return before in _HABER
    return word.plain.endswith(("ando", "iendo", "yendo")) and len(word.plain) > _SHORTEST_GERUND


def is_spanish_past(written: str) -> bool:
    return len(written) > 3 and written.endswith(("ó", "aron", "ieron", "eron", "aba", "aban"))


def _is_impersonal(sentence: list[AccountWord], at: int, words: ActWords) -> bool:
    """``se detectó la pérdida``: what is found out or lost behind the verb is its subject."""
    return any(word.plain in words.others for word in sentence[at + 1 : at + 4])


#: What stands behind these with ``ب`` is what a group is known for: "a gang known for stealing cars".
_ARABIC_REPUTE = ("معروف", "مشهور", "متخصص", "مختص", "ناشط", "تنشط", "ينشط", "تقوم", "تشتغل", "تعني", "مهتم", "ضالع")
_ARABIC_DATES = frozenset(
    {"في", "شهر", "بين", "خلال", "من", "منذ", "حتي", "الي", "اوائل", "منتصف", "اواخر", "نهايه", "بدايه"}
)
_MARCH = "مارس"


def _arabic_verbs(sentence: list[AccountWord], words: ActWords) -> Iterator[int]:
    for at, word in enumerate(sentence):
        is_noun = word.written.endswith(MARKED_NOUN)
        forms = _arabic_beginnings(word.plain) if is_noun else _arabic_forms(word.plain)
        if not any(form in words.acts and form not in words.no_acts for form in forms):
            continue
        if not _is_said_of_repute(sentence, at) and not _is_month(sentence, at):
            yield at


def _is_said_of_repute(sentence: list[AccountWord], at: int) -> bool:
    """Whether the word names what a group or a person is known for, which is no act with a time and a place."""
    if not at or not sentence[at].plain.startswith("ب"):
        return False
    return sentence[at - 1].plain.removeprefix("ال").startswith(_ARABIC_REPUTE)


def _is_month(sentence: list[AccountWord], at: int) -> bool:
    """``مارس`` is March beside a number or a preposition, and "he practised" elsewhere."""
    if sentence[at].plain.removeprefix("و") != _MARCH:
        return False
    beside = [word.plain for word in (*sentence[max(0, at - 1) : at], *sentence[at + 1 : at + 2])]
    return any(word.isdigit() or word in _ARABIC_DATES for word in beside)


_OBJECTS = ("هما", "هم", "هن", "ها", "نا", "ه", "وا", "ا", "ن")


def _arabic_beginnings(word: str) -> tuple[str, str]:
    """A word as it is, and without a joined particle."""
    return word, word[1:] if word[:1] in ("و", "ف") else word


def _arabic_forms(word: str) -> Iterator[str]:
    """A verb without joined particles, the endings of its objects and numbers, and the prefixes of the present."""
    for start in _arabic_beginnings(word):
        yield start
        for ending in _OBJECTS:
            if start.endswith(ending) and len(start) > len(ending) + 2:
                yield start.removesuffix(ending)
        if start[:1] in ("ي", "ت") and len(start) > 3:
            yield start[1:]


VERBS: Mapping[Language, Callable[[list[AccountWord], ActWords], Iterator[int]]] = MappingProxyType(
    {
        Language.ENGLISH: _english_verbs,
        Language.FRENCH: _french_verbs,
        Language.SPANISH: _spanish_verbs,
        Language.ARABIC: _arabic_verbs,
    }
)
