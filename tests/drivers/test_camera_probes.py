"""Asking cameras whether they answer, over real sockets: no login is spent, and it ends in time."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.cameras import http_probe, rtsp_probe
from drivers.cameras.sources import BROKEN, NOT_FOUND, REFUSED, SILENT, UNAUTHORISED
from tests.drivers.network.places import (
    HOST,
    answering_port,
    closed_port,
    http,
    hung_port,
    rtsp,
    secure_port,
    silent_port,
)

LIMIT_S = 0.8
ASKS_BASIC = "401 No\r\nWWW-Authenticate: Basic realm=x"


def ask_rtsp(port: int, limit_s: float = LIMIT_S) -> str | None:
    return rtsp_probe.probe(f"rtsp://a:b@{HOST}:{port}/1", limit_s, logs_in=False)


def ask_http(port: int, limit_s: float = LIMIT_S) -> str | None:
    return http_probe.probe(f"http://a:b@{HOST}:{port}/snap.jpg?x=1", limit_s)


ASKS = [ask_rtsp, ask_http]


@pytest.mark.parametrize(
    ("status", "word"),
    [("200 OK", None), (ASKS_BASIC, None), ("404 No", NOT_FOUND), ("500 Oh", None)],
)
def test_what_a_camera_answers_is_told(status: str, word: str | None) -> None:
    with answering_port(rtsp(status)) as over_rtsp, answering_port(http(status)) as over_http:
        assert ask_rtsp(over_rtsp) == word
        assert ask_http(over_http) == word


def test_the_reader_s_own_probe_does_log_in_and_is_refused() -> None:
    with answering_port(rtsp(ASKS_BASIC)) as port:
        assert rtsp_probe.probe(f"rtsp://a:b@{HOST}:{port}/1", LIMIT_S) == UNAUTHORISED


@pytest.mark.parametrize("answer", [rtsp, http])
def test_no_login_is_ever_sent(answer: Callable[[str], Callable[[bytes], bytes]]) -> None:
    heard: list[bytes] = []

    def keep(data: bytes) -> bytes:
        heard.append(data)
        return answer(ASKS_BASIC)(data)

    with answering_port(keep) as port:
        (ask_rtsp if answer is rtsp else ask_http)(port)
    assert heard
    assert not any(b"Authorization" in data or b"a:b" in data for data in heard)


@pytest.mark.parametrize("ask", ASKS)
def test_a_closed_port_a_hung_service_and_a_dead_host(ask: Callable[..., str | None]) -> None:
    with closed_port() as closed, hung_port() as hung, silent_port() as silent:
        assert ask(closed) == REFUSED
        assert ask(hung, 0.2) == SILENT
        assert ask(silent, 0.2) == SILENT


@pytest.mark.parametrize("ask", ASKS)
def test_one_that_hangs_up_is_broken(ask: Callable[..., str | None]) -> None:
    with answering_port(lambda _heard: b"") as port:
        assert ask(port) == BROKEN


def test_one_that_speaks_something_else_over_http_is_broken() -> None:
    with answering_port(lambda _heard: b"SSH-2.0-x\r\n") as port:
        assert ask_http(port) == BROKEN
    with answering_port(lambda _heard: b"x" * 4_096) as port:
        assert ask_http(port) == BROKEN


@pytest.mark.parametrize("ask", ASKS)
def test_one_that_drips_holds_nobody_up(ask: Callable[..., str | None]) -> None:
    def drip(_heard: bytes) -> bytes:
        time.sleep(0.05)
        return b"R"

    with answering_port(drip) as port:
        began = time.monotonic()
        assert ask(port, 0.3) == SILENT
        assert time.monotonic() - began < 1.5


def test_a_secure_camera_with_a_certificate_of_its_own_is_there(tmp_path: Path) -> None:
    with secure_port(tmp_path) as port:
        assert http_probe.probe(f"https://{HOST}:{port}/", LIMIT_S) is None


def test_a_secure_camera_that_speaks_plainly_is_broken() -> None:
    with answering_port(http("200 OK")) as port:
        assert http_probe.probe(f"https://{HOST}:{port}/", LIMIT_S) == BROKEN


@given(st.text(max_size=80))
def test_no_address_is_too_odd_to_be_read(text: str) -> None:
    place = http_probe.read_place(text)
    assert place is None or place.host


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://cam/x", http_probe.Place("cam", 80, "/x", False)),
        ("https://u:p@cam:8443", http_probe.Place("cam", 8443, "/", True)),
        ("http://cam:99999/", None),
        ("ftp://cam/", None),
    ],
)
def test_an_address_says_whom_to_ask(url: str, place: http_probe.Place | None) -> None:
    assert http_probe.read_place(url) == place
