"""What an HTTP answer means for a file of evidence that was asked for or sent. Pure."""

from enum import Enum
from http import HTTPStatus
from typing import NamedTuple

OFFSET = "Upload-Offset"  # in an answer: so much of the file is there


class Result(Enum):
    """What became of one file."""

    THERE = "there"
    SENT = "sent"
    REFUSED = "refused"
    ERROR = "error"
    NO_NETWORK = "no network"


class Span(NamedTuple):
    """A part of a file, in bytes."""

    start: int
    end: int


def offset_of(told: str | None, size: int) -> int:
    """From where to go on; 0, the beginning, unless less than all of it is said to be there."""
    if told is None or not (told.isascii() and told.isdigit()) or len(told) > len(str(size)):
        return 0
    return int(told) if int(told) < size else 0


def headers_of(offset: int, size: int) -> dict[str, str]:
    """What a PUT of the rest of a file announces."""
    length = {"Content-Length": str(size - offset)}
    return length | ({"Content-Range": f"bytes {offset}-{size - 1}/{size}"} if offset else {})


def judge_head(status: int, told_length: str | None, size: int | None) -> Result:
    """There is what has our length (None: not known): anybody's 200 is not yet a collector's."""
    if status == HTTPStatus.OK:
        return Result.THERE if size is None or told_length == str(size) else Result.NO_NETWORK
    return _judge_other(status)


def judge_put(status: int) -> Result:
    """What the answer to a whole file means for it."""
    if status in (HTTPStatus.CREATED, HTTPStatus.NO_CONTENT):
        return Result.SENT
    if status in (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY):
        return Result.REFUSED
    return _judge_other(status)


def _judge_other(status: int) -> Result:
    # 401 and 403 are about us, 409 about where to go on, 429 about the hour, a redirection about
    # the address.
    if status < HTTPStatus.BAD_REQUEST or status in (401, 403, 408, 409, 425, 429):
        return Result.NO_NETWORK
    return Result.ERROR
