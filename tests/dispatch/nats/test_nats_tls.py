"""TLS that is demanded is never given up, and neither is a key shown to anybody who has not proved who it is."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dutydesk.dispatch.nats.access import NatsAccess, check_ca, make_seed, read_seed, require_tls
from dutydesk.dispatch.nats.link import NatsLink
from dutydesk.dispatch.transport import TransportDown
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.delivery.places import ServerAddress, parse_server
from nats_server import QUICK, NatsServer
from refusals import raises_code

DAY = timedelta(days=1)
ONCE = QUICK


class Authority:
    """Signs certificates of servers."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.file = folder / f"{name}.pem"
        now = datetime.now(UTC)
        made = self._builder(self._name, self._key.public_key(), now - DAY, now + DAY)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def server(self, name: str, *, host: str = "127.0.0.1", ended: bool = False) -> tuple[Path, Path]:
        """A certificate for ``host`` with its key."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        until = now - DAY / 2 if ended else now + DAY
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        known_as: x509.GeneralName = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
        made = self._builder(subject, key.public_key(), now - DAY, until).add_extension(
            x509.SubjectAlternativeName([known_as]), critical=False
        )
        certificate, secret = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        certificate.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, secret

    def _builder(
        self, subject: x509.Name, public: ec.EllipticCurvePublicKey, since: datetime, until: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(until)
        )


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def secured(tmp_path: Path, authority: Authority) -> Iterator[NatsServer]:
    certificate, key = authority.server("server")
    made = NatsServer(tmp_path / "nats", ("PL",), certificate=certificate, key=key)
    made.start()
    yield made
    made.kill()


async def refusal(link: NatsLink) -> str:
    with pytest.raises(TransportDown) as down:
        await link.ready()
    await link.close()
    return str(down.value.words)


async def test_a_server_with_a_valid_certificate_is_used(secured: NatsServer, authority: Authority) -> None:
    link = secured.link(ca=authority.file)
    assert (await link.ready()).client.is_connected
    await link.close()
    await secured.make_streams(ca=authority.file)


async def test_a_certificate_of_another_authority_is_refused(secured: NatsServer, tmp_path: Path) -> None:
    other = Authority(tmp_path, "other")
    assert "certificate" in await refusal(secured.link(ca=other.file))
    assert "certificate" in await refusal(secured.link(ca=None))


@pytest.mark.parametrize("fault", ["expired", "other host"])
async def test_a_certificate_that_is_expired_or_another_hosts_is_refused(
    tmp_path: Path, authority: Authority, fault: str
) -> None:
    host = "192.0.2.7" if fault == "other host" else "127.0.0.1"
    certificate, key = authority.server("bad", host=host, ended=fault == "expired")
    server = NatsServer(tmp_path / "bad", ("PL",), certificate=certificate, key=key)
    server.start()
    try:
        assert "certificate" in await refusal(server.link(ca=authority.file))
    finally:
        server.kill()


async def test_a_server_without_tls_is_refused_where_tls_is_demanded(
    shared_server: NatsServer, authority: Authority
) -> None:
    address = ServerAddress(shared_server.address.hosts, tls=True)
    link = NatsLink(address, NatsAccess(shared_server.key_file("desk"), authority.file), ONCE)
    assert "no TLS" in await refusal(link)


@asynccontextmanager
async def fake_server(hello: dict[str, object], heard: bytearray) -> AsyncIterator[int]:
    """Says hello as a NATS server does, and keeps what it hears."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"INFO " + json.dumps(hello).encode() + b"\r\n")
        while data := await reader.read(4_096):
            heard.extend(data)
            if b"PING" in data:
                writer.write(b"PONG\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


HELLO = {"server_id": "X", "version": "2.10.0", "max_payload": 1_000_000, "headers": True, "nonce": "abcdefgh"}


@pytest.mark.parametrize(
    "more",
    [{}, {"tls_required": False}, {"tls_available": True}, {"tls_required": "no"}, {"tls_required": 1}],
    ids=["silent", "not required", "available", "a word", "a number"],
)
async def test_nothing_is_said_to_a_server_that_asks_for_no_tls(
    tmp_path: Path, authority: Authority, more: dict[str, object]
) -> None:
    """Somebody in between strips it from the server's hello; the library then goes on in the open."""
    heard = bytearray()
    key = tmp_path / "desk.nk"
    key.touch(0o600)
    key.write_bytes(make_seed())
    async with fake_server({**HELLO, **more}, heard) as port:
        link = NatsLink(ServerAddress((f"127.0.0.1:{port}",), True), NatsAccess(key, authority.file), ONCE)
        assert "no TLS" in await refusal(link)
    assert bytes(heard) == b""


async def test_servers_that_a_server_names_are_not_used(tmp_path: Path) -> None:
    heard, other = bytearray(), bytearray()
    async with fake_server(HELLO, other) as elsewhere:
        hello = {**HELLO, "connect_urls": [f"127.0.0.1:{elsewhere}"]}
        async with fake_server(hello, heard) as port:
            link = NatsLink(ServerAddress((f"127.0.0.1:{port}",), False), NatsAccess(), ONCE)
            connection = await link.ready()
            assert [server.netloc for server in connection.client.servers] == [f"127.0.0.1:{port}"]
            assert connection.client.discovered_servers == []
            await link.close()
    assert other == b""


async def test_what_was_not_sent_when_a_connection_is_given_up_never_goes_out(shared_server: NatsServer) -> None:
    link = shared_server.link()
    connection = await link.ready()
    heard: list[bytes] = []

    async def hear(message: object) -> None:
        heard.append(b"heard")

    desk = await shared_server.client("desk")
    await desk.subscribe("left.over", cb=hear)
    await desk.flush()
    await connection.client.publish("left.over", b"x")
    connection.cut()
    await asyncio.sleep(0.2)
    await desk.flush()
    assert heard == []
    assert connection.is_lost
    await desk.close()
    await link.close()


@pytest.mark.parametrize("realm", ["exercise", "demo", "live"])
@pytest.mark.parametrize("address", ["nats://192.0.2.1", "nats://nats1:4222", "nats://127.0.0.1,192.0.2.1"])
def test_a_live_desk_demands_tls_of_other_machines(address: str, realm: str) -> None:
    if realm != "live":
        require_tls(parse_server(address), realm)
        return
    with raises_code(InvalidRequestCode.TLS_DEMANDED):
        require_tls(parse_server(address), realm)
    require_tls(parse_server(address.replace("nats:", "tls:")), realm)


@pytest.mark.parametrize("address", ["nats://127.0.0.1", "nats://localhost:4222", "nats://[::1]:4222", "tls://nats1"])
def test_this_machine_needs_no_tls(address: str) -> None:
    require_tls(parse_server(address), "live")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o610])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "desk.nk"
    file.write_bytes(make_seed())
    file.chmod(mode)
    with raises_code(InvalidRequestCode.NATS_KEY_EXPOSED):
        read_seed(file)
    file.chmod(0o600)
    assert read_seed(file).startswith("SU")


