"""Every target, by its name, and the inputs that each begins with."""

from __future__ import annotations

from pathlib import Path

import fuzz_reading
import fuzz_typing
from fuzz_kit import Target

TARGETS: dict[str, Target] = {target.name: target for target in (*fuzz_reading.TARGETS, *fuzz_typing.TARGETS)}
CORPUS = Path(__file__).parent / "corpus"
_EXAMPLES = Path(__file__).parents[1] / "examples"


def folders(name: str) -> list[Path]:
    """Of the wire the examples of all its messages are part."""
    return [CORPUS / name, *([_EXAMPLES] if name == "wire" else [])]


def corpus(name: str) -> list[bytes]:
    return [path.read_bytes() for folder in folders(name) for path in sorted(folder.iterdir())]
