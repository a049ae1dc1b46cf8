"""When sales were closed: causes from raising to clearing, covered or bare, counted once."""

from hypothesis import given
from hypothesis import strategies as st

from collector.closing import Change, Closures, Stretch, closed_times, fold_books
from collector.period import Period
from collector.tables import OPEN_MS, OPEN_SEQ
from weighbook.records import CauseChange, OrderSeen

GIVEN = {("W1", 4)}
PERIOD = Period("2026-07", 1_000, 2_000)
MINUTE_MS = 60_000


def cause(seq: int, change: str, code: str = "POWER", permit: int | None = None) -> Change:
    body = CauseChange(code, "", change, seq * MINUTE_MS, "-", "-", permit)
    return Change("W1", 1, seq, seq * MINUTE_MS, seq * MINUTE_MS + 500, body)


def order(seq: int, action: str, outcome: str = "applied") -> Change:
    return Change("W1", 1, seq, seq * MINUTE_MS, 0, OrderSeen(7, bytes(32), action, outcome, None))


def bare(closures: Closures) -> list[tuple[str, int, int]]:
    return [(s.code, s.from_seq, s.to_seq) for s in closures.stretches]


def test_a_cause_closes_sales_between_its_raising_and_its_clearing() -> None:
    found = fold_books([cause(3, "raised"), cause(9, "cleared")], GIVEN)
    (episode,) = found.episodes
    assert bare(found) == [("POWER", 3, 9)]
    assert (episode.from_ms, episode.to_ms) == (3 * MINUTE_MS, 9 * MINUTE_MS)
    assert episode.reported_ms == 3 * MINUTE_MS + 500


def test_a_permit_that_was_given_opens_sales_while_it_covers() -> None:
    changes = [cause(3, "raised"), cause(5, "covered", permit=4), cause(7, "uncovered"),
               cause(9, "cleared")]  # fmt: skip
    found = fold_books(changes, GIVEN)
    assert bare(found) == [("POWER", 3, 5), ("POWER", 7, 9)]
    assert [episode.permit for episode in found.episodes] == [4]


def test_a_permit_nobody_gave_covers_nothing() -> None:
    changes = [cause(3, "raised"), cause(5, "covered", permit=5), cause(9, "cleared")]
    found = fold_books(changes, GIVEN)
    assert bare(found) == [("POWER", 3, 9)]
    assert found.episodes[0].permit is None


def test_what_was_never_cleared_stands_open_at_the_end() -> None:
    found = fold_books([cause(3, "raised")], GIVEN)
    assert bare(found) == [("POWER", 3, OPEN_SEQ)]
    assert (found.stretches[0].to_ms, found.episodes[0].to_ms) == (OPEN_MS, None)


def test_a_release_by_telephone_counts_when_it_came_and_once() -> None:
    first = [cause(3, "raised"), order(5, "RELEASE", "phoned"), cause(6, "cleared")]
    later = [cause(10, "raised"), order(12, "RELEASE"), cause(13, "cleared")]
    found = fold_books([*first, *later], GIVEN)
    assert [episode.release for episode in found.episodes] == [7, None]


def test_a_new_epoch_ends_what_stood_in_the_old_one() -> None:
    fresh = cause(1, "cleared")._replace(epoch=2, at_ms=20 * MINUTE_MS)
    found = fold_books([cause(3, "raised"), fresh], GIVEN)
    assert found.episodes[0].to_ms == 20 * MINUTE_MS


def test_evidence_closes_and_opens_nothing_whenever_it_comes() -> None:
    changes = [cause(3, "raised"), cause(5, "evidence"), cause(9, "cleared"), cause(10, "evidence")]
    found = fold_books(changes, GIVEN)
    assert bare(found) == [("POWER", 3, 9)]
    assert len(found.episodes) == 1
    covered = [cause(3, "raised"), cause(4, "covered", permit=4), cause(5, "evidence")]
    assert bare(fold_books(covered, GIVEN)) == [("POWER", 3, 4)]


def test_causes_stand_each_for_itself() -> None:
    changes = [cause(3, "raised"), cause(4, "raised", "CLOCK"), cause(6, "cleared"),
               cause(8, "cleared", "CLOCK")]  # fmt: skip
    assert bare(fold_books(changes, GIVEN)) == [("POWER", 3, 6), ("CLOCK", 4, 8)]


def test_only_a_release_that_was_applied_while_it_stood_is_named() -> None:
    stood = [cause(3, "raised"), order(5, "RELEASE"), cause(6, "cleared")]
    refused = [cause(3, "raised"), order(5, "RELEASE", "refused"), cause(6, "cleared")]
    before = [order(2, "RELEASE"), cause(3, "raised"), cause(6, "cleared")]
    numbers = [fold_books(c, GIVEN).episodes[0].release for c in (stood, refused, before)]
    assert numbers == [7, None, None]


@given(st.permutations([cause(3, "raised"), cause(5, "covered", permit=4), cause(9, "cleared")]))
def test_the_order_of_arrival_changes_nothing(changes: list[Change]) -> None:
    assert bare(fold_books(changes, GIVEN)) == [("POWER", 3, 5)]


def stretch(from_ms: int, to_ms: int, code: str = "POWER", place: str = "W1") -> Stretch:
    return Stretch(place, 1, code, "", 0, 0, from_ms, to_ms)


def test_overlapping_causes_are_counted_once_and_cut_at_the_month() -> None:
    stood = [stretch(0, 1_200), stretch(1_100, 1_300, "CLOCK"), stretch(1_500, OPEN_MS)]
    assert list(closed_times(stood, PERIOD)) == [("W1", 1_000, 1_300), ("W1", 1_500, 2_000)]


@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 3_000)), max_size=12))
def test_closed_time_is_the_union_of_all_stretches(spans: list[tuple[int, int]]) -> None:
    found = closed_times([stretch(min(s), max(s)) for s in spans], PERIOD)
    closed = {ms for first, last in spans for ms in range(min(first, last), max(first, last))}
    counted = [ms for _, from_ms, to_ms in found for ms in range(from_ms, to_ms)]
    assert len(counted) == len(set(counted))
    assert set(counted) == closed & set(range(PERIOD.from_ms, PERIOD.to_ms))
