"""The configuration of a NATS server for a desk: an account for the desk and one for each bureau.

An account of its own, and not only permissions, keeps a bureau from others: a server publishes its answers to whatever
subject a request names as its reply, and looks at no permission then. From another account no reply leaves it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dutydesk.dispatch.nats import streams
from dutydesk.dispatch.nats.access import is_public_key
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.errors import InvalidRequest
from dutydesk.domain.frozen import value
from dutydesk.language.sentences import sentence

_BUREAU: Final = re.compile(r"[A-Z]{2}|\d{3}", re.ASCII)
_DESK: Final = "desk"

_SERVER: Final = """\
# {title}
# The server needs release 2.10 or later to sync each message before it says that it has it.
server_name: {name}
host: {host}
port: {port}
# A line of a delivery has at most some hundred kilobytes; this leaves room.
max_payload: 4MB
{tls}
jetstream {{
  store_dir: "{folder}"
{sync}}}

accounts {{
  DESK {{
    jetstream: enabled
    users: [ {{ nkey: {desk} }} ]
    exports: [
{exports}
    ]
  }}
{bureaus}
}}
"""
_TLS: Final = """\
tls {{
  cert_file: "{certificate}"
  key_file: "{key}"
  timeout: 5
}}"""
_NO_TLS: Final = "# Without TLS: only for a server that listens on this machine alone."
_SYNC: Final = """\
  # Without this line a message is on the disk only some time after it was acknowledged.
  sync_interval: always
"""
_EXPORTS: Final = """\
      {{ service: "{inbox}", accounts: [{account}] }}
      {{ service: "$JS.API.CONSUMER.MSG.NEXT.{stream}.{bureau}", response_type: stream, accounts: [{account}] }}
      {{ service: "$JS.ACK.{stream}.{bureau}.>", accounts: [{account}] }}"""
_ACCOUNT: Final = """\
  {account} {{
    users: [
      {{ nkey: {key}, permissions: {{
        publish: {{ allow: ["{inbox}", "$JS.API.CONSUMER.MSG.NEXT.{stream}.{bureau}", "$JS.ACK.{stream}.{bureau}.>"] }}
        subscribe: {{ allow: ["_INBOX.>"] }}
      }} }}
    ]
    imports: [
      {{ service: {{ account: DESK, subject: "{inbox}" }} }}
      {{ service: {{ account: DESK, subject: "$JS.API.CONSUMER.MSG.NEXT.{stream}.{bureau}" }} }}
      {{ service: {{ account: DESK, subject: "$JS.ACK.{stream}.{bureau}.>" }} }}
    ]
  }}"""


@value(frozen=True, slots=True)
class PublicKeys:
    """The public keys of the desk and of each bureau, by code."""

    desk: str
    bureaus: Mapping[str, str]


@value(frozen=True, slots=True)
class ServerOptions:
    """``certificate`` and ``key`` are files of the server; without them it speaks no TLS.

    ``syncs`` is false for a server before 2.10, which does not know how to.
    """

    host: str = "0.0.0.0"  # noqa: S104 - bureaus reach it from other machines, each by its key
    port: int = 4222
    folder: Path = Path("/var/lib/nats")
    certificate: Path | None = None
    key: Path | None = None
    syncs: bool = True
    name: str = "dutydesk"


def read_public_keys(text: str) -> PublicKeys:
    """Read lines such as ``PL UBKT…``, and one ``desk U…``. Raises InvalidRequest."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.partition("#")[0].split()
        if not fields:
            continue
        if len(fields) != 2 or not (fields[0] == _DESK or _BUREAU.fullmatch(fields[0])) or not is_public_key(fields[1]):
            raise _bad_keys(
                sentence(
                    "line {number} is not a bureau's code, or desk, and the public key of a NATS user", number=number
                )
            )
        if fields[0] in found:
            raise _bad_keys(sentence("line {number} names {name} a second time", number=number, name=fields[0]))
        found[fields[0]] = fields[1]
    shared = [key for key, times in Counter(found.values()).items() if times > 1]
    if shared:
        names = ", ".join(name for name, key in found.items() if key == shared[0])
        raise _bad_keys(sentence("{names} have one key; each needs its own", names=names))
    if _DESK not in found:
        raise _bad_keys(sentence("no line begins with desk"))
    return PublicKeys(found[_DESK], {name: key for name, key in found.items() if name != _DESK})


def server_configuration(keys: PublicKeys, options: ServerOptions) -> str:
    """The whole configuration as one text; no secret is in it."""
    tls = _NO_TLS
    if options.certificate is not None and options.key is not None:
        tls = _TLS.format(certificate=_quoted(options.certificate), key=_quoted(options.key))
    parts = [
        {
            "account": f"BUREAU_{bureau}",
            "bureau": bureau,
            "key": key,
            "inbox": streams.inbox_subject(bureau),
            "stream": streams.OUTBOX,
        }
        for bureau, key in sorted(keys.bureaus.items())
    ]
    return _SERVER.format(
        title="/etc/nats-server.conf: an account for the desk, and one for each bureau; keys and streams are apart.",
        name=options.name,
        host=options.host,
        port=options.port,
        tls=tls,
        folder=_quoted(options.folder),
        sync=_SYNC if options.syncs else "",
        desk=keys.desk,
        exports="\n".join(_EXPORTS.format(**part) for part in parts),
        bureaus="\n".join(_ACCOUNT.format(**part) for part in parts),
    )


def _quoted(path: Path) -> str:
    """A path for a text between quotation marks. Raises InvalidRequest for one that could leave them."""
    text = str(path)
    if not text.isprintable() or '"' in text or "\\" in text:
        raise InvalidRequest(
            InvalidRequestCode.BAD_ARGUMENT,
            sentence("{path} has signs that the server's configuration can't hold; choose another name", path=text),
        )
    return text


def _bad_keys(words: str) -> InvalidRequest:
    return InvalidRequest(InvalidRequestCode.BAD_BUREAU_KEYS, words)
