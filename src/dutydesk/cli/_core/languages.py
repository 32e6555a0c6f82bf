"""The language of the command line: its help, its errors, and what click itself says."""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Final

import click

from dutydesk.cli._core.call import Call
from dutydesk.cli._core.usage_errors import WrongUsage
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.language.catalogues import DOMAIN, speak
from dutydesk.language.extraction import paragraphs_of
from dutydesk.language.languages import Language, language_of_environment
from dutydesk.language.phrases import marked, translate
from dutydesk.language.sentences import sentence

#: What click says of itself in help and errors; it looks these up in the catalogue by gettext.
CLICK_PHRASES: Final = marked(
    (
        "Usage:",
        "Options",
        "Commands",
        "Show this message and exit.",
        "Show the version and exit.",
        "default: {default}",
        "required",
        "Missing argument",
        "Missing option",
        "Missing parameter",
        "Missing command.",
        "No such option {name!r}.",
        "No such command {name!r}.",
        "Option {name!r} does not take a value.",
        "Invalid value: {message}",
        "Invalid value for {param_hint}: {message}",
        "{value!r} is not a valid {number_type}.",
        "{value} is not in the range {range}.",
        "{name} {filename!r} does not exist.",
        "{name} {filename!r} is a directory.",
        "{name} {filename!r} is not readable.",
        "file",
        "directory",
        "path",
    )
)


def speak_on_command_line(language: Language) -> None:
    """Speak a language, click too, which reads the environment."""
    speak(language)
    gettext.bindtextdomain(DOMAIN, str(files("dutydesk.data") / "locale"))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = language


def speak_as_the_environment() -> None:
    speak_on_command_line(language_of_environment(os.environ))


def set_language(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    """The callback of ``--language``, which counts before the help is written."""
    if value is None:
        return
    call = ctx.find_object(Call)
    if call is not None and call.session is not None:
        raise WrongUsage(
            InvalidRequestCode.CONFLICTING_OPTIONS,
            sentence("one console speaks one language; language {code} changes it, without --", code=value),
        )
    if call is not None:
        call.language = Language(value)
    speak_on_command_line(Language(value))


def translate_help(help_text: str) -> str:
    return "\n\n".join(translate(paragraph) for paragraph in paragraphs_of(help_text))


@contextmanager
def translated_options(parameters: Sequence[click.Parameter]) -> Iterator[None]:
    """While the help is written, options have their help in the language that is spoken."""
    options = [(each, each.help) for each in parameters if isinstance(each, click.Option) and each.help]
    for option, english in options:
        option.help = translate(english)
    try:
        yield
    finally:
        for option, english in options:
            option.help = english
