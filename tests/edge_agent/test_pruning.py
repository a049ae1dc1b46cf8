"""Which evidence may go: never what the collector does not hold, and the oldest first."""

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.pruning import (
    MAX_FILES,
    Bounds,
    Held,
    Range,
    choose,
    range_of,
    supposed,
)

NOW_MS = 1_000_000
KEEP = Bounds(keep_ms=1_000, largest_bytes=10_000)
OLD_MS, YOUNG_MS = NOW_MS - 2_000, NOW_MS - 10


def held(number: int, **changes: object) -> Held:
    """A file of the record of that number, at the collector and young."""
    plain = Held(bytes([number]) * 32, 100, number, YOUNG_MS + number, True, True)
    return plain._replace(**changes)  # type: ignore[arg-type]  # a test names real fields


def chosen(*files: Held, bounds: Bounds = KEEP) -> list[int]:
    return [one.digest[0] for one in choose(files, NOW_MS, bounds)]


def test_what_is_old_goes_and_what_is_young_stays() -> None:
    assert chosen(held(1, at_ms=OLD_MS), held(2)) == [1]


def test_over_the_budget_the_oldest_go_until_it_fits() -> None:
    small = Bounds(keep_ms=1_000_000, largest_bytes=250)
    assert chosen(held(4), held(2), held(1), held(3), bounds=small) == [1, 2]


def test_what_the_collector_does_not_hold_stays_however_old_and_large() -> None:
    no_room = Bounds(keep_ms=0, largest_bytes=0)
    waiting = held(1, at_ms=0, is_receipted=False, size_bytes=10**12)
    asked = held(2, at_ms=0, is_confirmed=False)
    assert chosen(waiting, asked, held(3), bounds=no_room) == [3]


def test_what_no_record_names_goes_by_age_alone() -> None:
    no_room = Bounds(keep_ms=1_000, largest_bytes=0)
    assert chosen(held(1, seq=None, at_ms=OLD_MS), held(2, seq=None), bounds=no_room) == [1]


def test_it_is_done_in_bounded_rounds() -> None:
    files = [held(1, digest=number.to_bytes(32), at_ms=OLD_MS) for number in range(MAX_FILES + 9)]
    assert len(choose(files, NOW_MS, KEEP)) == MAX_FILES


def test_the_range_ends_with_what_goes_and_begins_with_what_is_left() -> None:
    files = [held(2), held(5), held(7), held(9, seq=None)]
    assert range_of(files, [files[0], files[1]], Range(0, 0)) == Range(6, 5)
    assert range_of(files, [files[1]], Range(0, 0)) == Range(2, 5)
    assert range_of(files, files, Range(0, 0)) == Range(8, 7)
    assert range_of(files, [files[3]], Range(2, 1)) == Range(2, 1)
    assert range_of([], [], Range(3, 9)) == Range(10, 9)


FILES = st.lists(
    st.builds(
        Held,
        st.binary(min_size=32, max_size=32),
        st.integers(0, 500),
        st.none() | st.integers(1, 99),
        st.integers(0, 2 * NOW_MS),
        st.booleans(),
        st.booleans(),
    ),
    max_size=40,
    unique_by=lambda one: one.digest,
)
BOUNDS = st.builds(Bounds, st.integers(0, NOW_MS), st.integers(-500, 9_000))


@given(FILES, BOUNDS, st.integers(0, 3 * NOW_MS))
def test_nothing_goes_that_is_named_and_not_both_receipted_and_confirmed(
    files: list[Held], bounds: Bounds, now_ms: int
) -> None:
    for one in choose(files, now_ms, bounds):
        assert one.seq is None or (one.is_receipted and one.is_confirmed)
        assert one.seq is not None or now_ms - one.at_ms > bounds.keep_ms


@given(FILES, BOUNDS)
def test_afterwards_it_fits_or_nothing_more_may_go(files: list[Held], bounds: Bounds) -> None:
    going = set(choose(files, NOW_MS, bounds))
    left = [one for one in files if one not in going]
    fits = sum(one.size_bytes for one in left) <= bounds.largest_bytes
    assert fits or not any(one.may_go and one.seq is not None for one in left)


@given(FILES, BOUNDS)
def test_of_two_that_may_go_the_older_goes_first(files: list[Held], bounds: Bounds) -> None:
    going = set(choose(files, NOW_MS, bounds))
    named = [one for one in files if one.may_go and one.seq is not None]
    youngest = max((one.at_ms for one in named if one in going), default=-1)
    assert all(one in going for one in named if one.at_ms < youngest)


@given(FILES, BOUNDS)
def test_what_is_asked_for_holds_all_that_can_go(files: list[Held], bounds: Bounds) -> None:
    """With every answer a yes, the question and the decision are the same."""
    asked = choose(supposed(files), NOW_MS, bounds)
    assert [one.digest for one in choose(asked, NOW_MS, bounds._replace(largest_bytes=-1))] == [
        one.digest for one in asked
    ]


@given(FILES, BOUNDS, st.integers(0, 50), st.integers(0, 50))
def test_the_range_is_true_of_what_is_left(
    files: list[Held], bounds: Bounds, first: int, last: int
) -> None:
    files = [one for one in files if one.seq is None or one.seq >= first]
    going = choose(files, NOW_MS, bounds)
    told = range_of(files, going, Range(first, last))
    seqs = [one.seq for one in files if one not in going and one.seq is not None]
    assert all(seq >= told.first for seq in seqs)
    assert all(one.seq is None or one.seq <= told.last for one in going)
    assert told.last >= last
