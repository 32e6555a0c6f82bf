"""Upper bounds of a message and its parts. Lengths are in characters (code points) unless stated otherwise."""

from __future__ import annotations

from typing import Final

MESSAGE_BYTES: Final = 256 * 1024
DEPTH: Final = 64
INTEGER_MIN: Final = -(2**63)
INTEGER_MAX: Final = 2**63 - 1

REFERENCE: Final = 64
REFERENCE_FORM: Final = rf"[A-Za-z0-9._/-]{{1,{REFERENCE}}}"
ITEM_FORM: Final = "D-[0-9]{6,12}"
CODE: Final = 32
SHORT: Final = 100
NAME: Final = 200
LINE: Final = 500
PARAGRAPH: Final = 10_000
TEXT: Final = 100_000

RECIPIENTS: Final = 300
ALIASES: Final = 100
NATIONALITIES: Final = 20
DOCUMENTS: Final = 100
BIOMETRICS: Final = 20
OFFENCES: Final = 200

HEIGHT_CM: Final = 300
WEIGHT_KG: Final = 1_000
PENALTY_MONTHS: Final = 12_000

YEAR_MIN: Final = 1800
YEAR_MAX: Final = 2200
SENT_YEAR_MIN: Final = 1970
SENT_YEAR_MAX: Final = 2200
RETENTION_YEARS: Final = 5

PROBLEMS: Final = 500
"""Problems listed of one message; a last one says how many more there are."""
