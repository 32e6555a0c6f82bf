"""Whether an account of facts tells an act of the person, or only a role, a membership or a loss.

It looks for a verb whose form can be that of an act, in the language of the text, and whose subject is not somebody
else. Where it is in doubt, it finds an act: a false alarm on a full account is worse than a missed one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dutydesk.domain.messages.normal_forms import normalize
from dutydesk.domain.rules.act_verbs import VERBS, is_spanish_past
from dutydesk.domain.rules.act_words import MARKED_NOUN, NOUN_MARK, AccountWord, ActWords
from dutydesk.domain.rules.folded_text import fold
from dutydesk.language.languages import Language

#: In Arabic a comma ends a clause with a verb of its own.
_SENTENCE_END = re.compile(r"[.;:!?؟؛،\n]+")
_TOKEN = re.compile(r"(\W*)(\w+)")


def tells_an_act(text: str, language: Language, words: ActWords) -> bool:
    """Whether a verb of an act of the person stands in the text."""
    find = VERBS[language]
    for sentence in _sentences(_folded_arabic(text) if language is Language.ARABIC else normalize("NFC", text)):
        if any(not _has_other_subject(sentence, at, language, words) for at in find(sentence, words)):
            return True
    return False


def _folded_arabic(text: str) -> str:
    """Folded text in which a noun in ``ة`` can still be told from a verb with its object: "management", "he ran it"."""
    return fold(text.replace("ة", "ة" + NOUN_MARK))


def _word(token: str, is_behind_comma: bool) -> AccountWord:
    written = token.casefold()
    plain = fold(written.removesuffix(NOUN_MARK) if written.endswith(MARKED_NOUN) else token)
    return AccountWord(plain, written, is_behind_comma)


def _sentences(text: str) -> Iterator[list[AccountWord]]:
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


def _has_other_subject(sentence: list[AccountWord], at: int, language: Language, words: ActWords) -> bool:
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


def _is_bare_object(sentence: list[AccountWord], at: int) -> bool:
    """``debía dinero``: a Spanish noun without an article right behind a verb is what the verb is about."""
    before = sentence[at - 1].written if at else ""
    return is_spanish_past(before) or before.endswith(("ía", "ían"))


def _begins_a_clause_about_a_noun(sentence: list[AccountWord], at: int, words: ActWords) -> bool:
    """Whether this word for the person belongs to a clause about a noun: "the firm he headed", "qu'il dirigeait"."""
    if not at or sentence[at].is_behind_comma:
        return False
    if sentence[at - 1].plain in _LINKS:
        return True
    before_noun = (word.plain for word in sentence[max(0, at - 2 - _WORDS_BEFORE_NOUN) : at - 1])
    return sentence[at - 1].plain in words.others and _NO_SUBJECT_BEHIND.isdisjoint(before_noun)


def _has_other_subject_beside(sentence: list[AccountWord], at: int, words: ActWords) -> bool:
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


def _is_said_of_a_noun_with_adjective(sentence: list[AccountWord], at: int, words: ActWords) -> bool:
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
