"""The line to one device: a question goes out by HTTP, an answer or a failure comes back.

A wrong password is spent once a question (twice if it was right until now): the device itself says
how it wants a login, by an HTTP digest challenge or a fault for want of a token, and only then the
login is sent, that one way. Basic authentication is not spoken: it shows the password on the way.
"""

import os
import time
from typing import NamedTuple
from xml.etree.ElementTree import Element

import httpcore
import httpx

from drivers.onvif.bounded_transport import BoundedTransport
from drivers.onvif.facts import (
    BROKEN,
    NOT_FOUND,
    REDIRECTED,
    REFUSED,
    SILENT,
    UNAUTHORISED,
    UNREADABLE,
    Login,
    OnvifFailed,
)
from drivers.onvif.soap import CONTENT_TYPE, Question, Stamp, envelope, read_answer
from drivers.onvif.xml_reading import MAX_BYTES

LIMIT_S = 2.0
NONCE_BYTES = 16
STATES = {401: UNAUTHORISED, 403: UNAUTHORISED, 404: NOT_FOUND, 405: NOT_FOUND}
ANSWERS = (200, 400, 500)  # faults come as these


def wall_ms() -> int:
    return time.time_ns() // 1_000_000


class Told(NamedTuple):
    """An answer, and our own time when it was asked for and when it had come."""

    answer: Element
    sent_ms: int
    came_ms: int


class Line:
    """One device. `off_ms`: how far its clock is ahead of ours, as far as is known."""

    def __init__(self, login: Login | None, limit_s: float = LIMIT_S) -> None:
        self.off_ms = 0
        self._login = login
        self._token_wanted = self._was_challenged = False
        self._transport = BoundedTransport(limit_s, MAX_BYTES)
        self._client = httpx.Client(transport=self._transport, trust_env=False)
        self._digest = _fresh(login)

    def close(self) -> None:
        self._client.close()

    def ask(self, address: str, question: Question) -> Element:
        """The answer, logged in as the device asks. Errors: OnvifFailed."""
        try:
            return self._told(address, question, self._digest).answer
        except OnvifFailed as failed:
            without = not self._was_challenged and not self._token_wanted
            if failed.state != UNAUTHORISED or self._login is None or not without:
                self._forget()
                raise
        self._token_wanted = True
        try:
            return self._told(address, question, self._digest).answer
        except OnvifFailed:
            self._forget()
            raise

    def ask_openly(self, address: str, question: Question) -> Told:
        """Without any login. Errors: OnvifFailed."""
        return self._told(address, question)

    def _forget(self) -> None:
        """How it wanted a login: asked anew, a wrong password is spent once."""
        self._token_wanted, self._digest = False, _fresh(self._login)

    def _told(
        self, address: str, question: Question, digest: httpx.DigestAuth | None = None
    ) -> Told:
        token = self._token_wanted and digest is not None
        stamp = Stamp(wall_ms() + self.off_ms, os.urandom(NONCE_BYTES)) if token else None
        content = envelope(question, self._login, stamp)
        headers = {"Content-Type": f'{CONTENT_TYPE}; action="{question.action}"'}
        headers |= {"Accept-Encoding": "identity", "Connection": "close"}
        sent_ms = wall_ms()
        response = self._post(address, content, headers, digest)
        came_ms = wall_ms()
        return Told(_answer(response), sent_ms, came_ms)

    def _post(
        self, address: str, content: bytes, headers: dict[str, str], digest: httpx.Auth | None
    ) -> httpx.Response:
        self._was_challenged = False
        self._transport.deadline.start()
        try:
            answer = self._client.post(
                address, content=content, headers=headers, auth=digest or httpx.USE_CLIENT_DEFAULT
            )
        except (httpcore.TimeoutException, httpx.TimeoutException):
            raise OnvifFailed(SILENT) from None
        except (httpcore.ConnectError, httpx.ConnectError) as error:
            raise OnvifFailed(REFUSED, str(error)) from None
        except (httpcore.NetworkError, httpcore.ProtocolError, httpx.HTTPError) as error:
            raise OnvifFailed(BROKEN, str(error)) from None
        except (httpx.InvalidURL, httpcore.UnsupportedProtocol) as error:
            raise OnvifFailed(BROKEN, str(error)) from None
        except (KeyError, ValueError, NotImplementedError):
            # What a digest challenge that is none makes httpx raise.
            raise OnvifFailed(UNAUTHORISED, "a digest challenge nobody understands") from None
        self._was_challenged = bool(answer.request.headers.get("authorization"))
        return answer


def _fresh(login: Login | None) -> httpx.DigestAuth | None:
    return None if login is None else httpx.DigestAuth(login.user, login.password)


def _answer(response: httpx.Response) -> Element:
    status = response.status_code
    if 300 <= status < 400:
        raise OnvifFailed(REDIRECTED, "redirects are not followed: a login must not travel")
    kind = response.headers.get("content-type", "").lower()
    if status not in ANSWERS or (status != 200 and "xml" not in kind):
        raise OnvifFailed(STATES.get(status, BROKEN), f"HTTP {status}")
    if kind and "xml" not in kind:
        raise OnvifFailed(UNREADABLE, f"{kind[:80]} instead of XML")
    return read_answer(response.content)
