"""`collector order view` and `collector view`: who asks, what is signed, and how one looks."""

from pathlib import Path

import pytest

from collector.home import open_home
from collector.views import VIEWS_FOLDER, FrameStore
from tests.collector.commands import BY, Desk, registered_desk
from tests.collector.sites import PLACE
from weighbook.envelope import payload_of
from weighbook.orders import View, open_order, order_of, view_until_ms

CAMERA = "DECK-1"
ASK = ("order", "view", "--weighbridge", PLACE, "--camera", CAMERA)
LOOK = ("view", PLACE, CAMERA)
JPEG = b"\xff\xd8picture"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = registered_desk(tmp_path)
    desk.told("camera", "add", CAMERA, "--weighbridge", PLACE, "--class", "DECK", *BY)
    return desk


def come(desk: Desk, jpeg: bytes = JPEG) -> None:
    """A frame of the view that was ordered."""
    desk.wall.now_ms += 1_000
    FrameStore(desk.home / VIEWS_FOLDER).keep(PLACE, 2, desk.wall.now_ms, jpeg)


def test_one_officer_asks_for_a_camera_for_some_minutes(desk: Desk) -> None:
    desk.told(*ASK, "--minutes", 3, *BY)
    home = open_home(desk.home)
    message = home.db.execute("SELECT message FROM orders WHERE number = 2").fetchone()[0]
    order, signed = open_order(message, home.ring(), desk.wall.now_ms // 1_000)
    home.close()
    assert order.args == View(CAMERA, 3)
    assert signed.signers == ("officer-1",)
    assert view_until_ms(order) == desk.wall.now_ms + 180_000


def test_nobody_asks_for_longer_or_for_anothers_camera(desk: Desk) -> None:
    assert desk.run(*ASK, "--minutes", 11, *BY).exit_code == 2
    assert desk.refusal("order", "view", "--weighbridge", "W99", "--camera", CAMERA, *BY) == (
        "E_UNKNOWN"
    )
    other = ("order", "view", "--weighbridge", PLACE, "--camera", "ROAD-1", *BY)
    assert desk.refusal(*other) == "E_UNKNOWN"
    assert desk.refusal(*ASK, "--by", "nobody") == "E_OFFICER"


def test_the_order_is_shown_in_words(desk: Desk) -> None:
    desk.told(*ASK, *BY)
    shown = desk.told("order", "show", PLACE, 2)
    assert "调看" in shown
    assert CAMERA in shown
    assert "调看" in desk.told("order", "list")
    (row,) = desk.rows("order", "show", PLACE, 2)
    assert row["args"] == {"camera": CAMERA, "minutes": 10}


def test_the_newest_picture_is_told_and_saved(desk: Desk, tmp_path: Path) -> None:
    desk.told(*ASK, *BY)
    come(desk)
    come(desk, JPEG + b"2")
    picture = tmp_path / "now.jpg"
    (row,) = desk.rows(*LOOK, "--save", picture)
    assert (row["number"], row["frames"], row["at_ms"]) == (2, 2, desk.wall.now_ms)
    assert picture.read_bytes() == JPEG + b"2"
    assert "DECK-1" in desk.told(*LOOK)


def test_following_ends_with_the_view(desk: Desk, tmp_path: Path) -> None:
    desk.told(*ASK, "--minutes", 1, *BY)
    come(desk)
    desk.wall.now_ms += 120_000
    (row,) = desk.rows(*LOOK, "--follow", "--save", tmp_path / "now.jpg")
    assert row["frames"] == 1


def test_what_was_not_ordered_or_did_not_come_is_said(desk: Desk) -> None:
    assert desk.refusal(*LOOK) == "E_NO_VIEW"
    desk.told(*ASK, *BY)
    assert desk.refusal(*LOOK) == "E_NO_FRAME"
    assert desk.refusal("view", "W99", CAMERA) == "E_UNKNOWN"


def test_a_camera_of_another_weighbridge_is_refused(desk: Desk) -> None:
    home = open_home(desk.home)
    home.db.execute("UPDATE cameras SET valid_to_ms = 1 WHERE camera = ?", (CAMERA,))
    home.db.execute(
        "INSERT INTO cameras VALUES (?, 'W99', 'DECK', 2, NULL, 'officer-1')", (CAMERA,)
    )
    home.close()
    assert desk.refusal(*ASK, *BY) == "E_CAMERA"


def test_the_order_carries_what_it_says(desk: Desk) -> None:
    desk.told(*ASK, *BY)
    target = desk.folder / "view.order"
    desk.told("order", "show", PLACE, 2, "--to", target)
    assert order_of(payload_of(target.read_bytes())).args == View(CAMERA, 10)
