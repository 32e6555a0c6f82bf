"""Rules on the source, form, purpose and status of a request."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from dutydesk.domain.messages.message import PURPOSE_OF_KIND, Body, Everyone, Kind, MessageType, Purpose
from dutydesk.domain.messages.subjects import Person, PersonStatus, Thing
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.values import quoted
from dutydesk.language.languages import Language
from dutydesk.language.phrases import marked
from dutydesk.language.sentences import sentence

#: How many days before (LATEST_DAYS) and after (EARLIEST_DAYS) its receipt a message may be dated.
LATEST_DAYS = 30
EARLIEST_DAYS = 1
_LETTER = re.compile(r"[^\W\d_]")
_LATIN_RANGES = "A-Za-zªº\u00c0-\u024f\u1e00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff\uff21-\uff3a\uff41-\uff5a"
_ARABIC_RANGES = "\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufeff"
_NOT_LATIN = re.compile(rf"[^\W\d_{_LATIN_RANGES}]")
_NOT_ARABIC = re.compile(rf"[^\W\d_{_ARABIC_RANGES}]")
#: What is no Latin letter among the characters of a text in ISO 8859-1, such as a superscript figure.
_NOT_LATIN_1 = "".join(_NOT_LATIN.findall("".join(map(chr, range(256))))).encode("latin-1")
_TEXT, _SUMMARY, _DESCRIPTION = sentence("text"), sentence("summary of facts"), sentence("description")
_LETTERS_NAMED = 500
_SCRIPT_WORDS = {"CJK": "Han", "KATAKANA-HIRAGANA": "Katakana", "FULLWIDTH": "Latin"}
_LANGUAGE_WORDS = {
    Language.ARABIC: sentence("Arabic"),
    Language.ENGLISH: sentence("English"),
    Language.SPANISH: sentence("Spanish"),
    Language.FRENCH: sentence("French"),
}

_WANTED = frozenset({PersonStatus.WANTED_FOR_PROSECUTION, PersonStatus.WANTED_TO_SERVE_SENTENCE})
_ACCUSED = _WANTED | {PersonStatus.CHARGED, PersonStatus.CONVICTED}
_SUSPECTED = _ACCUSED | {PersonStatus.SUSPECT, PersonStatus.PERSON_OF_INTEREST}
_ALLOWED_STATUSES: dict[Kind, frozenset[PersonStatus]] = {
    Kind.RED: _ACCUSED,
    Kind.BLUE: _SUSPECTED | {PersonStatus.WITNESS, PersonStatus.VICTIM, PersonStatus.UNIDENTIFIED},
    Kind.GREEN: _SUSPECTED,
    Kind.YELLOW: frozenset({PersonStatus.MISSING, PersonStatus.UNIDENTIFIED}),
    Kind.BLACK: frozenset({PersonStatus.UNIDENTIFIED, PersonStatus.DECEASED}),
    Kind.PURPLE: frozenset(PersonStatus),
    Kind.ORANGE: frozenset(PersonStatus),
    Kind.SILVER: _SUSPECTED | {PersonStatus.DECEASED},
}
_ABOUT_PERSONS = frozenset({Kind.RED, Kind.BLUE, Kind.GREEN, Kind.YELLOW})


def source(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """SRC-01: the sender belongs to the network and may send this kind."""
    if context.directory.bureau(context.sender, context.received_on) is None:
        message = sentence("The sender is no bureau of the network on {received_on}.", received_on=context.received_on)
        return (Evidence("sender", quoted(context.sender), message),)
    if body.kind is Kind.SILVER and context.sender not in context.pilot_members:
        return (
            Evidence(
                "kind",
                body.kind,
                sentence("{sender} takes no part in the silver pilot and may not send it.", sender=context.sender),
            ),
        )
    return ()


def repeated_reference(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """FRM-04: the sender has not used the reference before, for other content."""
    if context.reference_taken is None:
        return ()
    message = sentence("{sender} has used this reference before, with other content.", sender=context.sender)
    return (Evidence("reference", quoted(context.reference_taken), message),)


def sender_clock(_: Body, context: ReviewContext) -> Iterable[Evidence]:
    """FRM-05: the sender's time is near the desk's. Order and deadlines always use the desk's time."""
    if context.sent_on is None:
        return ()
    ahead = (context.sent_on - context.received_on).days
    if -LATEST_DAYS <= ahead <= EARLIEST_DAYS:
        return ()
    template = (
        marked("The sender's clock is off, or this is old: it says {sent_on}, {days} days after receipt.")
        if ahead > 0
        else marked("The sender's clock is off, or this is old: it says {sent_on}, {days} days before receipt.")
    )
    message = sentence(template, sent_on=context.sent_on, days=abs(ahead))
    return (Evidence("sent_at", str(context.sent_on), message),)


