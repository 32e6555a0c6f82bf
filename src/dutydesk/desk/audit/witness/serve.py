"""A witness on the network: HTTP on this machine alone, or TLS."""

from __future__ import annotations

import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import AF_INET, AF_INET6, socket
from threading import BoundedSemaphore
from typing import Any

from dutydesk.desk.audit.witness.ask import PATH, ended_after
from dutydesk.desk.audit.witness.book import BAD, UNKNOWN, BookAnswer, WitnessBook
from dutydesk.desk.base.witness_settings import is_loopback
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import DeskError, InvalidRequest
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence

_MOST_BYTES = 1 << 17
_TOO_LARGE, _FAILED = 413, 500
_SECONDS = 10.0
_MOST_AT_ONCE = 32


@value(frozen=True, slots=True)
class WitnessAddress:
    """Where a witness listens; ``certificate`` and ``key`` are files in PEM, both or none."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None

    def require_safe(self) -> None:
        """Raises InvalidRequest for an address that others reach without TLS."""
        if self.certificate is None and not is_loopback(self.host):
            raise InvalidRequest(
                InvalidRequestCode.WITNESS_WITHOUT_TLS,
                sentence(
                    "{host} can be reached from other machines; give --certificate and --certificate-key, or listen "
                    "on 127.0.0.1",
                    host=self.host,
                ),
            )


class WitnessServer(ThreadingHTTPServer):
    """Serves a book until ``shutdown``. ``server_address`` has the port that was bound."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, book: WitnessBook, address: WitnessAddress, seconds: float = _SECONDS) -> None:
        """Bind the address; a request may take so many ``seconds``.

        Raises InvalidRequest where the address, or the certificate, can't be used.
        """
        address.require_safe()
        self.book, self._seconds = book, seconds
        self._room = BoundedSemaphore(_MOST_AT_ONCE)
        self.address_family = AF_INET6 if ":" in address.host else AF_INET
        try:
            self._tls = _tls(address)
            super().__init__((address.host, address.port), _WitnessHandler)
        except (OSError, ssl.SSLError) as error:
            raise InvalidRequest(
                InvalidRequestCode.WITNESS_ADDRESS,
                sentence(
                    "the witness can't listen on {host}:{port}: {fault}",
                    host=address.host,
                    port=address.port,
                    fault=error.strerror or error,
                ),
            ) from error

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Greet on the request's own thread, so that a client which is silent holds up no other."""
        with self._room:
            request.settimeout(self._seconds)
            if self._tls is not None:
                request = self._tls.wrap_socket(request, server_side=True)
            with ended_after(request, self._seconds):
                super().finish_request(request, client_address)

    def handle_error(self, _request: socket | tuple[bytes, socket], _client_address: Any) -> None:
        """A client that breaks off is no fault of the witness."""
        error = sys.exception()
        if not isinstance(error, OSError):
            print(f"dutydesk: witness: {error!r}", file=sys.stderr)


def _tls(address: WitnessAddress) -> ssl.SSLContext | None:
    if address.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(address.certificate, address.key)
    return context


class _WitnessHandler(BaseHTTPRequestHandler):
    server: WitnessServer
    server_version = "dutydesk-witness"
    sys_version = ""
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.close_connection = True
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self._answer(BookAnswer(BAD, "the length of the request is missing"))
        elif len(length) > len(str(_MOST_BYTES)) or int(length) > _MOST_BYTES:
            self._answer(BookAnswer(_TOO_LARGE, "the request is longer than any"))
        elif self.path.rstrip("/").rpartition("/")[2] != PATH.strip("/"):
            self._answer(BookAnswer(UNKNOWN, "a witness takes add-checkpoint, and nothing else"))
        else:
            self._answer(self._ask_book(self.rfile.read(int(length))))

    def do_GET(self) -> None:
        self.close_connection = True
        self._answer(BookAnswer(UNKNOWN, "a witness takes add-checkpoint by POST, and nothing else"))

    def _ask_book(self, raw: bytes) -> BookAnswer:
        try:
            return self.server.book.add_checkpoint(raw)
        except DeskError as error:
            print(f"dutydesk: {error.words}", file=sys.stderr)
            return BookAnswer(_FAILED, "the witness can't write what it must keep")

    def _answer(self, answer: BookAnswer) -> None:
        body = (answer.text if answer.text.endswith("\n") else f"{answer.text}\n").encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not printed; alarms are kept in the folder."""
