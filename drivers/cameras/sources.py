"""What every kind of camera source gives: packets as they come, and why it could not be opened.

A source is an address or a path. `kind_of` tells which reader it needs; the readers themselves
(av_stream, http_pictures, picture_folder) are imported only where one is used, since each library
costs memory in every camera's process.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np

from drivers.cameras.judging.facts import NOT_FOUND as NOT_FOUND
from drivers.cameras.judging.facts import UNAUTHORISED as UNAUTHORISED
from drivers.cameras.judging.facts import UNDECODABLE as UNDECODABLE

Picture = np.ndarray[Any, np.dtype[np.uint8]]

# How a source stands; UNAUTHORISED, NOT_FOUND and UNDECODABLE are the judge's words.
REFUSED, SILENT, BROKEN = "refused", "silent", "broken"
OPENING, PLAYING, ENDED = "opening", "playing", "ended"

RTSP, HTTP, FOLDER, FILE = "rtsp", "http", "folder", "file"
SCHEMES = {
    "rtsp": RTSP,
    "rtspt": RTSP,  # over TCP, as plain rtsp is
    "rtspu": RTSP,  # over UDP
    "http": HTTP,
    "https": HTTP,
}


class NotOpened(Exception):
    """A source that does not give packets, or no longer; `state` is one of the words above."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Arrived(NamedTuple):
    """One packet. `stream_ms` is the stream's own time; `decode` gives its picture, BGR.

    `decode` is called at once or never, and only for a keyframe.
    """

    payload: bytes
    is_key: bool
    stream_ms: int | None
    decode: Callable[[], Picture | None]


class Source(Protocol):
    """An open source."""

    codec: str
    nominal_fps_milli: int | None

    def arrivals(self) -> Iterator[Arrived]:
        """Packets as they come, until the end. Errors: NotOpened."""
        ...

    def close(self) -> None: ...


def kind_of(source: str) -> str:
    """Which reader a source needs."""
    scheme, mark, _ = source.partition("://")
    if mark and scheme.lower() in SCHEMES:
        return SCHEMES[scheme.lower()]
    return FOLDER if Path(source).is_dir() else FILE


def open_source(source: str) -> Source:
    """Opens any source. Errors: NotOpened. A silent one takes some seconds, never for ever."""
    kind = kind_of(source)
    if kind == HTTP:
        from drivers.cameras.http_pictures import HttpPictures

        return HttpPictures(source)
    if kind == FOLDER:
        from drivers.cameras.picture_folder import PictureFolder

        return PictureFolder(Path(source))
    from drivers.cameras.av_stream import AvStream

    return AvStream(source)
