"""The language of what the desk writes to a bureau: its own sentences are in the bureau's language.

What a person has typed stays as it was typed, and codes, names of fields and times are the same in every language.
"""

from __future__ import annotations

from collections.abc import Mapping

from dutydesk.domain.events.log import Json
from dutydesk.language.catalogues import Catalogue, catalogue
from dutydesk.language.sentences import Sentence
from dutydesk.wire.reference.directory import load_directory


def phrases_of_bureau(code: str) -> Catalogue:
    """The phrases of the language that the bureau uses with the Secretariat; English for an unknown bureau."""
    return catalogue(load_directory().language_of(code))


def letter(recipient: str, data: Mapping[str, Json]) -> Mapping[str, Json]:
    """The data of a notice with the desk's sentences in the language of its recipient."""
    phrases = phrases_of_bureau(recipient)
    if not phrases.is_translated:
        return data
    return {name: value.read_in(phrases) if isinstance(value, Sentence) else value for name, value in data.items()}
