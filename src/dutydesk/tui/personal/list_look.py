"""The order and the columns of a list, as the officer has chosen them."""

from __future__ import annotations

from collections.abc import Callable

from dutydesk.desk.base.context import CommandResult
from dutydesk.domain.frozen import value
from dutydesk.tui.console import Actions, Console
from dutydesk.tui.dialogs.form import FieldKind, Form, FormField, Values
from dutydesk.tui.dialogs.form_title import form_title
from dutydesk.tui.frame.preferences import Preferences
from dutydesk.tui.personal.texts import texts
from dutydesk.tui.widgets.text_pane import Paragraph

_ORDER, _COLUMNS = "order", "columns"


@value(frozen=True, slots=True)
class ListLook:
    """What can be chosen for a list: names, as they are kept. The first order is the usual one."""

    name: str
    orders: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def _section(self) -> str:
        return f"list-{self.name}"

    def order(self, preferences: Preferences) -> str:
        chosen = preferences.get(self._section, _ORDER)
        return chosen if chosen in self.orders else next(iter(self.orders), "")

    def hidden(self, preferences: Preferences) -> frozenset[str]:
        """The columns that are not shown."""
        return frozenset(preferences.get(self._section, _COLUMNS).split(",")) & frozenset(self.columns)

    def choose(self, preferences: Preferences, order: str, hidden: frozenset[str]) -> None:
        preferences.put(self._section, _ORDER, order)
        preferences.put(self._section, _COLUMNS, ",".join(sorted(hidden)))


class ListLookActions:
    """Choose the order and the columns of the current list; ``show`` shows it anew."""

    def __init__(self, console: Console, current: Callable[[], ListLook], show: Callable[[ListLook], None]) -> None:
        self._console, self._current, self._show = console, current, show

    def actions(self) -> Actions:
        return {"list_look": self.choose}

    async def choose(self) -> None:
        await self._console.open_screen(look_form(self._console, self._current(), self._show))


def look_form(console: Console, look: ListLook, show: Callable[[ListLook], None]) -> Form:
    async def use(values: Values) -> CommandResult:
        shown = frozenset(values[_COLUMNS].split(","))
        look.choose(console.preferences, values.get(_ORDER, ""), frozenset(look.columns) - shown)
        show(look)
        return CommandResult(look.name, "", 0, texts.list_changed(title))

    title = texts.LIST_TITLES[look.name]
    hidden = look.hidden(console.preferences)
    orders = FormField(
        _ORDER,
        texts.ORDER,
        FieldKind.CHOICE,
        look.orders,
        (look.order(console.preferences),),
        labels=texts.LIST_ORDERS,
    )
    columns = FormField(
        _COLUMNS,
        texts.COLUMNS,
        FieldKind.MANY,
        look.columns,
        tuple(name for name in look.columns if name not in hidden),
        labels=texts.LIST_COLUMNS,
    )
    fields = (orders, columns) if len(look.orders) > 1 else (columns,)
    hint = Paragraph(texts.LIST_HINT, tone="dim")
    shown = form_title(lambda: texts.list_title(texts.LIST_TITLES[look.name]))
    return Form(console, shown, [hint], fields, texts.LIST_USE, use)
