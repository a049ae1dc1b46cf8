"""Evidence the agents send after their records: `PUT|HEAD|GET /pictures/<sha256>`.

Pictures, films, curves, figures. A file is stored under its hash or not at all: what comes is
bounded and written aside, hashed when it is whole, and only then put in its place, so a file that
can be read is whole. What breaks off is gone on with (arriving.py). Sending one twice changes
nothing. Accounts are those of the broker. Losing a file here costs evidence, not the book.
"""

import hashlib
import os
import re
import secrets
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from starlette.requests import ClientDisconnect

from collector.accounts import find_weighbridge
from collector.arriving import Arriving, sync_folder
from collector.picture_transfer import BAD_RANGE, BROKEN, OFFSET, TOO_LARGE, complete, extent_of
from collector.thumbnails import Thumbnails

LARGEST_PICTURE_BYTES = 20 * 1024 * 1024  # a film has sixteen of them, and its container
LARGEST_DAY_BYTES = 4 * 1024**3  # of one weighbridge: six times what a busy day makes
DAY_MS = 86_400_000
NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)
BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x1aE\xdf\xa3": "video/x-matroska",
    b"\x89PNG": "image/png",
    b"{": "application/json",
}
FTYP = slice(4, 8)  # where an MP4 says so
NOSNIFF = {"X-Content-Type-Options": "nosniff"}
NO_SUCH_PICTURE = "没有这张图片。 There is no such picture."


class PictureStore:
    """A folder of files named by their SHA-256, fanned out over 256 subfolders."""

    def __init__(self, folder: Path, largest_bytes: int = LARGEST_PICTURE_BYTES) -> None:
        self.folder = folder
        self.largest_bytes = largest_bytes

    def path(self, name: str) -> Path:
        return self.folder / name[:2] / name

    def find(self, name: str) -> Path | None:
        """The file of this hash (64 lower-case hex digits), if it is here."""
        if not NAME.fullmatch(name):
            return None
        path = self.path(name)
        return path if path.is_file() else None

    def keep(self, name: str, content: bytes) -> bool:
        """Store it durably; False if the content is not what the name says."""
        if hashlib.sha256(content).hexdigest() != name:
            return False
        target = self.path(name)
        if target.exists():
            return True
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            with draft.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(target.parent)
        return True


class Quota:
    """How many bytes a weighbridge sent today; forgotten at midnight UTC and at a restart."""

    def __init__(self, now_ms: Callable[[], int], largest_bytes: int = LARGEST_DAY_BYTES) -> None:
        self._now_ms = now_ms
        self._largest_bytes = largest_bytes
        self._day = 0
        self._sent: dict[str, int] = {}

    def room(self, weighbridge: str) -> int:
        """How many bytes more it may send today."""
        day = self._now_ms() // DAY_MS
        if day != self._day:
            self._day, self._sent = day, {}
        return self._largest_bytes - self._sent.get(weighbridge, 0)

    def count(self, weighbridge: str, size: int) -> None:
        """So many came."""
        self._sent[weighbridge] = self._sent.get(weighbridge, 0) + size


async def read_bounded(request: Request, largest_bytes: int) -> bytes:
    """The request's body; 413 as soon as it is known to be too large, 400 if the line breaks."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > largest_bytes:
        raise HTTPException(413, TOO_LARGE)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > largest_bytes:
                raise HTTPException(413, TOO_LARGE)
    except ClientDisconnect:
        # The sender begins anew when its line is back; this is no fault of the server's.
        raise HTTPException(400, BROKEN) from None
    return bytes(body)


def weighbridge_asker(connect: Callable[[], sqlite3.Connection]) -> Callable[..., str]:
    """Who is asking, by the accounts of the registry; 401 if nobody of them."""
    basic = HTTPBasic(realm="weighhouse")

    def weighbridge_of(credentials: Annotated[HTTPBasicCredentials, Depends(basic)]) -> str:
        with closing(connect()) as db:
            weighbridge = find_weighbridge(db, credentials.username, credentials.password)
        if weighbridge is None:
            raise HTTPException(401, "账号或密码不符。 The name and password do not fit.")
        return weighbridge

    return weighbridge_of


def add_pictures(
    app: FastAPI, store: PictureStore, connect: Callable[[], sqlite3.Connection], quota: Quota
) -> None:
    """Give `app` its methods; `connect` opens the registry for one question."""
    weighbridge_of = weighbridge_asker(connect)
    arriving = Arriving(store.folder.with_name("arriving"))
    thumbnails = Thumbnails(store.find, store.folder.with_name("thumbnails"))

    @app.put("/pictures/{name}", status_code=201)
    async def put_picture(
        name: str, request: Request, weighbridge: Annotated[str, Depends(weighbridge_of)]
    ) -> Response:
        if not NAME.fullmatch(name):
            raise HTTPException(404, NO_SUCH_PICTURE)
        if store.find(name) is not None:
            return Response(status_code=204)
        extent = extent_of(request, store.largest_bytes)
        room = quota.room(weighbridge)
        if room <= 0 or extent.left > room:
            raise HTTPException(429, "今日上传已达上限。 Today's upload limit is reached.")
        part = await run_in_threadpool(arriving.take, weighbridge, name, extent.offset)
        if part is None:
            raise elsewhere(arriving.held(weighbridge, name))
        largest = min(store.largest_bytes, extent.offset + room)
        try:
            fits = await complete(request, part, extent, store.path(name), largest)
        finally:
            quota.count(weighbridge, part.size - extent.offset)
        if not fits and extent.offset:
            raise elsewhere(0)  # what came earlier may have been the wrong part
        if not fits:
            raise HTTPException(422, "内容与哈希不符。 The content does not have this hash.")
        return Response(status_code=201)

    @app.api_route("/pictures/{name}", methods=["GET", "HEAD"])
    def get_picture(
        name: str, weighbridge: Annotated[str, Depends(weighbridge_of)]
    ) -> FileResponse:
        path = store.find(name)
        if path is None:
            here = arriving.held(weighbridge, name) if NAME.fullmatch(name) else 0
            raise HTTPException(404, NO_SUCH_PICTURE, {OFFSET: str(here)} if here else None)
        return FileResponse(path, media_type=media_type(path), headers=NOSNIFF)

    @app.get("/pictures/{name}/thumbnail", dependencies=[Depends(weighbridge_of)])
    def get_thumbnail(name: str) -> FileResponse:
        path = thumbnails.find(name)
        if path is None:
            raise HTTPException(404, NO_SUCH_PICTURE)
        return FileResponse(path, media_type="image/jpeg", headers=NOSNIFF)


def elsewhere(held: int) -> HTTPException:
    """Go on behind what is here, not where you did."""
    return HTTPException(409, BAD_RANGE, {OFFSET: str(held)})


def media_type(path: Path) -> str:
    """By its first bytes: a hash says nothing of what it names."""
    with path.open("rb") as file:
        begins = file.read(12)
    if begins[FTYP] == b"ftyp":
        return "video/mp4"
    known = (kind for sign, kind in BEGINNINGS.items() if begins.startswith(sign))
    return next(known, "application/octet-stream")
