"""Whether an account of facts tells an act of the person, or only a role, a membership or a loss.

It looks for a verb whose form can be that of an act, in the language of the text, and whose subject is not somebody
else. Where it is in doubt, it finds an act: a false alarm on a full account is worse than a missed one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Self

from dutydesk.domain.messages.normal_forms import normalize
from dutydesk.domain.rules.folded_text import fold
from dutydesk.language.languages import Language

#: In Arabic a comma ends a clause with a verb of its own.
_SENTENCE_END = re.compile(r"[.;:!?؟؛،\n]+")
_TOKEN = re.compile(r"(\W*)(\w+)")
#: Stands behind the last letter of Arabic nouns in ``ة``, which folds to that of "him" and "it".
_NOUN_MARK = "0"
_MARKED_NOUN = "ه" + _NOUN_MARK
_ADVERBS_BETWEEN = 3
_SHORTEST_GERUND = 6


@dataclass(frozen=True, slots=True)
class WordSet:
    """Folded words, and stems with which a word may begin; ``written`` are the words with their accents."""

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    written: frozenset[str] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[str]) -> Self:
        """From entries of a word list: single words, with ``*`` behind a stem."""
        written = tuple(entries)
        words = frozenset(fold(entry) for entry in written if not entry.endswith("*"))
        stems = tuple(fold(entry[:-1]) for entry in written if entry.endswith("*"))
        return cls(words, stems, frozenset(normalize("NFC", entry.casefold()) for entry in written))

    def __contains__(self, word: str) -> bool:
        return word in self.words or (bool(self.stems) and word.startswith(self.stems))


@dataclass(frozen=True, slots=True)
class ActWords:
    """Verbs that are an act whatever their form, words that are none, and nouns for subjects other than the person."""

    acts: WordSet = WordSet()
    no_acts: WordSet = WordSet()
    persons: WordSet = WordSet()
    others: WordSet = WordSet()


@dataclass(frozen=True, slots=True)
class _Word:
    """``plain`` is folded; ``written`` is in lower case with its accents, which tell Spanish tenses apart."""

    plain: str
    written: str
    is_behind_comma: bool


def tells_an_act(text: str, language: Language, words: ActWords) -> bool:
    """Whether a verb of an act of the person stands in the text."""
    find = _VERBS[language]
    for sentence in _sentences(_folded_arabic(text) if language is Language.ARABIC else normalize("NFC", text)):
        if any(not _has_other_subject(sentence, at, language, words) for at in find(sentence, words)):
            return True
    return False


def _folded_arabic(text: str) -> str:
    """Folded text in which a noun in ``ة`` can still be told from a verb with its object: "management", "he ran it"."""
    return fold(text.replace("ة", "ة" + _NOUN_MARK))


def _word(token: str, is_behind_comma: bool) -> _Word:
    written = token.casefold()
    plain = fold(written.removesuffix(_NOUN_MARK) if written.endswith(_MARKED_NOUN) else token)
    return _Word(plain, written, is_behind_comma)


def _sentences(text: str) -> Iterator[list[_Word]]:
    for sentence in _SENTENCE_END.split(text):
        found = [_word(token[2], "," in token[1]) for token in _TOKEN.finditer(sentence)]
        if found:
            yield found


#: A noun behind one of these is no subject: "the director of the bank took", "he and his brother broke in".
_NO_SUBJECT_BEHIND = frozenset(
    {
        *(
            "and",
            "with",
            "of",
            "in",
            "at",
            "for",
            "from",
            "by",
            "to",
            "into",
            "et",
            "avec",
            "de",
            "du",
            "d",
            "des",
            "dans",
        ),
        *("en", "par", "pour", "aux", "au", "y", "con", "e", "del", "al", "por", "para"),
    }
)
#: A noun behind one of these is said of somebody: "that he was a police officer".
_COPULAS = frozenset({"was", "is", "were", "are", "as", "est", "etait", "comme", "es", "era", "como"})
#: Behind one of these the subject is the noun before it, wherever that stands: "a member of the gang which robbed".
_RELATIVE = frozenset({"which", "who", "that", "qui", "que", "quien", "lequel", "laquelle", "cual"})
#: A word for the person right behind one of these is the subject of a clause about a noun.
_LINKS = _RELATIVE | {"qu", "whom", "dont", "cuyo"}
_ARABIC_RELATIVE = frozenset({"التي", "الذي", "الذين"})
_WORDS_BEFORE_NOUN = 2


def _has_other_subject(sentence: list[_Word], at: int, language: Language, words: ActWords) -> bool:
    """Whether the nearest noun that can be the verb's subject is a group, a victim or a thing."""
    if language is Language.ARABIC:
        return _has_other_subject_beside(sentence, at, words)
    is_relative = False
    for back in range(at - 1, -1, -1):
        plain = sentence[back].plain
        if plain in words.persons:
            if not _begins_a_clause_about_a_noun(sentence, back, words):
                return False
            is_relative = True
            continue
        is_relative = is_relative or plain in _RELATIVE
        before = [word.plain for word in sentence[max(0, back - _WORDS_BEFORE_NOUN) : back]]
        if not _COPULAS.isdisjoint(before):
            continue
        is_subject = plain in words.others and not (language is Language.SPANISH and _is_bare_object(sentence, back))
        if is_subject and (is_relative or _NO_SUBJECT_BEHIND.isdisjoint(before)):
            return True
    return False


