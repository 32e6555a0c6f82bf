"""Find the phrases of the sources for the catalogues' template; pybabel runs it, as ``pyproject.toml`` says.

Each extractor yields what Babel expects: the line, the name of a gettext function or ``None``, the phrase, and comments
for translators.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from inspect import cleandoc
from typing import Any, BinaryIO, Final

import tomli

Found = tuple[int, str | None, object, list[str]]

#: Calls whose first argument is a phrase, and those whose phrases are all texts within.
_FIRST: Final = frozenset({"Phrase", "translate", "sentence"})
_WITHIN: Final = frozenset({"PhraseTable", "PhraseList", "marked", "Prose"})
#: The places of a key's description and of its label among its arguments.
_KEY_DESCRIPTION, _KEY_LABEL = 4, 5
#: Enumerations whose names are shown as words, each with the context of its words.
_SHOWN_NAMES: Final = {
    "KeyPlace": "place",
    **dict.fromkeys(
        (
            "ItemState",
            "DeliveryState",
            "SuppressionCause",
            "PostReview",
            "Level",
            "Channel",
            "MeasureState",
            "Endorsement",
            "Kind",
            "MessageType",
            "Urgency",
            "Confidentiality",
            "Purpose",
            "ResponseAction",
            "RecallOutcome",
            "Database",
            "Register",
            "PersonStatus",
            "Sex",
            "Biometric",
            "SubjectType",
            "Decision",
            "ProposedDecision",
            "BulkAction",
            "Role",
            "Right",
            "WorkKind",
            "RouteOutcome",
            "IntakeOutcome",
            "SignatureLevel",
        ),
        "value",
    ),
}
#: Tells a translator how much room a phrase has on the screen.
CELLS: Final = "at most {cells} cells"
#: The context of phrases that only set the order of their parts.
ORDER: Final = "order of words"
#: A named part of a phrase.
_PART: Final = re.compile(r"\{[^}]*\}")
#: The room for names of values in the columns of lists, behind their sign.
_ROOM_OF_NAMES: Final = {"ItemState": 11, "Level": 9, "Kind": 6, "KeyPlace": 14}
_ROOM_OF_FOOTER: Final = 12
_ROOM_OF_ALARM: Final = 11
#: Decorators of commands, whose help is the docstring of the function.
_COMMAND_DECORATORS: Final = frozenset({"command", "group"})
#: Keys of our TOML files whose values are shown.
_TOML_PHRASES: Final = frozenset({"words", "sense"})


def extract_python(file: BinaryIO, _keywords: object, _tags: object, options: Mapping[str, Any]) -> Iterator[Found]:
    """Phrases of a module: calls of the functions of :mod:`dutydesk.language`, keys, names of values, help.

    With the option ``fields`` also the names of the fields of its classes, which are shown with a message.
    """
    tree = ast.parse(file.read())
    names = dict(_names_around(tree, ""))
    for node in ast.walk(tree):
        for line, function, phrase, comments in _of_node(node, fields=bool(options.get("fields"))):
            yield line, function, phrase, [names[node], *comments]


def _of_node(node: ast.AST, *, fields: bool) -> Iterator[Found]:
    match node:
        case ast.Call():
            yield from _of_call(node)
        case ast.AnnAssign(target=ast.Name(id=name)) if fields and not name.isupper():
            yield node.lineno, "pgettext", ("value", name.replace("_", " ")), []
        case ast.ClassDef(name=name) if name in _SHOWN_NAMES:
            yield from _of_enumeration(node, _SHOWN_NAMES[name])
        case ast.FunctionDef() if _is_command(node):
            yield from _of_help(node)


def extract_toml(file: BinaryIO, _keywords: object, _tags: object, options: Mapping[str, Any]) -> Iterator[Found]:
    """Phrases of our data: what rules check, what words point to, the templates of reasons.

    With the option ``all`` every text of the file is a phrase.
    """
    every = bool(options.get("all"))
    for name, text in _toml_texts("", tomli.loads(file.read().decode())):
        if every or name in _TOML_PHRASES:
            yield 1, None, text, []


def _toml_texts(name: str, value: object) -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield name, value
        case dict():
            for key, part in value.items():
                yield from _toml_texts(key, part)
        case list():
            for part in value:
                yield from _toml_texts(name, part)


def _names_around(node: ast.AST, name: str) -> Iterator[tuple[ast.AST, str]]:
    """Every node with the name of the text, function or class that it stands in, as a hint for translators."""
    yield node, name
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.ClassDef(name=own) | ast.FunctionDef(name=own) | ast.AsyncFunctionDef(name=own):
                yield from _names_around(child, own)
            case ast.Assign(targets=[ast.Name(id=own)]) | ast.AnnAssign(target=ast.Name(id=own)):
                yield from _names_around(child, own)
            case _:
                yield from _names_around(child, name)


def _of_call(call: ast.Call) -> Iterator[Found]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    context = next((_text(part.value) for part in call.keywords if part.arg == "context"), None)
    cells = next((_number(part.value) for part in call.keywords if part.arg == "cells"), 0)
    if name in _FIRST and call.args:
        for line, function, phrase, _ in _found(call.args[0], context):
            yield line, function, phrase, _room("", cells)
    elif name in _WITHIN:
        for argument in call.args:
            for text in _texts_within(argument):
                yield from _found(text, context)
    elif name == "translate_in" and len(call.args) > 1:
        yield from _found(call.args[1], _text(call.args[0]))
    elif name == "translate_count":
        one, many = _text(call.args[0]), _text(call.args[1])
        if one is not None and many is not None:
            yield call.lineno, "ngettext", (one, many), []
    elif name == "AlarmRow" and call.args:
        for line, function, phrase, _ in _found(call.args[0], "alarm"):
            yield line, function, phrase, [CELLS.format(cells=_ROOM_OF_ALARM)]
    elif name == "Key" and len(call.args) > _KEY_DESCRIPTION:
        yield from _found(call.args[_KEY_DESCRIPTION], None)
        for label in call.args[_KEY_LABEL : _KEY_LABEL + 1]:
            for line, function, phrase, _ in _found(label, "footer"):
                yield line, function, phrase, [CELLS.format(cells=_ROOM_OF_FOOTER)]
    else:
        for part in call.keywords:
            if part.arg == "help":
                yield from _found(part.value, None)


def _room(english: str, cells: int) -> list[str]:
    """The hint for translators; a name that does not fit in English is shown shortened, and has no limit."""
    return [CELLS.format(cells=cells)] if cells and len(english) <= cells else []


def _number(node: ast.expr) -> int:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, int) else 0


def _found(node: ast.expr, context: str | None) -> Iterator[Found]:
    """The phrase of a literal; of a choice between two literals, both."""
    if isinstance(node, ast.IfExp):
        yield from _found(node.body, context)
        yield from _found(node.orelse, context)
        return
    text = _text(node)
    if text and (_PART.sub("", text).strip(" .,:;()[]<>\"'/#-") or context == ORDER):
        yield (node.lineno, "pgettext", (context, text), []) if context else (node.lineno, None, text, [])


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _texts_within(node: ast.expr) -> Iterator[ast.expr]:
    """All literals in tuples, lists and values of dictionaries."""
    match node:
        case ast.Constant(value=str()):
            yield node
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            for part in parts:
                yield from _texts_within(part)


def _of_enumeration(node: ast.ClassDef, context: str) -> Iterator[Found]:
    room = _ROOM_OF_NAMES.get(node.name, 0)
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            text = _text(statement.value)
            if text:
                for shown in dict.fromkeys((text, text.replace("_", " "))):
                    yield statement.lineno, "pgettext", (context, shown), _room(shown, room)


def _is_command(node: ast.FunctionDef) -> bool:
    calls = (each for each in node.decorator_list if isinstance(each, ast.Call))
    return any(
        (call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", ""))
        in _COMMAND_DECORATORS
        for call in calls
    )


def _of_help(node: ast.FunctionDef) -> Iterator[Found]:
    help_text = ast.get_docstring(node, clean=False)
    for paragraph in paragraphs_of(help_text or ""):
        yield node.lineno, None, paragraph, []


#: Begins a paragraph of a command's help whose lines stay as they are.
UNWRAPPED: Final = "\b\n"


def paragraphs_of(help_text: str) -> list[str]:
    """The paragraphs of a command's help, as the catalogues have them: on one line, but for tables."""
    paragraphs = cleandoc(help_text).split("\n\n") if help_text else []
    return [text if text.startswith(UNWRAPPED) else " ".join(text.split()) for text in paragraphs]
