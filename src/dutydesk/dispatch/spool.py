"""The spool: a folder for each bureau with a segment file for each batch, complete once it has its name."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from dutydesk.desk.delivery.lease import Batch, TransportResult, UnreachableBureaus
from dutydesk.desk.service.backup import OutboxContents
from dutydesk.dispatch.durable import error_words, open_regular, sync
from dutydesk.dispatch.lines import bureau_lines
from dutydesk.dispatch.route_marks import claim_outbox, is_marked, require_unclaimed
from dutydesk.dispatch.signing import BatchSigner
from dutydesk.dispatch.threads import run_in_thread
from dutydesk.dispatch.transport import TransportDown, keys_of, outbox_contents
from dutydesk.domain.codes.store import StoreCode
from dutydesk.domain.errors import DeskError, StoreUnusable
from dutydesk.domain.frozen import value
from dutydesk.domain.limits import DEFAULT_LIMITS, DispatchLimits
from dutydesk.language.sentences import sentence

FILE_MODE, FOLDER_MODE = 0o660, 0o770
PROBE = ".probe"
#: The error of a batch that the dispatcher abandoned; it counts as an attempt.
TOOK_TOO_LONG = "took too long"
#: Errors of a disk, and so of all folders on it.
_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ESTALE, errno.ENODEV})
_SEGMENT = re.compile(r"\d{12}\.jsonl", re.ASCII)
_UNFINISHED = re.compile(r"\.\d{12}\.jsonl", re.ASCII)


@value(frozen=True, slots=True)
class _SpoolFile:
    """A segment under its dot-name, and its final name."""

    bureau: str
    draft: Path
    final: Path


class _AbandonFlag:
    """Whether a batch may be handed over; else its segments never get their final names.

    The dispatcher may have ``given_up``, or another one may have taken its place.
    """

    def __init__(self, is_current: Callable[[], bool]) -> None:
        self.given_up = threading.Event()
        self.is_current = is_current


class SpoolTransport:
    """Delivers by files ``outbox/<CC>/SEQUENCE.jsonl``; a whole batch is durable before any segment is visible."""

    def __init__(
        self, outbox: Path, limits: DispatchLimits = DEFAULT_LIMITS.dispatch, signer: BatchSigner | None = None
    ) -> None:
        """Create the folder if it is missing. Raises StoreUnusable."""
        self.outbox = outbox
        self._signer = signer
        self._limits = limits
        self._busy = threading.Lock()
        self._shut: dict[str, str] = {}
        self._route: str | None = None
        self._looked_at = 0.0
        if outbox.is_symlink():
            raise StoreUnusable(
                StoreCode.OUTBOX_UNUSABLE,
                sentence(
                    "the outbox {outbox} is a symbolic link, which is never followed; name a folder", outbox=outbox
                ),
            )
        try:
            outbox.mkdir(parents=True, exist_ok=True, mode=FOLDER_MODE)
            _refuse_link(outbox)
        except OSError as error:
            raise StoreUnusable(
                StoreCode.OUTBOX_UNUSABLE,
                sentence("the outbox {outbox} can't be used: {error}", outbox=outbox, error=error_words(error)),
            ) from error

    async def deliver(self, batch: Batch) -> TransportResult:
        return await self.deliver_while(batch, lambda: True)

    async def deliver_while(self, batch: Batch, is_current: Callable[[], bool]) -> TransportResult:
        """No segment gets its name once ``is_current`` is false: another process may hand the same over."""
        self._refuse_busy()
        abandoned = _AbandonFlag(is_current)
        try:
            return await run_in_thread(lambda: self._deliver(batch, abandoned))
        except asyncio.CancelledError:
            abandoned.given_up.set()
            raise

    async def probe(self) -> None:
        self._refuse_busy()
        await run_in_thread(self._probe)
        if self._signer is not None:
            await self._signer.probe()

    async def unreachable(self) -> UnreachableBureaus:
        """Bureaus whose folders can't be written, for example because one is a link; deliveries to them wait."""
        rested = monotonic() - self._looked_at >= self._limits.folder_retry_seconds
        if self._shut and rested and not self._busy.locked():
            await run_in_thread(self._recheck_unreachable)
        return dict(self._shut)

    def _refuse_busy(self) -> None:
        """Raise TransportDown while an abandoned batch still waits for the disk."""
        if self._busy.locked():
            raise TransportDown(
                f"the outbox does not answer; what is due waits, and goes out once it does: {self.outbox}"
            )

    def _recheck_unreachable(self) -> None:
        with self._busy:
            for bureau in list(self._shut):
                try:
                    _write_and_remove(self._folder(bureau) / PROBE, bytes(self._limits.probe_bytes))
                except OSError as error:
                    self._shut[bureau] = _unreachable_words(bureau, error)
                else:
                    del self._shut[bureau]
            self._looked_at = monotonic()

    async def already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        return await run_in_thread(lambda: self._already_delivered(keys))

    async def newest_segment(self) -> int:
        """The highest number of a segment; 0 if there is none or nothing can be read."""
        return await run_in_thread(self._newest_segment)

    async def find_new(self) -> Path | None:
        """The folder, if it has neither a mark nor a segment."""
        return await run_in_thread(lambda: self.outbox if self._is_new() else None)

    async def claim(self, route: str) -> None:
        """Mark the folder as this route's before the first segment is written: one that was never used stays new.

        Raises InvalidRequest where it is another's, StoreUnusable where that can't be read.
        """
        await run_in_thread(lambda: require_unclaimed(self.outbox, route))
        self._route = route

    def _mark(self) -> None:
        """Raises TransportDown."""
        if self._route is None:
            return
        try:
            claim_outbox(self.outbox, self._route)
        except DeskError as error:
            raise TransportDown(error.words) from error

    def _is_new(self) -> bool:
        return not is_marked(self.outbox) and self._newest_segment() == 0

    async def contents_after(self, segment: int) -> OutboxContents:
        """The contents of segments with a higher number: what was delivered after a copy of the store was made."""
        return await run_in_thread(lambda: self._contents_after(segment))

    def _newest_segment(self) -> int:
        try:
            return max((number for number, _ in self._segments(after=0)), default=0)
        except OSError:
            return 0

    def _segments(self, after: int) -> Iterator[tuple[int, Path]]:
        for folder in _folders(self.outbox):
            for name in _names(folder, _SEGMENT):
                if int(name[:12]) > after:
                    yield int(name[:12]), folder / name

    def _contents_after(self, segment: int) -> OutboxContents:
        keys: set[str] = set()
        newest = segment
        for number, path in self._segments(after=segment):
            newest = max(newest, number)
            keys.update(_keys_in(path))
        return outbox_contents(newest, frozenset(keys))

    def _deliver(self, batch: Batch, abandoned: _AbandonFlag) -> TransportResult:
        with self._busy:
            self._mark()
            faults = self._write(batch, abandoned)
            shut = {bureau: words for bureau, words in faults.items() if words != TOOK_TOO_LONG}
            if shut:
                self._shut |= shut
                self._looked_at = monotonic()
        keys = keys_of(batch)
        untried = frozenset(key for key, recipient in keys.items() if recipient in self._shut)
        return TransportResult({key: faults.get(recipient) for key, recipient in keys.items()}, untried)

    def _write(self, batch: Batch, abandoned: _AbandonFlag) -> dict[str, str]:
        """Write the segments; return the error's words for each bureau whose segment could not be delivered."""
        faults: dict[str, str] = {}
        drafts: list[_SpoolFile] = []
        for bureau, parts in bureau_lines(batch, self._signer).items():
            try:
                drafts.append(self._draft(bureau, batch.segment, parts))
            except OSError as error:
                faults[bureau] = _unreachable_words(bureau, error)
                self._raise_if_down(error, bureau, drafts)
        if not drafts:
            return faults
        try:
            sync(self.outbox, (path for draft in drafts for path in (draft.draft, draft.draft.parent)))
        except OSError as error:
            _remove(drafts)
            raise self._transport_down(error) from error
        named, refused = _publish(drafts, abandoned)
        faults |= refused
        try:
            sync(self.outbox, {draft.final.parent for draft in named})
        except OSError as error:
            for draft in named:
                with suppress(OSError):
                    draft.final.unlink(missing_ok=True)
            raise self._transport_down(error) from error
        return faults

    def _raise_if_down(self, error: OSError, bureau: str, drafts: list[_SpoolFile]) -> None:
        """Raise TransportDown, and remove all drafts, if the fault is of the whole outbox and not of one bureau's
        folder.
        """
        try:
            if error.errno in _DISK_ERRORS and not self._has_own_disk(bureau):
                raise self._transport_down(error) from error
            self._probe()
        except TransportDown:
            _remove(drafts)
            raise

    def _has_own_disk(self, bureau: str) -> bool:
        try:
            return (self.outbox / bureau).lstat().st_dev != self.outbox.lstat().st_dev
        except OSError:
            return False

    def _probe(self) -> None:
        """Write and remove as much as a batch may need. Raises TransportDown."""
        try:
            _refuse_link(self.outbox)
            _write_and_remove(self.outbox / PROBE, bytes(self._limits.probe_bytes))
        except OSError as error:
            raise self._transport_down(error) from error

    def _transport_down(self, error: OSError) -> TransportDown:
        return TransportDown(
            f"the outbox can't be written ({error.strerror or type(error).__name__}); what is due waits, and goes out "
            f"once that is mended: {self.outbox}"
        )

    def _draft(self, bureau: str, segment: int, parts: list[bytes]) -> _SpoolFile:
        folder = self._folder(bureau)
        written = _SpoolFile(bureau, folder / f".{segment:012d}.jsonl", folder / f"{segment:012d}.jsonl")
        if os.path.lexists(written.final):
            raise FileExistsError(17, "a file of that name is in the way", str(written.final))
        written.draft.unlink(missing_ok=True)
        try:
            with open_new(written.draft) as file:
                os.fchmod(file.fileno(), FILE_MODE)
                file.writelines(parts)
        except OSError:
            written.draft.unlink(missing_ok=True)
            raise
        return written

    def _folder(self, bureau: str) -> Path:
        """A bureau's folder, created if it is missing. Raises OSError for anything that is not a folder."""
        folder = self.outbox / bureau
        if not folder.is_dir():
            folder.mkdir(mode=FOLDER_MODE)
            folder.chmod(FOLDER_MODE)
        _refuse_link(folder)
        return folder

    def _remove_unfinished(self) -> None:
        with suppress(OSError):
            for folder in list(_folders(self.outbox)):
                for name in _names(folder, _UNFINISHED):
                    (folder / name).unlink(missing_ok=True)

    def _already_delivered(self, keys: frozenset[str]) -> frozenset[str]:
        """What earlier dispatchers have left unfinished is removed first: one that was stopped and goes on can then
        give none of it its name after it was looked for here.
        """
        self._remove_unfinished()
        found: set[str] = set()
        for bureau in {parts[2] for key in keys if len(parts := key.split("/")) > 2}:
            folder = self.outbox / bureau
            try:
                _refuse_link(folder)
                newest = sorted(_names(folder, _SEGMENT))[-self._limits.segments_read :]
            except OSError:
                continue
            for name in newest:
                found.update(_keys_in(folder / name))
        return keys & found


