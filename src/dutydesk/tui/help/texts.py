"""Help in prose: what a thing is for, how it is worked, and what to take care of."""

from __future__ import annotations

from typing import Final

from dutydesk.language.phrases import Phrase, PhraseTable, translate


class Prose:
    """A title and paragraphs, read in the language that is spoken."""

    def __init__(self, title: str, paragraphs: tuple[str, ...]) -> None:
        self._title, self._paragraphs = title, paragraphs

    @property
    def title(self) -> str:
        return translate(self._title)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(translate(paragraph) for paragraph in self._paragraphs)


class HelpTexts:
    KEYS_HERE = Phrase("Keys here")

    FEED: Final = Prose(
        "The feed",
        (
            "Everything that comes in, the newest at the bottom: items of all bureaus, and hits of database checks. "
            "While it follows, no row is selected and Enter opens the newest. Select a row and it stands still; the "
            "title then counts what has arrived since, and End follows again.",
            "A filter narrows the feed as you type it. Marks select several rows for one action: one by one, or a "
            "range that follows the cursor. Items are never ticked or released several at a time.",
        ),
    )
    QUEUE: Final = Prose(
        "The review queue",
        (
            "Items that wait for a decision, the most urgent and oldest first, then items that went out and are "
            "reviewed afterwards. The text of the selected item is next to it. To decide on an item, claim it, tick "
            "the points of its checklist, then decide.",
            "The column FOUND counts what the rules found: B are findings that block a release, F are indications. A "
            "claim expires by itself; the column STATUS says who has it and for how long.",
        ),
    )
    COUNTRIES: Final = Prose(
        "The countries",
        (
            "All members, first those that need attention: under a measure, with a proposal that waits for a second "
            "officer, or off the network. The level says what happens to a country's messages: direct ones go out "
            "at once, monitored ones are reviewed afterwards, held ones wait for a decision, suspended ones are "
            "kept back.",
            "Open a country for its measures and its history. An order of a measure shows in a dry run what it would "
            "change before anything is changed.",
        ),
    )
    FILTER: Final = Prose(
        "The filter line",
        (
            "The list is narrowed while you type. Enter keeps the filter and goes back to the list, Esc clears it. "
            "The line below says what can stand at the cursor, and what is wrong: what is not understood narrows "
            "nothing. The filters that you used are kept for your next console.",
            "Words are searched in names and titles without accents and across scripts. Patterns and near spellings "
            "are compared with what the row shows you, some thousand rows at a time; if nothing is found, moving up "
            "searches further back.",
        ),
    )
    GRAMMAR_TITLE = Phrase("What a filter can say")
    #: Examples, each with what it means.
    GRAMMAR = PhraseTable(
        {
            "state:held,proposed": "one of these states",
            "kind:red  kind:hit": "a kind of item, or hits of checks",
            "from:RU": "the sender; of a hit, the bureau that checked",
            "claimed:me": "whose claim it is: me, none, or a name",
            "robbery": "a word in the title or the names",
            '"tomas varelo"': "these words one after the other",
            "-minsk": "not this; - or ! stands before any part",
            "~zhiliarov": "a word that may be misspelt, in any script",
            "re:^d-0+1": "a regular expression (RE2), case ignored; ^ is the start of the row",
        }
    )
    ITEM: Final = Prose(
        "An item",
        (
            "One item with all that the desk knows of it, on several pages: its text, why it was routed as it was, "
            "its deliveries, its history, and all fields of the message. The same keys act here as on its row in "
            "the feed. If a colleague changes it while you read, the change is shown.",
            "The words that triggered a finding are marked, and a key goes from one finding to the next. If the "
            "item has an earlier version, or corrects or repeats another item, a key shows what changed.",
        ),
    )
    SEARCH: Final = Prose(
        "The search",
        (
            "The text is searched while you type, without regard to case and accents, and all matches are marked. "
            "Enter keeps the search: keys then go from one match to the next. Esc ends it.",
        ),
    )
    PERSON: Final = Prose(
        "A person's file",
        (
            "All that the desk knows of the person behind an item or a hit, the newest first: items of any bureau, "
            "their refusals and recalls, hits of checks, records, and entries of registers if your role may see "
            "them. What is denied to your country is neither shown nor counted.",
            "LIKE says how like the person of the line is, in points of 100, and the last column why. Certain is "
            "only the same document, or the same name and birth. For a hit it is how like the query was to the "
            "record. Lines that share a document, a case or a correction are joined by a drawn line. What an officer "
            "judged to be another person is folded away at the end. Enter opens an item or a hit, and Esc comes back "
            "to its line.",
        ),
    )
    HIT: Final = Prose(
        "A hit",
        (
            "A database check of a bureau that matched a record, with the score part by part. Dismiss a hit only if "
            "it is another person; the same query of that bureau then does not match this record until the date you "
            "give.",
        ),
    )
    COUNTRY: Final = Prose(
        "A country",
        (
            "Its level, the measures ordered on it and their history. Ordering and tightening take effect at once; "
            "lifting a measure, and every easing, needs a second officer.",
        ),
    )
    FIGURES: Final = Prose(
        "The figures",
        ("Counts of the network for a period. Open a figure to see the rows that it counts.",),
    )
    COMMANDS: Final = Prose(
        "The command line",
        (
            "Every command of the command line runs here as you, on this desk, and is recorded like any other act "
            "of yours. No shell is involved: |, > and $ have no meaning. Commands that need a terminal or a store "
            "of their own are refused.",
            "The output stays until you quit the console. Lines that you typed are kept for your next console.",
        ),
    )
    DIALOG: Final = Prose(
        "A dialog",
        (
            "Nothing happens until you submit it, and only one key does. Closing it keeps what you typed as a "
            "draft, which comes back when you open it again.",
        ),
    )
    DECISION: Final = Prose(
        "The decision",
        (
            "Choose what is decided, then write the reason. A release needs every point of the checklist ticked and no "
            "blocking finding, unless you override it by name and may. A refusal needs a code. A question goes to the "
            "sender in your words.",
            "Where a finding needs two officers, your decision becomes a proposal, and a second officer confirms it.",
        ),
    )
    CHECKLIST: Final = Prose(
        "The checklist",
        (
            "The points that only a person can judge. Ticks belong to this version of the text: a correction by the "
            "sender clears them.",
        ),
    )
    ORDER: Final = Prose(
        "A measure",
        (
            "An order of the Secretariat on a country's messages. It is first run dry: the next page shows what it "
            "would change, and asks for the country's code before anything is changed.",
        ),
    )
    AFTER_RELEASE: Final = Prose(
        "After a release",
        (
            "Keep the item after its review, or recall it: what has not left is stopped, and each recipient that has a "
            "copy is told. A recall needs a second officer; an urgent one acts at once and is ratified afterwards.",
        ),
    )
    MARKED: Final = Prose(
        "All marked items",
        ("One action for each marked item by itself; each has its own result. Those that fail keep their mark.",),
    )
    HANDOVER: Final = Prose(
        "The handover",
        ("The note for the next shift, drafted from the log. Edit it; once signed it carries your name and stays.",),
    )
    CHOICE: Final = Prose(
        "A choice",
        ("One of several options, or several of them. Letters that you type go into the text of the dialog.",),
    )
    TEXT_FIELD: Final = Prose(
        "A text",
        ("Several lines. Enter begins a new line, Tab goes to the next field. What you type is kept as a draft.",),
    )
    LINE_FIELD: Final = Prose("A line", ("One line of text. Enter goes on.",))
    DIFFERENCE: Final = Prose(
        "What changed",
        (
            "Two texts side by side, or one under the other where there is no room: fields and words, what the change "
            "does to findings and recipients, and which ticks have to be made again.",
            "An item may have several texts to compare with: earlier versions, the item that it corrects, the item "
            "that it repeats. A key goes from one comparison to the next.",
        ),
    )
    LIST_OVER: Final = Prose("A list", ("Enter opens the selected row. Esc closes the list and changes nothing.",))
    FINDER: Final = Prose(
        "All actions",
        ("Type part of an action, or of what it is for. What can be done now stands first. Enter runs it.",),
    )
    KEY_EDITOR: Final = Prose(
        "The editor of keys",
        (
            "Every action with its key. Choose one and press another key for it; a key that is taken there is refused, "
            "with the action that has it. Your keys are yours alone, unless an administrator saves them for the desk.",
        ),
    )
    SCREEN: Final = Prose("This page", ("Esc closes it and goes back to where you were.",))

    def more_help(self, keys: str, palette: str) -> str:
        return translate(
            "{keys} lists what can be done now, {palette} finds every action by name.", keys=keys, palette=palette
        )


texts: Final = HelpTexts()
