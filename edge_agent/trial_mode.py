"""Test mode: the deck weighs and records, and can neither take a ticket nor open the barrier.

Pure. It ends by itself, is forgotten by a restart, and a day has only so many test weighings; each
is a record of its own kind, so that the bureau counts them (F-X07). What drove on before it began
is weighed as ever, what drives on during it is never sold.
"""

from dataclasses import replace

from edge_agent.announcements import TEST_ENDS, TEST_ON, TEST_REFUSED
from edge_agent.events import TrialAsked
from edge_agent.settings import HOUR_MS, MINUTE_MS
from edge_agent.turn import Lane, Turn, tell

MOST_MINUTES = 30
DAY_MS = 24 * HOUR_MS


def take_trial(lane: Lane, event: TrialAsked) -> Turn:
    """Begin it, or end it at once."""
    if event.minutes == 0:
        return tell(replace(lane, test_until_ms=0), TEST_ENDS, "TEST_ENDS")
    left = tests_left(lane)
    if left == 0 or event.minutes > MOST_MINUTES:
        told = TEST_REFUSED.fill(most=MOST_MINUTES, left=left)
        return tell(lane, told, "TEST_REFUSED", "warn")
    until_ms = lane.now.mono_ms + event.minutes * MINUTE_MS
    told = TEST_ON.fill(minutes=event.minutes, left=left)
    return tell(replace(lane, test_until_ms=until_ms), told, "TEST_ON", "alarm")


def is_on(lane: Lane) -> bool:
    """Whether a truck that drives on now is weighed as a test."""
    return lane.now.mono_ms < lane.test_until_ms and tests_left(lane) > 0


def tests_left(lane: Lane) -> int:
    """How many test weighings this day still has."""
    day, count = lane.ledger.tests
    today = lane.now.wall_ms // DAY_MS
    return max(0, lane.site.tests_per_day - (count if day == today else 0))
