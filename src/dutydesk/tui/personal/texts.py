"""What an officer sets in the console: theme, keys, columns, sizes of the panes."""

from __future__ import annotations

from typing import Final

from dutydesk.language.languages import Language
from dutydesk.language.phrases import Phrase, PhraseTable, translate
from dutydesk.tui.frame.themes import ThemeName


class PersonalTexts:
    # Themes
    THEMES_TITLE = Phrase("Theme and language")
    THEMES_HINT = Phrase("enter chooses, esc closes")
    THEME_COLUMN = Phrase("THEME", cells=14)
    THEME_TEXT_COLUMN = Phrase("FOR")
    THEME_IN_USE = Phrase("in use", cells=6)
    THEME_NAMES = PhraseTable(
        {
            ThemeName.DARK: "dark",
            ThemeName.LIGHT: "light",
            ThemeName.CONTRAST: "high contrast",
            ThemeName.SIXTEEN: "16 colours",
        }
    )
    THEME_TEXTS = PhraseTable(
        {
            ThemeName.DARK: "a dim room",
            ThemeName.LIGHT: "a bright room, or a light terminal",
            ThemeName.CONTRAST: "tired eyes: white and yellow on black",
            ThemeName.SIXTEEN: "old terminals and slow lines",
        }
    )

    # Languages
    LANGUAGE_GROUP = Phrase("Language")
    LANGUAGE_NAMES = PhraseTable(
        {
            Language.ARABIC: "Arabic",
            Language.ENGLISH: "English",
            Language.SPANISH: "Spanish",
            Language.FRENCH: "French",
        }
    )

    # Keys
    KEYS_TITLE = Phrase("Your keys")
    KEYS_NONE = Phrase("No action matches.")
    KEYS_ACTION = Phrase("ACTION")
    KEYS_KEY = Phrase("KEY", cells=12)
    KEYS_WAS = Phrase("WAS", cells=12)
    KEYS_WHERE = Phrase("WHERE", cells=14)
    KEYS_FIND = Phrase("type part of an action")
    KEY_WAITS = Phrase("Press the new key. esc leaves it as it is.")
    KEY_NOT_FREE = Phrase("Press another key, or esc.")
    KEYS_NOT_YOURS = Phrase(
        "Your own keys no longer fit those of the desk and are not used; the editor of keys shows them"
    )
    DESK_KEYS_UNCHANGED = Phrase("You have moved no key; there is nothing to save for the desk")

    # Order and columns of a list
    LIST_TITLES = PhraseTable({"feed": "the feed", "queue": "the review queue", "countries": "the countries"})
    ORDER = Phrase("Order", context="sorting", cells=11)
    COLUMNS = Phrase("Columns", cells=11)
    LIST_USE = Phrase("Use")
    LIST_HINT = Phrase("The choice is yours alone and stays for your next console.")
    LIST_ORDERS = PhraseTable(
        {
            "urgency": "most urgent first",
            "age": "oldest first",
            "sender": "by sender",
            "findings": "most blocking findings first",
            "due": "next due first",
            "attention": "what needs attention first",
            "name": "by name",
            "held": "most held first",
            "received": "most received first",
        }
    )
    LIST_COLUMNS = PhraseTable(
        {
            "time": "time",
            "urgency": "urgency",
            "kind": "kind",
            "from": "sender",
            "state": "state",
            "age": "age",
            "findings": "findings",
            "due": "due",
            "level": "level",
            "measure": "measure",
            "held": "held",
            "received": "received",
            "network": "network",
        },
        context="column",
    )

    # What waits for the officer
    WORK_TITLE = Phrase("Yours")
    WORK_NONE = Phrase("Nothing waits for you: no proposal to sign, no claim, no proposal of yours.")
    WORK_GROUPS = PhraseTable(
        {
            "sign": "Waiting for your signature",
            "answered": "You asked, and the bureau has answered",
            "claimed": "Claimed by you",
            "proposed": "Proposed by you, waiting for a second officer",
        }
    )
    WORK_SUBJECT = Phrase("ABOUT", cells=9)
    WORK_WHAT_COLUMN = Phrase("WHAT", cells=13)
    WORK_BY = Phrase("BY", cells=12)
    WORK_SINCE = Phrase("SINCE", cells=6)
    WORK_TEXT = Phrase("SUBJECT")
    WORK_WHAT = PhraseTable(
        {
            "ratify": "ratify recall",
            "information_requested": "asked",
            "answered": "answered",
            "lift": "lift",
            "recall": "recall",
            "restriction": "restriction",
        },
        context="waits",
    )

    def work_group(self, name: str, number: int) -> str:
        return f"{self.WORK_GROUPS[name]} ({number})"

    def work_to_sign(self, number: int, key: str) -> str:
        return translate("Proposals that wait for your signature: {number}; {key} lists them", number=number, key=key)

    def list_title(self, name: str) -> str:
        return translate("Order and columns of {name}", name=name)

    def list_changed(self, name: str) -> str:
        return translate("Shown as you chose: {name}", name=name)

    def theme_chosen(self, name: str) -> str:
        return translate("The theme is {name}, also in your next console", name=name)

    def language_chosen(self, language: Language) -> str:
        return translate("The language is {name}, also in your next console", name=self.LANGUAGE_NAMES[language])

    def keys_hint(self, change: str, reset: str, desk: str) -> str:
        return translate(
            "{change} changes, {reset} resets, {desk} saves yours for all, esc closes",
            change=change,
            reset=reset,
            desk=desk,
        )

    def new_key(self, action: str) -> str:
        return translate("A new key for: {action}", action=action)

    def key_is_fixed(self, action: str) -> str:
        return translate("This key can't be moved: {action}", action=action)

    def key_taken(self, key: str, action: str, place: str) -> str:
        return translate("{key} is taken there: {action} ({place}).", key=key, action=action, place=place)

    def key_unusable(self, why: str) -> str:
        return translate("This key can't be used: {why}.", why=why)

    def key_moved(self, action: str, key: str) -> str:
        return translate("{key} is yours for: {action}", key=key, action=action)

    def key_reset(self, action: str, key: str) -> str:
        return translate("{key} is again for: {action}", key=key, action=action)

    def desk_keys_saved(self, number: int, file: str) -> str:
        return translate(
            "Saved for all consoles of this desk, from their next start: moved keys {number}, in {file}",
            number=number,
            file=file,
        )


texts: Final = PersonalTexts()