def open_new(path: Path) -> BinaryIO:
    """Create a file. Raises OSError if the name is taken."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.fdopen(os.open(path, flags, FILE_MODE), "wb", buffering=1 << 18)


def _publish(drafts: list[_SpoolFile], abandoned: _AbandonFlag) -> tuple[list[_SpoolFile], dict[str, str]]:
    """Give the segments their names, unless the batch was abandoned meanwhile."""
    named: list[_SpoolFile] = []
    faults: dict[str, str] = {}
    for draft in drafts:
        if abandoned.given_up.is_set() or not abandoned.is_current():
            draft.draft.unlink(missing_ok=True)
            faults[draft.bureau] = TOOK_TOO_LONG
            continue
        try:
            draft.draft.rename(draft.final)
            named.append(draft)
        except OSError as error:
            faults[draft.bureau] = _unreachable_words(draft.bureau, error)
    return named, faults


def _unreachable_words(bureau: str, error: OSError) -> str:
    return sentence(
        "the outbox of {bureau} can't be written, {error}; what is for {bureau} waits until it is mended",
        bureau=bureau,
        error=error_words(error),
    )


def _write_and_remove(probe: Path, content: bytes) -> None:
    """Write and remove a file. Raises OSError."""
    probe.unlink(missing_ok=True)
    try:
        with open_new(probe) as file:
            file.write(content)
            file.flush()
            os.fdatasync(file.fileno())
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)


def _remove(drafts: list[_SpoolFile]) -> None:
    for draft in drafts:
        with suppress(OSError):
            draft.draft.unlink(missing_ok=True)


def _refuse_link(folder: Path) -> None:
    """Raise OSError for anything that is not a folder: a link could lead one bureau's data to another."""
    mode = folder.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise OSError(20, "is a symbolic link; make it a folder", str(folder))
    if not stat.S_ISDIR(mode):
        raise NotADirectoryError(20, "is a file; a folder belongs there", str(folder))


def _folders(outbox: Path) -> Iterator[Path]:
    with os.scandir(outbox) as entries:
        yield from (Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))


def _names(folder: Path, pattern: re.Pattern[str]) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries if pattern.fullmatch(entry.name)]


def _keys_in(segment: Path) -> Iterator[str]:
    """The keys of a segment's lines; lines that can't be read are skipped."""
    try:
        with open_regular(segment) as file:
            for line in file:
                start, _, _ = line.partition(b",")
                try:
                    yield json.loads(start + b"}")["delivery"]
                except (ValueError, KeyError, TypeError):
                    continue
    except OSError:
        return
