"""Digests by which the log names texts that only the store keeps."""

from __future__ import annotations

from hashlib import sha256


def digest_of(text: str) -> str:
    """Half of the text's SHA-256, in hex."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
