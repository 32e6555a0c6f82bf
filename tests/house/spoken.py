"""Finds texts in the code of the screens that stand outside their words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

#: Calls whose texts no officer sees: the log, the environment, selectors of widgets.
_UNSEEN = ("log.", "os.environ", "self.query", "pane.query", "re.compile")
#: What Textual itself reads.
_SETTINGS = ("CSS_PATH", "AUTO_FOCUS", "DEFAULT_CSS")
_EDGES = ".,:;()[]\"'?!…"
_WORD = re.compile(r"[A-Za-z][A-Za-z']+")
_CAPITALS = re.compile(r"[A-Z][A-Za-z]+")


def spoken(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of each literal that says something: words beside each other, or one that begins like a sentence.

    Values put into a text count as parts of it, so that ``f"{n} held"`` is found.
    """
    tree = ast.parse(source)
    unseen = {id(part) for node in ast.walk(tree) for part in _unseen(node)}
    for node in ast.walk(tree):
        if id(node) in unseen:
            continue
        match node:
            case ast.JoinedStr():
                text = "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
                unseen.update(id(part) for part in node.values)
            case ast.Constant(value=str(text)):
                pass
            case _:
                continue
        if says(text):
            yield node.lineno, text


def says(text: str) -> bool:
    """Whether a text holds words for a reader, and is not a name, a key, a selector, a format."""
    parts = [part.strip(_EDGES) for part in text.split()]
    beside = text != text.strip() or len(parts) > 1
    return (beside and any(_WORD.fullmatch(part) for part in parts)) or any(map(_CAPITALS.fullmatch, parts))


def _unseen(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Module() | ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            if node.body and isinstance(node.body[0], ast.Expr):
                yield node.body[0].value
        case ast.Call() if ast.unparse(node.func).startswith(_UNSEEN) or ast.unparse(node.func) == "cast":
            yield from (part for argument in node.args for part in ast.walk(argument))
        case ast.Subscript() if ast.unparse(node.value) == "os.environ":
            yield node.slice
        case ast.Assign() | ast.AnnAssign() if _is_setting(node):
            yield from ast.walk(node)
        case ast.AnnAssign() | ast.arg() if node.annotation is not None:
            yield from ast.walk(node.annotation)
        case ast.Compare():
            for side in (node.left, *node.comparators):
                yield from side.elts if isinstance(side, ast.Tuple) else (side,)


def _is_setting(node: ast.Assign | ast.AnnAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(target, ast.Name) and target.id in _SETTINGS for target in targets)
