"""Views on demand: keyframes that a weighbridge sends while an order runs, `PUT /views/<order>`.

A frame is taken from the account of the order's weighbridge, as JPEG, bounded, about one a second,
and only while the view runs; 410 says that it is over. Frames are files of a folder per order,
named by the time they began to come; a weighbridge's frames have a bound, and the oldest go first.
They are looked at and never evidence: no record names them, and losing them costs a look.
"""

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated, NamedTuple

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi import Path as UrlPath
from fastapi.concurrency import run_in_threadpool

from collector import orders
from collector.pictures import read_bounded, weighbridge_asker
from weighbook.envelope import payload_of
from weighbook.orders import Action, View, order_of, view_until_ms
from weighbook.phrase import Refusal

VIEWS_FOLDER = "views"
LARGEST_FRAME_BYTES = 4 * 1024 * 1024
LARGEST_FOLDER_BYTES = 256 * 1024 * 1024  # of one weighbridge
LEAST_PAUSE_MS = 500  # between two beginnings: a second, and what the line makes of it
GRACE_MS = 15_000  # the two clocks, and the last frame's way
JPEG = b"\xff\xd8"


class Sought(NamedTuple):
    """A view as it was ordered."""

    number: int
    camera: str
    from_ms: int
    until_ms: int

    def runs(self, now_ms: int) -> bool:
        return self.from_ms - GRACE_MS <= now_ms < self.until_ms + GRACE_MS


class Frame(NamedTuple):
    """One picture that came, and when."""

    at_ms: int
    path: Path


class FrameStore:
    """The frames of all weighbridges."""

    def __init__(self, folder: Path, largest_bytes: int = LARGEST_FOLDER_BYTES) -> None:
        self._folder = folder
        self._largest_bytes = largest_bytes

    def frames(self, weighbridge: str, number: int) -> list[Frame]:
        """Those of one order, oldest first."""
        return sorted(frames_in(self._folder / weighbridge / str(number)))

    def newest(self, weighbridge: str, number: int) -> Frame | None:
        return max(self.frames(weighbridge, number), default=None)

    def keep(self, weighbridge: str, number: int, at_ms: int, jpeg: bytes) -> None:
        """Whole or not at all; what is too much of the oldest goes."""
        folder = self._folder / weighbridge / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        draft = folder / f".{at_ms}.{secrets.token_hex(4)}"
        try:
            draft.write_bytes(jpeg)
            draft.rename(folder / f"{at_ms}.jpg")
        finally:
            draft.unlink(missing_ok=True)
        self._prune(self._folder / weighbridge)

    def _prune(self, folder: Path) -> None:
        found = sorted(frame for one in folder.iterdir() for frame in frames_in(one))
        sizes = [(frame, size_of(frame.path)) for frame in found]
        total = sum(size for _, size in sizes)
        for frame, size in sizes[:-1]:
            if total <= self._largest_bytes:
                return
            frame.path.unlink(missing_ok=True)
            total -= size


def frames_in(folder: Path) -> Iterator[Frame]:
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        stem, dot, kind = name.partition(".")
        if dot and kind == "jpg" and stem.isascii() and stem.isdigit():
            yield Frame(int(stem), folder / name)


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def sought(order: orders.Stored) -> Sought | None:
    """The view that an order asks for; None: it asks for none."""
    if order.action != Action.VIEW:
        return None
    said = order_of(payload_of(order.message))
    until_ms = view_until_ms(said)
    if until_ms is None or not isinstance(said.args, View):
        return None
    return Sought(order.number, said.args.camera, said.not_before_ms, until_ms)


def newest_view(db: sqlite3.Connection, weighbridge: str, camera: str) -> Sought | None:
    """The view of a camera that was ordered last."""
    rows = db.execute(
        "SELECT * FROM orders WHERE weighbridge = ? AND action = ? ORDER BY number DESC",
        (weighbridge, Action.VIEW),
    )
    found = (sought(orders.Stored(*row)) for row in rows)
    return next((one for one in found if one is not None and one.camera == camera), None)


def add_views(
    app: FastAPI,
    store: FrameStore,
    connect: Callable[[], sqlite3.Connection],
    now_ms: Callable[[], int],
) -> None:
    """Give `app` the one method; `connect` opens the registry for one question."""

    def check(weighbridge: str, number: int, at_ms: int) -> None:
        """That a view of this order may be shown now, and no frame has only just come."""
        with closing(connect()) as db:
            try:
                view = sought(orders.find(db, weighbridge, number))
            except Refusal:
                view = None
        if view is None:
            raise HTTPException(404, "没有这条调看指令。 There is no such order of a view.")
        if not view.runs(at_ms):
            raise HTTPException(410, "调看已结束。 The view is over.")
        last = store.newest(weighbridge, number)
        if last is not None and 0 <= at_ms - last.at_ms < LEAST_PAUSE_MS:
            raise HTTPException(429, "画面来得太快。 Frames come too fast.")

    @app.put("/views/{number}", status_code=204)
    async def put_frame(
        number: Annotated[int, UrlPath(ge=1, le=2**31)],
        request: Request,
        weighbridge: Annotated[str, Depends(weighbridge_asker(connect))],
    ) -> Response:
        at_ms = now_ms()  # when it begins to come: a slow line is no reason to send the next sooner
        await run_in_threadpool(check, weighbridge, number, at_ms)
        jpeg = await read_bounded(request, LARGEST_FRAME_BYTES)
        if not jpeg.startswith(JPEG):
            raise HTTPException(422, "不是 JPEG 图片。 This is no JPEG picture.")
        await run_in_threadpool(store.keep, weighbridge, number, at_ms, jpeg)
        return Response(status_code=204)