def _is_bare_object(sentence: list[_Word], at: int) -> bool:
    """``debía dinero``: a Spanish noun without an article right behind a verb is what the verb is about."""
    before = sentence[at - 1].written if at else ""
    return _is_spanish_past(before) or before.endswith(("ía", "ían"))


def _begins_a_clause_about_a_noun(sentence: list[_Word], at: int, words: ActWords) -> bool:
    """Whether this word for the person belongs to a clause about a noun: "the firm he headed", "qu'il dirigeait"."""
    if not at or sentence[at].is_behind_comma:
        return False
    if sentence[at - 1].plain in _LINKS:
        return True
    before_noun = (word.plain for word in sentence[max(0, at - 2 - _WORDS_BEFORE_NOUN) : at - 1])
    return sentence[at - 1].plain in words.others and _NO_SUBJECT_BEHIND.isdisjoint(before_noun)


def _has_other_subject_beside(sentence: list[_Word], at: int, words: ActWords) -> bool:
    """In Arabic the subject stands beside its verb, or before the relative pronoun."""
    before = sentence[max(0, at - 1) : at]
    if before and before[0].plain in _ARABIC_RELATIVE:
        before = sentence[max(0, at - 2) : at - 1]
    if before and before[0].plain in words.others and _is_said_of_a_group(before[0].plain, sentence[at].plain):
        return True
    if _is_said_of_a_noun_with_adjective(sentence, at, words):
        return True
    beside = before + sentence[at + 1 : at + 2]
    return any(word.plain.startswith("ال") and _without_article(word.plain) in words.others for word in beside) or any(
        _without_possessor(word.plain) in words.others for word in sentence[at + 1 : at + 2]
    )


def _is_said_of_a_group(noun: str, verb: str) -> bool:
    """A feminine noun and a feminine verb behind it, past or present: "a gang that robbed"."""
    return noun.endswith("ه") and (verb.endswith("ت") or verb.startswith("ت"))


def _is_said_of_a_noun_with_adjective(sentence: list[_Word], at: int, words: ActWords) -> bool:
    """A group without the article, its adjective, and a verb in the present: "a criminal organisation that trades"."""
    if at < 2 or sentence[at].plain[:1] not in ("ي", "ت") or sentence[at - 1].plain.startswith("ال"):
        return False
    return sentence[at - 2].plain in words.others


def _without_possessor(word: str) -> str:
    """The noun of "its accounts"; empty for a word without such an ending."""
    return next((word.removesuffix(ending) for ending in ("ها", "هم") if word.endswith(ending)), "")


