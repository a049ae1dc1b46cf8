"""JPEGs over HTTP: a stream of parts (MJPEG), or one picture a second from a snapshot address.

What the camera answers tells which of the two it is. Digest authentication first, basic where the
camera asks for it. Redirects are not followed: a login must not travel to another host.
"""

import time
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx

from drivers.cameras.jpeg_parts import JpegParts
from drivers.cameras.picture_folder import decoded
from drivers.cameras.sources import (
    BROKEN,
    NOT_FOUND,
    REFUSED,
    SILENT,
    UNAUTHORISED,
    UNDECODABLE,
    Arrived,
    NotOpened,
)

TIMEOUT = httpx.Timeout(3.0, connect=2.0)
POLL_S = 1.0
MAX_PICTURE_BYTES = 16 * 1024 * 1024
REFUSALS = {401: UNAUTHORISED, 403: UNAUTHORISED, 404: NOT_FOUND}


class HttpPictures:
    """One address, open. `nominal_fps_milli` is a snapshot's pace; a stream's is not announced."""

    def __init__(self, source: str) -> None:
        self._address, self._login = _apart(source)
        self._auth: httpx.Auth | None = (
            None if self._login is None else httpx.DigestAuth(*self._login)
        )
        self._client = httpx.Client(timeout=TIMEOUT, trust_env=False)
        try:
            self._answer = self._ask()
        except NotOpened:
            self.close()
            raise
        kind = self._answer.headers.get("content-type", "").lower()
        self._is_stream = kind.startswith("multipart/")
        self.codec = "mjpeg" if self._is_stream else "jpeg"
        self.nominal_fps_milli: int | None = None if self._is_stream else 1_000
        if not self._is_stream and not kind.startswith("image/"):
            self.close()
            raise NotOpened(UNDECODABLE)

    def arrivals(self) -> Iterator[Arrived]:
        """Pictures as they come. Errors: NotOpened."""
        try:
            yield from map(_arrived, self._streamed() if self._is_stream else self._polled())
        except httpx.HTTPError as error:
            raise NotOpened(_state_of(error)) from None

    def close(self) -> None:
        self._client.close()

    def _streamed(self) -> Iterator[bytes]:
        parts = JpegParts(MAX_PICTURE_BYTES)
        for piece in self._answer.iter_raw():
            yield from parts.feed(piece)

    def _polled(self) -> Iterator[bytes]:
        while True:
            due_s = time.monotonic() + POLL_S
            picture = bytearray()
            for piece in self._answer.iter_bytes():
                picture += piece
                if len(picture) > MAX_PICTURE_BYTES:
                    raise NotOpened(UNDECODABLE)
            yield bytes(picture)
            time.sleep(max(0.0, due_s - time.monotonic()))
            self._answer = self._ask()

    def _ask(self) -> httpx.Response:
        """Asks once; what is asked for decides how to log in."""
        try:
            request = self._client.build_request("GET", self._address)
            answer = self._client.send(request, auth=self._auth, stream=True)
            if self._login is not None and _asks_basic(answer):
                answer.close()
                self._auth = httpx.BasicAuth(*self._login)
                answer = self._client.send(request, auth=self._auth, stream=True)
        except httpx.HTTPError as error:
            raise NotOpened(_state_of(error)) from None
        except (KeyError, ValueError, NotImplementedError):
            # What a digest challenge that is none makes httpx raise.
            raise NotOpened(UNAUTHORISED) from None
        if answer.status_code != 200:
            answer.close()
            raise NotOpened(REFUSALS.get(answer.status_code, BROKEN))
        return answer


def _asks_basic(answer: httpx.Response) -> bool:
    """Refused without a digest challenge, which is where no login was sent yet."""
    sent = "authorization" in answer.request.headers
    return answer.status_code == 401 and not sent and "basic" in _challenge(answer)


def _challenge(answer: httpx.Response) -> str:
    return str(answer.headers.get("www-authenticate", "")).lower()


def _arrived(payload: bytes) -> Arrived:
    return Arrived(payload, True, None, lambda: decoded(payload))  # noqa: FBT003 # all are keys


def _apart(source: str) -> tuple[str, tuple[str, str] | None]:
    """The address without its login, and the login."""
    parts = urlsplit(source)
    if parts.username is None:
        return source, None
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return bare, (unquote(parts.username), unquote(parts.password or ""))


def _state_of(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return SILENT
    return REFUSED if isinstance(error, httpx.ConnectError) else BROKEN
