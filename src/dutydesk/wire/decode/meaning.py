"""Checks that a schema can't express: existing codes, possible dates, non-empty audiences.

The functions accept a parsed message of any shape and skip parts of a wrong type, which are reported elsewhere, so that
all faults of a message are listed at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime

from dutydesk.domain.countries import Directory
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence
from dutydesk.wire.decode import limits
from dutydesk.wire.decode.dates import date_problem, full_date, instant, instant_problem, partial_date, years_after
from dutydesk.wire.decode.outcome import WHOLE_MESSAGE, Problem

Tree = Mapping[str, object]
EVERYONE = "all"
EMPTY_AUDIENCE = "EMPTY_AUDIENCE"
_WITH_AUDIENCE = frozenset({"diffusion", "correction", "message"})
_WITH_BODY = frozenset({"diffusion", "notice_request", "correction"})


@value(frozen=True, slots=True, eq=False)
class ReceiptDay:
    """The directory on the day of receipt (UTC), and the last day until which data may be kept."""

    directory: Directory
    on: date
    bureaus: frozenset[str]
    kept_until: date

    def all_bureaus(self, codes: list[object]) -> bool:
        """Whether every entry is the code of a bureau; if not, each must be checked."""
        try:
            return self.bureaus.issuperset(codes)
        except TypeError:
            return False


_latest: ReceiptDay | None = None


def receipt_day(directory: Directory, at: datetime) -> ReceiptDay:
    """The receipt on the day of ``at``; raises ``ValueError`` if ``at`` has no zone."""
    global _latest
    if at.tzinfo is None:
        raise ValueError("the time of receipt needs a zone")
    on = (at if at.tzinfo is UTC else at.astimezone(UTC)).date()
    latest = _latest
    if latest is None or latest.directory is not directory or latest.on != on:
        bureaus = frozenset(bureau.code for bureau in directory.all_bureaus(on))
        latest = _latest = ReceiptDay(directory, on, bureaus, years_after(on, limits.RETENTION_YEARS))
    return latest


def sender_fault(tree: Tree, receipt: ReceiptDay) -> Problem | None:
    """The problem that the sender is no bureau on the day of receipt; only for texts."""
    sender = tree.get("sender")
    if not isinstance(sender, str) or not 0 < len(sender) <= limits.CODE or sender in receipt.bureaus:
        return None
    return Problem("sender", receipt.directory.bureau_code_error(sender, receipt.on))


def meaning_faults(tree: Tree, receipt: ReceiptDay) -> Iterator[Problem]:
    """Every fault of meaning except an unknown sender, in the order of the message's fields."""
    sent_at = tree.get("sent_at")
    if isinstance(sent_at, str) and len(sent_at) <= limits.SHORT and instant(sent_at) is None:
        yield Problem("sent_at", instant_problem(sent_at))
    kind = tree.get("type")
    if kind == "check":
        yield from _query_faults(tree.get("query"), receipt)
    elif kind == "restriction":
        yield from _restriction_faults(tree, receipt)
    if isinstance(kind, str) and kind in _WITH_AUDIENCE:
        yield from _audience_faults(tree, receipt)
    if isinstance(kind, str) and kind in _WITH_BODY:
        yield from _body_faults(tree, receipt)


def _audience_faults(tree: Tree, receipt: ReceiptDay) -> Iterator[Problem]:
    recipients, sender = tree.get("recipients"), tree.get("sender")
    if not isinstance(recipients, list):
        return
    if not recipients:
        yield Problem(
            "recipients",
            sentence('{code}: names nobody; name at least one code, or write "all"', code=EMPTY_AUDIENCE),
        )
    elif isinstance(sender, str) and recipients.count(sender) == len(recipients):
        yield Problem(
            "recipients",
            sentence("{code}: names only the sender, who is never a recipient", code=EMPTY_AUDIENCE),
        )
    yield from _code_faults("recipients", recipients, receipt, everyone=True)


def _restriction_faults(tree: Tree, receipt: ReceiptDay) -> Iterator[Problem]:
    if "deny" not in tree and "allow" not in tree:
        yield Problem(WHOLE_MESSAGE, sentence('needs "deny", "allow" or both'))
    for side in ("deny", "allow"):
        yield from _code_faults(side, tree.get(side), receipt, everyone=True)


