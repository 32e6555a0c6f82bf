"""The rules that the program can check. Each is a pure function from a body and its context to evidence.

Articles, severities and the order of the rules are in the rule table (``data/rules.toml``), not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dutydesk.domain.rules import form, history, identity, judicial, minimum, protection, retention, word_rules
from dutydesk.domain.rules.evidence import RuleFunction

RULES: Mapping[str, RuleFunction] = MappingProxyType(
    {
        "SRC-01": form.source,
        "FRM-02": form.language,
        "FRM-03": form.recipients,
        "PUR-01": form.purpose,
        "STA-01": form.status,
        "IDN-01": identity.identity_set,
        "IDN-02": identity.plausible_dates,
        "IDN-03": identity.minor_flag,
        "IDN-04": identity.placeholders,
        "JUD-01": judicial.prosecution_penalty,
        "JUD-02": judicial.served_sentence,
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
        "RET-01": retention.retention_limit,
        "FRM-04": form.repeated_reference,
        "FRM-05": form.sender_clock,
        "JUD-07": judicial.trial_in_absence,
        "RET-02": retention.renewal_due,
        "VIC-01": protection.measure_against,
        "SLV-01": protection.silver_share,
        "EXC-01": word_rules.excluded_conduct,
        "EXC-02": word_rules.lifted_exclusion,
        "CON-02": word_rules.human_rights,
        "CON-03": word_rules.neutrality,
        "SEN-01": word_rules.sensitive_data,
        "INT-01": word_rules.local_matter,
        "HIS-01": history.earlier_refusal,
        "HIS-02": history.commission_matter,
        "CON-05": history.confirmed_refugee,
        "RST-02": history.empty_audience,
    }
)
#: Rules that need the desk's own data as well as the message. The others need no access to the store.
DESK_DATA_RULES = frozenset({"FRM-04", "SLV-01", "HIS-01", "HIS-02", "CON-05", "RST-02"})
