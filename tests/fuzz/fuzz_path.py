"""Imported first by what runs as a command of its own: the modules that all tests share stand one folder up."""

import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).parents[1]))