def _without_article(word: str) -> str:
    for prefix in ("وال", "فال", "بال", "ال", "لل"):
        if word.startswith(prefix) and len(word) > len(prefix) + 2:
            return word.removeprefix(prefix)
    return word


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
_PREPOSITION = frozenset({"by", "of", "for", "while", "after", "before", "from", "and", "in"})


def _english_verbs(sentence: list[_Word], words: ActWords) -> Iterator[int]:
    for at, word in enumerate(sentence):
        plain = word.plain
        if plain in words.no_acts:
            continue
        if plain in words.acts or (plain.endswith("ed") and len(plain) > 3):
            if (agent := _agent(sentence, at)) is not None:
                yield agent + 1
            elif not _is_passive(sentence, at):
                yield at
        elif plain in _IRREGULAR_PARTICIPLES:
            if (agent := _agent(sentence, at)) is not None:
                yield agent + 1
            elif at and sentence[at - 1].plain in _HAVE:
                yield at
        elif plain.endswith("ing") and len(plain) > 5 and at and sentence[at - 1].plain in _PREPOSITION:
            yield at


def _is_passive(sentence: list[_Word], at: int) -> bool:
    before = [word.plain for word in sentence[max(0, at - 2) : at]]
    return bool(before) and (before[-1] in _BE or (before[0] in _BE and before[-1].endswith(("ly", "not", "also"))))


def _agent(sentence: list[_Word], at: int) -> int | None:
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


def _french_verbs(sentence: list[_Word], words: ActWords) -> Iterator[int]:
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


def _is_french_noun(sentence: list[_Word], at: int, words: ActWords) -> bool:
    """``voleurs à la tire``, ``sous la menace``: an article before it that is no pronoun as in ``il la menace``."""
    if not at or sentence[at - 1].plain not in _FRENCH_ARTICLES:
        return False
    before = sentence[at - 2].plain if at > 1 else ""
    return before not in _FRENCH_PRONOUNS and before not in words.persons


_FRENCH_PRONOUNS = frozenset({"il", "elle", "ils", "elles", "qui", "y", "se", "s", "l", "lui", "leur", "les", "en", "meme"})
_FRENCH_FUTURE = ("era", "ira", "ura", "dra", "vra", "rra", "oira")
_SHORTEST_SIMPLE_PAST = 4
_FRENCH_PASSIVE = frozenset({"ete", "fut", "furent", "est", "sont", "etait", "etaient"})


def _is_french_simple_past(sentence: list[_Word], at: int) -> bool:
    """``il préleva``, ``qui y entrèrent``: a pronoun stands before it, because nouns and places end in ``-a`` too."""
    written, plain = sentence[at].written, sentence[at].plain
    if not at or len(plain) < _SHORTEST_SIMPLE_PAST or sentence[at - 1].plain not in _FRENCH_PRONOUNS:
        return False
    return written.endswith("èrent") or (written.endswith("a") and not written.endswith(_FRENCH_FUTURE))


def _french_agent(sentence: list[_Word], at: int, words: ActWords) -> int | None:
    """The word for the person behind a passive: ``a été ligotée par le suspect``, whoever was tied up."""
    before = {word.plain for word in sentence[max(0, at - 1 - _ADVERBS_BETWEEN) : at]}
    behind = [word.plain for word in sentence[at + 1 : at + 9]]
    if "par" not in behind or (before.isdisjoint(_FRENCH_PASSIVE) and behind[0] != "par"):
        return None
    by = behind.index("par")
    return next((at + 1 + by + far for far, word in enumerate(behind[by : by + 4]) if word in words.persons), None)


def _follows_auxiliary(sentence: list[_Word], at: int, words: ActWords) -> bool:
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


