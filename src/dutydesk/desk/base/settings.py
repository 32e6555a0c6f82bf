"""Read the desk's settings from ``desk.toml`` next to the store. The desk does not start with a faulty file."""

from __future__ import annotations

import os
import re
import shlex
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from pathlib import Path

import tomli

from dutydesk.desk.base.setting_parsers import EVERYBODY, PARSERS, TIME_UNITS, EntryError
from dutydesk.desk.base.user_files import open_file
from dutydesk.desk.base.witness_settings import WitnessFault, WitnessSetting
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.countries import Directory
from dutydesk.domain.delivery.places import TransportPlaces
from dutydesk.domain.errors import InvalidRequest
from dutydesk.language.sentences import sentence
from dutydesk.wire.reference.read_rule_table import BUILT_IN
from dutydesk.wire.reference.templates import load_templates

FILE_NAME = "desk.toml"
_DEMO_SHARE = 100


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a desk. Times are positive; only ``dispatch_delay`` and ``lock_after`` may be zero.

    - ``shifts``: the hours of the day, in UTC, at which the shifts begin.
    - ``four_eyes``: additional rules that demand two officers.
    - ``cleared_for_confidential``: the bureaus that may receive a ``confidential`` item. In the file this is a list of
      codes, or ``"all"``, the default (here ``None``). CNF-01 blocks an item for any other bureau, and the desk never
      delivers the item to it.
    - ``silver_pilot``: the bureaus that take part in the silver pilot and may send that kind. SRC-01 and SLV-01 block
      silver items of any other bureau.
    - ``silver_quota``: the number of silver items of the whole pilot, notice requests and diffusions together. Each
      bureau of the pilot has an equal share, rounded down. An item uses a place from its receipt until it is refused,
      withdrawn or rejected; a correction uses the place of the item that it corrects.
    - ``hit_score``: the lowest score, from 1 to 100, with which a record hits a check.
    - ``likeness_score``: the lowest score, from 50 to 100, with which a person of a register, or of an item that the
      desk refused or recalled, holds a message.
    - ``checks_per_minute``: the most checks that one bureau may make in a minute.
    - ``dismissal``: how long a dismissal of a hit lasts if the officer gives no end.
    - ``country_officers_read_denied``: whether officers with a country see bodies that are denied to it.
    - ``lock_after``: the time without input after which a console hides its screens. Zero, the default, turns this
      off, because a duty room is never empty and its screens are watched.
    - ``sample_review``: the desk holds one in this many diffusions and corrections that would go out at once. A hold
      alone then does not show a sender that a register knows the person. Zero, the default, holds none.
    - ``correction_alarm``: the desk shows an alarm when one sender sends this many corrections on one day (UTC) that
      describe another person.
    - ``far_ms``: the round trip to a store on a cluster, in milliseconds, above which this box does not write to it.
    - ``allow_unsafe_cluster``: an exercise or a demo may be on a cluster that can lose what it has confirmed.
    - ``alarm``: the program and its arguments that run for each alarm; see
      :mod:`dutydesk.dispatch.health.alarm_command`. In the file it is ``run`` in the table ``[alarm]``.
    - ``metrics_off_loopback``: whether the metrics of a LIVE desk may be served to other machines.
    - ``checkpoint_hourly``: the dispatcher signs a checkpoint of the log each hour in which something was logged.
    - ``checkpoint_at_handover``: the same once a handover was signed or accepted.
    - ``witnesses``: who is asked to cosign each checkpoint: by name the address, the key and, with TLS, the file of
      the certificate that vouches for it.
    - ``transport``: the inboxes and outboxes of the dispatcher, where its command names none.
    - ``sign_deliveries``: whether the desk signs what it hands over. ``None``, the default, signs once the desk has a
      key, as stores have that ``init`` makes. With ``true`` and without the key, nothing goes out.
    - ``rules``: a folder with the desk's own ``rules.toml`` and ``words/``; a relative path starts at the folder of the
      store. ``None``, the default, uses the rules of the program.
    """

    claim_lease: timedelta = timedelta(minutes=30)
    information_due: timedelta = timedelta(days=7)
    endorsement_due: timedelta = timedelta(days=14)
    measure_review: timedelta = timedelta(days=90)
    post_review_due: timedelta = timedelta(hours=24)
    delivery_tries: int = 8
    backoff_first: timedelta = timedelta(seconds=1)
    backoff_most: timedelta = timedelta(minutes=10)
    shifts: tuple[int, ...] = (6, 14, 22)
    dispatch_delay: timedelta = timedelta(0)
    lock_after: timedelta = timedelta(0)
    sample_review: int = 0
    correction_alarm: int = 5
    four_eyes: tuple[str, ...] = ()
    hold_on_block: bool = False
    sign_deliveries: bool | None = None
    cleared_for_confidential: tuple[str, ...] | None = None
    silver_pilot: tuple[str, ...] = ()
    silver_quota: int = 500
    hit_score: int = 85
    likeness_score: int = 85
    checks_per_minute: int = 5_000
    dismissal: timedelta = timedelta(days=365)
    country_officers_read_denied: bool = False
    far_ms: int = 5
    allow_unsafe_cluster: bool = False
    alarm: tuple[str, ...] = ()
    metrics_off_loopback: bool = False
    transport: TransportPlaces = field(default_factory=TransportPlaces)
    rules: str | None = None
    checkpoint_hourly: bool = False
    checkpoint_at_handover: bool = False
    witnesses: tuple[WitnessSetting, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    templates: tuple[tuple[str, tuple[str, ...]], ...] = field(default_factory=load_templates)


DEFAULTS = Settings()


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting: its value in force, and its origin, which is ``default`` or the file and line."""

    setting: str
    value: str
    comes_from: str


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """``key_lines`` maps the id of each moved key to the file and line that moves it."""

    settings: Settings
    rows: tuple[SettingRow, ...] = field(default=())
    key_lines: Mapping[str, str] = field(default_factory=dict)


