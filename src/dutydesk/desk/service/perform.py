"""How an officer's act is carried out: in one transaction, and once for each command id.

A service of the desk lists its acts as :class:`Command` attributes. Each names the function of the act, whose first
three parameters are the transaction, the context and the actor; callers of the service pass the actor and the rest.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Concatenate, Generic, ParamSpec, Self, overload

from dutydesk.desk.base import bodies
from dutydesk.desk.base.commands import run_once
from dutydesk.desk.base.context import Actor, CommandResult, Context
from dutydesk.domain.errors import BodyChanged, DeskError, StaleProposal, StateDiffers
from dutydesk.store.engine.store import Store
from dutydesk.store.engine.transaction import Transaction

P = ParamSpec("P")


@dataclass(frozen=True)
class Service:
    """A group of the desk's acts, on one store."""

    store: Store
    context: Context

    @asynccontextmanager
    async def voiding_if_stale(
        self, void: Callable[[Transaction, Context, int], None], number: int
    ) -> AsyncIterator[None]:
        """Voids the proposal ``number`` where confirming it raises StaleProposal, in a transaction of its own.

        The transaction of the confirmation is rolled back.
        """
        try:
            yield
        except StaleProposal:
            await self.store.write(lambda tx: void(tx, self.context, number))
            raise


async def prepare_rules(context: Context) -> None:
    """Reads the word lists where nothing was examined yet: under the store's lock everybody would wait for it."""
    lexicon = context.rules.lexicon
    if not lexicon.is_prepared:
        await asyncio.to_thread(lexicon.prepare)


async def record_differences(store: Store) -> None:
    """Runs a transaction, whose beginning records the differences that stopped the one before. Never raises."""
    with suppress(DeskError):
        await store.write(lambda _transaction: None, officer=False)


def stable_repr(value: object) -> str:
    """``repr`` of the value with the members of sets in order, so that it is the same in every process."""
    match value:
        case frozenset() if value:
            return f"frozenset({{{', '.join(sorted(map(stable_repr, value)))}}})"
        case tuple() if type(value) is tuple:
            return f"({', '.join(map(stable_repr, value))}{',' if len(value) == 1 else ''})"
        case _ if is_dataclass(value) and not isinstance(value, type):
            shown = (f"{one.name}={stable_repr(getattr(value, one.name))}" for one in fields(value) if one.repr)
            return f"{type(value).__qualname__}({', '.join(shown)})"
        case _:
            return repr(value)


class Command(Generic[P]):
    """An act of an officer: the attribute of a service that carries out ``work``.

    ``name`` and the arguments identify a command, together with the officer: a command id that comes again with the
    same ones gets the answer of the first time, and one that comes with others raises Conflict. Arguments named in
    ``unidentified`` do not count for that.
    """

    def __init__(
        self,
        name: str,
        work: Callable[Concatenate[Transaction, Context, Actor, P], CommandResult],
        *,
        unidentified: Collection[str] = (),
    ) -> None:
        self._name = name
        self._work = work
        self._unidentified = unidentified
        signature = inspect.signature(work)
        self._signature = signature.replace(parameters=list(signature.parameters.values())[3:])
        self.__doc__ = work.__doc__

    def digest(self, officer: str, *args: P.args, **kwargs: P.kwargs) -> str:
        """Identifies the command: equal for equal arguments, passed by position, by keyword or left out."""
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        arguments = tuple(value for name, value in bound.arguments.items() if name not in self._unidentified)
        return hashlib.sha256(stable_repr((self._name, officer, arguments)).encode()).hexdigest()

    @overload
    def __get__(self, service: None, owner: type[Service]) -> Self: ...

    @overload
    def __get__(
        self, service: Service, owner: type[Service]
    ) -> Callable[Concatenate[Actor, P], Coroutine[Any, Any, CommandResult]]: ...

    def __get__(
        self, service: Service | None, owner: type[Service]
    ) -> Self | Callable[Concatenate[Actor, P], Coroutine[Any, Any, CommandResult]]:
        if service is None:
            return self
        store, context = service.store, service.context

        async def perform(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> CommandResult:
            def work(transaction: Transaction) -> CommandResult:
                return self._work(transaction, context, actor, *args, **kwargs)

            digest = self.digest(actor.officer, *args, **kwargs)
            await prepare_rules(context)
            try:
                return await store.write(lambda tx: run_once(tx, actor.command_id, digest, work))
            except BodyChanged as found:
                await bodies.write_body_report(store, found.item)
                raise
            except StateDiffers:
                await record_differences(store)
                raise

        return perform
