"""Adds the shared modules of the tests to the path; scripts import it first."""

import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).parents[1]))
