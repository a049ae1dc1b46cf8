"""The tax month: a calendar month of Asia/Shanghai, as two instants in milliseconds.

00:00:00 local time belongs to the new month. Every day and month a table or a page names is
worked out here, once, so no engine ever does arithmetic with time zones.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from weighbook.phrase import Phrase, Refusal

ZONE = ZoneInfo("Asia/Shanghai")
MONTH_TEXT = re.compile(r"(2\d{3})-(0[1-9]|1[0-2])", re.ASCII)


class Period(NamedTuple):
    """`name` as people write it (2026-07); from_ms <= instant < to_ms."""

    name: str
    from_ms: int
    to_ms: int


def read_month(text: str) -> Period:
    """The month `YYYY-MM`; Refusal E_MONTH for anything else."""
    if not (match := MONTH_TEXT.fullmatch(text)):
        raise Refusal(
            "E_MONTH",
            Phrase(f"“{text}”不是月份。", f'"{text}" is not a month.'),
            Phrase("请写成 2026-07 的样子。", "Write it like 2026-07."),
        )
    year, month = int(match[1]), int(match[2])
    following = (year + month // 12, month % 12 + 1)
    return Period(text, _first_instant_ms(year, month), _first_instant_ms(*following))


def day_of(at_ms: int) -> str:
    """The local day `YYYY-MM-DD` an instant belongs to."""
    return _local(at_ms).date().isoformat()


def shown(at_ms: int) -> str:
    """Local time to the second, ISO 8601 with its offset."""
    return _local(at_ms).replace(microsecond=0).isoformat()


def shown_briefly(at_ms: int) -> str:
    """Local time for a printed page: 2026-07-01 08:30:00."""
    return _local(at_ms).strftime("%Y-%m-%d %H:%M:%S")


def _first_instant_ms(year: int, month: int) -> int:
    return int(datetime(year, month, 1, tzinfo=ZONE).timestamp()) * 1000


def _local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(ZONE)
