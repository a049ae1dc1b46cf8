"""Waiting for something outside to come about: short looks until a limit."""

import time
from collections.abc import Callable

LOOK_S = 0.02
LIMIT_S = 15.0


def until(comes_about: Callable[[], object], limit_s: float = LIMIT_S) -> float:
    """Seconds it took; fails when the limit is over."""
    began = time.monotonic()
    while not comes_about():
        assert time.monotonic() - began < limit_s, f"not within {limit_s} s"
        time.sleep(LOOK_S)
    return time.monotonic() - began
