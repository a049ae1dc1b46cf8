"""Asks a NUT server (upsd) how a UPS stands, over one line that is kept open. Reads, nothing else.

Every question ends within its limit and every answer has a largest size. After any failure the
line is closed, and the next question opens a new one.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from drivers.power.nut_words import (
    CHARGE,
    GARBAGE,
    STATUS,
    NutFailed,
    UpsState,
    begin_of,
    end_of,
    get,
    list_all,
    read_variable,
    state_of,
)

PORT = 3493
LIMIT_S = 2.0
PIECE_BYTES = 4_096
MAX_LINE_BYTES, MAX_LINES = 1_024, 512
UNREACHABLE, SILENT, NO_DATA = "N_UNREACHABLE", "N_SILENT", "N_NO_DATA"


class NutUps:
    """One UPS of one server. Every question may raise NutFailed."""

    def __init__(self, host: str, ups: str, port: int = PORT, limit_s: float = LIMIT_S) -> None:
        self._place = (host, port)
        self._ups = ups
        self._limit_s = limit_s
        self._line: socket.socket | None = None
        self._left = b""
        self._until_s = 0.0

    def state(self) -> UpsState:
        """How it stands now. A UPS that does not tell its charge may be well all the same."""
        return state_of(self._safely(self._asked))

    def variables(self) -> dict[str, str]:
        """All it tells of itself."""
        return self._safely(self._listed)

    def close(self) -> None:
        line, self._line, self._left = self._line, None, b""
        if line is not None:
            with suppress(OSError):
                line.close()

    def _safely(self, ask: Callable[[], dict[str, str]]) -> dict[str, str]:
        self._until_s = time.monotonic() + self._limit_s
        try:
            return ask()
        except NutFailed:
            self.close()
            raise
        except TimeoutError as error:
            self.close()
            raise NutFailed(SILENT, str(error)) from None
        except (OSError, UnicodeError) as error:
            self.close()
            raise NutFailed(UNREACHABLE, str(error)) from None

    def _asked(self) -> dict[str, str]:
        self._say(get(self._ups, STATUS))
        told = dict([read_variable(self._hear(), self._ups)])
        self._say(get(self._ups, CHARGE))
        try:
            return told | dict([read_variable(self._hear(), self._ups)])
        except NutFailed as failed:
            if failed.code != NO_DATA:
                raise
            return told

    def _listed(self) -> dict[str, str]:
        self._say(list_all(self._ups))
        first = self._hear()
        if first != begin_of(self._ups):
            read_variable(first, self._ups)  # a refusal is told as one
            raise NutFailed(GARBAGE, first[:40])
        return dict(self._variables())

    def _variables(self) -> Iterator[tuple[str, str]]:
        for _ in range(MAX_LINES):
            line = self._hear()
            if line == end_of(self._ups):
                return
            yield read_variable(line, self._ups)
        raise NutFailed(GARBAGE, f"more than {MAX_LINES} lines")

    def _say(self, data: bytes) -> None:
        """Whatever was left of an earlier answer is no answer to this."""
        if self._line is None:
            self._line = socket.create_connection(self._place, self._left_s())
        self._left = b""
        self._line.settimeout(self._left_s())
        self._line.sendall(data)

    def _hear(self) -> str:
        """The next line."""
        assert self._line is not None
        while b"\n" not in self._left:
            if len(self._left) > MAX_LINE_BYTES:
                raise NutFailed(GARBAGE, "a line without an end")
            self._line.settimeout(self._left_s())
            piece = self._line.recv(PIECE_BYTES)
            if not piece:
                raise NutFailed(UNREACHABLE, "the line was closed")
            self._left += piece
        line, _, self._left = self._left.partition(b"\n")
        return line.decode("utf-8", "replace").strip("\r")

    def _left_s(self) -> float:
        left_s = self._until_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("no answer in time")
        return left_s
