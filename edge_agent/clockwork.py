"""The clocks and the boot this machine runs on; the only place where the agent asks the time."""

import time
from pathlib import Path

from edge_agent.events import Moment

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def now() -> Moment:
    """UTC and boot-time milliseconds: the second one never runs back and counts suspended time."""
    return Moment(time.time_ns() // 1_000_000, mono_ms())


def mono_ms() -> int:
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def boot_id() -> bytes:
    """16 bytes that change with every boot."""
    return bytes.fromhex(BOOT_ID.read_text(encoding="ascii").strip().replace("-", ""))
