"""A PC whose clock is wrong: `python -m demo.cheats.clocked SHIFT_MS WORDS…` runs edge-agent on it.

The wall clock is a device like any other, and this is its simulator: what the program is told of
the time of day is off by so much. The clock that only runs forward cannot be set: it is left alone.
"""

import sys
import time

from edge_agent.cli import main


def shift_clock(shift_ms: int) -> None:
    """From now on this process sees another time of day."""
    real_ns, real = time.time_ns, time.time

    def time_ns() -> int:
        return real_ns() + shift_ms * 1_000_000

    def seconds() -> float:
        return real() + shift_ms / 1_000

    for name, clock in (("time_ns", time_ns), ("time", seconds)):
        setattr(time, name, clock)


if __name__ == "__main__":
    shift_clock(int(sys.argv[1]))
    main(sys.argv[2:])
