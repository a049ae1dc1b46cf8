"""Sends pictures, films, curves and frames to the collector, after the records that name them.

A worker of its own: `run(stop)` until told to stop. Only evidence of records the collector has
receipted goes, oldest first, throttled, so that records always have the line to themselves. What is
there already (HEAD) is not sent again, nor is what came of a file that broke off; the cursor file
is a convenience, losing it costs a few questions. Without network it waits (5 s doubling to 10 min,
full jitter), without end. Left out and counted, never deleted here, is a file the collector
refuses, or one it answers with an error twenty times while others pass: an error that meets every
file is the server's.
"""

import json
import random
import sqlite3
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import structlog

from edge_agent.book_file import connect
from edge_agent.evidence import is_whole, write_whole
from edge_agent.picture_answers import (
    OFFSET,
    Result,
    Span,
    headers_of,
    judge_head,
    judge_put,
    offset_of,
)
from edge_agent.workers import Stop
from weighbook.envelope import payload_of
from weighbook.evidence import NAMING_KINDS, evidence_of
from weighbook.phrase import Refusal
from weighbook.records import parse_record

BATCH_RECORDS = 50
CHUNK_BYTES = 32_768
IDLE_S = 5.0
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 600.0
MAX_ERROR_ANSWERS = 20
NOWHERE = -1
TIMEOUT = httpx.Timeout(30.0, connect=10.0)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PicturesSettings:
    """Where to, as whom (the MQTT account), and how much of the line to take."""

    url: str
    username: str
    password: str
    ca_file: Path | None = None
    bytes_per_s: int = 262_144


@dataclass(frozen=True)
class Sources:
    """The book (read only), where a file of a hash lies, and where the cursor is kept."""

    book: Path
    find: Callable[[bytes], Path | None]
    cursor: Path


def named_files(message: bytes) -> tuple[bytes, ...]:
    """The SHA-256 digests a record names as evidence; none if it names none."""
    try:
        return evidence_of(parse_record(payload_of(message)).body)
    except Refusal:
        return ()


def wait_s(failures: int, spread: float) -> float:
    """How long to wait after so many failures in a row; `spread` 0..1 is the jitter."""
    longest_s: float = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures, 10))
    return longest_s * spread


