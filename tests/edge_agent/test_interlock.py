"""Sales are open iff every cause is covered and none is uncoverable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.cause_words import CAUSES
from edge_agent.causes import CAMERA_CODES
from edge_agent.interlock import UNCOVERABLE, Permit, Suspension, decide, room_kg
from edge_agent.ledger_state import Standing

NOW = 1_000_000
COVERABLE = sorted(CAUSES.keys() - UNCOVERABLE)


def cause(code: str, subject: str = "x") -> Standing:
    return Standing(code, subject, 0, "", "")


def permit(*causes: str, number: int = 7, trucks: int = 0, kg: int = 0) -> Permit:
    return Permit(number, causes, NOW - 10, NOW + 10, 50, 2_000_000, trucks, kg)


def test_without_causes_sales_are_open() -> None:
    assert decide([], [], [], NOW).open


@pytest.mark.parametrize("code", sorted(CAUSES))
def test_any_cause_closes_sales(code: str) -> None:
    assert not decide([cause(code)], [], [], NOW).open


@pytest.mark.parametrize("code", COVERABLE)
def test_a_permit_covers_the_causes_it_names(code: str) -> None:
    decision = decide([cause(code)], [permit(code)], [], NOW)
    assert decision.open
    assert decision.permits == (7,)


@pytest.mark.parametrize("code", sorted(UNCOVERABLE))
def test_no_permit_covers_what_can_never_be_covered(code: str) -> None:
    assert not decide([cause(code)], [permit(code)], [], NOW).open


def test_a_permit_for_one_cause_does_not_cover_another() -> None:
    causes = [cause("CAMERA_LOST"), cause("LEASE")]
    decision = decide(causes, [permit("CAMERA_LOST")], [], NOW)
    assert decision.uncovered == (("LEASE", "x"),)


@pytest.mark.parametrize(("at_ms", "is_open"), [(-11, False), (-10, True), (9, True), (10, False)])
def test_a_permit_counts_from_its_beginning_up_to_its_end(at_ms: int, is_open: bool) -> None:
    decision = decide([cause("LEASE")], [permit("LEASE")], [], NOW + at_ms)
    assert decision.open is is_open


def test_a_permit_ends_with_its_last_truck() -> None:
    assert decide([cause("LEASE")], [permit("LEASE", trucks=49)], [], NOW).open
    assert not decide([cause("LEASE")], [permit("LEASE", trucks=50)], [], NOW).open


def test_a_permit_ends_with_its_last_kilogram() -> None:
    assert not decide([cause("LEASE")], [permit("LEASE", kg=2_000_000)], [], NOW).open


def test_the_next_load_may_only_weigh_what_the_permit_has_left() -> None:
    permits = [permit("LEASE", kg=1_970_000)]
    assert room_kg(decide([cause("LEASE")], permits, [], NOW), permits) == 30_000


def test_of_two_permits_the_newest_is_used() -> None:
    permits = [permit("LEASE", number=8), permit("LEASE", number=7)]
    assert decide([cause("LEASE")], permits, [], NOW).permits == (8,)


def test_the_rest_of_an_old_permit_counts_when_the_newest_is_used_up() -> None:
    permits = [permit("LEASE", number=7, trucks=49), permit("LEASE", number=8, trucks=50)]
    assert decide([cause("LEASE")], permits, [], NOW).permits == (7,)


def test_a_suspension_closes_sales_whatever_permits_say() -> None:
    suspended = [Suspension(9, "inspection", NOW, None)]
    assert not decide([], [permit("ORDER")], suspended, NOW).open


@pytest.mark.parametrize(("at_ms", "is_open"), [(-1, True), (0, False), (99, False), (100, True)])
def test_a_suspension_holds_from_its_beginning_up_to_its_end(at_ms: int, is_open: bool) -> None:
    assert decide([], [], [Suspension(9, "", NOW, NOW + 100)], NOW + at_ms).open is is_open


causes_drawn = st.lists(st.builds(cause, st.sampled_from(sorted(CAUSES))), max_size=6)
permits_drawn = st.lists(
    st.builds(
        Permit,
        st.integers(1, 9),
        st.lists(st.sampled_from(sorted(CAUSES))).map(tuple),
        st.integers(NOW - 5, NOW + 5),
        st.integers(NOW - 5, NOW + 5),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=4,
)


@given(causes_drawn, permits_drawn)
def test_open_means_that_each_cause_has_a_valid_permit_of_its_own(
    causes: list[Standing], permits: list[Permit]
) -> None:
    decision = decide(causes, permits, [], NOW)
    by_number = {p.number for p in permits if p.not_before_ms <= NOW < p.expires_ms}
    if decision.open:
        assert not {c.code for c in causes} & UNCOVERABLE
        assert {c.code for c in causes} <= {c for p in permits for c in p.causes}
        assert set(decision.permits) <= by_number


@given(causes_drawn, permits_drawn, st.sampled_from(sorted(CAUSES)))
def test_one_cause_more_never_opens_sales(
    causes: list[Standing], permits: list[Permit], more: str
) -> None:
    if decide([*causes, cause(more, "y")], permits, [], NOW).open:
        assert decide(causes, permits, [], NOW).open


def test_every_camera_cause_can_be_covered() -> None:
    assert not CAMERA_CODES & UNCOVERABLE
