"""Who is halted, since when and why: from heartbeats that come first and records that follow."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector import halts_store
from collector.halts import START, Cause, Standing, State, Word, standing_of
from tests.collector.receiving import SECOND_MS, Desk
from tests.collector.sites import NOW_MS
from weighbook.records import CauseChange, Kind, Started

SELLS = Word(9_000, 9_100, open=True, codes=())
HALTS = Word(9_000, 9_100, open=False, codes=("CAMERA_LOST",))
LOST = Cause("CAMERA_LOST", "deck", 8_000, "lost: age 2.6 s", "2.5 s")


def raised(code: str = "CAMERA_LOST", change: str = "raised", **facts: object) -> CauseChange:
    plain = {"since_ms": NOW_MS, "measured": "lost: age 2.6 s", "limit": "2.5 s", "permit": None}
    return CauseChange(code, "deck", change, **(plain | facts))  # type: ignore[arg-type]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.send(*desk.book.fill(1))
    return desk


def standing(desk: Desk) -> Standing:
    ((_, _, found),) = halts_store.standings(desk.home.db)
    return found


# -- the decision ----------------------------------------------------------------------------------


def test_a_heartbeat_alone_says_that_a_deck_is_halted_and_why() -> None:
    found = standing_of(HALTS, (), None)
    assert (found.state, found.since_ms) == (State.HALTED, 9_000)
    assert found.codes == "CAMERA_LOST"


def test_records_add_since_when_and_what_was_measured() -> None:
    found = standing_of(HALTS, (LOST,), None)
    assert (found.state, found.since_ms, found.causes) == (State.HALTED, 8_000, (LOST,))


def test_a_deck_just_switched_on_is_starting_not_halted() -> None:
    assert standing_of(HALTS, (LOST._replace(measured=START),), None).state is State.STARTING
    other = Word(9_000, 9_100, open=False, codes=("CAMERA_LOST", "POWER"))
    assert standing_of(other, (LOST._replace(measured=START),), None).state is State.HALTED


def test_a_covered_cause_closes_nothing() -> None:
    covered = LOST._replace(permit=7)
    assert standing_of(SELLS, (covered,), None).state is State.OPEN
    both = Word(9_000, 9_100, open=False, codes=("CAMERA_LOST", "POWER"))
    power = Cause("POWER", "mains", 8_500)
    found = standing_of(both, (covered, power), None)
    assert (found.codes, found.since_ms) == ("POWER", 8_500)


def test_who_is_silent_is_neither_open_nor_halted() -> None:
    assert standing_of(SELLS, (), 4_000) == Standing(State.SILENT, 4_000, ())


CAUSES = st.builds(
    Cause,
    st.sampled_from(["CAMERA_LOST", "POWER", "ORDER"]),
    st.sampled_from(["", "deck", "road"]),
    st.integers(0, 9_000),
    st.sampled_from([START, "9"]),
    st.just(""),
    st.none() | st.integers(1, 9),
)


@given(
    st.builds(Word, st.integers(0, 9_000), st.integers(0, 9_000), st.booleans(),
              st.lists(st.sampled_from(["CAMERA_LOST", "POWER"]), unique=True).map(tuple)),
    st.lists(CAUSES, max_size=5),
    st.none() | st.integers(0, 9_000),
)  # fmt: skip
def test_a_deck_that_does_not_sell_is_never_shown_as_open(
    word: Word, causes: list[Cause], silent_ms: int | None
) -> None:
    found = standing_of(word, causes, silent_ms)
    if found.state is State.OPEN:
        assert word.open
    if silent_ms is not None:
        assert found.state is State.SILENT
    elif not word.open:
        assert found.state in (State.HALTED, State.STARTING)
        assert set(word.codes) <= {one.code for one in found.causes}


# -- from the wire ---------------------------------------------------------------------------------


def test_a_halt_is_seen_from_the_heartbeat_before_its_record_comes(desk: Desk) -> None:
    desk.beat(desk.book.checkpoint(causes=("CAMERA_LOST",)))
    assert standing(desk).state is State.HALTED
    desk.send(desk.book.write(Kind.CAUSE, raised(since_ms=NOW_MS - 700)))
    assert standing(desk).since_ms == NOW_MS - 700
    assert standing(desk).causes[0].measured == "lost: age 2.6 s"


def test_a_cleared_cause_is_gone(desk: Desk) -> None:
    desk.send(desk.book.write(Kind.CAUSE, raised()))
    desk.send(desk.book.write(Kind.CAUSE, raised(change="cleared")))
    assert halts_store.causes_of(desk.home.db, "W01") == ()


def test_a_permit_covers_and_uncovers(desk: Desk) -> None:
    desk.send(desk.book.write(Kind.CAUSE, raised()))
    desk.send(desk.book.write(Kind.CAUSE, raised(change="covered", permit=4)))
    assert halts_store.causes_of(desk.home.db, "W01")[0].permit == 4
    desk.send(desk.book.write(Kind.CAUSE, raised(change="uncovered", permit=4)))
    assert halts_store.causes_of(desk.home.db, "W01")[0].permit is None


def test_a_start_forgets_what_stood_only_for_the_last_one(desk: Desk) -> None:
    desk.send(desk.book.write(Kind.CAUSE, raised(measured=START)))
    desk.send(desk.book.write(Kind.CAUSE, raised("POWER")))
    desk.send(desk.book.write(Kind.STARTED, Started("test", bytes(32), clean=True)))
    assert [one.code for one in halts_store.causes_of(desk.home.db, "W01")] == ["POWER"]


def test_records_that_come_out_of_order_end_in_the_same_causes(desk: Desk) -> None:
    first = desk.book.write(Kind.CAUSE, raised())
    second = desk.book.write(Kind.CAUSE, raised(change="cleared"))
    desk.send(second)
    desk.send(first)
    assert halts_store.causes_of(desk.home.db, "W01") == ()


def test_silence_of_three_minutes_is_shown(desk: Desk) -> None:
    desk.writer.look_around()
    desk.beat()
    desk.wait(181 * SECOND_MS)
    assert standing(desk).state is State.SILENT
    desk.beat(desk.book.checkpoint(at_ms=desk.home.now_ms()))
    desk.wait(11 * SECOND_MS)
    assert standing(desk).state is State.OPEN
