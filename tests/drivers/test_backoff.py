"""The pauses between tries."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.backoff import FIRST_MS, MOST_MS, next_delay_ms


def test_the_pause_doubles_from_a_second_to_a_minute() -> None:
    pauses = [next_delay_ms(attempt) for attempt in range(8)]
    assert pauses == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]


def test_whoever_waits_may_set_a_lower_bound() -> None:
    assert [next_delay_ms(attempt, 5_000) for attempt in range(5)] == [
        1_000,
        2_000,
        4_000,
        5_000,
        5_000,
    ]


@given(st.integers(min_value=-5, max_value=10**9))
def test_no_number_of_tries_makes_it_stop_or_wait_longer(attempt: int) -> None:
    assert FIRST_MS <= next_delay_ms(attempt) <= MOST_MS
