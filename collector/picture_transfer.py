"""One `PUT` of a picture or film: where it goes on, how much of it may come, and what came of it.

`Content-Range: bytes FROM-TO/SIZE` goes on behind a part that broke off; `Upload-Offset`, in an
answer, says how much of it is here. Every wait for the next bytes has a limit, and whatever ends a
transfer early leaves its part for the next.
"""

import asyncio
import re
from pathlib import Path
from typing import NamedTuple

from fastapi import HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from collector.arriving import Part

LONGEST_PAUSE_S = 60.0  # between two pieces
WRITE_BYTES = 262_144
OFFSET = "Upload-Offset"
RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})", re.ASCII)
TOO_LARGE = "文件太大。 The file is too large."
TOO_LARGE_STATUS = 413
BROKEN = "传输中断。 The transfer broke off."
BAD_RANGE = "续传位置不符。 The range does not fit the file."


class Extent(NamedTuple):
    """From where on, and how large the whole is; None: the sender does not say."""

    offset: int
    size: int | None

    @property
    def left(self) -> int:
        return 0 if self.size is None else self.size - self.offset


def extent_of(request: Request, largest_bytes: int) -> Extent:
    """What the headers announce. Errors: HTTPException 400, 413."""
    length, told = request.headers.get("content-length"), request.headers.get("content-range")
    if length is not None and not length.isdecimal():
        raise HTTPException(TOO_LARGE_STATUS, TOO_LARGE)
    size, offset = None if length is None else int(length), 0
    if told is not None:
        match = RANGE.fullmatch(told)
        if match is None:
            raise HTTPException(400, BAD_RANGE)
        offset, last, whole = (int(number) for number in match.groups())
        if not 0 < offset <= last == whole - 1 or size not in (None, whole - offset):
            raise HTTPException(400, BAD_RANGE)
        size = whole
    if size is not None and size > largest_bytes:
        raise HTTPException(TOO_LARGE_STATUS, TOO_LARGE)
    return Extent(offset, size)


async def complete(
    request: Request, part: Part, extent: Extent, target: Path, largest_bytes: int
) -> bool:
    """Append what comes and put the whole in its place; False, and all of it is gone: another hash.

    Errors: HTTPException 400, 408, 413; OSError. The part is left for the next transfer.
    """
    try:
        await receive(request, part, largest_bytes)
        if extent.size in (None, part.size):
            return await run_in_threadpool(part.finish, target)
    except HTTPException as refusal:
        if refusal.status_code == TOO_LARGE_STATUS:
            part.drop()
        raise
    finally:
        part.leave()
    raise HTTPException(400, BROKEN)


async def receive(
    request: Request, part: Part, largest_bytes: int, pause_s: float = LONGEST_PAUSE_S
) -> None:
    """Append what comes to the part. Errors: HTTPException 400, 408, 413; OSError."""
    waiting, pieces = bytearray(), request.stream()
    try:
        while (piece := await asyncio.wait_for(anext(pieces, None), pause_s)) is not None:
            if part.size + len(waiting) + len(piece) > largest_bytes:
                raise HTTPException(TOO_LARGE_STATUS, TOO_LARGE)
            waiting += piece
            if len(waiting) >= WRITE_BYTES:
                await run_in_threadpool(part.write, bytes(waiting))
                waiting.clear()
    except ClientDisconnect:
        # The sender goes on when its line is back; this is no fault of the server's.
        raise HTTPException(400, BROKEN) from None
    except TimeoutError:
        raise HTTPException(408, BROKEN) from None
    finally:
        part.write(bytes(waiting))
