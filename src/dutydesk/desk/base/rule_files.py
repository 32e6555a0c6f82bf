"""The rules of one desk: its own folder where the settings name one, else those of the program."""

from __future__ import annotations

import os
import shlex
import stat
from collections.abc import Mapping
from pathlib import Path

from dutydesk.desk.base.settings import Settings
from dutydesk.desk.base.user_files import new_file, open_file
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import InvalidRequest, Refused
from dutydesk.domain.frozen import value
from dutydesk.domain.rules.examination import RuleTable
from dutydesk.language.sentences import sentence
from dutydesk.wire.reference.evaluation_figures import FIGURES_FILE, KeptFigures, built_in_figures, read_figures
from dutydesk.wire.reference.read_rule_table import TABLE_FILE, load_rules
from dutydesk.wire.reference.rule_folder import ReadRules, built_in_files, read_rule_files
from dutydesk.wire.reference.word_lists import WORDS_FOLDER

#: Far more than a table or a list needs.
_MAX_BYTES = 4 << 20


@value(frozen=True, slots=True)
class RuleFiles:
    """The table, and the texts from which it was read by their paths. ``folder`` is ``None`` for the program's own."""

    table: RuleTable
    files: Mapping[str, bytes]
    folder: Path | None


def rules_folder(store: Path, settings: Settings) -> Path | None:
    """The folder of the desk's own rules; ``None`` for the program's."""
    return None if settings.rules is None else store.absolute().parent / settings.rules


def load_table(path: Path | None) -> RuleTable:
    """The table of :func:`load_rule_files` alone. Raises InvalidRequest."""
    return load_rules() if path is None else load_rule_files(path).table


def load_rule_files(path: Path | None) -> RuleFiles:
    """The rules of a folder, or of a ``rules.toml`` with the program's word lists; the program's own without a path.

    Raises InvalidRequest, with the file and line of the first fault.
    """
    if path is None:
        return RuleFiles(load_rules(), built_in_files(), None)
    files = read_files(path)
    found = read_rule_files(files, path.name)
    if found.table is None:
        raise InvalidRequest(InvalidRequestCode.BAD_RULES, _fault_words(path, found))
    return RuleFiles(found.table, files, path)


def _fault_words(path: Path, found: ReadRules) -> str:
    more = len(found.faults) - 1
    rest = f" (and {more} more)" if more else ""
    folder = path if path.is_dir() else path.parent
    return (
        f"{folder / str(found.faults[0])}{rest}; this names every fault: dutydesk rules check {shlex.quote(str(path))}"
    )


def check_rules(path: Path | None) -> ReadRules:
    """The table and every fault. Raises InvalidRequest for files that can't be read."""
    if path is None:
        return ReadRules(load_rules())
    return read_rule_files(read_files(path), path.name)


def read_files(path: Path) -> Mapping[str, bytes]:
    """The files of a folder of rules by their paths in it; a single file is the table. Raises InvalidRequest."""
    if not path.is_dir():
        words = {name: raw for name, raw in built_in_files().items() if name != TABLE_FILE}
        return {TABLE_FILE: _read(path)} | words
    files: dict[str, bytes] = {}
    if os.path.lexists(path / TABLE_FILE):
        files[TABLE_FILE] = _read(path / TABLE_FILE)
    words_folder = path / WORDS_FOLDER
    if words_folder.is_dir():
        for file in sorted(words_folder.iterdir()):
            if file.name.endswith(".toml") and not file.name.startswith("."):
                files[f"{WORDS_FOLDER}/{file.name}"] = _read(file)
    return files


def _read(path: Path) -> bytes:
    with open_file(path) as source:
        if os.fstat(source.fileno()).st_mode & stat.S_IWOTH:
            raise InvalidRequest(
                InvalidRequestCode.SETTINGS_EXPOSED,
                sentence(
                    "{path} can be changed by everyone on this machine; run: chmod o-w {quoted}",
                    path=path,
                    quoted=shlex.quote(str(path)),
                ),
            )
        raw = source.read(_MAX_BYTES + 1)
    if len(raw) > _MAX_BYTES:
        raise InvalidRequest(
            InvalidRequestCode.BAD_RULES,
            sentence("{path} has more than {max_bytes:,} bytes", path=path, max_bytes=_MAX_BYTES),
        )
    return raw


def read_kept_figures(rules: RuleFiles) -> KeptFigures | None:
    """The figures of the last evaluation of these rules; ``None`` where none is kept."""
    if rules.folder is None:
        return built_in_figures()
    folder = rules.folder if rules.folder.is_dir() else rules.folder.parent
    path = folder / FIGURES_FILE
    return read_figures(_read(path)) if os.path.lexists(path) else None


def export_rules(folder: Path, *, replace: bool = False) -> tuple[str, ...]:
    """Copies the program's files into a folder, and returns their paths in it. Raises Refused where one is there."""
    files = built_in_files()
    taken = [path for path in files if os.path.lexists(folder / path)]
    if taken and not replace:
        raise Refused(
            RefusedCode.FILE_EXISTS,
            sentence("{folder} is there already; --force replaces it", folder=folder / taken[0]),
        )
    try:
        (folder / WORDS_FOLDER).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        words = sentence("{folder} can't be made: {strerror}", folder=folder, strerror=error.strerror or error)
        raise Refused(RefusedCode.FILE_NOT_WRITABLE, words) from error
    for path, raw in files.items():
        with new_file(folder / path, replace=replace) as out:
            out.write(raw)
    return tuple(files)
