"""Sends pictures, curves and frames to the collector, after the records that name them.

A worker of its own: `run(stop)` until told to stop. Only evidence of records the collector has
receipted goes, oldest first, throttled, so that records always have the line to themselves. What is
there already (HEAD) is not sent again; the cursor file is a convenience, losing it costs a few
questions. Without network it waits (5 s doubling to 10 min, full jitter); a file the collector
refuses, or answers with an error twenty times, is left out and counted, never deleted here.
"""

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import httpx
import structlog

from edge_agent.workers import Stop
from weighbook.envelope import payload_of
from weighbook.phrase import Refusal
from weighbook.records import Kind, Weighing, parse_record

BATCH_RECORDS = 50
CHUNK_BYTES = 32_768
IDLE_S = 5.0
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 600.0
MAX_ERROR_ANSWERS = 20
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
NAMING_KINDS = (Kind.TARE, Kind.SALE, Kind.REFUSED, Kind.PASSAGE, Kind.TEST)

log = structlog.get_logger(__name__)


class Result(Enum):
    """What became of one file."""

    THERE = "there"
    SENT = "sent"
    REFUSED = "refused"
    ERROR = "error"
    NO_NETWORK = "no network"


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
        body = parse_record(payload_of(message)).body
    except Refusal:
        return ()
    if not isinstance(body, Weighing):
        return ()
    blobs = (body.curve, body.frames)
    names = [digest for digest in blobs if digest is not None]
    names += [digest for _, digest in body.pictures]
    return tuple(dict.fromkeys(names))


def wait_s(failures: int, spread: float) -> float:
    """How long to wait after so many failures in a row; `spread` 0..1 is the jitter."""
    longest_s: float = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(failures, 10))
    return longest_s * spread


class PicturesUplink:
    """The worker; `left_out` counts files that are missing here or that the collector refuses."""

    def __init__(self, settings: PicturesSettings, sources: Sources) -> None:
        self._settings = settings
        self._sources = sources
        self._failures = 0
        self._error_answers = 0
        self.left_out = 0
        self.sent = 0

    def run(self, stop: Stop) -> None:
        """Work until `stop` is set; checks it at least every chunk."""
        verify: str | bool = str(self._settings.ca_file) if self._settings.ca_file else True
        account = httpx.BasicAuth(self._settings.username, self._settings.password)
        with httpx.Client(
            base_url=self._settings.url, auth=account, verify=verify, timeout=TIMEOUT
        ) as client:
            while not stop.is_set():
                if not self.work(client, stop):
                    pause_s = wait_s(self._failures, random.random()) if self._failures else IDLE_S  # noqa: S311 # jitter is no secret
                    stop.wait(pause_s)

    def work(self, client: httpx.Client, stop: Stop) -> bool:
        """One batch of receipted records; True if there was any progress."""
        progress = False
        for seq, message in self.owed():
            for digest in named_files(message):
                if stop.is_set() or not self.deliver(client, digest, stop):
                    return progress
            self.keep_cursor(seq)
            progress = True
        return progress

    def owed(self) -> list[tuple[int, bytes]]:
        """The next receipted records that may name evidence, oldest first."""
        marks = ",".join("?" * len(NAMING_KINDS))
        with closing(sqlite3.connect(f"file:{self._sources.book}?mode=ro", uri=True)) as db:
            rows = db.execute(
                f"SELECT seq, message FROM records WHERE kind IN ({marks}) AND seq > ?"  # noqa: S608 # question marks only
                " AND seq <= (SELECT coalesce(max(seq), -1) FROM receipts) ORDER BY seq LIMIT ?",
                (*NAMING_KINDS, self.read_cursor(), BATCH_RECORDS),
            ).fetchall()
        return [(int(seq), bytes(message)) for seq, message in rows]

    def deliver(self, client: httpx.Client, digest: bytes, stop: Stop) -> bool:
        """True when nothing more is to be done for this file."""
        path = self._sources.find(digest)
        if path is None:
            self.left_out += 1
            log.warning("evidence is not here", digest=digest.hex())
            return True
        result = self.send(client, digest.hex(), path, stop)
        if result in (Result.THERE, Result.SENT):
            self._failures = self._error_answers = 0
            self.sent += result is Result.SENT
            return True
        self._error_answers += result is Result.ERROR
        if result is Result.REFUSED or self._error_answers >= MAX_ERROR_ANSWERS:
            self._error_answers = 0
            self.left_out += 1
            log.warning("the collector does not take evidence", digest=digest.hex())
            return True
        self._failures += 1
        return False

    def send(self, client: httpx.Client, name: str, path: Path, stop: Stop) -> Result:
        """HEAD, and PUT if it is not there yet."""
        address = f"/pictures/{name}"
        try:
            answer = client.head(address)
            if answer.status_code == httpx.codes.NOT_FOUND:
                size = path.stat().st_size
                content = self.chunks(path, stop)
                answer = client.put(address, content=content, headers={"Content-Length": str(size)})
                return judge(answer, Result.SENT)
        except (httpx.HTTPError, OSError):
            return Result.NO_NETWORK
        return judge(answer, Result.THERE)

    def chunks(self, path: Path, stop: Stop) -> Iterator[bytes]:
        """The file at no more than the agreed bytes per second."""
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
                if stop.wait(len(chunk) / self._settings.bytes_per_s):
                    # The promised length is not reached, so the collector takes nothing.
                    return

    def read_cursor(self) -> int:
        try:
            return int(json.loads(self._sources.cursor.read_text(encoding="utf-8"))["seq"])
        except (OSError, ValueError, KeyError, TypeError):
            return -1

    def keep_cursor(self, seq: int) -> None:
        draft = self._sources.cursor.with_suffix(".new")
        draft.write_text(json.dumps({"seq": seq}), encoding="utf-8")
        draft.replace(self._sources.cursor)


def judge(answer: httpx.Response, good: Result) -> Result:
    """What an HTTP status means for the file."""
    if answer.is_success:
        return good
    # 401 and 403 are about us, 429 about the hour: the file itself is not at fault.
    passing = (401, 403, 408, 425, 429)
    if answer.is_client_error and answer.status_code not in passing:
        return Result.REFUSED
    return Result.ERROR if answer.is_server_error else Result.NO_NETWORK
