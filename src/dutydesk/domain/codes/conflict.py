"""The codes of :class:`~dutydesk.domain.errors.Conflict`."""

from __future__ import annotations

from dutydesk.domain.codes.base import Code


class ConflictCode(Code):
    """Somebody else was first, or the state has changed meanwhile."""

    # Items
    ITEM_CHANGED = (
        "item_changed",
        "The item has changed since the officer read it.",
        "Read the item again, then repeat the act.",
    )
    ALREADY_DECIDED = "already_decided", "Another officer has decided on the item.", "Look at the decision with show."
    ALREADY_RECALLED = "already_recalled", "The item is recalled already.", "Look at the item with show."
    ALREADY_REOPENED = "already_reopened", "The refused item was reopened.", "Claim it for its new review."
    LEFT_REVIEW = (
        "left_review",
        "Its sender or a measure took the item out of its review.",
        "Look at the item with show.",
    )
    CLAIMED_BY_ANOTHER = (
        "claimed_by_another",
        "Another officer holds the claim.",
        "Wait until it lapses; a supervisor takes it over with a reason.",
    )

    # Proposals
    ALREADY_PROPOSED = (
        "already_proposed",
        "The same act is proposed already.",
        "Confirm it as the second officer, or dissent.",
    )
    RECALL_PROPOSED = "recall_proposed", "A recall of the item is proposed.", "Dissent from the recall first."
    PROPOSAL_REPLACED = (
        "proposal_replaced",
        "Another proposal has replaced the one that the officer read.",
        "Read the proposal again.",
    )
    PROPOSAL_GONE = (
        "proposal_gone",
        "Nothing is proposed on the item any more.",
        "Look at the item's history with show.",
    )
    PROPOSAL_VOID = (
        "proposal_void",
        "What the first officer saw has changed; the proposal is void.",
        "Read the differences, then propose again.",
    )
    SEVERAL_PROPOSALS = "several_proposals", "Several restrictions are proposed on the item.", "Name one of them."

    # Measures and restrictions
    MEASURE_CHANGED = "measure_changed", "The measure has changed since the officer read it.", "Read the measure again."
    MEASURE_NOT_PROPOSED = (
        "measure_not_proposed",
        "No proposal on the measure waits for a second officer.",
        "Look at the measures with measures.",
    )
    ORDER_OVERTAKEN = (
        "order_overtaken",
        "Another order for the country was first.",
        "Look at the country's measures, then order again.",
    )
    SAME_ORDER = "same_order", "A measure orders the same already.", "Nothing is to be done."
    LATER_ORDER_PENDING = (
        "later_order_pending",
        "A measure is ordered for a later time already.",
        "Lift that one first.",
    )
    LATER_ORDER_DIFFERS = (
        "later_order_differs",
        "A measure ordered for later covers other channels or kinds.",
        "Name those too, or lift it first.",
    )
    ALREADY_ENDORSED = "already_endorsed", "The measure's endorsement is recorded already.", "Nothing is to be done."
    RESTRICTION_CHANGED = "restriction_changed", "The proposed restriction was changed meanwhile.", "Read it again."
    RESTRICTION_NOT_PROPOSED = (
        "restriction_not_proposed",
        "No proposal on the restriction waits for a second officer.",
        "Look at the proposals with alarms.",
    )

    # Shifts
    HANDOVER_ACCEPTED = "handover_accepted", "The handover was accepted already.", "Read it with handover --last."
    HANDOVER_REPLACED = (
        "handover_replaced",
        "Another handover has replaced the one that was read.",
        "Read the new one, then accept it.",
    )

    # Officers
    LOGIN_TAKEN = "login_taken", "The login belongs to another officer.", "Use the login of the person."
    NAME_CONFUSABLE = "name_confusable", "The name looks like another officer's.", "Add a name that nobody can mistake."

    # Commands
    COMMAND_ID_USED = (
        "command_id_used",
        "The command id was used for another command.",
        "Use a new id for each command.",
    )

    # Keys
    BEING_SENT = (
        "being_sent",
        "Something is being sent to the bureau by the route that it has.",
        "Try again once it is answered, or take the bureau off the network until then.",
    )
    KEY_KNOWN = (
        "key_known",
        "The key was entered before, for this bureau or for another one.",
        "Make a new key; one that was retired or revoked never comes back.",
    )
    KEY_ENDED = "key_ended", "The key has ended, or ends before that.", "Look at the keys with bureaus keys list."
