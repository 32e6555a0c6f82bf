"""Commands that make a store, show its settings, and print the schema of the wire format."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dutydesk.cli._core.call import Call, pass_call, read_at_desk
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.count_bar import count_bar
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import print_json_line, print_json_lines, print_progress, print_sentence, print_table
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from dutydesk.desk.base.settings import SettingRow
    from dutydesk.desk.service.desk import Desk


@command("init", "dutydesk --db /srv/desk/desk.db init", "dutydesk init --exercise", "dutydesk init --from old.db")
@click.option("--exercise", is_flag=True, help="Make a store for exercises; else a LIVE one. This never changes.")
@click.option("--from", "source", metavar="STORE", type=free_text, help="Carry the desk over that is in this store.")
@pass_call
def init_command(call: Call, exercise: bool, source: str | None) -> None:
    """Make an empty store.

    You become its first administrator.

    With --from the new store is the desk that another one holds, on a file or on a cluster: its log, its numbers and
    its officers, all as they are. End every dutydesk on that one first, and move it away afterwards.
    """
    if source is not None:
        _carry_over(call, source, exercise=exercise)
        return
    import asyncio

    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.people.officers import os_user
    from dutydesk.desk.service.desk import make_store, open_desk

    realm, founder = "exercise" if exercise else "live", os_user()
    make_store(call.store, realm, report=print_progress)

    async def add_founder() -> str:
        desk = await open_desk(call.store, founder=founder, limits=call.limits)
        try:
            return (await desk.keys.make_desk_key(Actor(founder, founder))).subject
        finally:
            await desk.close()

    key = asyncio.run(add_founder())
    if call.json:
        print_json_line({"store": call.store, "realm": realm, "administrator": founder, "desk_key": key})
        return
    print_sentence(
        f"{call.store_name or call.store} is {'an EXERCISE' if exercise else 'a LIVE'} store, which it stays for ever."
    )
    print_sentence(f"{founder} is its first administrator; officers add makes more.")
    print_sentence(f"it signs what it hands over by the key {key}; bureaus desk-key prints the public half.")


def _carry_over(call: Call, source: str, *, exercise: bool) -> None:
    from dutydesk.desk.service.carry import carry_desk

    if exercise:
        raise InvalidRequest(
            InvalidRequestCode.CONFLICTING_OPTIONS,
            sentence("--from takes over what the other store is, LIVE or EXERCISE; leave --exercise out"),
        )
    old = call.other_store(source)
    with count_bar("Copying") as progress:
        done = carry_desk(old, call.store, progress, call.limits, print_progress)
    if call.json:
        print_json_line({"store": call.store_name or done.file, "events": done.events, "head": done.head})
        return
    print_sentence(f"{call.store_name or done.file} holds {done.events} events; the last one's hash is {done.head}")
    print_sentence(f"{source} is as it was: move it away, so that nobody works on both.")


@command("settings", "dutydesk settings", "dutydesk settings --json")
@pass_call
def settings_command(call: Call) -> None:
    """List each setting and its source.

    The source is the default, or a line of desk.toml next to the store.
    """

    async def read_settings(desk: Desk) -> tuple[SettingRow, ...]:
        return desk.loaded.rows

    rows = read_at_desk(call, read_settings)
    if call.json:
        print_json_lines(rows)
    else:
        print_table(("Setting", "Value", "From"), ((row.setting, row.value, row.comes_from) for row in rows))


@command("schema", "dutydesk schema > dutydesk-1.schema.json")
def schema_command() -> None:
    """Print the JSON Schema of the wire format dutydesk/1."""
    from dutydesk.wire.encode.schema import wire_schema

    print_json_line(wire_schema())
