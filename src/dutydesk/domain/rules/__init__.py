"""The rules that a program can decide: each a pure function from a body and its context to evidence.

Article, severity and order stand in the rule table, never here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dutydesk.domain.rules import form, history, identity, judicial, minimum, pointing, protection, retention
from dutydesk.domain.rules.evidence import RuleFunction

RULES: Mapping[str, RuleFunction] = MappingProxyType(
    {
        "SRC-01": form.source,
        "FRM-02": form.language,
        "FRM-03": form.recipients,
        "PUR-01": form.purpose,
        "STA-01": form.status,
        "IDN-01": identity.identity_set,
        "IDN-02": identity.sane_dates,
        "IDN-03": identity.minor_marked,
        "IDN-04": identity.placeholders,
        "JUD-01": judicial.prosecution_penalty,
        "JUD-02": judicial.sentence,
        "JUD-03": judicial.warrant,
        "JUD-04": judicial.charges,
        "JUD-05": judicial.facts,
        "JUD-06": judicial.assurances,
        "MIN-BLUE": minimum.blue,
        "MIN-GREEN": minimum.green,
        "MIN-YELLOW": minimum.yellow,
        "MIN-BLACK": minimum.black,
        "MIN-PURPLE": minimum.purple,
        "MIN-ORANGE": minimum.orange,
        "MIN-SILVER": minimum.silver,
        "CON-04": protection.conflict,
        "CNF-01": protection.clearance,
        "RET-01": retention.end,
        "FRM-04": form.repeated_reference,
        "FRM-05": form.senders_clock,
        "JUD-07": judicial.absence,
        "RET-02": retention.renewal,
        "VIC-01": protection.measure_against,
        "SLV-01": protection.silver_share,
        "EXC-01": pointing.excluded,
        "EXC-02": pointing.lifted_exclusion,
        "CON-02": pointing.human_rights,
        "CON-03": pointing.neutrality,
        "SEN-01": pointing.sensitive,
        "INT-01": pointing.local,
        "HIS-01": history.refused_before,
        "HIS-02": history.before_the_commission,
        "CON-05": history.refugee,
        "RST-02": history.nobody_left,
    }
)
#: Rules that look at what the desk holds beside the message; what the others find, no store needs to be asked for.
BESIDE_THE_BODY = frozenset({"FRM-04", "SLV-01", "HIS-01", "HIS-02", "CON-05", "RST-02"})
