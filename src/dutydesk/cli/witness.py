"""The command of a witness: it cosigns the heads of other boxes' logs, and says what they must not show."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutydesk.cli._core.call import Call, pass_call
from dutydesk.cli._core.commands import command
from dutydesk.cli._core.failures import NO
from dutydesk.cli._core.free_text import free_text
from dutydesk.cli._core.output import number_and_noun, print_json_line, print_sentence
from dutydesk.cli._core.usage_errors import WrongUsage
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.language.sentences import sentence

if TYPE_CHECKING:
    from dutydesk.desk.audit.witness.book import WitnessBook
    from dutydesk.desk.audit.witness.serve import WitnessAddress

_FILE = click.Path(path_type=Path, dir_okay=False)
DEFAULT_PORT = 8620


@command(
    "witness",
    "dutydesk witness /srv/witness --name box2.example/witness --log KEY",
    "dutydesk witness /srv/witness --listen 0.0.0.0:8620 --certificate box2.pem --certificate-key box2.key",
    "dutydesk witness /srv/witness --status",
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", metavar="NAME", type=free_text, help="The name of a new witness, such as box2.example/witness.")
@click.option(
    "--log", "logs", metavar="KEY|FILE", type=free_text, multiple=True, help="A log to watch: its key, or a checkpoint."
)
@click.option(
    "--further-key",
    "further_keys",
    metavar="KEY|FILE",
    type=free_text,
    multiple=True,
    help="One more key of a log that is watched, as each box of a desk on a cluster signs by its own.",
)
@click.option("--listen", metavar="HOST:PORT", type=free_text, default=f"127.0.0.1:{DEFAULT_PORT}", help="Where.")
@click.option("--certificate", metavar="FILE", type=_FILE, help="For TLS: the certificate in PEM.")
@click.option("--certificate-key", metavar="FILE", type=_FILE, help="Its private key in PEM.")
@click.option("--status", is_flag=True, help="Print the heads and alarms that FOLDER keeps; exit 1 with an alarm.")
@pass_call
@click.pass_context
def witness_command(
    ctx: click.Context,
    call: Call,
    folder: Path,
    name: str | None,
    logs: tuple[str, ...],
    further_keys: tuple[str, ...],
    listen: str,
    certificate: Path | None,
    certificate_key: Path | None,
    status: bool,
) -> None:
    """Watch the logs of other boxes as a second pair of eyes, until stopped.

    FOLDER keeps the witness's key and the last head of each log that it cosigned. It answers add-checkpoint as C2SP's
    tlog-witness says: it cosigns a head that extends the last one, and raises an alarm on any other. It needs no store.
    The desk names it in its settings, by the address and the key that are printed.
    """
    host, gap, port = listen.rpartition(":")
    if not gap or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise WrongUsage(
            InvalidRequestCode.WITNESS_ADDRESS, sentence("--listen takes HOST:PORT, such as 127.0.0.1:8620"), ctx
        )
    if (certificate is None) != (certificate_key is None):
        raise WrongUsage(
            InvalidRequestCode.CONFLICTING_OPTIONS, sentence("--certificate and --certificate-key go together"), ctx
        )
    from dutydesk.desk.audit.witness.book import WitnessBook, read_log_key
    from dutydesk.desk.audit.witness.serve import WitnessAddress

    book = WitnessBook(folder, name, on_alarm=lambda alarm: print(f"dutydesk: {alarm}", file=sys.stderr))
    if status:
        if _print_status(call, book):
            ctx.exit(NO)
        return
    address = WitnessAddress(host.strip("[]"), int(port), certificate, certificate_key)
    with book.held():
        for log in logs:
            book.add_log(read_log_key(log))
        for key in further_keys:
            book.add_log(read_log_key(key), is_further=True)
        _serve(call, book, address)


def _serve(call: Call, book: WitnessBook, address: WitnessAddress) -> None:
    """Serve a folder that this process holds, until SIGINT or SIGTERM."""
    from dutydesk.desk.audit.witness.serve import WitnessServer

    ended = threading.Event()
    with WitnessServer(book, address) as server:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        thread = threading.Thread(target=server.serve_forever, name="witness", daemon=True)
        thread.start()
        scheme, port = "http" if address.certificate is None else "https", server.server_address[1]
        host = f"[{address.host}]" if ":" in address.host else address.host
        started = {"witness": book.name, "key": book.key.text, "url": f"{scheme}://{host}:{port}"}
        if call.json:
            print_json_line(started | {"logs": sorted(book.logs)})
        else:
            logs = number_and_noun(len(book.logs), "log", "logs")
            print_sentence(f"{book.name} watches {logs} at {started['url']}; its key is {book.key.text}")
        sys.stdout.flush()
        ended.wait()
        server.shutdown()
        thread.join()


def _print_status(call: Call, book: WitnessBook) -> bool:
    """Print what is kept; return whether there is an alarm."""
    from dutydesk.desk.audit.witness.book import status_of

    found = status_of(book)
    if call.json:
        print_json_line(found)
        return bool(found["alarms"])
    print_sentence(f"{book.name} has the key {book.key.text}")
    for head in found["heads"]:
        print_sentence(f"{head['origin']}: cosigned at {head['size']} events, root {head['root']}")
    for alarm in found["alarms"]:
        print_sentence(f"ALARM {alarm['kind']}: {alarm['origin']}: {alarm['words']}")
    if not found["alarms"]:
        print_sentence("no log has shown what it must not")
    return bool(found["alarms"])
