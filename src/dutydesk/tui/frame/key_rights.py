"""Which right each key needs. A key that the officer's role forbids is left out, and says why if it is pressed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dutydesk.domain.review.officers import LEAST_ROLE, Officer, Right
from dutydesk.tui.frame.keys import DEFAULT_KEYS
from dutydesk.tui.frame.text_format import value_word
from dutydesk.tui.frame.texts import texts

KEY_RIGHTS: Final[Mapping[str, Right]] = {
    "item.claim": Right.REVIEW,
    "item.unclaim": Right.REVIEW,
    "item.give": Right.REVIEW,
    "item.tick": Right.REVIEW,
    "item.decide": Right.REVIEW,
    "item.note": Right.NOTE,
    "item.undo": Right.REVIEW,
    "item.confirm": Right.REVIEW,
    "item.dissent": Right.REVIEW,
    "item.after": Right.REVIEW,
    "item.reopen": Right.REOPEN,
    "item.legal_hold": Right.LEGAL_HOLD,
    "item.restrict": Right.RESTRICT,
    "item.retry": Right.RETRY,
    "item.reread": Right.QUARANTINE,
    "item.reject": Right.QUARANTINE,
    "item.export": Right.EXPORT_ITEM,
    "hit.dismiss": Right.DISMISS,
    "country.measure": Right.MEASURE,
    "country.offline": Right.NETWORK,
    "measure.order": Right.MEASURE,
    "measure.endorse": Right.MEASURE,
    "measure.lift": Right.MEASURE,
    "measure.confirm": Right.MEASURE,
    "measure.dissent": Right.MEASURE,
    "measure.restrict": Right.RESTRICT,
    "measure.offline": Right.NETWORK,
    "desk.handover": Right.HANDOVER,
    "desk.import": Right.IMPORT,
    "desk.purge": Right.PURGE,
    "desk.check": Right.CHECK,
    "desk.submit_message": Right.SUBMIT,
}
#: The first key of each action; the others that run it need the same right.
_KEY_OF_ACTION: Final = {
    key.action: key.id for keys in DEFAULT_KEYS.values() for key in reversed(keys) if key.id in KEY_RIGHTS
}


def forbidden_keys(officer: Officer | None) -> frozenset[str]:
    """Ids of the keys that the officer's role forbids."""
    if officer is None:
        return frozenset()
    return frozenset(key for key, right in KEY_RIGHTS.items() if not officer.may(right))


def role_refusal(officer: Officer | None, action: str) -> str | None:
    """Why the officer's role forbids what a key does, in one sentence, or ``None``."""
    key = _KEY_OF_ACTION.get(action)
    if key is None or officer is None or officer.may(KEY_RIGHTS[key]):
        return None
    return texts.role_needed(texts.ROLE_DEEDS[key], value_word(LEAST_ROLE[KEY_RIGHTS[key]]), value_word(officer.role))
