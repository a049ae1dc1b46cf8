"""One state machine for all checks: the full run of bad samples, in a row, and nothing less."""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cameras.judging.limits import Hysteresis, Limits
from drivers.cameras.judging.standing import Standing, after
from drivers.cameras.judging.table import ROWS, hysteresis
from drivers.cameras.judging.verdict import Grade, Sample, State

GOOD, FAIR, SUSPECT, BAD, IDLE = Grade
STEP_MS = 2_000
LETTERS = {"g": GOOD, "f": FAIR, "s": SUSPECT, "b": BAD, "i": IDLE}


def sample(grade: Grade, *, fresh: bool = False) -> Sample:
    return Sample(grade, {}, {}, fresh=fresh)


def states(letters: str, rule: Hysteresis, state: State = State.OK) -> str:
    """The first letter of the state after each sample, one every two seconds."""
    standing, found = Standing(state), ""
    for number, letter in enumerate(letters):
        standing = after(standing, sample(LETTERS[letter]), number * STEP_MS, rule)
        found += standing.state[0]
    return found


THREE = Hysteresis(enter_samples=3, leave_samples=2)
LONG = Hysteresis(enter_samples=2, enter_ms=6_000, leave_ms=4_000)


@pytest.mark.parametrize(
    ("rule", "samples", "said"),
    [
        (THREE, "bbb", "ssf"),
        (THREE, "bbgbb", "ssoss"),
        (THREE, "bbfbb", "ssoss"),
        (THREE, "bbsbb", "sssss"),
        (THREE, "bbbgg", "ssffo"),
        (THREE, "bbbgfgg", "ssffffo"),
        (THREE, "bbbgbgg", "ssffffo"),
        (THREE, "bbbiii", "ssffff"),
        (THREE, "bbi", "sso"),
        (LONG, "bbbb", "sssf"),
        (LONG, "bbbbggg", "sssfffo"),
        (LONG, "bbbgbbbb", "sssosssf"),
    ],
)
def test_the_table_of_runs(rule: Hysteresis, samples: str, said: str) -> None:
    assert states(samples, rule) == said


def test_a_new_camera_is_proven_by_what_is_not_bad_and_by_nothing_to_go_by() -> None:
    assert states("f", THREE, State.UNPROVEN) == "o"
    assert states("i", THREE, State.UNPROVEN) == "o"
    assert states("bbb", THREE, State.UNPROVEN) == "uuf"
    assert states("ggg", Hysteresis(prove_ms=4_000), State.UNPROVEN) == "uuo"


def test_another_direction_begins_a_new_run() -> None:
    standing = Standing(State.OK)
    for number in range(9):
        standing = after(standing, sample(BAD, fresh=number % 2 == 0), number, THREE)
    assert standing.state is State.SUSPECT


RULES = st.builds(
    Hysteresis,
    enter_samples=st.integers(1, 6),
    enter_ms=st.integers(0, 10_000),
    leave_samples=st.integers(1, 6),
    leave_ms=st.integers(0, 10_000),
    patient_ms=st.none() | st.integers(0, 20_000),
)
SAMPLES = st.builds(
    Sample,
    st.sampled_from(Grade),
    st.just({}),
    st.just({}),
    patient=st.booleans(),
    fresh=st.booleans(),
    holds=st.booleans(),
)
PLAYED = st.lists(st.tuples(st.integers(1, 4_000), SAMPLES), max_size=60)


def run_of(history: Iterable[Sample], grade: Grade) -> int:
    """How many samples of that grade stand at the end, in a row."""
    number = 0
    for one in reversed(list(history)):
        if one.grade is Grade.IDLE and grade is GOOD:
            continue
        if one.grade is not grade:
            break
        number += 1
    return number


@settings(max_examples=200, deadline=None)
@given(RULES, PLAYED, st.sampled_from((State.OK, State.UNPROVEN)))
def test_never_a_fault_without_the_full_run_and_never_an_end_without_it(
    rule: Hysteresis, played: list[tuple[int, Sample]], state: State
) -> None:
    standing, now_ms, history = Standing(state), 0, []
    for pause_ms, one in played:
        now_ms, before = now_ms + pause_ms, standing.state
        history.append(one)
        standing = after(standing, one, now_ms, rule)
        if standing.state is State.FAULT and before is not State.FAULT:
            assert run_of(history, BAD) >= rule.enter_samples
        if before is State.FAULT and standing.state is not State.FAULT:
            assert run_of(history, GOOD) >= rule.leave_samples


@settings(max_examples=100, deadline=None)
@given(PLAYED)
def test_one_good_sample_forgets_every_bad_one(played: list[tuple[int, Sample]]) -> None:
    standing, now_ms = Standing(State.OK), 0
    for pause_ms, one in played:
        now_ms += pause_ms
        standing = after(standing, one, now_ms, THREE)
    standing = after(standing, sample(GOOD), now_ms, THREE)
    assert standing.bad == 0
    for _ in range(THREE.enter_samples - 1):
        already = standing.state
        standing = after(standing, sample(BAD), now_ms, THREE)
        assert standing.state is not State.FAULT or already is State.FAULT


def test_every_row_has_its_hysteresis_in_the_limits() -> None:
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)
    for name in names:
        assert hysteresis(Limits(), name).enter_samples >= 1
