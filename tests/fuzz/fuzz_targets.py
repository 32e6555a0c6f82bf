"""Every target by name, and its initial corpus."""

from __future__ import annotations

from pathlib import Path

import fuzz_reading
import fuzz_signed
import fuzz_typing
from fuzz_kit import Target

TARGETS: dict[str, Target] = {
    target.name: target for target in (*fuzz_reading.TARGETS, *fuzz_signed.TARGETS, *fuzz_typing.TARGETS)
}
CORPUS = Path(__file__).parent / "corpus"
_EXAMPLES = Path(__file__).parents[1] / "examples"


def folders(name: str) -> list[Path]:
    """The folders of a target's corpus; the target ``wire`` also gets the examples of all messages."""
    return [CORPUS / name, *([_EXAMPLES] if name == "wire" else [])]


def corpus(name: str) -> list[bytes]:
    return [path.read_bytes() for folder in folders(name) for path in sorted(folder.iterdir())]
