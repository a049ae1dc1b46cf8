"""Frames of a view: taken while its order runs, from its weighbridge, about one a second."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from collector import orders
from collector.views import (
    GRACE_MS,
    LARGEST_FRAME_BYTES,
    Frame,
    FrameStore,
    add_views,
    newest_view,
    sought,
)
from tests.collector.sites import PLACE, Bureau, make_bureau
from weighbook.orders import Action, Suspend, View

JPEG = b"\xff\xd8picture"
SECOND_MS, MINUTE_MS = 1_000, 60_000


@dataclass
class Office:
    """A bureau whose weighbridge has an account and a running view of two minutes."""

    bureau: Bureau
    client: TestClient
    store: FrameStore
    number: int

    def put(self, jpeg: bytes = JPEG, number: int | None = None) -> int:
        self.later(SECOND_MS)
        address = f"/views/{self.number if number is None else number}"
        return int(self.client.put(address, content=jpeg).status_code)

    def later(self, ms: int) -> None:
        self.bureau.wall.now_ms += ms

    def frames(self, number: int | None = None) -> list[bytes]:
        found = self.store.frames(PLACE, number or self.number)
        return [frame.path.read_bytes() for frame in found]


def ordered(bureau: Bureau, minutes: int = 2, camera: str = "deck") -> int:
    now_ms = bureau.home.now_ms()
    return orders.issue(
        bureau.home,
        PLACE,
        Action.VIEW,
        View(camera, minutes),
        by="officer-1",
        expires_ms=now_ms + minutes * MINUTE_MS,
    )


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    bureau = make_bureau(tmp_path)
    bureau.enrol()
    home, store = bureau.home, FrameStore(tmp_path / "views", 100)
    number = ordered(bureau)
    app = FastAPI()
    add_views(app, store, lambda: home.connect(read_only=True), home.now_ms)
    password = home.db.execute("SELECT password FROM mqtt_accounts").fetchone()[0]
    with TestClient(app) as client:
        client.auth = httpx.BasicAuth(PLACE, password)
        yield Office(bureau, client, store, number)


def test_a_frame_is_kept_as_it_came(office: Office) -> None:
    assert office.put() == 204
    assert office.put(JPEG + b"2") == 204
    assert office.frames() == [JPEG, JPEG + b"2"]
    newest = office.store.newest(PLACE, office.number)
    assert newest is not None
    assert newest.at_ms == office.bureau.wall.now_ms


def test_frames_that_come_too_fast_are_refused(office: Office) -> None:
    assert office.put() == 204
    office.later(-SECOND_MS + 300)
    assert office.put() == 429
    assert office.put() == 204


@pytest.mark.parametrize(("later_ms", "status"), [(-SECOND_MS, 204), (0, 410), (MINUTE_MS, 410)])
def test_nothing_is_taken_once_the_view_is_over(office: Office, later_ms: int, status: int) -> None:
    office.later(2 * MINUTE_MS + GRACE_MS + later_ms - SECOND_MS)
    assert office.put() == status
    assert len(office.frames()) == (status == 204)


def test_an_order_that_is_no_view_shows_nothing(office: Office) -> None:
    home = office.bureau.home
    other = orders.issue(home, PLACE, Action.SUSPEND, Suspend("x"), by="officer-1")
    assert office.put(number=other) == 404
    assert office.put(number=99) == 404
    assert office.put(number=1) == 404


def test_a_view_whose_end_is_not_its_orders_is_none(office: Office) -> None:
    home = office.bureau.home
    number = orders.issue(home, PLACE, Action.VIEW, View("deck", 2), by="officer-1")
    assert sought(orders.find(home.db, PLACE, number)) is None
    assert office.put(number=number) == 404


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", str(2**70), "..%2F..%2Fkeys"])
def test_what_is_no_number_is_no_view(office: Office, number: str) -> None:
    assert office.client.put(f"/views/{number}", content=JPEG).status_code in (404, 422)


@pytest.mark.parametrize(
    ("content", "status"), [(b"", 422), (b"<svg/>", 422), (bytes(LARGEST_FRAME_BYTES + 1), 413)]
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(
    office: Office, content: bytes, status: int
) -> None:
    assert office.put(content) == status
    assert office.frames() == []


@pytest.mark.parametrize("account", [(PLACE, "wrong"), ("W99", "secret"), ("", "")])
def test_only_the_weighbridge_itself_may_show(office: Office, account: tuple[str, str]) -> None:
    office.client.auth = httpx.BasicAuth(*account)
    assert office.put() == 401


def test_the_order_of_another_weighbridge_is_not_there(office: Office) -> None:
    db = office.bureau.home.db
    db.execute("INSERT INTO mqtt_accounts VALUES ('W99', 'W99', 'secret', 0)")
    office.client.auth = httpx.BasicAuth("W99", "secret")
    assert office.put() == 404


def test_a_weighbridge_cannot_fill_the_disk_and_the_newest_stays(office: Office) -> None:
    """The store of these tests holds a hundred bytes."""
    for count in range(20):
        assert office.put(JPEG + b"%02d" % count) == 204
    assert office.frames() == [JPEG + b"%02d" % count for count in range(11, 20)]
    big = JPEG + bytes(200)
    second = ordered(office.bureau)
    assert office.put(big, second) == 204
    assert (office.frames(), office.frames(second)) == ([], [big])


def test_strange_files_are_no_frames(tmp_path: Path) -> None:
    folder = tmp_path / PLACE / "7"
    folder.mkdir(parents=True)
    for name in (".1.abc", "x.jpg", "5.png", "5", "٣.jpg", "9.jpg"):
        (folder / name).write_bytes(JPEG)
    assert FrameStore(tmp_path).frames(PLACE, 7) == [Frame(9, folder / "9.jpg")]
    assert FrameStore(tmp_path).newest(PLACE, 8) is None


def test_the_newest_view_of_a_camera_is_found(office: Office) -> None:
    db = office.bureau.home.db
    road, deck = ordered(office.bureau, camera="road"), ordered(office.bureau)
    found = [newest_view(db, PLACE, camera) for camera in ("road", "deck", "shed")]
    assert [view and view.number for view in found] == [road, deck, None]