@pytest.mark.parametrize("text", [b"", b"SUAAAA", b"two\nlines", b"SA" + b"A" * 56, b"\xff" * 58, b"x" * 100_000])
def test_a_file_that_holds_no_key_is_refused_and_its_text_not_repeated(tmp_path: Path, text: bytes) -> None:
    file = tmp_path / "desk.nk"
    file.write_bytes(text)
    file.chmod(0o600)
    with raises_code(InvalidRequestCode.NATS_KEY_UNUSABLE) as refused:
        read_seed(file)
    assert not text or text.decode("latin-1") not in refused.value.words


def test_a_key_behind_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real.nk").write_bytes(make_seed())
    (tmp_path / "desk.nk").symlink_to(tmp_path / "real.nk")
    with raises_code(InvalidRequestCode.LINK_NOT_FOLLOWED):
        read_seed(tmp_path / "desk.nk")


def test_a_file_without_certificates_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with raises_code(InvalidRequestCode.NATS_CA_UNUSABLE):
        check_ca(tmp_path / "ca.pem")


async def test_a_key_that_the_server_does_not_know_is_said_so_and_nothing_of_it_is_logged(
    shared_server: NatsServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    seed = make_seed()
    key = tmp_path / "other.nk"
    key.touch(0o600)
    key.write_bytes(seed)
    words = await refusal(NatsLink(shared_server.address, NatsAccess(key), ONCE))
    assert "knows no such key" in words
    assert seed.decode()[4:] not in words + caplog.text


def test_what_asyncio_logs_of_a_line_is_not_printed_on_the_terminal() -> None:
    program = "import logging, dutydesk.dispatch.nats.streams; logging.getLogger('asyncio').warning('of a line')"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not ran.stderr
