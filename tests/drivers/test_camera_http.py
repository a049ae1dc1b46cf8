"""Snapshots with a login, refusals and odd answers over HTTP; and a folder of pictures."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.cameras.http_pictures import HttpPictures
from drivers.cameras.judging.facts import NOT_FOUND, UNAUTHORISED, UNDECODABLE
from drivers.cameras.picture_folder import PictureFolder
from drivers.cameras.sources import REFUSED, NotOpened
from drivers.cameras.watcher import CameraSettings, CameraWatcher
from tests.drivers.waiting import until

REALM, NONCE = "camera", "0a4f113b"
ODD = {
    "/odd": "Digest nonsense",
    "/unknown": 'Digest realm="a", nonce="b", algorithm=XYZ',
    "/whole": 'Digest realm="a", nonce="b", qop="auth-int"',
}


def picture(level: int) -> bytes:
    return bytes(cv2.imencode(".jpg", np.full((90, 160, 3), level, np.uint8))[1])


class Snapshots(BaseHTTPRequestHandler):
    """Gives a snapshot to who knows `me:secret`, by digest or by basic; counts wrong logins."""

    wrong = 0

    def do_GET(self) -> None:
        if self.path == "/page":
            self._answer(200, "text/html", b"<html>")
        elif self.path == "/none":
            self._answer(404, "text/plain", b"")
        elif self._knows():
            self._answer(200, "image/jpeg", picture(len(self.path)))
        else:
            Snapshots.wrong += "Authorization" in self.headers
            self._answer(401, "text/plain", b"who are you?")

    def _knows(self) -> bool:
        said = self.headers.get("Authorization", "")
        if self.path.startswith("/basic"):
            return said == "Basic bWU6c2VjcmV0"
        asked = hashlib.md5(f"GET:{self.path}".encode()).hexdigest()
        secret = hashlib.md5(f"me:{REALM}:secret".encode()).hexdigest()
        wanted = hashlib.md5(f"{secret}:{NONCE}:{asked}".encode()).hexdigest()
        return re.search(rf'response="{wanted}"', said) is not None

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        if status == 401:
            digest = f'Digest realm="{REALM}", nonce="{NONCE}"'
            odd = ODD.get(self.path, digest)
            self.send_header("WWW-Authenticate", "Basic" if "basic" in self.path else odd)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def place() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Snapshots)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def opened(address: str) -> Iterator[HttpPictures]:
    source = HttpPictures(address)
    try:
        yield source
    finally:
        source.close()


def why_not(address: str) -> str:
    with pytest.raises(NotOpened) as refused, opened(address):
        pass
    return refused.value.state


@pytest.mark.parametrize("path", ["/snapshot.jpg", "/basic.jpg"])
def test_a_snapshot_is_given_for_the_right_login(place: str, path: str) -> None:
    with opened(f"http://me:secret@{place}{path}") as source:
        arrived = next(source.arrivals())
    assert arrived.payload == picture(len(path))
    seen = arrived.decode()
    assert seen is not None
    assert seen.shape == (90, 160, 3)


def test_a_wrong_login_is_spent_once(place: str) -> None:
    before = Snapshots.wrong
    assert why_not(f"http://me:wrong@{place}/snapshot.jpg") == UNAUTHORISED
    assert Snapshots.wrong == before + 1


def test_refusals_are_told_apart(place: str) -> None:
    assert why_not(f"http://{place}/snapshot.jpg") == UNAUTHORISED
    assert why_not(f"http://{place}/none") == NOT_FOUND
    assert why_not(f"http://{place}/page") == UNDECODABLE
    assert why_not("http://127.0.0.1:9/snapshot.jpg") == REFUSED


@pytest.mark.parametrize("path", ODD)
def test_a_challenge_nobody_understands_is_a_refusal(place: str, path: str) -> None:
    assert why_not(f"http://me:secret@{place}{path}") == UNAUTHORISED


def test_a_snapshot_camera_is_watched_once_a_second(place: str) -> None:
    watcher = CameraWatcher(CameraSettings("deck", f"http://me:secret@{place}/snapshot.jpg"))
    watcher.start()
    until(lambda: watcher.seen().pictures >= 1)
    taken_s = until(lambda: watcher.seen().pictures >= 3)
    assert taken_s > 1.5
    assert watcher.seen().nominal_fps_milli == 1_000
    watcher.stop()


def test_a_folder_is_shown_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name, level in (("b.jpg", 2), ("a.jpg", 1)):
        (tmp_path / name).write_bytes(picture(level))
    (tmp_path / "notes.txt").write_text("no picture", encoding="utf-8")
    shown = [arrived.payload for arrived in PictureFolder(tmp_path).arrivals()]
    assert shown == [picture(1), picture(2)]


def test_a_folder_without_pictures_and_no_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotOpened, match=UNDECODABLE):
        PictureFolder(tmp_path)
    with pytest.raises(NotOpened, match=NOT_FOUND):
        PictureFolder(tmp_path / "none")


def test_what_is_called_a_picture_and_is_none_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8 not really")
    (arrived,) = PictureFolder(tmp_path).arrivals()
    assert arrived.decode() is None
