"""Ask a witness over HTTP to cosign a checkpoint: C2SP's tlog-witness, add-checkpoint."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from socket import SHUT_RDWR, socket
from threading import Event, Timer
from typing import Final
from urllib.parse import urlsplit

from dutydesk.desk.base.witness_settings import WitnessSetting
from dutydesk.domain.frozen import value
from dutydesk.wire.files.notes import NoteFault, NoteSignature, signature_lines, with_signatures
from dutydesk.wire.files.tree_heads import TreeHead, WitnessRequest

PATH: Final = "/add-checkpoint"
SIZE_TYPE: Final = "text/x.tlog.size"
OK, CONFLICT = 200, 409
_SIZE: Final = re.compile(r"[0-9]{1,19}", re.ASCII)
_MOST_BYTES = 1 << 16
_LONGEST_WORDS = 300


@value(frozen=True, slots=True)
class WitnessReply:
    """What a witness answered: its cosignature, or the size that it knows, or why it does not cosign, in a clause.

    ``is_refusal``: it was reached and refused; else it could not be asked.
    """

    signature: NoteSignature | None = None
    known_size: int | None = None
    words: str = ""
    is_refusal: bool = False


def ask_witness(witness: WitnessSetting, request: WitnessRequest, seconds: float) -> WitnessReply:
    """Send one request and read its answer; whatever goes wrong is in the reply."""
    try:
        status, kind, body = _post(witness, request.body, seconds)
    except (OSError, HTTPException, ValueError) as error:
        return WitnessReply(words=f"{witness.url} does not answer: {getattr(error, 'strerror', None) or error}")
    text = body.decode("utf-8", errors="replace")
    if status == CONFLICT and kind == SIZE_TYPE and _SIZE.fullmatch(text.strip()):
        return WitnessReply(known_size=int(text), words="it knows another size of the log", is_refusal=True)
    if status != OK:
        said = " ".join(text.split())[:_LONGEST_WORDS]
        return WitnessReply(words=f"it answers {status}: {said}", is_refusal=True)
    try:
        return WitnessReply(signature=cosignature_in(text, witness, request.head))
    except NoteFault as fault:
        return WitnessReply(words=f"its answer is no cosignature: {fault.words}", is_refusal=True)


def cosignature_in(text: str, witness: WitnessSetting, head: TreeHead) -> NoteSignature:
    """The witness's cosignature among the lines. Raises NoteFault where it has none that is valid."""
    found = with_signatures(head.note, signature_lines(text)).signed_by(witness.key)
    if found is None:
        raise NoteFault(f"it is not of the key {witness.key.text}")
    return found


def _post(witness: WitnessSetting, body: bytes, seconds: float) -> tuple[int, str, bytes]:
    parts = urlsplit(witness.url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=witness.ca)
        connection: HTTPConnection = HTTPSConnection(host, port, timeout=seconds, context=context)
    else:
        connection = HTTPConnection(host, port, timeout=seconds)
    try:
        connection.connect()
        with ended_after(connection.sock, seconds) as ended:
            connection.request("POST", parts.path + PATH, body, {"Content-Type": "text/plain; charset=utf-8"})
            answer = connection.getresponse()
            found = answer.status, answer.headers.get_content_type(), answer.read(_MOST_BYTES)
        if ended.is_set():
            raise TimeoutError("timed out")
        return found
    finally:
        connection.close()


@contextmanager
def ended_after(connection: socket, seconds: float) -> Iterator[Event]:
    """End a connection after so long, whatever comes through it; the event is set then.

    The timeout of a socket begins anew with each byte.
    """
    ended = Event()

    def end() -> None:
        ended.set()
        with suppress(OSError):
            socket.shutdown(connection, SHUT_RDWR)  # that of TLS would take the session from under its reader

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield ended
    finally:
        timer.cancel()