def _code_faults(path: str, codes: object, receipt: ReceiptDay, *, everyone: bool = False) -> Iterator[Problem]:
    if not isinstance(codes, list) or receipt.all_bureaus(codes) or len(codes) > limits.RECIPIENTS:
        return
    for index, code in enumerate(codes):
        if not isinstance(code, str) or not 0 < len(code) <= limits.CODE:
            continue
        if everyone and code == EVERYONE:
            yield Problem(
                f"{path}[{index}]", sentence('"all" stands alone: write "{path}": "all", or only codes', path=path)
            )
        elif code not in receipt.bureaus:
            yield Problem(f"{path}[{index}]", receipt.directory.bureau_code_error(code, receipt.on))


def _body_faults(tree: Tree, receipt: ReceiptDay) -> Iterator[Problem]:
    subject = tree.get("subject")
    if isinstance(subject, dict) and subject.get("type") == "person":
        yield from _person_faults(subject, receipt)
    judicial = tree.get("judicial")
    if isinstance(judicial, dict):
        for part in ("facts", "warrant"):
            fields = judicial.get(part)
            if isinstance(fields, dict):
                yield from _date_faults(f"judicial.{part}.date", fields.get("date"))
    yield from _code_faults("restricted_from", tree.get("restricted_from"), receipt)
    yield from _retention_faults(tree, receipt)


def _person_faults(subject: Tree, receipt: ReceiptDay) -> Iterator[Problem]:
    yield from _date_faults("subject.date_of_birth", subject.get("date_of_birth"), born_by=receipt.on)
    nationalities = subject.get("nationalities")
    if isinstance(nationalities, list) and len(nationalities) <= limits.NATIONALITIES:
        for index, code in enumerate(nationalities):
            yield from _nationality_faults(f"subject.nationalities[{index}]", code, receipt)
    documents = subject.get("identity_documents")
    if isinstance(documents, list) and len(documents) <= limits.DOCUMENTS:
        for index, document in enumerate(documents):
            if isinstance(document, dict):
                path = f"subject.identity_documents[{index}].issuer"
                yield from _nationality_faults(path, document.get("issuer"), receipt)


def _query_faults(query: object, receipt: ReceiptDay) -> Iterator[Problem]:
    if isinstance(query, dict):
        yield from _date_faults("query.date_of_birth", query.get("date_of_birth"), born_by=receipt.on)
        for name in ("nationality", "issuer"):
            yield from _nationality_faults(f"query.{name}", query.get(name), receipt)


def _nationality_faults(path: str, code: object, receipt: ReceiptDay) -> Iterator[Problem]:
    if isinstance(code, str) and 0 < len(code) <= limits.CODE and not receipt.directory.is_nationality(code):
        yield Problem(path, receipt.directory.nationality_error(code))


def _date_faults(path: str, text: object, born_by: date | None = None) -> Iterator[Problem]:
    if not isinstance(text, str) or len(text) > limits.SHORT:
        return
    known = partial_date(text)
    if known is None:
        yield Problem(path, date_problem(text, partial=True))
    elif born_by is not None and known.earliest() > born_by:
        yield Problem(path, sentence("is {text}, after the receipt on {born_by}", text=text, born_by=born_by))


def _retention_faults(tree: Tree, receipt: ReceiptDay) -> Iterator[Problem]:
    """RPD 49: at most five years. The end must not be before both sending and receipt."""
    text = tree.get("retention_until")
    if not isinstance(text, str) or len(text) > limits.SHORT:
        return
    until = full_date(text)
    if until is None:
        yield Problem("retention_until", date_problem(text, partial=False))
        return
    if until > receipt.kept_until:
        yield Problem(
            "retention_until",
            sentence(
                "is {text}, more than {retention_years} years from receipt: at the latest {kept_until}",
                text=text,
                retention_years=limits.RETENTION_YEARS,
                kept_until=receipt.kept_until,
            ),
        )
    elif until < receipt.on and until < _sent_on(tree, receipt):
        yield Problem("retention_until", sentence("is {text}, before the message was sent", text=text))


def _sent_on(tree: Tree, receipt: ReceiptDay) -> date:
    text = tree.get("sent_at")
    sent = instant(text) if isinstance(text, str) and len(text) <= limits.SHORT else None
    return receipt.on if sent is None else sent.date()
