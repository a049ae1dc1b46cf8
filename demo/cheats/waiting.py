"""Waits with an end: a cheat that is not answered in time is a broken promise, not a hang."""

import time
from collections.abc import Callable

POLL_S = 0.02


class Broken(Exception):
    """What was promised did not come about."""


def wait_until(come: Callable[[], bool], limit_s: float, say: Callable[[], object] = str) -> float:
    """Until it has come true; how long that took. Errors: Broken with what `say` says."""
    began = time.monotonic()
    while not come():
        if time.monotonic() - began > limit_s:
            raise Broken(f"{limit_s:.0f} s: {say()}")
        time.sleep(POLL_S)
    return time.monotonic() - began


def must(holds: bool, what: str) -> None:  # noqa: FBT001 # reads as a sentence
    """Errors: Broken."""
    if not holds:
        raise Broken(what)
