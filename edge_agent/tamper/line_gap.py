"""T_GAP, T_SWAP (C20, C21): the line fell silent within a weighing.

A gap over `gap_ms` is a flag: adapters and computers stumble. Where the truck stood before and
after it and the weight differs by `step_kg`, something was changed meanwhile: T_SWAP raises
SCALE_SUSPECT.
"""

from collections.abc import Iterator
from itertools import pairwise

from edge_agent.tamper.limits import TamperLimits
from edge_agent.tamper.trace import Suspicion, Trace

GAP, SWAP = "T_GAP", "T_SWAP"
STANDS_MS = 500
STANDS_KG = 1_000


def find_gap(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    longest_ms = max((trace.times[b] - trace.times[a] for a, b in _gaps(trace, limits)), default=0)
    return Suspicion(GAP, f"{longest_ms} ms", f"{limits.gap_ms} ms") if longest_ms else None


def find_swap(trace: Trace, limits: TamperLimits) -> Suspicion | None:
    for before, after in _gaps(trace, limits):
        left, right = trace.stands(before, -STANDS_MS), trace.stands(after, STANDS_MS)
        if left is None or right is None or min(left, right) < STANDS_KG:
            continue
        if limits.step_kg and abs(right - left) >= limits.step_kg:
            return Suspicion(SWAP, f"{right - left:+d} kg", f"{limits.step_kg} kg")
    return None


def _gaps(trace: Trace, limits: TamperLimits) -> Iterator[tuple[int, int]]:
    """Places of the samples before and after each gap."""
    if limits.gap_ms and trace.curve.stride == 1:
        heard = set(trace.curve.broken)
        for place, (a, b) in enumerate(pairwise(trace.times)):
            if b - a > limits.gap_ms and not any(a < ms < b for ms in heard):
                yield place, place + 1
