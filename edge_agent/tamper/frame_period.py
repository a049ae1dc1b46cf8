"""T_PERIOD (C20): the frames come at another pace than a moment ago.

An indicator sends at one pace. Over stretches of `STRETCH` frames the slowest is compared with the
fastest; a stretch with a gap in it is left out. Over `period_percent` something else is on the
line. Raises SCALE_SUSPECT. Switch it off for an indicator that sends on change or when stable only.
"""

from itertools import pairwise

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace

CODE = "T_PERIOD"
STRETCH = 40


def find(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    if not limits.period_percent or trace.curve.stride > 1:
        return None
    times = sorted((*trace.times, *trace.curve.broken))
    lasted = [
        times[place + STRETCH] - times[place]
        for place in range(0, len(times) - STRETCH, STRETCH // 2)
        if not _has_gap(times[place : place + STRETCH + 1], limits)
    ]
    if len(lasted) < 2 or max(lasted) * 100 <= max(1, min(lasted)) * limits.period_percent:
        return None
    fast, slow = (STRETCH * 10_000 // max(1, ms) for ms in (min(lasted), max(lasted)))
    measured = f"{fast / 10:.1f} / {slow / 10:.1f} Hz"
    return Suspicion(CODE, measured, f"{limits.period_percent} %")


def _has_gap(times: list[int], limits: TamperLimits) -> bool:
    longest = max(b - a for a, b in pairwise(times))
    return longest > (limits.gap_ms or 1_000) or longest * 4 > times[-1] - times[0]
