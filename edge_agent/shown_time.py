"""Times as people at the weighbridge read them: Asia/Shanghai, whatever the machine is set to."""

from datetime import datetime, timedelta, timezone

# China has had one offset and no summer time since 1992; no time zone data is needed.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
LAST_MS = 253_402_214_400_000  # 9999-12-31


def shown_time(at_ms: int) -> str:
    """Local time to the second; a time no calendar has is shown as its number."""
    if not 0 <= at_ms <= LAST_MS:
        return f"{at_ms} ms"
    return datetime.fromtimestamp(at_ms // 1_000, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
