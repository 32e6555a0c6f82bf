"""Making a store, showing its settings, and the schema of the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dutydesk.cli._core.call import Call, pass_call, reading
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.output import json_line, json_lines, sentence, table

if TYPE_CHECKING:
    from dutydesk.desk.base.settings import SettingRow
    from dutydesk.desk.service.desk import Desk


@command("init", "dutydesk --db /srv/desk/desk.db init", "dutydesk init --exercise")
@click.option("--exercise", is_flag=True, help="A store for exercises, which it stays for ever; else a LIVE one.")
@pass_call
def init_command(call: Call, exercise: bool) -> None:
    """Make an empty store.

    You become its first administrator.
    """
    import asyncio

    from dutydesk.desk.people.officers import os_user
    from dutydesk.desk.service.desk import make_store, open_desk

    realm, founder = "exercise" if exercise else "live", os_user()
    make_store(call.store, realm)

    async def settle_in() -> None:
        desk = await open_desk(call.store, founder=founder)
        await desk.close()

    asyncio.run(settle_in())
    if call.json:
        json_line({"store": call.store, "realm": realm, "administrator": founder})
        return
    sentence(f"{call.store} is {'an EXERCISE' if exercise else 'a LIVE'} store, which it stays for ever.")
    sentence(f"{founder} is its first administrator; officers add makes more.")


@command("settings", "dutydesk settings", "dutydesk settings --json")
@pass_call
def settings_command(call: Call) -> None:
    """Each setting and where it comes from.

    From the default, or a line of desk.toml beside the store.
    """

    async def look(desk: Desk) -> tuple[SettingRow, ...]:
        return desk.loaded.rows

    rows = reading(call, look)
    if call.json:
        json_lines(rows)
    else:
        table(("Setting", "Value", "From"), ((row.setting, row.value, row.comes_from) for row in rows))


@command("schema", "dutydesk schema > dutydesk-1.schema.json")
def schema_command() -> None:
    """The JSON Schema of the wire format dutydesk/1."""
    from dutydesk.wire.encode.schema import wire_schema

    json_line(wire_schema())
