"""Inspectors' scans held against the books: forks, rollbacks, and one load at two places."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.records_store import RecordsStore
from collector.road.scan_store import load_scans
from collector.road.witness import Held, Scan, against_book, against_each_other, distance_km
from tests.collector.receiving import alerts
from tests.collector.road.trucks import HOUR_MS, Road, make_road
from weighbook.phrase import Refusal

BEIJING, TIANJIN = (39_904_200, 116_407_400), (39_084_200, 117_200_900)


@pytest.fixture
def road(tmp_path: Path) -> Road:
    return make_road(tmp_path)


def phone(folder: Path, *scans: dict[str, Any]) -> Path:
    """The file a phone has saved."""
    path = folder / "scans.json"
    path.write_text(json.dumps({"scans": scans}), encoding="utf-8")
    return path


def scan(road: Road, text: str | None = None, later_ms: int = 0, **facts: Any) -> dict[str, Any]:
    return {"text": text or road.slip, "at_ms": road.now_ms + later_ms, **facts}


def upload(road: Road) -> None:
    """The deck's book reaches the bureau."""
    RecordsStore(road.home).take("W01", b"".join(road.book.messages))


def test_a_slip_that_agrees_with_its_record_says_nothing(road: Road, tmp_path: Path) -> None:
    upload(road)
    loaded = load_scans(road.home, phone(tmp_path, scan(road)), "officer-1")
    assert (loaded.new, loaded.exposed) == (1, ())


def test_a_slip_of_another_book_exposes_the_fork(road: Road, tmp_path: Path) -> None:
    upload(road)
    other = scan(road, road.other_slip(head=bytes(16)))
    loaded = load_scans(road.home, phone(tmp_path, other), "officer-1")
    assert [one.code for one in loaded.exposed] == ["F-X03"]
    assert alerts(road.home) == ["F-X03"]


def test_a_book_that_comes_later_is_held_against_scans_from_before(
    road: Road, tmp_path: Path
) -> None:
    """A deck that was set back to an old disk and sold on, offline all the while."""
    other = scan(road, road.other_slip(head=bytes(16)))
    assert load_scans(road.home, phone(tmp_path, other), "officer-1").exposed == ()
    upload(road)
    again = load_scans(road.home, phone(tmp_path, other), "officer-1")
    assert [one.code for one in again.exposed] == ["F-X03"]


def test_the_same_file_twice_changes_nothing(road: Road, tmp_path: Path) -> None:
    upload(road)
    path = phone(tmp_path, scan(road, road.other_slip(head=bytes(16))))
    load_scans(road.home, path, "officer-1")
    again = load_scans(road.home, path, "officer-1")
    assert (again.new, again.known, again.exposed) == (0, 1, ())


def test_one_load_at_two_places_at_once_is_found(road: Road, tmp_path: Path) -> None:
    upload(road)
    here = scan(road) | dict(zip(("lat_micro", "lon_micro"), BEIJING, strict=True))
    there = scan(road, later_ms=600_000)
    there |= dict(zip(("lat_micro", "lon_micro"), TIANJIN, strict=True))
    path = phone(tmp_path, here, there)
    assert [one.code for one in load_scans(road.home, path, "officer-1").exposed] == ["F-T03"]


def test_a_slip_still_on_the_road_days_later_is_found(road: Road, tmp_path: Path) -> None:
    upload(road)
    path = phone(tmp_path, scan(road, later_ms=30 * HOUR_MS))
    assert [one.code for one in load_scans(road.home, path, "officer-1").exposed] == ["F-T08"]


def test_what_is_no_slip_is_kept_and_counted(road: Road, tmp_path: Path) -> None:
    path = phone(tmp_path, scan(road, "WS1:NONSENSE"), scan(road, road.ticket))
    assert load_scans(road.home, path, "officer-1").unread == 2


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"scans": 1}', '{"scans": [{}]}', '{"scans": [{"text": "x", "at_ms": 1.5}]}',
     '{"scans": [{"text": 1, "at_ms": 1}]}', '{"scans": [{"text": "x", "at_ms": -1}]}',
     '{"scans": [{"text": "x", "at_ms": 1, "lat_micro": 9999999999}]}', "[" * 5_000],
)  # fmt: skip
def test_a_file_that_is_no_phones_is_refused_whole(road: Road, tmp_path: Path, text: str) -> None:
    path = tmp_path / "scans.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        load_scans(road.home, path, "officer-1")
    assert refused.value.code == "E_SCANS"
    assert road.home.db.execute("SELECT count(*) FROM road_scans").fetchone()[0] == 0


# -- pure ------------------------------------------------------------------------------------------

ONE = Scan(1_000, "W01", 1, 5, bytes(16), 0, "T1", "P1")


def test_a_record_not_yet_held_is_owed_and_no_contradiction() -> None:
    assert not list(against_book(ONE, None))


def test_a_record_of_another_load_is_a_second_book() -> None:
    held = Held(bytes(32), "T1", "P2")
    assert [one.code for one in against_book(ONE, held)] == ["F-X03"]
    assert not list(against_book(ONE, held._replace(plate="P1")))


def test_one_ticket_on_two_slips_is_found() -> None:
    found = list(against_each_other([ONE, ONE._replace(seq=6, at_ms=2_000)], 24))
    assert [one.code for one in found] == ["F-T03"]


def test_a_truck_that_drives_from_one_post_to_the_next_is_not() -> None:
    first = ONE._replace(lat_micro=BEIJING[0], lon_micro=BEIJING[1])
    second = ONE._replace(lat_micro=TIANJIN[0], lon_micro=TIANJIN[1], at_ms=2 * HOUR_MS)
    assert not list(against_each_other([first, second], 24))
    assert not list(against_each_other([ONE, first], 24))


def test_distances_are_those_of_the_map() -> None:
    one, other = (ONE._replace(lat_micro=a, lon_micro=b) for a, b in (BEIJING, TIANJIN))
    assert 110 < distance_km(one, other) < 118


@given(st.lists(st.builds(ONE._replace, at_ms=st.integers(0, 10**8)), max_size=8))
def test_one_slip_seen_again_at_one_place_accuses_nobody_in_time(scans: list[Scan]) -> None:
    found = list(against_each_other(scans, 24))
    assert {one.code for one in found} <= {"F-T08"}
