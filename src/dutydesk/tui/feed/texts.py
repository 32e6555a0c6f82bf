"""The feed: its title, filter, marks and saved filters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dutydesk.language.phrases import Phrase, PhraseTable, translate, translate_count


class FeedTexts:
    VIEWS_TITLE = Phrase("Your saved filters")
    VIEW_NAME = Phrase("NAME")
    VIEW_FILTER = Phrase("FILTER")
    VIEW_LABEL = Phrase("Name", cells=11)
    VIEW_HINT = Phrase("e.g. Russian flash")
    VIEW_SAVE = Phrase("Save")
    VIEW_SAVE_TITLE = Phrase("Save the filter of the feed")
    VIEW_FILTER_LABEL = Phrase("Filter:")
    NO_VIEW_NAME = Phrase("the filter needs a name")
    NO_FILTER = Phrase("The feed has no filter to save")
    BULK_DRAFT = Phrase("Marked items")
    NO_BULK_SELECTION = Phrase("No row is marked")
    OUTCOME = Phrase("OUTCOME", cells=8)
    OUTCOME_TEXT = Phrase("MESSAGE")
    OUTCOME_DONE = Phrase("done")
    OUTCOME_REFUSED = Phrase("refused")
    BULK_NEEDS_TEXT = Phrase("enter one text for all of them")
    BULK_NEEDS_CODE = Phrase("choose one code for all refusals")
    BULK_HINTS = PhraseTable(
        {
            "claim": "Claims each item. Ticking and releasing is possible only one item at a time.",
            "refuse": "Refuses each item for this reason and code. You must hold the claim on each.",
            "note": "Adds the same note to each item.",
        }
    )
    RANGE = Phrase("RANGE")
    FOLLOWING = Phrase("following")
    PAUSED = Phrase("PAUSED")
    EMPTY_FEED = Phrase("No item has arrived yet.")
    EMPTY_FILTERED = Phrase("Nothing matches the filter; esc clears it.")
    FILTER_HINT = Phrase("state:held from:RU kind:red words -not")

    def no_views(self, key: str) -> str:
        return translate("No filter is saved yet. {key} saves the filter of the feed.", key=key)

    def views_hint(self, key: str) -> str:
        return translate("enter applies, {key} deletes, esc closes", key=key)

    def view_saved(self, name: str, key: str) -> str:
        return translate("Saved as {name}; {key} lists the saved filters", name=name, key=key)

    def bulk_count(self, number: int, *, ranging: bool = False) -> str:
        """``ranging``: a range of marks follows the cursor; its number comes at the end, so a step costs two rows."""
        if ranging:
            return self.RANGE
        return translate("{number} marked", number=number) if number else ""

    def range_begins(self, key: str, acts: str, cancels: str) -> str:
        return translate(
            "The marks follow the cursor: {key} ends the range, {acts} acts on it, {cancels} takes it back",
            key=key,
            acts=acts,
            cancels=cancels,
        )

    def no_bulk_selection(self, key: str) -> str:
        return translate("No row is marked; {key} marks the selected one", key=key)

    def bulk_title(self, number: int) -> str:
        return translate_count("{number} marked item", "{number} marked items", number)

    def bulk_hidden(self, number: int) -> str:
        return translate_count(
            "{number} of them is not in the list on the screen.",
            "{number} of them are not in the list on the screen.",
            number,
        )

    def bulk_done(self, number: int, all_of_them: int) -> str:
        return translate("{number} of {all_of_them} done", number=number, all_of_them=all_of_them)

    def paused(self, fresh: int) -> str:
        """``fresh``: how many rows have arrived since."""
        return translate("PAUSED, {fresh:,} new", fresh=fresh) if fresh else self.PAUSED

    def no_such_value(self, field: str, value: str, known: Sequence[str]) -> str:
        return translate("unknown {field} {value!r}; known: {known}", field=field, value=value, known=", ".join(known))

    def filter_too_long(self, most: int) -> str:
        return translate("a filter has at most {most} characters; the rest is ignored", most=most)

    def no_such_field(self, word: str, known: Sequence[str]) -> str:
        return translate(
            "{word}: is no word of the filter and is searched as text; there are {known}",
            word=word,
            known=" ".join(known),
        )

    def pattern_too_long(self, most: int) -> str:
        return translate("a pattern after re: has at most {most} characters", most=most)

    def bad_pattern(self, why: str) -> str:
        return (
            translate("the pattern after re: can't be used: {why}", why=why)
            if why
            else translate("the pattern after re: can't be used")
        )

    def nothing_so_far(self, searched: int, key: str) -> str:
        return translate(
            "Nothing in the newest {searched:,} rows matches; {key} searches older ones, esc clears the filter.",
            searched=searched,
            key=key,
        )

    def filter_words(self, words: Sequence[str], key: str) -> str:
        """``words`` can stand here; ``key`` completes the one that is begun."""
        return translate("{key} completes:  {words}", key=key, words="  ".join(words))

    def filter_keys(self, leaves: str, earlier: str, explains: str) -> str:
        return translate(
            "{leaves} keeps the filter, {earlier} brings back earlier ones, {explains} explains what it can say",
            leaves=leaves,
            earlier=earlier,
            explains=explains,
        )


texts: Final = FeedTexts()
