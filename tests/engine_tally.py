"""Counts on which engine the desks of each test were, so that none of them is quietly on another one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

_PROPERTY = "engines"


class EngineTally:
    """A plugin of pytest. A test's own processes are not counted; those tests say themselves where they were."""

    def __init__(self) -> None:
        from dutydesk.store.engines.postgresql.engine import PostgresEngine
        from dutydesk.store.engines.sqlite.engine import SqliteEngine

        self._opened: set[str] = set()
        for name, engine in (("postgresql", PostgresEngine), ("sqlite", SqliteEngine)):
            engine.__init__ = self._noting(name, engine.__init__)  # type: ignore[method-assign]

    def _noting(self, name: str, plain: Callable[..., None]) -> Callable[..., None]:
        def begin(engine: Any, *arguments: Any, **named: Any) -> None:
            self._opened.add(name)
            plain(engine, *arguments, **named)

        return begin

    def pytest_runtest_setup(self) -> None:
        self._opened.clear()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        item.user_properties.append((_PROPERTY, sorted(self._opened)))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        tally: Counter[str] = Counter()
        for reports in terminalreporter.stats.values():
            for report in reports:
                if getattr(report, "when", "") == "teardown":
                    tally.update(" and ".join(found) or "none" for found in _engines_of(report))
        terminalreporter.write_line(
            "engines of the tests' desks: " + ", ".join(f"{count} on {name}" for name, count in sorted(tally.items()))
        )


def _engines_of(report: Any) -> list[list[str]]:
    return [value for name, value in report.user_properties if name == _PROPERTY]
