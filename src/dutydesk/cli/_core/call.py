"""One call of the command line: its store, its officer, its output format, and how it reaches the desk."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import click

from dutydesk.domain.limits import DEFAULT_LIMITS, Limits
from dutydesk.language.languages import Language
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.service.desk import Desk
    from dutydesk.domain.review.officers import Right

T = TypeVar("T")
STORE_VARIABLE = "DUTYDESK_DB"
HOME_VARIABLE = "DUTYDESK_HOME"
_LOOK_SECONDS = 0.5


class Session(Protocol):
    """An open desk and a signed-in officer in another thread."""

    def do(self, work: Callable[[Desk, Actor], Awaitable[T]], right: Right | None, command_id: str | None) -> T:
        """Raises what ``work`` raises."""
        ...


@dataclass
class Call:
    """The options that every command takes.

    ``json``: the output is for another program. ``language``: as ``--language`` names it.
    """

    db: str | None = None
    officer_name: str | None = None
    json: bool = False
    language: Language | None = None
    session: Session | None = None
    limits: Limits = DEFAULT_LIMITS
    home: str | None = None

    @property
    def store(self) -> Path:
        """``--db``, else ``$DUTYDESK_DB``, else ``dutydesk/desk.db`` in the user's data folder.

        For a database on a cluster it is the file on this box that stands for it. Raises InvalidRequest, StoreUnusable.
        """
        named = self.store_name
        return default_store() if named is None else self._locate(named, self.home or os.environ.get(HOME_VARIABLE))

    def other_store(self, named: str) -> Path:
        """A second store of the same call, whose files on this box are in its default home; raises as :attr:`store`."""
        return self._locate(named, None)

    def _locate(self, named: str, home: str | None) -> Path:
        if named.startswith("postgres"):
            from dutydesk.store.engine.location import default_home, is_cluster_url, locate

            if is_cluster_url(named):
                return locate(named, Path(home) if home else default_home(named, default_store().parent))
        return Path(named)

    @property
    def store_name(self) -> str | None:
        """The store as ``--db`` or ``$DUTYDESK_DB`` names it: a path or a URL; ``None`` for the default store."""
        return self.db if self.db is not None else os.environ.get(STORE_VARIABLE) or None


pass_call = click.make_pass_decorator(Call)


def default_store() -> Path:
    from platformdirs import user_data_path

    return user_data_path("dutydesk", appauthor=False) / "desk.db"


def run_at_desk(
    call: Call,
    work: Callable[[Desk, Actor], Awaitable[T]],
    right: Right | None = None,
    command_id: str | None = None,
    *,
    is_service: bool = False,
) -> T:
    """Open the store, sign the officer in and run ``work``, which acts or reads.

    ``right`` is checked first, for work that does not check a right itself. While the store does not confirm what the
    work writes stderr says so, unless the work ``is_service``, which reports by itself. Raises DeskError.
    """
    if call.session is not None:
        return call.session.do(work, right, command_id)
    import asyncio

    from dutydesk.desk.service.desk import open_desk

    async def run_work() -> T:
        desk = await open_desk(call.store, limits=call.limits)
        watch = None if is_service else asyncio.create_task(_tell_if_unconfirmed(desk))
        try:
            actor = replace(await desk.people.sign_in(call.officer_name), command_id=command_id)
            if right is not None:
                await desk.people.require(actor, right)
            return await work(desk.for_reader(actor), actor)
        finally:
            if watch is not None:
                watch.cancel()
            await desk.close()

    return asyncio.run(run_work())


async def _tell_if_unconfirmed(desk: Desk) -> None:
    """Say once on stderr that the store does not confirm what is to be written."""
    import asyncio

    from dutydesk.cli._core.output import print_progress

    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        if desk.queries.is_unconfirmed():
            break
    print_progress(
        sentence(
            "the store has not confirmed yet what is to be written, and this waits for it; on a cluster a commit waits "
            "for a synchronous standby: dutydesk doctor says whether one is there"
        )
    )


def read_at_desk(call: Call, work: Callable[[Desk], Awaitable[T]]) -> T:
    """Run ``work``, which only reads; it needs the right to read. Raises DeskError."""
    from dutydesk.domain.review.officers import Right

    return run_at_desk(call, lambda desk, _act: work(desk), Right.READ)