def _auxiliary_of_list(sentence: list[_Word], at: int) -> int | None:
    """The ``avoir`` that a participle shares with others before it: ``il a perdu le contrôle, fauché un piéton``."""
    word = sentence[at]
    is_linked = word.is_behind_comma or (at > 0 and sentence[at - 1].plain in _FRENCH_LINKS)
    if not is_linked or _FRENCH_PARTICIPLE.fullmatch(word.written) is None:
        return None
    return next((back for back in range(at - 1, -1, -1) if _is_auxiliary(sentence, back)), None)


def _is_auxiliary(sentence: list[_Word], at: int) -> bool:
    """Whether the word is a form of ``avoir``, or of a reflexive ``être``."""
    plain = sentence[at].plain
    if plain in _ETRE_REFLEXIVE:
        return at > 0 and sentence[at - 1].plain in ("s", "se")
    return plain in _AVOIR and sentence[at].written != "à"


_HABER = frozenset({"ha", "han", "habia", "habian", "habria", "habrian", "haber", "haya", "hayan", "hubo"})


def _spanish_verbs(sentence: list[_Word], words: ActWords) -> Iterator[int]:
    for at, word in enumerate(sentence):
        is_past = word.written.endswith("ó") and word.written not in words.no_acts.written
        if (is_past or word.plain not in words.no_acts) and _is_spanish_act(sentence, at, words):
            yield at


_SPANISH_ARTICLES = frozenset({"un", "una", "de", "su", "esta", "este", "otra", "cada"})


def _is_spanish_act(sentence: list[_Word], at: int, words: ActWords) -> bool:
    word, before = sentence[at], sentence[at - 1].plain if at else ""
    if before in _SPANISH_ARTICLES:
        return False
    if word.plain in words.acts or _is_spanish_past(word.written):
        return before != "se" or not _is_impersonal(sentence, at, words)
    if word.plain.endswith(("ado", "ido", "cho", "sto")):
        return before in _HABER
    return word.plain.endswith(("ando", "iendo", "yendo")) and len(word.plain) > _SHORTEST_GERUND


def _is_spanish_past(written: str) -> bool:
    return len(written) > 3 and written.endswith(("ó", "aron", "ieron", "eron", "aba", "aban"))


def _is_impersonal(sentence: list[_Word], at: int, words: ActWords) -> bool:
    """``se detectó la pérdida``: what is found out or lost behind the verb is its subject."""
    return any(word.plain in words.others for word in sentence[at + 1 : at + 4])


#: What stands behind these with ``ب`` is what a group is known for: "a gang known for stealing cars".
_ARABIC_REPUTE = ("معروف", "مشهور", "متخصص", "مختص", "ناشط", "تنشط", "ينشط", "تقوم", "تشتغل", "تعني", "مهتم", "ضالع")
_ARABIC_DATES = frozenset({"في", "شهر", "بين", "خلال", "من", "منذ", "حتي", "الي", "اوائل", "منتصف", "اواخر", "نهايه", "بدايه"})
_MARCH = "مارس"


def _arabic_verbs(sentence: list[_Word], words: ActWords) -> Iterator[int]:
    for at, word in enumerate(sentence):
        is_noun = word.written.endswith(_MARKED_NOUN)
        forms = _arabic_beginnings(word.plain) if is_noun else _arabic_forms(word.plain)
        if not any(form in words.acts and form not in words.no_acts for form in forms):
            continue
        if not _is_said_of_repute(sentence, at) and not _is_month(sentence, at):
            yield at


def _is_said_of_repute(sentence: list[_Word], at: int) -> bool:
    """Whether the word names what a group or a person is known for, which is no act with a time and a place."""
    if not at or not sentence[at].plain.startswith("ب"):
        return False
    return sentence[at - 1].plain.removeprefix("ال").startswith(_ARABIC_REPUTE)


def _is_month(sentence: list[_Word], at: int) -> bool:
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


_VERBS: Mapping[Language, Callable[[list[_Word], ActWords], Iterator[int]]] = MappingProxyType(
    {
        Language.ENGLISH: _english_verbs,
        Language.FRENCH: _french_verbs,
        Language.SPANISH: _spanish_verbs,
        Language.ARABIC: _arabic_verbs,
    }
)
