"""Rules on the minimum data of each kind except red, without which another country cannot act on an item."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dutydesk.domain.messages.message import Body, Urgency
from dutydesk.domain.messages.subjects import Facts, Offence, Person, PersonStatus, Thing
from dutydesk.domain.rules.evidence import Evidence, ReviewContext
from dutydesk.domain.rules.identity import has_features, has_name
from dutydesk.domain.rules.values import is_given, quoted
from dutydesk.language.sentences import sentence

WORDS_OF_REQUEST = 4
_DIGIT = re.compile(r"\d")


def blue(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """MIN-BLUE: the person is named or known by biometrics, and the text says what is sought."""
    person = body.subject
    if not isinstance(person, Person):
        return ()
    found: list[Evidence] = []
    if not _is_recognisable(person):
        message = sentence("The person has neither a name, nor an alias, nor a photo or other biometrics.")
        found.append(Evidence("subject.name", "", message))
    if is_given(body.text) and len(body.text.split(None, WORDS_OF_REQUEST)) < WORDS_OF_REQUEST:
        message = sentence("The text is very short: does it say what is sought?")
        found.append(Evidence("text", quoted(body.text), message, thin=True))
    return found


def green(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """MIN-GREEN: the person is named, and the warning rests on convictions or other reasonable grounds."""
    person = body.subject
    if not isinstance(person, Person):
        return ()
    found: list[Evidence] = []
    if not has_name(person.name):
        found.append(Evidence("subject.name", "", sentence("A warning about a person needs the person's name.")))
    if not _has_grounds(body):
        if person.status is PersonStatus.CONVICTED:
            message = sentence("The person is called convicted, but no offence and no facts are given.")
            found.append(Evidence("subject.status", person.status, message, thin=True))
        else:
            message = sentence("The warning gives no basis: neither offences nor facts.")
            found.append(Evidence("judicial", "", message))
    return found


def _has_grounds(body: Body) -> bool:
    if body.judicial is None:
        return False
    return any(map(_names_an_offence, body.judicial.offences)) or (
        body.judicial.facts is not None and is_given(body.judicial.facts.summary)
    )


def _names_an_offence(offence: Offence) -> bool:
    return is_given(offence.charge) or is_given(offence.law) or is_given(offence.category)


def yellow(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """MIN-YELLOW: the missing person can be recognised, and the date of the event is given."""
    person = body.subject
    if not isinstance(person, Person):
        return ()
    found: list[Evidence] = []
    if not (_is_recognisable(person) or has_features(person.description)):
        message = sentence("The person has neither a name, nor a description, nor a photo or other biometrics.")
        found.append(Evidence("subject.name", "", message))
    if not _gives_a_date(body):
        message = sentence("It is not stated when the person went missing or was found.")
        found.append(Evidence("judicial.facts.date", "", message))
    return found


def black(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """MIN-BLACK: there are data to identify the body by, and the date on which it was found is given."""
    found: list[Evidence] = []
    if not body.subject.biometrics:
        message = sentence("The body has neither photo, fingerprints, DNA nor dental data.")
        found.append(Evidence("subject.biometrics", "", message))
    if not _gives_a_date(body):
        found.append(Evidence("judicial.facts.date", "", sentence("It is not stated when the body was found.")))
    return found


def purple(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """MIN-PURPLE: the method, object or hiding place is described."""
    if isinstance(body.subject, Person):
        message = sentence("A method, an object or a hiding place is to be described, but the subject is a person.")
        return (Evidence("subject.type", body.subject.type, message),)
    return _undescribed(body.subject, sentence("The method or object has neither a title nor a description."))


def orange(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """MIN-ORANGE: the threat is described, and the urgency is that of an imminent danger."""
    found: list[Evidence] = []
    if isinstance(body.subject, Thing):
        found += _undescribed(body.subject, sentence("The threat has neither a title nor a description."))
    if body.urgency is Urgency.ROUTINE:
        message = sentence("An imminent danger is sent as routine: is it imminent?")
        found.append(Evidence("urgency", body.urgency, message, thin=True))
    return found


def silver(body: Body, _: ReviewContext) -> Iterable[Evidence]:
    """MIN-SILVER: the assets are described, or their holder is named and the text says which are meant."""
    holder = body.subject
    if isinstance(holder, Thing):
        return _undescribed(holder, sentence("The assets have neither a title nor a description."))
    found: list[Evidence] = []
    if not _is_recognisable(holder):
        message = sentence(
            "The holder of the assets has neither a name, nor an alias, nor a photo or other biometrics."
        )
        found.append(Evidence("subject.name", "", message))
    if is_given(body.text) and len(body.text.split(None, WORDS_OF_REQUEST)) < WORDS_OF_REQUEST:
        message = sentence("The text is very short: does it say which assets are meant?")
        found.append(Evidence("text", quoted(body.text), message, thin=True))
    return found


def _undescribed(thing: Thing, message: str) -> tuple[Evidence, ...]:
    if is_given(thing.title) or is_given(thing.description):
        return ()
    return (Evidence("subject.description", quoted(thing.description or thing.title), message),)


def _is_recognisable(person: Person) -> bool:
    return has_name(person.name) or bool(person.biometrics) or any(map(has_name, person.aliases))


def _gives_a_date(body: Body) -> bool:
    """Whether the facts have a date, or any text contains a digit. An officer judges whether that is a date."""
    facts: Facts | None = body.judicial.facts if body.judicial is not None else None
    if facts is not None and (facts.date is not None or _DIGIT.search(facts.summary or "")):
        return True
    description = body.subject.description if isinstance(body.subject, Thing) else None
    return _DIGIT.search(body.text) is not None or _DIGIT.search(description or "") is not None
