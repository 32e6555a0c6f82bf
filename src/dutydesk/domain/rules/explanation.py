"""Explains what the word lists do with a text: which known words stay silent, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from dutydesk.domain.frozen import value
from dutydesk.domain.messages.message import Body, Kind, MessageType
from dutydesk.domain.rules.examination import Finding, RuleTable
from dutydesk.domain.rules.lexicon import POINTS, Lexicon, WordHit, WordList, texts_of

#: Uses of lists whose words are pointed out by themselves; the words of all others are weighed by their rule.
_FIRING = frozenset({POINTS, "absence", "retrial"})
_Key = tuple[str, str, str]


class Silence(StrEnum):
    """Why a known word gives no finding."""

    EXCEPTION = "exception"
    FIELD = "field"
    KIND = "kind"
    CIRCUMSTANCE = "circumstance"
    RULE = "rule"
    USE = "use"


@value(frozen=True, slots=True)
class SilentWords:
    """Words of a list that gave no finding. ``why`` is one clause; ``because`` its class, for programs."""

    rule: str
    sense: str
    field: str
    words: str
    because: Silence
    why: str


def silent_words(
    body: Body, type: MessageType, table: RuleTable, findings: Iterable[Finding]
) -> tuple[SilentWords, ...]:
    """The known words of a body that gave no finding, in the order of the fields."""
    fired = frozenset(finding.rule for finding in findings)
    return (*_dropped(body, table.lexicon), *_without_finding(body, type, table, fired))


def _dropped(body: Body, lexicon: Lexicon) -> Iterator[SilentWords]:
    """Words that a list without its exceptions and limits would have found, and the list as it is does not."""
    senses = {_key(sense): sense for sense in lexicon.senses if sense.use in _FIRING}
    plain = Lexicon(tuple(WordList(sense.rule, sense.name, sense.entries, sense.use) for sense in senses.values()))
    hits = lexicon.search_body(body)
    fields_of = {
        (rule, use, hit.sense): frozenset((hit.field, *hit.also))
        for (rule, use), found in hits.hits.items()
        for hit in found
    }
    for rule, lifted in hits.lifted.items():
        for each in lifted:
            fields_of[rule, POINTS, each.hit.sense] = frozenset((each.hit.field, *each.hit.also))
            why = f'{each.circumstance.sense} lifts it: "{each.circumstance.words}" in {each.circumstance.field}'
            yield _silent(rule, each.hit, Silence.CIRCUMSTANCE, why)
    for path, text in texts_of(body):
        for found, words in plain.search_text(path, text, body.kind):
            sense = senses[_key(found)]
            if path not in fields_of.get(_key(sense), frozenset()):
                because, why = _reason(sense, path, text, body.kind)
                yield SilentWords(sense.rule, sense.name, path, words, because, why)


def _reason(sense: WordList, path: str, text: str, kind: Kind) -> tuple[Silence, str]:
    if sense.kinds is not None and kind not in sense.kinds:
        return Silence.KIND, f"it is looked for in {_listed(sense.kinds)} only, and this is {kind}"
    if not sense.applies_to(path, kind):
        return Silence.FIELD, f"it is looked for in {_listed(sense.fields)} only"
    exception = _exception(sense, path, text, kind)
    if exception is not None:
        return Silence.EXCEPTION, f'an exception of the list covers it: "{exception}"'
    return Silence.RULE, "the list as a whole does not find it"


def _exception(sense: WordList, path: str, text: str, kind: Kind) -> str | None:
    if not sense.unless:
        return None
    exceptions = Lexicon((WordList(sense.rule, sense.name, sense.unless, sense.use),))
    return next((words for _, words in exceptions.search_text(path, text, kind)), None)


def _without_finding(body: Body, type: MessageType, table: RuleTable, fired: frozenset[str]) -> Iterator[SilentWords]:
    """Words that the lists found, and on which their rule did not fire."""
    for (rule, use), hits in table.lexicon.search_body(body).hits.items():
        for hit in hits:
            said = _unused(rule, use, body.kind, type, table, fired)
            if said is not None:
                yield _silent(rule, hit, *said)


def _unused(
    rule: str, use: str, kind: Kind, type: MessageType, table: RuleTable, fired: frozenset[str]
) -> tuple[Silence, str] | None:
    if table.severity(rule, kind, type) is None:
        return Silence.RULE, f"{rule} does not apply to a {kind} {type.replace('_', ' ')}"
    if use != POINTS:
        return Silence.USE, f"such words give no finding by themselves; {rule} weighs them ({use})"
    if rule not in fired:
        return Silence.RULE, f"{rule} weighed the whole body and did not fire"
    return None


def _silent(rule: str, hit: WordHit, because: Silence, why: str) -> SilentWords:
    return SilentWords(rule, hit.sense, hit.field, hit.words, because, why)


def _key(sense: WordList) -> _Key:
    return sense.rule, sense.use, sense.name


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
