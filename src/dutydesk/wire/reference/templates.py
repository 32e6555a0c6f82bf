"""The program's reasons for each decision, until a desk names its own."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import tomli


@lru_cache(maxsize=1)
def load_templates() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Pairs of decision and sentences."""
    table = tomli.loads((files("dutydesk.data") / "templates.toml").read_text("utf-8"))
    return tuple((decision, tuple(sentences)) for decision, sentences in table.items())
