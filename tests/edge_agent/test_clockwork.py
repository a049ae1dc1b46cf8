"""Clocks and shown times: two clocks, one boot, and China's time whatever the machine is set to."""

import os
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.clockwork import boot_id, mono_ms, now
from edge_agent.shown_time import LAST_MS, shown_time


def test_both_clocks_run_and_the_second_never_back() -> None:
    first, second = now(), now()
    assert abs(first.wall_ms - time.time() * 1_000) < 5_000
    assert first.mono_ms <= second.mono_ms <= mono_ms()


def test_the_second_clock_counts_from_boot_and_so_outlives_us() -> None:
    words = [sys.executable, "-c", "from edge_agent.clockwork import *; print(mono_ms())"]
    before = mono_ms()
    other = int(subprocess.run(words, capture_output=True, check=True).stdout)
    assert before <= other <= mono_ms()


def test_the_boot_id_is_that_of_the_machine_and_stays() -> None:
    assert boot_id() == boot_id()
    assert len(boot_id()) == 16


@pytest.mark.parametrize(
    ("at_ms", "shown"),
    [
        (0, "1970-01-01 08:00:00"),
        (1_790_000_000_999, "2026-09-21 22:13:20"),
        (LAST_MS, "9999-12-31 08:00:00"),
        (-1, "-1 ms"),
        (1 << 80, f"{1 << 80} ms"),
    ],
)
def test_times_are_those_of_shanghai(at_ms: int, shown: str) -> None:
    assert shown_time(at_ms) == shown


def test_the_zone_of_the_machine_does_not_matter() -> None:
    words = [sys.executable, "-c", "from edge_agent.shown_time import *; print(shown_time(0))"]
    for zone in ("America/New_York", "nonsense"):
        shown = subprocess.run(
            words, env=os.environ | {"TZ": zone}, capture_output=True, check=True
        )
        assert shown.stdout.strip() == b"1970-01-01 08:00:00"


@given(st.integers())
def test_any_number_can_be_shown(at_ms: int) -> None:
    assert shown_time(at_ms)
