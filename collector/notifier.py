"""Sends what is owed to robots and programs: one thread, one receiver after the other.

A receiver that is slow or gone costs a bounded wait and delays nobody but those after it; what it
did not take is owed on. Several changes that wait together go as one message.
"""

import sqlite3
import threading
from collections.abc import Sequence

import httpx
import structlog

from collector.config import Notify
from collector.home import Home
from collector.notice_forms import FORMS, Address, fault_of
from collector.notice_store import mark_failed, mark_sent, read_owed
from collector.notices import Notice
from collector.schema import transaction

LOOK_S = 1.0
TIMEOUT = httpx.Timeout(5.0, connect=3.0)
LARGEST_ANSWER_BYTES = 64 * 1024
APART_MS = 3_000  # the robots take twenty messages a minute

log = structlog.get_logger(__name__)


class Notifier:
    """`run` is the thread; `look_around` its one step."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._sent_ms: dict[str, int] = {}
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False)

    def run(self, stop: threading.Event) -> None:
        try:
            while not stop.wait(LOOK_S):
                try:
                    self.look_around()
                except sqlite3.Error:
                    log.exception("notices cannot be read or marked")
        finally:
            self._client.close()

    def look_around(self) -> None:
        """Sends to everybody whom something is owed."""
        for target in self._home.config.notify:
            now_ms = self._home.now_ms()
            if 0 <= now_ms - self._sent_ms.get(target.name, 0) < APART_MS:
                continue
            owed = read_owed(self._home.db, target.name, now_ms)
            if not owed:
                continue
            self._sent_ms[target.name] = now_ms
            fault = self._send(target, [one.notice for one in owed], now_ms)
            with transaction(self._home.db):
                if fault is None:
                    mark_sent(self._home.db, owed, now_ms)
                else:
                    log.warning("a notice was not taken", receiver=target.name, fault=fault)
                    mark_failed(self._home.db, owed, fault, now_ms)

    def _send(self, target: Notify, notices: Sequence[Notice], now_ms: int) -> str | None:
        """None: taken. An address may hold a key, so errors are told without it."""
        address = Address(target.url, target.secret)
        sending = FORMS[target.kind](notices, address, now_ms)
        try:
            request = self._client.build_request(
                "POST", sending.url, content=sending.body, headers=dict(sending.headers)
            )
            answer = self._client.send(request, stream=True)
            try:
                return fault_of(target.kind, answer.status_code, _read(answer))
            finally:
                answer.close()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__


def _read(answer: httpx.Response) -> bytes:
    body = b""
    for piece in answer.iter_bytes():
        body += piece
        if len(body) > LARGEST_ANSWER_BYTES:
            break
    return body
