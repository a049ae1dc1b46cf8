"""When pictures were taken, as far as their names tell: pure.

`deck_2026-01-05_10-30-00.jpg`, `20260105103000.jpg`, `1767609000123.jpg`. Names that only count, or
of which one tells no time, or no later one than the name before it, tell nothing.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

WRITTEN = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)[-_.T ]*([0-2]\d)[-_.:h]?([0-5]\d)"
    r"(?:[-_.:m]?([0-5]\d))?(?![0-9])"
)
COUNTED = re.compile(r"(?<!\d)(1[0-9]{9})([0-9]{3})?(?!\d)")


def times_in(names: Sequence[str]) -> list[int] | None:
    """The time of each in milliseconds, as written: no zone is known. None: they tell none."""
    times: list[int] = []
    for name in names:
        at_ms = _time_in(name)
        if at_ms is None or (times and at_ms <= times[-1]):
            return None
        times.append(at_ms)
    return times if len(times) > 1 else None


def _time_in(name: str) -> int | None:
    written = WRITTEN.search(name)
    if written is not None:
        try:
            when = datetime(*(int(part or 0) for part in written.groups()), tzinfo=UTC)  # type: ignore[arg-type, misc]  # six whole numbers
        except ValueError:
            return None
        return round(when.timestamp()) * 1000
    counted = COUNTED.search(name)
    if counted is None:
        return None
    return int(counted[1]) * 1000 + int(counted[2] or 0)
