"""Who sent a message that was not accepted, as far as it can be told."""

from __future__ import annotations

from dutydesk.wire.decode import limits
from dutydesk.wire.decode.meaning import Tree
from dutydesk.wire.decode.strict_json import JsonContent


def claimed_identity(content: JsonContent) -> tuple[str | None, str | None]:
    """Reference and sender as claimed; ``None`` if they are no text, too long, unprintable or duplicate."""
    tree = content.tree
    if not isinstance(tree, dict):
        return None, None
    return _claimed(content, tree, "reference"), _claimed(content, tree, "sender")


def _claimed(content: JsonContent, tree: Tree, key: str) -> str | None:
    value = tree.get(key)
    if not isinstance(value, str) or key in content.repeated_keys or not 0 < len(value) <= limits.REFERENCE:
        return None
    return value if value.isprintable() else None
