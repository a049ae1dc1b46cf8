"""The capture of a stored curve once more, by the settling that took it. Pure.

From the curve in the evidence anyone can recompute the weight of its record: `edge-agent replay`
does, and the tamper checks learn at a start from it what arrivals were seen before.
"""

from collections.abc import Iterable, Iterator

from edge_agent.curve import MARKS, Curve, StoredCurve
from edge_agent.events import Moment, ScaleRead
from edge_agent.settings import SiteSettings
from edge_agent.settling import STABLE, Capture, Settling, feed
from edge_agent.tamper.seen_before import arrival
from edge_agent.tamper.shape import NO_MEMORY, Memory, remember
from edge_agent.witness import Heard, trace_of

STABLE_OF = {mark[0]: stable for stable, mark in MARKS.items()}


def recapture(stored: StoredCurve, site: SiteSettings) -> Capture | None:
    """What the settling makes of the curve; None: no load settled in it."""
    settling = Settling(zero_kg=stored.zero_kg)
    for event in frames_of(stored.curve):
        settling = feed(settling, event, site)
        if settling.capture is not None:
            return settling.capture
    return None


def weight_differs(stored: StoredCurve, weight_kg: int, site: SiteSettings) -> bool:
    """Whether the curve gives another weight. A thinned curve is taken at its word."""
    if stored.curve.stride > 1:
        return False
    capture = recapture(stored, site)
    return capture is None or capture.stability != STABLE or capture.weight_kg != weight_kg


def memory_of(curves: Iterable[StoredCurve], site: SiteSettings) -> Memory:
    """The arrivals of earlier passages, oldest first."""
    memory = NO_MEMORY
    for stored in curves:
        capture = recapture(stored, site)
        shape = arrival(trace_of(Heard(stored.curve), capture, site))
        if shape is not None:
            memory = remember(memory, shape, site.tamper.replay_memory)
    return memory


def frames_of(curve: Curve) -> Iterator[ScaleRead]:
    """The frames as the deck heard them; those without a weight among them."""
    marks = curve.marks.ljust(len(curve.samples), MARKS[None])
    heard: list[tuple[int, int | None, bool | None]] = [
        (at_ms, kg, STABLE_OF[mark])
        for (at_ms, kg), mark in zip(curve.samples, marks, strict=False)
    ]
    heard += [(at_ms, None, None) for at_ms in curve.broken]
    for at_ms, kg, stable in sorted(heard, key=lambda one: one[0]):
        yield ScaleRead(Moment(at_ms, at_ms), kg, stable, None, b"")
