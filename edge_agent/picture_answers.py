"""What an HTTP answer means for a file of evidence that was asked for or sent. Pure."""

from enum import Enum
from http import HTTPStatus


class Result(Enum):
    """What became of one file."""

    THERE = "there"
    SENT = "sent"
    REFUSED = "refused"
    ERROR = "error"
    NO_NETWORK = "no network"


def judge_head(status: int, told_length: str | None, size: int) -> Result:
    """There is what has our length: anybody's 200 is not yet a collector's."""
    if status == HTTPStatus.OK:
        return Result.THERE if told_length == str(size) else Result.NO_NETWORK
    return _judge_other(status)


def judge_put(status: int) -> Result:
    """What the answer to a whole file means for it."""
    if status in (HTTPStatus.CREATED, HTTPStatus.NO_CONTENT):
        return Result.SENT
    if status in (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY):
        return Result.REFUSED
    return _judge_other(status)


def _judge_other(status: int) -> Result:
    # 401 and 403 are about us, 429 about the hour, a redirection about the address.
    if status < HTTPStatus.BAD_REQUEST or status in (401, 403, 408, 425, 429):
        return Result.NO_NETWORK
    return Result.ERROR