def language(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """FRM-02: the texts are written in the script of the declared language."""
    found: list[Evidence] = []
    if _LETTER.search(body.text) is None:
        found.append(Evidence("text", quoted(body.text), sentence("There is no text in any of the four languages.")))
    elif body.language is not Language.ARABIC and body.text.isascii():
        pass
    else:
        _check_script("text", _TEXT, body.text, body.language, found)
    facts = body.judicial.facts if body.judicial is not None else None
    if facts is not None and facts.summary is not None:
        _check_script("judicial.facts.summary", _SUMMARY, facts.summary, body.language, found)
    if isinstance(body.subject, Thing) and body.subject.description is not None:
        _check_script("subject.description", _DESCRIPTION, body.subject.description, body.language, found)
    return found


def _check_script(field: str, what: str, text: str, declared: Language, found: list[Evidence]) -> None:
    """Adds evidence to ``found`` if most letters are not in the script of the declared language."""
    if declared is not Language.ARABIC and _is_western(text):
        return
    outside = _NOT_ARABIC if declared is Language.ARABIC else _NOT_LATIN
    foreign = outside.findall(text)
    if foreign and 2 * len(foreign) > len(_LETTER.findall(text)):
        message = sentence(
            "The {what} is declared as {declared}, but most of its letters are {foreign}.",
            what=what,
            declared=_LANGUAGE_WORDS[declared],
            foreign=_script_name(foreign),
        )
        found.append(Evidence(field, quoted(text), message))


def _is_western(text: str) -> bool:
    """Whether all letters are Latin ones of ISO 8859-1, as in most texts: much cheaper than to look for others."""
    if text.isascii():
        return True
    try:
        written = text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return len(written.translate(None, _NOT_LATIN_1)) == len(written)


def _script_name(letters: list[str]) -> str:
    """The script of most of the letters, by their Unicode names."""
    scripts = Counter(unicodedata.name(letter, "unnamed").split(" ")[0] for letter in letters[:_LETTERS_NAMED])
    name = scripts.most_common(1)[0][0]
    return _SCRIPT_WORDS.get(name, name.capitalize())


def recipients(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """FRM-03: a diffusion has a recipient other than its sender, and every recipient belongs to the network."""
    match body.recipients:
        case Everyone():
            return ()
        case None | ():
            return (Evidence("recipients", "", sentence("The diffusion names no recipient.")),)
        case codes:
            on = context.received_on
            known = context.directory.codes(on)
            if known.issuperset(codes) and codes.count(context.sender) < len(codes):
                return ()
            found = [
                Evidence(
                    f"recipients[{index}]",
                    quoted(code),
                    sentence("A recipient is no bureau of the network on {on}.", on=on),
                )
                for index, code in enumerate(codes)
                if code not in known
            ]
            if all(code == context.sender for code in codes):
                found.append(
                    Evidence("recipients", quoted(codes[0]), sentence("The sender is its own only recipient."))
                )
            return found


def purpose(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """PUR-01: the stated purpose, if any, is that of the kind."""
    own = PURPOSE_OF_KIND[body.kind]
    if body.purpose is None or body.purpose is own:
        return ()
    stated = _value_words(body.purpose)
    message = sentence(
        "A {kind} {context} serves to {own}, but the stated purpose is to {stated}.",
        kind=body.kind,
        context=_type_words(context),
        own=_value_words(own),
        stated=stated,
    )
    return (Evidence("purpose", body.purpose, message),)


def status(body: Body, context: ReviewContext) -> Iterable[Evidence]:
    """STA-01: the person's status is given and fits the kind."""
    subject = body.subject
    if not isinstance(subject, Person):
        if body.kind not in _ABOUT_PERSONS:
            return ()
        message = sentence(
            "A {kind} {context} is about a person, but the subject is of type {type}.",
            kind=body.kind,
            context=_type_words(context),
            type=subject.type,
        )
        return (Evidence("subject.type", subject.type, message),)
    if subject.status is None:
        return (Evidence("subject.status", "", sentence("The person's status is not given.")),)
    if subject.status in _ALLOWED_STATUSES[body.kind]:
        return ()
    message = sentence(
        "A {kind} {context} cannot be about a person of status {status}.",
        kind=body.kind,
        context=_type_words(context),
        status=_value_words(subject.status),
    )
    return (Evidence("subject.status", subject.status, message),)


def _type_words(context: ReviewContext) -> str:
    return sentence("diffusion") if context.type is MessageType.DIFFUSION else sentence("notice request")


def _value_words(value: Purpose | PersonStatus) -> str:
    return value.replace("_", " ")
