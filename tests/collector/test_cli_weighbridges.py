"""`collector weighbridge | camera`: decks come with a request, go with a bundle, one to a mine."""

import stat
from pathlib import Path

import pytest

from tests.collector.commands import BOTH, BY, Desk, registered_desk, write_request
from tests.collector.sites import ENTERPRISE, PLACE
from weighbook import cbor

DECK = ("--enterprise", ENTERPRISE, "--name-zh", "二号磅", "--name-en", "Deck two")
CONSENT = ("--exception", "鄂能局发〔2026〕7号")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return registered_desk(tmp_path)


def enrol(desk: Desk, weighbridge: str, request: Path) -> tuple[object, ...]:
    files = ("--request", request, "--bundle", desk.folder / "bundle2")
    return ("weighbridge", "enrol", weighbridge, *files, *BY)


def test_a_weighbridge_is_listed_with_its_key(desk: Desk) -> None:
    (row,) = desk.rows("weighbridge", "list")
    assert (row["weighbridge"], row["epoch"], row["indicator"]) == (PLACE, 1, "XK3190 77")
    assert row["kid"] in desk.told("weighbridge", "list", width=140)


def test_the_bundle_is_for_its_owner_only(desk: Desk) -> None:
    bundle = desk.folder / "bundle"
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    assert cbor.decode(bundle.read_bytes(), max_bytes=1 << 20)[5]["username"] == PLACE


def test_an_open_file_is_closed_before_the_bundle_is_in_it(desk: Desk) -> None:
    bundle = desk.folder / "bundle2"
    bundle.touch(mode=0o644)
    desk.told(*enrol(desk, PLACE, write_request(desk.folder)))
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600


def test_a_second_weighbridge_needs_a_paper(desk: Desk) -> None:
    assert desk.refusal("weighbridge", "add", "W02", *DECK, *BY) == "E_SECOND_WEIGHBRIDGE"
    assert "W02" in desk.told("weighbridge", "add", "W02", *DECK, *CONSENT, *BY)


def test_where_no_indicator_was_named_the_request_names_it(desk: Desk) -> None:
    desk.told("weighbridge", "add", "W02", *DECK, *CONSENT, *BY)
    desk.told(*enrol(desk, "W02", write_request(desk.folder, "W02", "D2008 5")))
    assert [row["indicator"] for row in desk.rows("weighbridge", "list")] == [
        "XK3190 77",
        "D2008 5",
    ]


def test_another_indicator_than_the_registered_is_refused(desk: Desk) -> None:
    request = write_request(desk.folder, PLACE, "D2008 5")
    assert desk.refusal(*enrol(desk, PLACE, request)) == "E_INDICATOR"
    assert desk.rows("weighbridge", "list")[0]["epoch"] == 1


def test_a_request_of_another_weighbridge_is_refused(desk: Desk) -> None:
    assert desk.refusal(*enrol(desk, PLACE, write_request(desk.folder, "W07"))) == "E_REQUEST"


def test_a_file_that_is_no_request_is_refused(desk: Desk) -> None:
    assert desk.refusal(*enrol(desk, PLACE, desk.folder / "nowhere")) == "E_REQUEST"


def test_a_request_goes_with_a_bundle(desk: Desk) -> None:
    words = ("weighbridge", "add", "W02", *DECK, *CONSENT, "--request", desk.folder / "request")
    assert desk.refusal(*words, *BY) == "E_OPTIONS"


def test_a_bundle_that_cannot_be_written_enrols_nobody(desk: Desk) -> None:
    files = ("--request", write_request(desk.folder), "--bundle", desk.folder / "no" / "bundle")
    assert desk.refusal("weighbridge", "enrol", PLACE, *files, *BY) == "E_STORE"
    assert desk.rows("weighbridge", "list")[0]["epoch"] == 1


def test_a_suspended_weighbridge_gets_no_tickets(desk: Desk) -> None:
    desk.told("weighbridge", "change", PLACE, "--state", "suspended", *BY)
    desk.told("ticket", "stock-in", "--count", 1, *BOTH)
    desk.told("ticket", "issue", "--enterprise", ENTERPRISE, "--count", 1, *BOTH)
    goods = ("--product", "RAW", "--max-net-kg", 35_000, "--count", 1)
    assert desk.refusal("ticket", "allocate", "--weighbridge", PLACE, *goods, *BY) == "E_WB"


def test_a_camera_stands_at_a_known_weighbridge(desk: Desk) -> None:
    words = ("camera", "add", "C01", "--class", "DECK", *BY)
    assert desk.refusal(*words, "--weighbridge", "W99") == "E_UNKNOWN"
    desk.told(*words, "--weighbridge", PLACE)
    assert desk.rows("camera", "list")[0]["class"] == "DECK"
    assert desk.refusal(*words, "--weighbridge", PLACE) == "E_EXISTS"
