"""The codes of :class:`~dutydesk.domain.errors.NotAllowed`."""

from __future__ import annotations

from dutydesk.domain.codes.base import Code


class NotAllowedCode(Code):
    """The person lacks the right: role, four eyes, own country or a denial."""

    # Who acts
    NOT_AN_OFFICER = (
        "not_an_officer",
        "The person is not an officer of this desk.",
        "An administrator adds the officer with officers add.",
    )
    LOGIN_OF_NOBODY = (
        "login_of_nobody",
        "The OS login belongs to no officer.",
        "An administrator adds the login with officers add.",
    )
    AS_NOT_OWNER = (
        "as_not_owner",
        "--as counts only for the OS user who owns the store.",
        "Leave --as out to act as yourself.",
    )
    ROLE_TOO_LOW = (
        "role_too_low",
        "The officer's role is too low for the act.",
        "Ask an officer with the role that the text names.",
    )
    COLLEAGUE_CANNOT_REVIEW = (
        "colleague_cannot_review",
        "The colleague who should get the claim can't review.",
        "Name an officer or a supervisor.",
    )

    # Own country
    OWN_COUNTRY = (
        "own_country",
        "The item or measure concerns the officer's own country.",
        "An officer of another country does it.",
    )
    OWN_BENEFIT = (
        "own_benefit",
        "The act would widen access for the officer's own country.",
        "An officer of another country does it.",
    )
    READ_DENIED = (
        "read_denied",
        "The owner denies the data to the officer's country.",
        "An officer whose country may read it does it.",
    )

    # Four eyes
    OWN_PROPOSAL = (
        "own_proposal",
        "The officer proposed the act and can't be its second person.",
        "Another officer confirms it or dissents.",
    )
    OWN_RECALL = (
        "own_recall",
        "The officer recalled the item and can't ratify the recall.",
        "Another officer ratifies it.",
    )
    OWN_REFUSAL = (
        "own_refusal",
        "The officer took part in the refusal and can't reopen the item.",
        "Another supervisor reopens it.",
    )
    OWN_HANDOVER = "own_handover", "The officer wrote the handover and can't accept it.", "Another officer accepts it."
