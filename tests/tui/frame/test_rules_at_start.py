"""The console is painted before the word lists are read, and has read them before an officer decides."""

from __future__ import annotations

from consoles import console
from desks import Bench
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.domain.rules.lexicon import Lexicon
from dutydesk.wire.reference.read_rule_table import load_rules


async def test_the_word_lists_are_read_soon_after_the_first_paint(bench: Bench) -> None:
    known = load_rules()
    lexicon = Lexicon(known.lexicon.senses, is_checked=True)
    table = RuleTable(known.rules, known.checks, known.conflicts, lexicon, name=known.name)
    object.__setattr__(bench.desk.context, "rules", table)
    async with console(bench) as desk:
        await desk.shows("FEED")
        await desk.until(lambda: lexicon.is_prepared, "nobody has read the word lists")
