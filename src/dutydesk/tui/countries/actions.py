"""The actions on one country, in the countries pane and on its own screen."""

from __future__ import annotations

from dutydesk.desk.base.context import CommandResult
from dutydesk.desk.base.rows import CountryRow
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.countries.order import OrderForm
from dutydesk.tui.countries.texts import texts
from dutydesk.tui.dialogs.form import Form, Values
from dutydesk.tui.frame.country_names import country_name
from dutydesk.tui.frame.keys import key_hint
from dutydesk.tui.selection import Selection
from dutydesk.tui.widgets.text_pane import Paragraph


class CountryActions:
    """Order a measure; mark the bureau off the network or back on it."""

    def __init__(self, console: Console, selection: Selection) -> None:
        self._console, self._selection = console, selection

    def actions(self) -> Actions:
        return {"measure": self.measure, "offline": self.offline}

    def measure(self) -> None:
        if (row := self._selected_country()) is not None:
            self._console.open_screen(OrderForm(self._console, row))

    def offline(self) -> None:
        if (row := self._selected_country()) is None:
            return
        console, code, offline = self._console, row.code, not row.offline

        async def mark(_values: Values) -> CommandResult:
            return await console.desk.supervision.set_offline(console.actor, code, offline=offline)

        title, line, submit = texts.OFF_NETWORK if offline else texts.ON_NETWORK
        console.open_screen(
            Form(console, f"{title} {code} {country_name(code, row.name)}", [Paragraph(line)], (), submit, mark)
        )

    def _selected_country(self) -> CountryRow | None:
        row = self._selection.country()
        if row is None:
            self._console.notify(texts.no_country(key_hint("pane.countries")), "warn")
        return row
