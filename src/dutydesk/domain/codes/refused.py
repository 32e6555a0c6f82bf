"""The codes of :class:`~dutydesk.domain.errors.Refused`."""

from __future__ import annotations

from dutydesk.domain.codes.base import Code


class RefusedCode(Code):
    """The answer is no: the state of the item, the query or the file does not allow it."""

    # Decisions
    OPEN_TICKS = (
        "open_ticks",
        "Points of the checklist are not ticked.",
        "Judge and tick each point that the obstacles list.",
    )
    BLOCKING_FINDINGS = (
        "blocking_findings",
        "A finding blocks the release.",
        "Remove its cause, or let a supervisor override a rule that allows it.",
    )
    NOT_OVERRIDABLE = (
        "not_overridable",
        "The rule can't be overridden.",
        "Remove the cause of the finding, or refuse the item.",
    )
    CERTAIN_MATCH = (
        "certain_match",
        "Both have the same document, or the same name and date of birth.",
        "Refuse the item, or ask its sender for a correction.",
    )
    QUESTION_OPEN = (
        "question_open",
        "A question to the sender is open on the item.",
        "Wait for the information, or refuse the item.",
    )
    QUESTION_ALREADY_OPEN = "question_already_open", "The item has an open question already.", "Add to it with a note."
    KIND_WITHOUT_CONSENT = (
        "kind_without_consent",
        "The item asks for another kind than the one named.",
        "Ask the sender with --kind; a correction of that kind is the consent.",
    )
    NO_RECIPIENT_LEFT = (
        "no_recipient_left",
        "Restrictions or measures exclude every recipient.",
        "Look at the item's recipients with why; refuse the item or ask the sender.",
    )
    SENDER_SUSPENDED = (
        "sender_suspended",
        "The sender is suspended; nothing of it is released.",
        "Wait until the measure is lifted, or refuse the item.",
    )
    NOT_IN_REVIEW = "not_in_review", "The item is in a state without a review.", "Look at its state with show."
    NOT_CLAIMED = "not_claimed", "The act needs a claim, and nobody holds one on the item.", "Claim the item first."
    CLAIM_LAPSED = "claim_lapsed", "The officer's claim on the item has lapsed.", "Claim the item again."
    NOTHING_PROPOSED = "nothing_proposed", "No decision is proposed on the item.", "Decide on it yourself."

    # After a decision
    SUPERSEDED = "superseded", "A correction has replaced the item.", "Act on the correction that the text names."
    NOT_RELEASED = (
        "not_released",
        "Only a released item can be recalled or undone.",
        "Look at the item's state with show.",
    )
    NO_RECALL_TO_RATIFY = (
        "no_recall_to_ratify",
        "No urgent recall of the item waits for ratification.",
        "Look at the item's state with show.",
    )
    NO_REVIEW_DUE = (
        "no_review_due",
        "No review after delivery is due on the item.",
        "Look at the open reviews with alarms.",
    )
    RELEASED_BY_ROUTE = (
        "released_by_route",
        "The item went out by its route, without an officer's release.",
        "Recall it.",
    )
    DELIVERY_BEGUN = "delivery_begun", "The item is on its way to recipients.", "Recall it."
    NOT_REFUSED = "not_refused", "Only a refused item can be reopened.", "Look at the item's state with show."
    DELIVERY_NOT_DEAD = "delivery_not_dead", "Only a dead delivery is retried.", "Look at the deliveries with show."

    # Messages at intake; receipts carry the text as a problem
    REFERENCE_UNKNOWN = (
        "reference_unknown",
        "The sender has no earlier item with this reference.",
        "Correct the reference and send the message again.",
    )
    RECIPIENTS_MISSING = (
        "recipients_missing",
        "A correction of a diffusion names no recipients.",
        "Name the recipients.",
    )
    RECIPIENTS_NOT_ALLOWED = (
        "recipients_not_allowed",
        "A correction of a notice request names recipients.",
        "Leave the recipients out.",
    )
    CORRESPONDENCE_NOT_CORRECTED = (
        "correspondence_not_corrected",
        "Ordinary correspondence takes no correction.",
        "Send a new message.",
    )
    CORRECTION_TOO_LATE = "correction_too_late", "The item's state takes no correction any more.", "Send a new message."
    WITHDRAWAL_TOO_LATE = (
        "withdrawal_too_late",
        "The item's state takes no withdrawal any more.",
        "Follow the hint in the text.",
    )
    NOT_OWN_ITEM = (
        "not_own_item",
        "The message is about an item of another sender.",
        "Correct the reference and send the message again.",
    )
    NO_OPEN_QUESTION = (
        "no_open_question",
        "The desk has no open question on the item.",
        "Send a correction or a new message.",
    )
    NOT_DELIVERED_TO_SENDER = (
        "not_delivered_to_sender",
        "The item was not delivered to the bureau that responds to it.",
        "Correct the reference and send the message again.",
    )
    NO_RECALL_SENT = (
        "no_recall_sent",
        "The bureau that confirms a recall was sent none.",
        "Correct the reference and send the message again.",
    )

    # Quarantine
    NOT_IN_QUARANTINE = "not_in_quarantine", "The item is not in quarantine.", "Look at the item's state with show."
    STILL_UNREADABLE = (
        "still_unreadable",
        "The quarantined bytes still can't be read.",
        "Reject the item, or ask its sender to send it again.",
    )
    STILL_CONFLICTS = (
        "still_conflicts",
        "The quarantined message still has a reference that is taken.",
        "Reject the item, or ask its sender for another reference.",
    )
    ACTS_ON_ANOTHER_ITEM = (
        "acts_on_another_item",
        "The quarantined message acts on another item and can't become one.",
        "Ask its sender to send it again.",
    )

    # Checks
    CHECK_LIMIT = "check_limit", "The bureau has used up its checks for this minute.", "Ask again in the next minute."
    QUERY_UNUSABLE = (
        "query_unusable",
        "The query has no name or number that can be searched for.",
        "Write the name or the number in full.",
    )

    # Measures
    MEASURE_ENDED = "measure_ended", "The measure has ended already.", "Look at the measures with measures."

    # Shifts
    HANDOVER_ALTERED = (
        "handover_altered",
        "The text of the handover was changed after it was signed.",
        "Its author writes it again.",
    )

    # Retention
    BODY_PURGED = "body_purged", "The item's body was purged.", "Nothing can be done; the log keeps the item's events."
    LEGAL_HOLD_UNCHANGED = "legal_hold_unchanged", "The legal hold already is as asked.", "Nothing is to be done."

    # Stored bodies and the log
    BODY_CHANGED = (
        "body_changed",
        "The stored body is not the one that was received.",
        "Run doctor; put a backup in the store's place.",
    )
    ITEM_UNREADABLE = (
        "item_unreadable",
        "The stored item can't be read; no act changes it.",
        "Run doctor; look at the raw bytes.",
    )
    READ_UNRECORDED = (
        "read_unrecorded",
        "The export could not be recorded in the log, so nothing was exported.",
        "Follow the text, then export again.",
    )
    CHAIN_BROKEN = "chain_broken", "The chain of the log does not verify.", "Run audit verify and doctor."
    LOG_INCOMPLETE = "log_incomplete", "The log does not tell how the item stood at that time.", "Name a later time."
    BEFORE_RECEIPT = "before_receipt", "The item was received after the time that was asked for.", "Name a later time."
    CHECKPOINT_UNSIGNED = "checkpoint_unsigned", "The checkpoint has no signature.", "Use a checkpoint that is signed."
    CHECKPOINT_OTHER_KEY = (
        "checkpoint_other_key",
        "Another key than the named one signed the checkpoint.",
        "Name the key that signed it, or ask who made the checkpoint.",
    )
    CHECKPOINT_ALTERED = (
        "checkpoint_altered",
        "The checkpoint was altered after it was signed.",
        "Use another copy of the checkpoint.",
    )

    CHECKPOINTS_DIFFER = (
        "checkpoints_differ",
        "The log now is not the one of an earlier checkpoint of it.",
        "Run audit verify and doctor; compare the checkpoints that witnesses keep.",
    )
    LOG_HAS_OTHER_KEY = (
        "log_has_other_key",
        "The witness knows the log by another key.",
        "Ask who keeps the log; --further-key adds the key of another box of the same desk.",
    )
    LOG_NOT_WATCHED = (
        "log_not_watched",
        "The further key is of a log that the witness does not watch.",
        "Compare the name of the log; --log watches a new one.",
    )
    WITNESS_STATE_UNREADABLE = (
        "witness_state_unreadable",
        "What a witness keeps of a log, or its key, is gone or can't be read.",
        "Restore the folder from a copy; a witness that begins anew takes another name.",
    )
    WITNESS_IN_USE = (
        "witness_in_use",
        "Another process serves the witness's folder.",
        "Stop that one, or name another folder.",
    )

    # Files
    FILE_EXISTS = (
        "file_exists",
        "The file exists and is not replaced.",
        "Name another file; where the command has it, --force replaces the file.",
    )
    IS_FOLDER = "is_folder", "A folder has this name.", "Name a file."
    FILE_NOT_WRITABLE = (
        "file_not_writable",
        "The system refused to write the file.",
        "Mend what the text names, or name another file.",
    )

    # Processes
    METRICS_PORT_TAKEN = (
        "metrics_port_taken",
        "The address for the metrics can't be used.",
        "Name another port with --metrics.",
    )
    DISPATCHER_RUNNING = "dispatcher_running", "Another process dispatches from this store.", "End that process first."
    NOT_A_COPY = "not_a_copy", "The store is no copy of another, so --restored has no meaning.", "Leave --restored out."
    ONE_BOX = (
        "one_box",
        "One box delivers to all bureaus of the desk, so that bureaus have no routes.",
        "Name an outbox for some bureaus with dispatch --outbox CC=PLACE.",
    )
    ROUTE_NOT_NAMED = (
        "route_not_named",
        "The outbox of a route is not named, so that nobody can say what it holds.",
        "Name the outbox of each route with --route NAME=PLACE.",
    )

    # Benchmark
    EXERCISE_ONLY = (
        "exercise_only",
        "Only a store made for an exercise is filled with made-up items.",
        "Make such a store with init --exercise.",
    )
    PROMISE_BROKEN = (
        "promise_broken",
        "The benchmark found a lost or doubled delivery, or a log that does not verify.",
        "Report it with the command's output.",
    )
    PEER_FAILED = (
        "peer_failed",
        "A peer of the benchmark failed or kept less than it was given.",
        "Look at the peer's own output.",
    )
    MEASUREMENT_FAILED = (
        "measurement_failed",
        "The benchmark's load or its console did not run as planned.",
        "Run it again on an idle machine.",
    )
    SUITE_TIMEOUT = (
        "suite_timeout",
        "The benchmark took longer than its limit.",
        "Give it less to do, or more time with --minutes.",
    )
