"""Adds the shared modules of the tests to the path; scripts import it first."""

import sys
from pathlib import Path

_TESTS = Path(__file__).parents[1]
for _folder in (_TESTS, _TESTS / "crash", Path(__file__).parent):
    if str(_folder) not in sys.path:
        sys.path.insert(1, str(_folder))
