"""What the bureau sees of the cameras that were commissioned: in force, awaiting it, replaced."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from collector import orders
from collector.calibrations import AWAITS, IN_FORCE, REPLACED, told
from collector.pictures import PictureStore
from collector.server import PICTURES_FOLDER
from tests.collector.commands import Desk
from tests.collector.receiving import Site
from tests.collector.sites import PLACE
from tests.weighbook.test_calibrations import CALIBRATION
from weighbook.calibrations import sign_calibration
from weighbook.envelope import digest
from weighbook.orders import Action, Release
from weighbook.records import Calibration, Kind, OrderSeen

DAY, NIGHT = sha256(b"day").digest(), sha256(b"night").digest()
OFFICERS = ("officer-1", "officer-2")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.take(made.book.begin())
    return made


def commission(site: Site, name: bytes, *, night: bool = False, day: bytes = DAY) -> bytes:
    pictures = (("colour", DAY), ("infrared", NIGHT)) if night else (("colour", DAY),)
    body = Calibration("deck", sha256(name).digest(), pictures, day)
    site.take(site.book.write(Kind.CALIBRATION, body))
    return body.evidence


def approve(site: Site, causes: tuple[str, ...] = ("SITE",)) -> None:
    """Two officers release, and the agent applies it."""
    site.bureau.wall.now_ms = site.book.at_ms + 1_000
    by, second = OFFICERS
    args = Release(causes, "seen")
    number = orders.issue(site.home, PLACE, Action.RELEASE, args, by=by, second=second)
    message = orders.find(site.home.db, PLACE, number).message
    seen = OrderSeen(number, digest(message), "RELEASE", "applied")
    site.book.order_number = number
    site.take(site.book.write(Kind.ORDER, seen))


def states(site: Site) -> list[str]:
    return [one.state for one in told(site.home.db)]


def test_the_first_is_in_force_and_the_next_awaits_the_bureau(site: Site) -> None:
    commission(site, b"one")
    commission(site, b"two", day=NIGHT)
    assert states(site) == [IN_FORCE, AWAITS]


def test_it_is_in_force_once_the_site_was_approved(site: Site) -> None:
    commission(site, b"one")
    commission(site, b"two", day=NIGHT)
    approve(site)
    assert states(site) == [REPLACED, IN_FORCE]


def test_another_release_approves_none(site: Site) -> None:
    commission(site, b"one")
    commission(site, b"two", day=NIGHT)
    approve(site, ("APPROVAL",))
    assert states(site) == [IN_FORCE, AWAITS]


def test_the_first_night_needs_no_approval(site: Site) -> None:
    commission(site, b"one")
    commission(site, b"two", night=True)
    assert states(site) == [REPLACED, IN_FORCE]


def rows(site: Site, *words: str) -> list[dict[str, Any]]:
    return Desk(site.home.path.parent, site.bureau.wall).rows("camera", "calibrations", *words)


def test_its_pictures_are_shown_as_far_as_they_have_come(site: Site) -> None:
    store = PictureStore(site.home.path / PICTURES_FOLDER)
    message = sign_calibration(replace(CALIBRATION, weighbridge=PLACE), site.book.key)
    body = Calibration("deck", digest(message), (("colour", DAY), ("infrared", NIGHT)), DAY)
    site.take(site.book.write(Kind.CALIBRATION, body))
    (before,) = rows(site)
    assert store.keep(digest(message).hex(), message)
    assert store.keep(DAY.hex(), b"day")
    (after,) = rows(site, PLACE)
    assert (before["by"], before["pictures"]) == (None, {"colour": None, "infrared": None})
    assert (after["by"], after["moved_px"]) == ("王工", 1)
    assert Path(after["pictures"]["colour"]).read_bytes() == b"day"


def test_what_was_replaced_is_shown_when_asked_for(site: Site) -> None:
    commission(site, b"one")
    commission(site, b"two", night=True)
    assert [row["state"] for row in rows(site)] == [IN_FORCE]
    assert [row["state"] for row in rows(site, "--all")] == [REPLACED, IN_FORCE]
