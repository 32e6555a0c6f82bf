"""The demo: sample traffic through a real store, with or without the console."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from typing_extensions import Unpack

from dutydesk.cli._core import arguments
from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.failures import NO, log_to_file
from dutydesk.cli._core.output import print_json_line, print_sentence, stdout_is_terminal
from dutydesk.cli.demo_recording import RecordingOptions, asks_for_recording, record
from dutydesk.domain.errors import DeskError
from dutydesk.domain.review.officers import Right

if TYPE_CHECKING:
    from dutydesk.demo.demo import Progress, Summary
    from dutydesk.demo.shift import DemoShift
    from dutydesk.desk.base.context import Actor
    from dutydesk.desk.service.desk import Desk


@command("demo", "dutydesk demo", "dutydesk demo --speed 300", "dutydesk demo --record tour.cast")
@click.option("--speed", metavar="X", type=arguments.speed, help="Times faster than real time; 60 with the console.")
@click.option(
    "--messages", metavar="N", type=click.IntRange(min=1), help="Use only the first N messages of the sample."
)
@click.option("--seed", metavar="N", type=click.IntRange(min=0), help="Generate other traffic from the seed N.")
@click.option("--no-tour", is_flag=True, help="Leave out the tour of five steps at the beginning.")
@click.option("--headless", is_flag=True, help="Without the console: play to the end and print a summary.")
@click.option("--record", metavar="FILE", type=click.Path(path_type=Path), help="Record a tour as an asciinema cast.")
@click.option("--size", metavar="WxH", type=arguments.terminal_size, help="The size of the recording; 80x24.")
@click.option("--force", is_flag=True, help="Replace a file of the recording's name.")
@pass_call
@click.pass_context
def demo_command(
    ctx: click.Context,
    call: Call,
    speed: float | None,
    messages: int | None,
    seed: int | None,
    no_tour: bool,
    headless: bool,
    **recording: Unpack[RecordingOptions],
) -> None:
    """Sample traffic, simulated bureaus and the console.

    The demo uses a temporary store; with --db it uses one that a demo made, and keeps it. Without a terminal it runs
    headless, as fast as it can unless you name a speed. With the console and without --speed, the first hours are
    played at once, until shortly before the first bureau is held. Then a tour of five steps begins, in which you order
    that measure: F4 skips a step, X ends the tour.

    With --record it writes a tour of about a minute into a file, which asciinema and other players show. It needs no
    terminal, and its own store is deleted afterwards.
    """
    from dutydesk.demo.demo import demo_shift

    log_to_file()
    if asks_for_recording(call, recording, other=headless or speed is not None):
        record(call, messages, seed, recording)
        return
    shift = demo_shift(messages, seed)
    with _demo_store(call) as store:
        if headless or call.json or not stdout_is_terminal():
            summary = asyncio.run(_run_headless(store, shift, seed, speed))
            _print_summary(call, summary)
            if summary.chain != "verified":
                ctx.exit(NO)
        else:
            asyncio.run(_run_with_console(call, store, shift, seed, speed, tour=not no_tour))


@contextmanager
def _demo_store(call: Call) -> Iterator[Path]:
    """The store that ``--db`` names, else a temporary one; a demo never uses the default store."""
    if call.db is not None:
        yield call.store
        return
    with tempfile.TemporaryDirectory(prefix="dutydesk-demo-") as folder:
        yield Path(folder) / "desk.db"


async def _run_headless(store: Path, shift: DemoShift, seed: int | None, speed: float | None) -> Summary:
    from dutydesk.demo.demo import open_demo, run_headless
    from dutydesk.demo.generate import DEFAULT_SEED

    desk = await open_demo(store, shift)
    try:
        with _progress_bar() as advance:
            chosen = DEFAULT_SEED if seed is None else seed
            return await run_headless(desk, shift, seed=chosen, speed=speed, progress=advance)
    finally:
        await desk.close()


@contextmanager
def _progress_bar() -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("Sample traffic", total=None)

        def advance(progress: Progress) -> None:
            words = progress.at.strftime("%Y-%m-%d %H:%MZ")
            bar.update(task, completed=progress.played, total=progress.total, description=words)

        yield advance


async def _run_with_console(
    call: Call, store: Path, shift: DemoShift, seed: int | None, speed: float | None, *, tour: bool
) -> None:
    from dutydesk.cli.console_commands import ConsoleCommands
    from dutydesk.demo.demo import DEFAULT_SPEED, LiveDemo, open_demo, require_exclusive_use, tour_start
    from dutydesk.demo.generate import DEFAULT_SEED
    from dutydesk.tui.app import check_settings, run_console

    desk: Desk = await open_demo(store, shift)
    try:
        actor = await desk.people.sign_in(call.officer_name)
        await desk.people.require(actor, Right.READ)
        check_settings(desk)
        require_exclusive_use(desk)
        demo = LiveDemo(
            desk,
            shift,
            seed=DEFAULT_SEED if seed is None else seed,
            speed=speed or DEFAULT_SPEED,
            skip_to=tour_start(shift) if speed is None else None,
            tour=tour and speed is None and await _may_order_measures(desk, actor),
        )
        await demo.start()
        try:
            commands = ConsoleCommands(desk, actor, store, keeps_language=call.language is not None)
            await run_console(desk, actor, demo, commands=commands)
        finally:
            await demo.stop()
    finally:
        await desk.close()
    if call.db is not None:
        print(f"dutydesk: the demo stays at {store}", file=sys.stderr)


async def _may_order_measures(desk: Desk, actor: Actor) -> bool:
    try:
        await desk.people.require(actor, Right.MEASURE)
    except DeskError:
        return False
    return True


def _print_summary(call: Call, summary: Summary) -> None:
    if call.json:
        print_json_line(summary)
        return
    for name, total, parts in (
        ("received", summary.received, summary.outcomes),
        ("items", summary.items, summary.states),
        ("deliveries", sum(summary.deliveries.values()), summary.deliveries),
        ("suppressed", sum(summary.suppressed.values()), summary.suppressed),
        ("decisions", summary.decisions, {}),
        ("events", summary.events, {}),
    ):
        split = ", ".join(f"{part} {count:,}" for part, count in parts.items())
        print_sentence(f"{name:<11}{total:>8,}  {split}".rstrip())
    print_sentence(f"{'chain':<11}{summary.chain:>8}  in {summary.seconds:.1f} s")