class PicturesUplink:
    """The worker; `left_out` counts files that are missing here or that the collector refuses."""

    def __init__(self, settings: PicturesSettings, sources: Sources) -> None:
        self._settings = settings
        self._sources = sources
        self._cursor = read_cursor(sources.cursor)
        self._failures = 0
        self._error_answers = 0
        self._one_passed = True  # since a file was left out for its errors
        self._settled: set[bytes] = set()  # of the record at hand
        self.left_out = 0
        self.sent = 0

    def run(self, stop: Stop) -> None:
        """Work until `stop` is set; checks it at least every chunk."""
        while not stop.is_set():
            try:
                with make_client(self._settings) as client:
                    self._work_on(client, stop)
            except (OSError, ValueError, httpx.InvalidURL) as error:
                # An address or a certificate that cannot be used yet: it may be put right.
                self._fail(str(error))
                stop.wait(wait_s(self._failures, random.random()))  # noqa: S311 # jitter is no secret

    def _work_on(self, client: httpx.Client, stop: Stop) -> None:
        while not stop.is_set():
            if not self.work(client, stop):
                pause_s = wait_s(self._failures, random.random()) if self._failures else IDLE_S  # noqa: S311 # jitter is no secret
                stop.wait(pause_s)

    def work(self, client: httpx.Client, stop: Stop) -> bool:
        """One batch of receipted records; True if there was any progress."""
        progress = False
        for seq, message in self.owed():
            for digest in named_files(message):
                if digest in self._settled:
                    continue
                if stop.is_set() or not self.deliver(client, digest, stop):
                    return progress
                self._settled.add(digest)
            self._settled.clear()
            self.keep_cursor(seq)
            progress = True
        return progress

    def owed(self) -> list[tuple[int, bytes]]:
        """The next receipted records that may name evidence, oldest first."""
        marks = ",".join("?" * len(NAMING_KINDS))
        try:
            with closing(connect(self._sources.book, read_only=True)) as db:
                newest = db.execute("SELECT max(seq) FROM records").fetchone()[0] or 0
                # A cursor beyond the book is that of another book.
                after = self._cursor if self._cursor <= newest else NOWHERE
                rows = db.execute(
                    f"SELECT seq, CAST(message AS BLOB) FROM records WHERE kind IN ({marks})"  # noqa: S608 # question marks only
                    " AND seq > ? AND seq <= (SELECT coalesce(max(seq), -1) FROM receipts)"
                    " ORDER BY seq LIMIT ?",
                    (*NAMING_KINDS, after, BATCH_RECORDS),
                ).fetchall()
        except sqlite3.Error as error:
            log.warning("the book cannot be read for its evidence", error=str(error))
            return []
        return [(int(seq), bytes(message)) for seq, message in rows]

    def deliver(self, client: httpx.Client, digest: bytes, stop: Stop) -> bool:
        """True when nothing more is to be done for this file."""
        path = self._sources.find(digest)
        if path is not None and not is_whole(path, digest):
            return self._leave_out(digest, "not what its name says")
        result, why = self.send(client, digest.hex(), path, stop)
        if result in (Result.THERE, Result.SENT):
            if self._failures:
                log.info("evidence is sent again")
            self._failures = self._error_answers = 0
            self._one_passed = True
            self.sent += result is Result.SENT
            return True
        if result is Result.REFUSED:
            return self._leave_out(digest, why)
        self._error_answers += result is Result.ERROR
        if self._error_answers >= MAX_ERROR_ANSWERS and self._one_passed:
            self._one_passed = False
            return self._leave_out(digest, why)
        self._fail(why)
        return False

    def send(
        self, client: httpx.Client, name: str, path: Path | None, stop: Stop
    ) -> tuple[Result, str]:
        """HEAD, and PUT of what is not there yet; why not, in words for the log.

        `path` None: it is not here, which is well if the collector has it, and was pruned.
        """
        address = f"/pictures/{name}"
        try:
            size = None if path is None else path.stat().st_size
            answer = client.head(address)
            if answer.status_code == httpx.codes.NOT_FOUND:
                if path is None or size is None:
                    return Result.REFUSED, "neither here nor there"
                offset = offset_of(answer.headers.get(OFFSET), size)
                content = self.chunks(path, Span(offset, size), stop)
                answer = client.put(address, content=content, headers=headers_of(offset, size))
                return judge_put(answer.status_code), f"HTTP {answer.status_code}"
        except (httpx.HTTPError, OSError) as error:
            return Result.NO_NETWORK, str(error)
        told = answer.headers.get("Content-Length")
        return judge_head(answer.status_code, told, size), f"HTTP {answer.status_code}"

    def chunks(self, path: Path, span: Span, stop: Stop) -> Iterator[bytes]:
        """That part of the file, no more of it a second than agreed.

        Errors: OSError, which breaks the request off: the collector keeps what it has for the next.
        """
        left = span.end - span.start
        with path.open("rb") as file:
            file.seek(span.start)
            while left:
                chunk = file.read(min(CHUNK_BYTES, left))
                if not chunk:
                    raise OSError(f"{path} became shorter")
                left -= len(chunk)
                yield chunk
                if stop.wait(len(chunk) / self._settings.bytes_per_s) and left:
                    raise InterruptedError("stopped")

    def keep_cursor(self, seq: int) -> None:
        """Remember it; on disk too, if the disk takes it."""
        self._cursor = seq
        data = json.dumps({"seq": seq}).encode()
        try:
            write_whole(self._sources.cursor, data, durable=False)
        except OSError as error:
            log.warning("the cursor of the evidence was not kept", error=str(error))

    def _leave_out(self, digest: bytes, why: str) -> bool:
        self._error_answers = 0
        self.left_out += 1
        log.warning("evidence is left out", digest=digest.hex(), why=why)
        return True

    def _fail(self, why: str) -> None:
        if self._failures == 0:
            log.warning("evidence waits", why=why)
        self._failures += 1


def make_client(settings: PicturesSettings) -> httpx.Client:
    """Errors: OSError, ValueError (the certificate); httpx.InvalidURL (the address)."""
    context = ssl.create_default_context(cafile=settings.ca_file)
    account = httpx.BasicAuth(settings.username, settings.password)
    return httpx.Client(base_url=settings.url, auth=account, verify=context, timeout=TIMEOUT)


def read_cursor(path: Path) -> int:
    """The last record done; before all of them if that is not known."""
    try:
        seq = json.loads(path.read_text(encoding="utf-8"))["seq"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return NOWHERE
    return seq if type(seq) is int and 0 <= seq < 1 << 63 else NOWHERE
