"""The frame of the console: header, panes, alarms, messages, help, and what all dialogs share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dutydesk.language.phrases import Phrase, PhraseTable, translate, translate_count

TITLE: Final = "dutydesk"


class FrameTexts:
    REALMS: Final = {"live": "LIVE", "exercise": "EXERCISE", "demo": "DEMO"}

    # Panes
    PANE_NAMES = PhraseTable({"feed": "FEED", "review": "REVIEW", "countries": "COUNTRIES"})
    NOT_HERE = Phrase("Not available here")

    # Columns of the feed and the queue
    TIME = Phrase("TIME", cells=6)
    ITEM = Phrase("ITEM", cells=8)
    KIND = Phrase("KIND", cells=8)
    FROM = Phrase("FROM", cells=4)
    STATE = Phrase("STATE", cells=13)
    URGENCY = Phrase("URGENCY", cells=8)
    SUBJECT = Phrase("SUBJECT")
    AGE = Phrase("AGE", cells=5)
    CLAIM_STATUS = Phrase("STATUS")
    DUE = Phrase("DUE", cells=23)

    # Alarms
    ALARMS = Phrase("ALARMS")
    ALARMS_TITLE = Phrase("Alarms")
    ALARMS_NONE = Phrase("No alarms, and no proposal waits for a signature.")
    ALARMS_HINT = Phrase("enter opens it, esc closes")
    ALARM = Phrase("ALARM", cells=11)
    ALARM_ABOUT = Phrase("ABOUT", cells=8)
    ALARM_SINCE = Phrase("SINCE", cells=5)
    ALARM_TEXT = Phrase("MESSAGE")

    # Messages
    CONFLICT = Phrase("Somebody was faster")
    REFUSED = Phrase("Not done")
    NO_MESSAGES = Phrase("There was no message yet")
    EARLIER_MESSAGES = Phrase("Messages before")
    REPLAY_PAUSED = Phrase("PAUSED")
    NO_REPLAY = Phrase("Only the replay of a demo can be paused or sped up")
    STORE_UNREADABLE = Phrase("The store can't be read")
    SCREEN_OUTDATED = Phrase("The screen shows an earlier state. It updates by itself once the store can be read.")
    UNCONFIRMED = Phrase("No answer yet: the store confirms no write. On a cluster, look after its standby")
    UNCONFIRMED_CAUSE = Phrase(
        "On a cluster a commit waits for a synchronous standby: dutydesk doctor says whether one is there."
    )
    TROUBLE = Phrase("trouble")
    DISPATCHER = Phrase("dispatch")
    STORE_READABLE = Phrase("The store can be read again")
    QUIT_KEY_HINT = Phrase("q quits")

    #: What each key does that needs a role, as the beginning of a sentence; by the ids of the keys.
    ROLE_DEEDS = PhraseTable(
        {
            "item.claim": "To claim an item",
            "item.unclaim": "To end a claim",
            "item.give": "To transfer a claim",
            "item.tick": "To tick the checklist",
            "item.decide": "To decide on an item",
            "item.note": "To add a note",
            "item.undo": "To undo a release",
            "item.confirm": "To confirm a proposal",
            "item.dissent": "To dissent from a proposal",
            "item.after": "To review or recall a release",
            "item.reopen": "To reopen a refusal",
            "item.legal_hold": "To put an item under legal hold, or lift it",
            "item.restrict": "To restrict an item",
            "item.retry": "To retry a delivery",
            "item.reread": "To read quarantined input again",
            "item.reject": "To reject quarantined input",
            "item.export": "To export an item",
            "hit.dismiss": "To dismiss a hit",
            "country.measure": "To order a measure",
            "country.offline": "To mark a bureau off the network, or back on it",
            "measure.order": "To order a measure",
            "measure.endorse": "To record an endorsement",
            "measure.lift": "To propose a lift",
            "measure.confirm": "To confirm a lift or an easing",
            "measure.dissent": "To dissent from a lift or an easing",
            "measure.restrict": "To restrict a bureau's data",
            "measure.offline": "To mark a bureau off the network, or back on it",
            "desk.handover": "To hand the shift over",
            "desk.import": "To import a register",
            "desk.purge": "To purge items",
            "desk.check": "To check the databases",
            "desk.submit_message": "To submit a message",
        }
    )

    # Dialogs
    CANCEL = Phrase("Close")
    CANCEL_KEY: Final = "esc"
    SUBMIT_KEY: Final = "F2"
    DRAFT = Phrase("Draft:")
    DRAFT_DISCARDED = Phrase("The fields are empty and no draft is kept.")
    DRAFTS_TITLE = Phrase("Unsent texts")
    DRAFTS_NONE = Phrase("No text is unsent.")
    DRAFT_OF = Phrase("FORM", cells=28)
    DRAFT_TEXT = Phrase("TEXT")
    QUIT_TITLE = Phrase("Quit with unsent text?")
    QUIT_LINE = Phrase("These texts were typed and not sent. They are lost when you quit:")
    QUIT_KEPT = Phrase("These texts were typed and not sent. They are kept for your next console:")
    QUIT = Phrase("Quit")

    # Palette, help and other texts to read
    PALETTE_HINT = Phrase("type part of an action, enter runs it")
    PALETTE_NONE = Phrase("No action matches.")
    #: Other words by which the palette finds an action; by the ids of the keys.
    OTHER_WORDS = PhraseTable(
        {
            "item.difference": "diff difference compare versions",
            "dialog.difference": "diff difference compare versions",
            "item.after": "recall post-review ratify",
            "item.retry": "resend dead",
            "item.confirm": "sign second officer",
            "person.file": "earlier refusals same person",
            "desk.own_work": "mine sign proposals",
            "feed.filter": "search find",
            "country.filter": "search find",
            "text.search": "find",
            "desk.theme": "colours dark light",
            "desk.details": "messages history",
        },
        context="search",
    )
    ACTION_COLUMN = Phrase("ACTION")
    KEY_COLUMN = Phrase("KEY", cells=10)
    WHERE_COLUMN = Phrase("WHERE", cells=14)
    HELP_TITLE = Phrase("Keys")
    HELP_HERE = Phrase("Here")
    HELP_NOTHING_SELECTED = Phrase("Once an item is selected")
    DETAILS_TITLE = Phrase("Messages")
    REASON = Phrase("Reason", cells=11)
    INPUT_HIDDEN = Phrase("This action takes no text. What you type is kept for an action that does.")
    FILE = Phrase("File", cells=11)
    NO_FILE = Phrase("enter the name of a file")
    SHARED_ACCOUNT = Phrase("This account is shared by officers, so no file of it can be named; ask an administrator.")
    JUMP_HINT = Phrase("item (12) or hit (H-12), then enter")

    #: By default tmux silently drops what a program sends to the clipboard.
    TMUX_CLIPBOARD: Final = "set -s set-clipboard on"

    def needs_size(self, width: int, height: int) -> str:
        return translate("needs 80x24, is {width}x{height}", width=width, height=height)

    # The header

    def messages_a_minute(self, number: int) -> str:
        return translate("{number:,} msg/min", number=number)

    def checks_a_minute(self, number: int) -> str:
        return translate("{number:,} checks/min", number=number) if number else ""

    def held(self, number: int) -> str:
        return translate("{number:,} held", number=number)

    def unclaimed_flash(self, number: int) -> str:
        """Held items of this urgency that nobody has claimed."""
        return translate("{number:,} FLASH", number=number) if number else ""

    def unclaimed_urgent(self, number: int) -> str:
        return translate("{number:,} URGENT", number=number) if number else ""

    def oldest_held(self, age: str) -> str:
        """The age of the item that has waited longest."""
        return translate("oldest {age}", age=age)

    def quarantined(self, number: int) -> str:
        return translate("{number:,} quarantined", number=number) if number else ""

    def dead_deliveries(self, number: int) -> str:
        return translate("{number:,} dead deliveries", number=number) if number else ""

    def queued(self, number: int) -> str:
        return translate("{number:,} queued", number=number) if number else ""

    def wait_offline(self, number: int) -> str:
        return translate("{number:,} waiting offline", number=number) if number else ""

    # Alarms

    def no_alarms_but_proposals(self, number: int, key: str) -> str:
        """``key`` lists the officer's own."""
        return translate_count(
            "No alarms. {number:,} proposal waits for a signature: {key}",
            "No alarms. {number:,} proposals wait for a signature: {key}",
            number,
            key=key,
        )

    # The panes' titles

    def count_of_total(self, seen: int, all_of_them: int, *, more: bool = False) -> str:
        return translate("{seen} of {all_of_them:,}", seen=f"{seen:,}{'+' if more else ''}", all_of_them=all_of_them)

    # Messages

    def new_state(self, subject: str, state: str) -> str:
        return translate("{subject} is {state}", subject=subject, state=state)

    def nothing_selected(self, down: str, up: str) -> str:
        return translate("No item is selected; choose one with {down} or {up}", down=down, up=up)

    def role_needed(self, deed: str, role: str, own: str) -> str:
        """``deed`` is one of ``ROLE_DEEDS``."""
        return translate("{deed}, you need the role {role}; yours is {own}", deed=deed, role=role, own=own)

    def suspend_ignored(self, quits: str) -> str:
        return translate("ctrl+z does not suspend the console; keys work again in a second, {quits} quits", quits=quits)

    def alarms_key(self, key: str) -> str:
        return translate("{key}: all", key=key)

    def reader_hint(self, down: str, up: str, search: str) -> str:
        return translate("{down} {up} scroll, {search} searches, esc closes", down=down, up=up, search=search)

    def subjects_hint(self, person: str) -> str:
        return translate("enter opens it, {person} its person's file, esc closes", person=person)

    def details_key(self, key: str) -> str:
        return translate("{key}: details", key=key)

    def more_alarms(self, number: int) -> str:
        return translate("and {number:,} more", number=number) if number else ""

    def more_details(self, number: int) -> str:
        return translate("and {number} more", number=number)

    def drafts_left(self, titles: Sequence[str], key: str) -> str:
        return translate("Drafts not sent ({key} lists them): {titles}", key=key, titles=", ".join(titles))

    def draft_shown(self, key: str) -> str:
        return translate("typed earlier, not sent yet; {key} empties the fields", key=key)

    def draft_kept(self, key: str) -> str:
        return translate("The text is kept as a draft; {key} lists all drafts", key=key)

    def drafts_hint(self, forget: str) -> str:
        return translate("enter opens what it is about, {forget} deletes it, esc closes", forget=forget)

    def help_now(self, subject: str) -> str:
        return translate("Now, on {subject}", subject=subject)

    def more_help(self, explains: str, palette: str) -> str:
        return translate(
            "{explains} explains what has the focus; {palette} finds every action by name, also those of other places.",
            explains=explains,
            palette=palette,
        )

    def no_item_number(self, typed: str) -> str:
        return translate("{typed!r} is not an item number; type 12 or D-000012, or H-000012 for a hit", typed=typed)

    def sent_to_clipboard(self, text: str) -> str:
        return translate("Sent to your terminal's clipboard: {text}", text=text)

    def sent_through_tmux(self, text: str) -> str:
        return translate("Sent; tmux passes it on only with {setting}: {text}", setting=self.TMUX_CLIPBOARD, text=text)


texts: Final = FrameTexts()
