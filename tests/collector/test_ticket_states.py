"""The table of moves, and what a weighing record may do to a ticket."""

import pytest

from collector.ticket_posting import Standing, Weighed, plan
from collector.ticket_states import NAMES, SPENT, TRANSITIONS, UNUSED, Place, State, find

S = State
DIGEST = b"d" * 32


def ends_of(start: State) -> set[State]:
    return {line.end for line in TRANSITIONS if line.start is start}


def test_every_state_can_be_reached() -> None:
    assert {line.end for line in TRANSITIONS} == set(State)


def test_cancelled_destroyed_and_disputed_tickets_move_no_more() -> None:
    final = {state for state in State if not ends_of(state)}
    assert final == {S.CANCELLED, S.DESTROYED, S.DISPUTED}


def test_no_line_stands_twice() -> None:
    keys = [(line.move, line.start, line.end) for line in TRANSITIONS]
    assert len(keys) == len(set(keys))


def test_a_spent_ticket_never_becomes_usable_again() -> None:
    for state in SPENT:
        assert not ends_of(state) & UNUSED, state


@pytest.mark.parametrize("move", ["return", "void", "lost"])
def test_a_used_ticket_is_not_taken_back(move: str) -> None:
    assert all(find(move, state) is None for state in SPENT)


def test_a_returned_ticket_that_was_signed_is_never_issued_again() -> None:
    assert find("return", S.ALLOCATED) is not None
    assert S.STOCKED not in ends_of(S.RETURNED)


@pytest.mark.parametrize("move", ["generate", "stock-in", "issue", "cancel", "thaw", "write-off"])
def test_what_makes_or_relaxes_needs_two_officers(move: str) -> None:
    assert {line.signers for line in TRANSITIONS if line.move == move} == {2}


def test_every_state_has_a_name_in_both_languages() -> None:
    assert set(NAMES) == set(State)


def test_a_move_out_of_the_bureau_says_where_to() -> None:
    for line in TRANSITIONS:
        if line.start in (S.STOCKED, S.RETURNED):
            assert line.holder is not Place.SAME, line


def standing(state: State, since_ms: int = 50, frozen_ms: int | None = None) -> Standing:
    return Standing("T1", state, "W1", since_ms, 1_000, (DIGEST,), frozen_ms)


def weighed(at_ms: int, *, sold: bool = True, place: str = "W1", digest: bytes = DIGEST) -> Weighed:
    return Weighed("T1", place, 7, at_ms, sold, digest)


USE = ("reserve", S.RESERVED), ("use", S.USED)


@pytest.mark.parametrize(
    ("state", "at_ms", "moves", "codes"),
    [
        (S.ALLOCATED, 100, USE, ()),
        (S.RESERVED, 100, USE[1:], ()),
        (S.USED, 100, (), ("F-T01",)),
        (S.CANCELLED, 100, (), ("F-T01",)),
        (S.STOCKED, 100, (), ("F-T04",)),
        (S.ISSUED, 100, (), ("F-T04",)),
        (S.LOST, 100, (("dispute", S.DISPUTED),), ("F-T10",)),
        (S.LOST, 10, (("reverse", S.ALLOCATED), *USE), ("F-T10",)),
        (S.EXPIRED, 900, (("reverse", S.ALLOCATED), *USE), ()),
        (S.EXPIRED, 1_001, (("dispute", S.DISPUTED),), ("F-T08",)),
        (S.FROZEN, 10, (("reverse", S.ALLOCATED), *USE), ()),
        (S.FROZEN, 100, (("dispute", S.DISPUTED),), ("F-S01",)),
        (S.RETURNED, 10, (("reverse", S.ALLOCATED), *USE), ("F-T10",)),
    ],
)
def test_a_sale_does_to_a_ticket(
    state: State, at_ms: int, moves: tuple[object, ...], codes: tuple[str, ...]
) -> None:
    decided = plan(standing(state), weighed(at_ms))
    assert (decided.moves, tuple(note.code for note in decided.notes)) == (moves, codes)


RESERVE = ("reverse", S.ALLOCATED), ("reserve", S.RESERVED)


@pytest.mark.parametrize(
    ("state", "moves"),
    [
        (S.VOID, (*RESERVE, ("void", S.VOID))),
        (S.LOST, (*RESERVE, ("lost", S.LOST))),
        (S.EXPIRED, (*RESERVE, ("expire", S.EXPIRED))),
        (S.FROZEN, (*RESERVE, ("freeze", S.FROZEN))),
        (S.RETURNED, ()),
    ],
)
def test_a_tare_made_before_the_end_does_not_open_the_ticket_again(
    state: State, moves: tuple[object, ...]
) -> None:
    assert plan(standing(state), weighed(10, sold=False)).moves == moves


@pytest.mark.parametrize("state", [S.FROZEN, S.EXPIRED, S.LOST])
@pytest.mark.parametrize(("at_ms", "counts"), [(59, True), (60, False)])
def test_a_sale_after_the_freeze_is_no_sale_whatever_the_ticket_became(
    state: State, at_ms: int, counts: bool
) -> None:
    decided = plan(standing(state, since_ms=100, frozen_ms=60), weighed(at_ms))
    codes = [note.code for note in decided.notes]
    assert (decided.moves[-1] == USE[1]) is counts
    assert ("F-S01" in codes) is not counts


ONCE_FROZEN = ends_of(S.FROZEN) & {S.EXPIRED, S.LOST} | {S.FROZEN}


@pytest.mark.parametrize(
    ("state", "frozen_ms"),
    [*((state, None) for state in State), *((state, 60) for state in sorted(ONCE_FROZEN))],
)
@pytest.mark.parametrize("sold", [True, False])
@pytest.mark.parametrize("at_ms", [10, 55, 100, 2_000])
def test_every_plan_follows_the_table(
    state: State, frozen_ms: int | None, sold: bool, at_ms: int
) -> None:
    here = state
    for move, end in plan(standing(state, 50, frozen_ms), weighed(at_ms, sold=sold)).moves:
        assert find(move, here, end) is not None, (move, here, end)
        here = end


def test_an_unknown_ticket_is_taken_for_a_forgery() -> None:
    assert [note.code for note in plan(None, weighed(100)).notes] == ["F-T04"]


def test_a_ticket_seen_at_another_weighbridge_is_not_moved() -> None:
    decided = plan(standing(S.ALLOCATED), weighed(100, place="W2"))
    assert (decided.moves, decided.notes[0].code) == ((), "F-T03")


def test_a_ticket_signed_with_other_contents_is_noted_and_still_used() -> None:
    decided = plan(standing(S.ALLOCATED), weighed(100, digest=b"x" * 32))
    assert (decided.moves, decided.notes[0].code) == (USE, "F-T06")
