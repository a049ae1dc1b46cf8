"""A clock that is set back, or ahead, or that jumps while the agent is dark: nothing is sold on it.

The agent is real down to the disk; only the moments it is given are chosen.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from edge_agent.events import Moment
from tests.site import proofs
from tests.site.county import County, open_county
from tests.site.places import count, make_place
from tests.site.rig import EMPTY_KG, LOADED_KG, Rig
from weighbook.records import Kind

BRIDGE, PLATE = "WB-1", "蒙K12345"
MINUTE_MS, HOUR_MS = 60_000, 3_600_000


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    with open_county(tmp_path / "county") as made:
        yield made


@pytest.fixture
def rig(county: County, tmp_path: Path) -> Iterator[Rig]:
    """Selling, with a truck whose tare is in the book."""
    config = make_place(tmp_path / "deck", BRIDGE)
    county.enrol(config)
    county.tickets(BRIDGE, 1)
    made = Rig(config, online=False)
    made.prove()
    made.cross(PLATE, code(county), EMPTY_KG)
    yield made
    made.leave()


def code(county: County) -> bytes:
    return county.tickets_of(BRIDGE)[0][1]


def turn(rig: Rig, by_ms: int) -> None:
    """Somebody sets the wall clock; the monotonic clock cannot be set."""
    rig.at = Moment(rig.at.wall_ms + by_ms, rig.at.mono_ms)


@pytest.mark.parametrize("by_ms", [-3_000, -HOUR_MS, -400 * 24 * HOUR_MS, 3 * MINUTE_MS, HOUR_MS])
def test_no_sale_is_made_on_a_clock_that_was_set(rig: Rig, county: County, by_ms: int) -> None:
    turn(rig, by_ms)
    opened = proofs.barrier_followed_the_book(rig.state)
    rig.cross(PLATE, code(county), LOADED_KG)
    assert not rig.is_open
    assert "CLOCK" in rig.causes
    assert count(rig.state, Kind.SALE) == 0
    assert proofs.barrier_followed_the_book(rig.state) == opened


@pytest.mark.parametrize("by_ms", [-HOUR_MS, HOUR_MS])
def test_setting_the_clock_right_again_does_not_open_sales(
    rig: Rig, county: County, by_ms: int
) -> None:
    turn(rig, by_ms)
    rig.wait(1_000)
    turn(rig, -by_ms)
    rig.wait(1_000)
    rig.cross(PLATE, code(county), LOADED_KG)
    assert (rig.is_open, count(rig.state, Kind.SALE)) == (False, 0)


def test_a_clock_set_back_while_the_agent_is_dark_is_found_at_the_start(rig: Rig) -> None:
    again = started_again(rig, rig.at.wall_ms - HOUR_MS)
    again.prove()
    assert (again.is_open, "CLOCK" in again.causes) == (False, True)
    again.leave()


def test_a_book_written_through_all_this_is_whole_and_says_what_happened(
    rig: Rig, county: County
) -> None:
    turn(rig, -HOUR_MS)
    rig.cross(PLATE, code(county), LOADED_KG)
    turn(rig, HOUR_MS)
    rig.cross(PLATE, code(county), LOADED_KG)
    assert count(rig.state, Kind.CLOCK) > 0
    assert count(rig.state, Kind.PASSAGE) + count(rig.state, Kind.REFUSED) == 2
    proofs.book_is_whole(rig.state)


def started_again(rig: Rig, wall_ms: int) -> Rig:
    """The same place, its PC switched on at that time of its own clock."""
    rig.leave()
    return Rig(rig.agent.config, online=False, wall_ms=wall_ms)
