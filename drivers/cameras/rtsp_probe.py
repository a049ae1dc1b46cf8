"""Asks a camera whether it would play, without opening the stream: OPTIONS, then DESCRIBE.

Tells apart what a decoder's library reports alike: a closed port, silence, a wrong password, a
wrong path. A wrong login is spent once, or never where only life is asked for. An answer nobody
foresaw counts as none: then the library may try.
"""

import socket
import time

from drivers.cameras.rtsp_words import (
    MAX_ANSWER_BYTES,
    Address,
    Answer,
    authorize,
    read_address,
    read_answer,
    request,
)
from drivers.cameras.sources import BROKEN, NOT_FOUND, REFUSED, SILENT, UNAUTHORISED

STATES = {401: UNAUTHORISED, 403: UNAUTHORISED, 404: NOT_FOUND, 454: NOT_FOUND}
PIECE_BYTES = 4096


def probe(url: str, limit_s: float, *, logs_in: bool = True) -> str | None:
    """Why it would not play, in a word of sources.py; None: nothing speaks against it.

    Without `logs_in` a camera that asks for a login is well: whether ours is right is not asked.
    """
    address = read_address(url)
    if address is None:
        return NOT_FOUND
    until_s = time.monotonic() + limit_s
    try:
        with socket.create_connection((address.host, address.port), limit_s) as line:
            return _ask(_Talk(line, address, until_s), logs_in=logs_in)
    except TimeoutError:
        return SILENT
    except ConnectionRefusedError:
        return REFUSED
    except OSError:
        return SILENT if time.monotonic() >= until_s else BROKEN


class _Talk:
    """One connection: requests are numbered, and everything ends at `until_s`."""

    def __init__(self, line: socket.socket, address: Address, until_s: float) -> None:
        self._line = line
        self.address = address
        self._until_s = until_s
        self._number = 0

    def say(self, method: str, authorization: str | None = None) -> Answer | None:
        """The answer; None when it is no RTSP. Errors: OSError, TimeoutError."""
        self._number += 1
        self._wait()
        self._line.sendall(request(method, self.address.url, self._number, authorization))
        data, answer = b"", None
        while len(data) < (MAX_ANSWER_BYTES if answer is None else answer.size):
            self._wait()
            piece = self._line.recv(PIECE_BYTES)
            if not piece:
                raise ConnectionResetError
            data += piece
            answer = read_answer(data)
            if answer is None and b"\r\n\r\n" in data:
                return None
        return answer

    def _wait(self) -> None:
        left_s = self._until_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError
        self._line.settimeout(left_s)


def _ask(talk: _Talk, *, logs_in: bool) -> str | None:
    talk.say("OPTIONS")
    answer = talk.say("DESCRIBE")
    if answer is not None and answer.status == 401:
        if not logs_in:
            return None
        login = authorize(answer, talk.address, "DESCRIBE")
        if login is None:
            return UNAUTHORISED
        answer = talk.say("DESCRIBE", login)
    return None if answer is None else STATES.get(answer.status)
