"""A call to the bureau as the lane remembers it: what was asked, and when a code may be tried.

The challenge lives in memory only: a restart ends the call. How many codes were wrong stands in the
book, so that a restart forgives nothing.
"""

from dataclasses import dataclass

from weighbook.phone import Call

CALL_MS = 30 * 60_000  # how long a challenge may be answered
MAX_TRIES = 3  # wrong codes for one challenge
MAX_BAD_CODES = 10  # wrong codes until the next order: then no code counts, only a signed order
FIRST_WAIT_MS = 30_000  # after the first wrong code; twice as long after each further one
LONGEST_WAIT_MS = 4 * 3_600_000
MOST_AHEAD = 16  # orders by telephone that may be on their way, signed, at one time


@dataclass(frozen=True)
class PhoneLine:
    """`until_ms`, `wait_until_ms`: on the clock that never runs back."""

    call: Call | None = None
    until_ms: int = 0
    tries: int = 0
    wait_until_ms: int = 0


def wait_ms(bad_codes: int) -> int:
    """How long nothing is tried after so many wrong codes."""
    return min(LONGEST_WAIT_MS, FIRST_WAIT_MS << max(0, min(bad_codes, 32) - 1))