def toml_key(name: str) -> str:
    return TIME_UNITS[name][0] if name in TIME_UNITS else name


def demo_settings(directory: Directory, today: date) -> Settings:
    """Return the defaults of a demo. Claims last a day because its clock runs fast; every member may send silver.

    Each member may send 100 silver items. An equal share of the pilot's 500 items would be two, and a long demo would
    use it up.
    """
    pilot = directory.members(today)
    return Settings(claim_lease=timedelta(days=1), silver_pilot=pilot, silver_quota=_DEMO_SHARE * len(pilot))


def load(store: Path, known_rules: frozenset[str], defaults: Settings = DEFAULTS) -> LoadedSettings:
    """Return the settings from the file next to ``store``, or ``defaults`` if there is no file.

    Raises InvalidRequest for a file that can't be read, that everyone may change, or that has a fault. The message
    names the file, and for a faulty entry the line.
    """
    path = store.with_name(FILE_NAME)
    if not os.path.lexists(path):
        return LoadedSettings(defaults, _rows(defaults, path, {}))
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
        text = source.read().decode("utf-8", errors="replace")
    try:
        table: Mapping[str, object] = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise InvalidRequest(
            InvalidRequestCode.SETTINGS_UNREADABLE,
            sentence("{path}: {error}; correct it or remove the file", path=path, error=error),
        ) from error
    lines = {key: _line_of((key,), text) for key in table}
    names = {toml_key(item.name): item.name for item in fields(Settings)}
    changes: dict[str, object] = {}
    for key, value in table.items():
        if key not in names:
            raise InvalidRequest(
                InvalidRequestCode.UNKNOWN_SETTING,
                sentence(
                    "{path}, line {line}: unknown setting {name!r}; known are {names}",
                    path=path,
                    line=lines[key],
                    name=key,
                    names=", ".join(sorted(names)),
                ),
            )
        try:
            changes[names[key]] = PARSERS[names[key]](value, known_rules)
        except (EntryError, WitnessFault) as error:
            raise InvalidRequest(
                InvalidRequestCode.BAD_SETTING,
                sentence(
                    "{path}, line {line}: {key} {error}",
                    path=path,
                    line=_line_of((key, error.name), text),
                    key=key,
                    error=error,
                ),
            ) from error
        except ValueError as error:
            raise InvalidRequest(
                InvalidRequestCode.BAD_SETTING,
                sentence("{path}, line {line}: {name} {error}", path=path, line=lines[key], name=key, error=error),
            ) from error
    settings = replace(defaults, **changes)  # type: ignore[arg-type]
    if settings.backoff_most < settings.backoff_first:
        raise InvalidRequest(
            InvalidRequestCode.BAD_SETTING,
            sentence("{path}: backoff_most_seconds is less than backoff_first_seconds", path=path),
        )
    key_lines = {name: f"{path}, line {_line_of(('keys', name), text)}" for name, _ in settings.keys}
    return LoadedSettings(settings, _rows(settings, path, {names[key]: line for key, line in lines.items()}), key_lines)


_KEY_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*""")


def _split_key(written: str) -> tuple[str, ...]:
    """Return the parts of a TOML key: ``keys`` and ``item.claim`` of ``keys."item.claim"``."""
    return tuple(next(filter(None, parts), "") for parts in _KEY_PART.findall(written))


def _line_of(wanted: tuple[str, ...], text: str) -> int:
    """Return the line of a setting, or of an entry of its table; for an entry of an inline table, the table's line."""
    table: tuple[str, ...] = ()
    first = 1
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("["):
            here = table = _split_key(line.split("]", 1)[0].strip(" \t["))
        else:
            here = (*table, *_split_key(line.split("=", 1)[0])) if "=" in line.split("#", 1)[0] else ()
        if here[: len(wanted)] == wanted:
            return number
        if here[:1] == wanted[:1] and first == 1:
            first = number
    return first


def _rows(settings: Settings, path: Path, lines: Mapping[str, int]) -> tuple[SettingRow, ...]:
    return tuple(
        SettingRow(
            toml_key(item.name),
            _format_value(item.name, getattr(settings, item.name)),
            f"{path.name}, line {lines[item.name]}" if item.name in lines else "default",
        )
        for item in fields(Settings)
    )


def _format_value(name: str, value: object) -> str:
    match value:
        case None:
            return {"rules": BUILT_IN, "sign_deliveries": "where the desk has a key"}.get(name, EVERYBODY)
        case timedelta():
            return f"{value / timedelta(**{TIME_UNITS[name][1]: 1}):g}"
        case bool():
            return str(value).lower()
        case tuple() if name == "keys":
            return ", ".join(f"{key} = {to}" for key, to in value) or "none"
        case tuple() if name == "alarm" and value:
            return shlex.join(value)
        case tuple() if name == "witnesses":
            return ", ".join(each.name for each in value) or "none"
        case tuple() if name == "templates":
            return ", ".join(f"{len(sentences)} to {decision}" for decision, sentences in value)
        case tuple():
            return ", ".join(map(str, value)) or "none"
        case _:
            return str(value)
