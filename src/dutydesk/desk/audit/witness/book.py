"""What a witness keeps of each log, and what it cosigns: a head that extends the last one, and nothing else.

A folder holds the witness's key and name, the logs that it knows, for each log the last head that it cosigned, and its
alarms. A head is on the disk before its cosignature leaves, so that a witness that is killed never cosigns two logs.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Final

from dutydesk.desk.audit.witness.ask import CONFLICT, OK, SIZE_TYPE
from dutydesk.desk.base.key_files import load_key
from dutydesk.desk.base.user_files import new_file, open_file
from dutydesk.domain.codes.invalid_request import InvalidRequestCode
from dutydesk.domain.codes.refused import RefusedCode
from dutydesk.domain.errors import InvalidRequest, Refused
from dutydesk.domain.frozen import value
from dutydesk.domain.proof.merkle import EMPTY_ROOT, is_extension
from dutydesk.language.sentences import sentence
from dutydesk.wire.files.notes import KeyType, NoteFault, NoteKey, cosign_note, is_key_name, note_key
from dutydesk.wire.files.signatures import new_key
from dutydesk.wire.files.tree_heads import TreeHead, WitnessRequest, read_head, read_witness_request

BAD, FORBIDDEN, UNKNOWN, UNPROVED = 400, 403, 404, 422
_KEY, _NAME, _LOGS, _ALARMS, _HEADS, _HELD = (
    "witness.key",
    "witness.name",
    "logs.txt",
    "alarms.jsonl",
    "heads",
    "lock",
)
_MOST_BYTES = 1 << 20
#: Alarms that are read; older ones stay in the file.
MOST_ALARMS: Final = 100


@value(frozen=True, slots=True)
class BookAnswer:
    """The answer to a request, as HTTP has it."""

    status: int
    text: str
    type: str = "text/plain"


@value(frozen=True, slots=True)
class KeptHead:
    """The last head of a log that was cosigned; ``at`` is when, in seconds since 1970 UTC."""

    origin: str
    size: int
    root: str
    at: int
    note: str
    line: str


@value(frozen=True, slots=True)
class WitnessAlarm:
    """What a log must never do. ``kind`` is ``fork``, ``rollback`` or ``replay``; both signed heads are kept as proof.

    ``fork``: two heads of which one is not shown to extend the other. ``rollback``: a later head with fewer events.
    ``replay``: an earlier head, which somebody shows again.
    """

    kind: str
    origin: str
    words: str
    at: int
    kept: str
    shown: str


class WitnessBook:
    """The heads that a witness has cosigned. One process at a time uses a folder; it is safe on several threads."""

    def __init__(
        self,
        folder: Path,
        name: str | None = None,
        clock: Callable[[], float] = time.time,
        on_alarm: Callable[[str], None] = lambda _words: None,
    ) -> None:
        """Open the folder; make it, and the witness's key, if there is none yet. ``on_alarm`` gets each alarm in words.

        Raises InvalidRequest for a missing or unusable name, Refused for a folder that can't be written or whose key is
        gone.
        """
        self._folder, self._clock, self._on_alarm, self._lock = folder, clock, on_alarm, Lock()
        self.name = self._name(name)
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
            (folder / _HEADS).mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise _unwritable(folder, error) from error
        if not os.path.lexists(folder / _KEY):
            if os.path.lexists(folder / _NAME):
                raise _unreadable(folder / _KEY)
            _write(folder / _KEY, new_key().private_pem().decode())
        if not os.path.lexists(folder / _NAME):
            _write(folder / _NAME, f"{self.name}\n")
        self._signing = load_key(folder / _KEY)
        self.key = NoteKey(self.name, KeyType.COSIGNATURE, self._signing.public)
        self.logs: dict[str, tuple[NoteKey, ...]] = {}
        self._read_logs()

    def _read_logs(self) -> None:
        self.logs.clear()
        if (self._folder / _LOGS).exists():
            for line in _read(self._folder / _LOGS).splitlines():
                self._know(read_log_key(line))

    def _name(self, name: str | None) -> str:
        file = self._folder / _NAME
        if file.exists():
            kept = _read(file).strip()
            if name not in (None, kept):
                raise InvalidRequest(
                    InvalidRequestCode.WITNESS_NAME,
                    sentence("this witness is {kept}; its name is part of its key and does not change", kept=kept),
                )
            return kept
        if name is None or not is_key_name(name):
            raise InvalidRequest(
                InvalidRequestCode.WITNESS_NAME,
                sentence("name the new witness with --name, without spaces and plus, such as box2.example/witness"),
            )
        return name

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other processes from serving the folder, or adding logs to it; the kernel frees it with this one.

        What they added before is known then. Raises Refused where one does.
        """
        try:
            descriptor = os.open(self._folder / _HELD, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._read_logs()
            yield
        except BlockingIOError as error:
            raise Refused(
                RefusedCode.WITNESS_IN_USE,
                sentence("another process serves {folder}; stop that one first", folder=self._folder),
            ) from error
        finally:
            os.close(descriptor)

    def _know(self, key: NoteKey) -> None:
        self.logs[key.name] = (*self.logs.get(key.name, ()), key)

    def add_log(self, key: NoteKey, *, is_further: bool = False) -> None:
        """Watch a log from now on. Raises Refused where another key of that log is known.

        ``is_further``: it is one more key of a log that is watched, such as that of another box of a desk on a cluster.
        Raises Refused where no such log is.
        """
        known = self.logs.get(key.name, ())
        if key in known:
            return
        if is_further and not known:
            raise Refused(
                RefusedCode.LOG_NOT_WATCHED,
                sentence("this witness does not watch the log {name}; --log watches it", name=key.name),
            )
        if known and not is_further:
            raise Refused(
                RefusedCode.LOG_HAS_OTHER_KEY,
                sentence("the log {name} is known here by the key {key}", name=key.name, key=known[0].text),
            )
        self._know(key)
        lines = [f"{each.text}\n" for keys in self.logs.values() for each in keys]
        _write(self._folder / _LOGS, "".join(lines), replace=True)

    def kept(self, origin: str) -> KeptHead | None:
        """The last head of the log that was cosigned. Raises Refused where it can't be read."""
        file = self._head_file(origin)
        if not file.exists():
            return None
        try:
            found = KeptHead(**json.loads(_read(file)))
            shown = _head_of(found)
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise _unreadable(file) from error
        if (found.origin, found.size, found.root) != (
            shown.origin,
            shown.size,
            shown.root.hex(),
        ) or shown.origin != origin:
            raise _unreadable(file)
        return found

    def heads(self) -> list[KeptHead]:
        """The last head of each log that is watched, and was cosigned."""
        return [head for origin in sorted(self.logs) if (head := self.kept(origin)) is not None]

    def alarms(self) -> list[WitnessAlarm]:
        """The last alarms, oldest first."""
        file = self._folder / _ALARMS
        if not file.exists():
            return []
        found = []
        for line in _read(file, from_end=True).splitlines()[-MOST_ALARMS:]:
            with suppress(ValueError, TypeError):  # a line that a kill cut off
                found.append(WitnessAlarm(**json.loads(line)))
        return found

    def add_checkpoint(self, raw: bytes) -> BookAnswer:
        """Answer a request as C2SP's tlog-witness says; raise an alarm where the log shows what it must not.

        Raises Refused where the head can't be written, and then cosigns nothing.
        """
        try:
            request = read_witness_request(raw)
        except NoteFault as fault:
            return BookAnswer(BAD, fault.words)
        keys = self.logs.get(request.head.origin)
        if keys is None:
            return BookAnswer(UNKNOWN, f"this witness does not watch the log {request.head.origin}")
        try:
            signed = [key for key in keys if request.head.note.signed_by(key) is not None]
        except NoteFault as fault:
            return BookAnswer(FORBIDDEN, fault.words)
        if not signed:
            return BookAnswer(FORBIDDEN, f"the checkpoint is not signed by {' or '.join(key.text for key in keys)}")
        with self._lock:
            return self._cosign(request)

    def _cosign(self, request: WitnessRequest) -> BookAnswer:
        head, kept = request.head, self.kept(request.head.origin)
        size = 0 if kept is None else kept.size
        if kept is not None:
            self._watch(kept, head)
        if request.old > head.size:
            return BookAnswer(BAD, "the size that is known is larger than the checkpoint's")
        if request.old != size:
            return BookAnswer(CONFLICT, f"{size}\n", SIZE_TYPE)
        words = _fault(request, kept)
        if words is not None:
            if kept is not None and head.size > size:
                self._alarm("fork", words, kept, head)
            return BookAnswer(UNPROVED, words)
        at = int(self._clock())
        line = cosign_note(head.note.text, self.name, self._signing, at).line
        now = KeptHead(head.origin, head.size, head.root.hex(), at, head.note.written, line)
        _write(self._head_file(head.origin), json.dumps(asdict(now)) + "\n", replace=True)
        return BookAnswer(OK, line)

    def _watch(self, kept: KeptHead, head: TreeHead) -> None:
        """Raise the alarms that the head alone gives, whatever the request says is known."""
        if head.size == kept.size and head.root.hex() != kept.root:
            self._alarm("fork", f"the log shows two heads of {head.size} events", kept, head)
        elif head.size < kept.size:
            before = _head_of(kept).at or ""
            if (head.at or "") > before:
                words = f"the log shows {head.size} events after it had shown {kept.size}: its end was removed"
                self._alarm("rollback", words, kept, head)
            else:
                self._alarm("replay", f"an earlier head of {head.size} events is shown again", kept, head)

    def _alarm(self, kind: str, words: str, kept: KeptHead, head: TreeHead) -> None:
        """Add an alarm to the file; the same one of the same head once."""
        shown = head.note.text
        if any((each.kind, each.shown) == (kind, shown) for each in self.alarms()):
            return
        alarm = WitnessAlarm(kind, head.origin, words, int(self._clock()), kept.note, shown)
        try:
            descriptor = os.open(self._folder / _ALARMS, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            with os.fdopen(descriptor, "a") as out:
                size = os.fstat(descriptor).st_size
                is_cut = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
                out.write("\n" * is_cut + json.dumps(asdict(alarm)) + "\n")
                out.flush()
                os.fsync(out.fileno())
        except OSError as error:
            raise _unwritable(self._folder, error) from error
        self._on_alarm(f"ALARM {kind}: {head.origin}: {words}")

    def _head_file(self, origin: str) -> Path:
        return self._folder / _HEADS / f"{sha256(origin.encode()).hexdigest()[:32]}.json"


def _fault(request: WitnessRequest, kept: KeptHead | None) -> str | None:
    """Why the head does not extend the one that is kept, in a clause; ``None`` if it does."""
    head = request.head
    if kept is None or kept.size == 0:
        if request.proof:
            return "the first head of a log takes no proof"
        return "a log without events has another root" if head.size == 0 and head.root != EMPTY_ROOT else None
    if is_extension(kept.size, bytes.fromhex(kept.root), head.size, head.root, request.proof):
        return None
    return (
        f"the head of {head.size} events is not shown to extend that of {kept.size} which this witness cosigned: "
        "the log was written anew, or its proof is wrong"
    )


def _head_of(kept: KeptHead) -> TreeHead:
    return read_witness_request(b"old 0\n\n" + kept.note.encode()).head


def read_log_key(text: str) -> NoteKey:
    """The key of a log: as it is written, or as a file with a checkpoint of the log names it. Raises InvalidRequest."""
    try:
        if "+" in text:
            key = note_key(text)
        else:
            with open_file(Path(text)) as source:
                named = read_head(source.read(_MOST_BYTES)).signer
            if named is None:
                raise NoteFault("the checkpoint names no key")
            key = named
    except NoteFault as fault:
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_PROOF,
            sentence("{text} is no key of a log, and no checkpoint of one: {fault}", text=text, fault=fault.words),
        ) from fault
    if key.type is not KeyType.NOTE:
        raise InvalidRequest(
            InvalidRequestCode.NOT_A_PROOF,
            sentence("{text} is the key of a witness, and not of a log; audit checkpoint prints one", text=text),
        )
    return key


def _write(path: Path, text: str, *, replace: bool = False) -> None:
    with new_file(path, replace=replace) as out:
        out.write(text.encode())


def _read(path: Path, *, from_end: bool = False) -> str:
    with open_file(path) as source:
        if from_end:
            source.seek(max(0, os.fstat(source.fileno()).st_size - _MOST_BYTES))
        return source.read(_MOST_BYTES).decode("utf-8", errors="replace")


def _unwritable(folder: Path, error: OSError) -> Refused:
    return Refused(
        RefusedCode.FILE_NOT_WRITABLE,
        sentence("{path} can't be written: {strerror}", path=folder, strerror=error.strerror or error),
    )


def _unreadable(path: Path) -> Refused:
    return Refused(
        RefusedCode.WITNESS_STATE_UNREADABLE,
        sentence("{path} is gone or can't be read, and without it nothing is cosigned; restore it", path=path),
    )


def status_of(book: WitnessBook) -> dict[str, Any]:
    """Name, key, heads and alarms of a witness, for a person or a program."""
    return {
        "witness": book.name,
        "key": book.key.text,
        "heads": [asdict(each) for each in book.heads()],
        "alarms": [asdict(each) for each in book.alarms()],
    }
