"""What a passage tells the tamper checks: its curve and its trail, folded frame by frame.

The deck folds with these functions, and the trials of `tamper` do it with the same.
"""

from collections.abc import Iterator
from typing import NamedTuple

from edge_agent.curve import Curve, add_break, add_sample
from edge_agent.events import ScaleRead
from edge_agent.settings import SiteSettings
from edge_agent.settling import STABLE, Capture, Settling, valid_weight
from edge_agent.tamper.checks import When
from edge_agent.tamper.trace import Trace, Window
from edge_agent.tamper.trail import Trail, follow

PRELUDE_MS = 3_000
MAX_PRELUDE = 256


class Heard(NamedTuple):
    """What was heard of the passage on the deck, so far."""

    curve: Curve = Curve()
    trail: Trail = Trail()


class Prelude(NamedTuple):
    """What was heard over the empty deck: its newest frames, and how the line speaks."""

    frames: tuple[tuple[int, int, bool | None], ...] = ()
    trail: Trail = Trail()


def listen(prelude: Prelude, event: ScaleRead, site: SiteSettings) -> Prelude:
    """One frame more over an empty deck."""
    frames, trail = prelude.frames, follow(prelude.trail, event, site.division_kg)
    weight_kg, at_ms = valid_weight(event, site), event.now.mono_ms
    if weight_kg is None:
        return Prelude(frames, trail)
    frames = (*frames, (at_ms, weight_kg, event.stable))[-MAX_PRELUDE:]
    while frames[0][0] < at_ms - PRELUDE_MS:
        frames = frames[1:]
    return Prelude(frames, trail)


def begin(prelude: Prelude) -> Heard:
    """With the approach. What was odd over the empty deck counts for the load that comes."""
    curve = Curve()
    for at_ms, weight_kg, stable in prelude.frames:
        curve = add_sample(curve, at_ms, weight_kg, stable)
    return Heard(curve, prelude.trail)


def hear(heard: Heard, event: ScaleRead, site: SiteSettings) -> Heard:
    """One frame more of the passage."""
    weight_kg, at_ms = valid_weight(event, site), event.now.mono_ms
    if weight_kg is None:
        curve = add_break(heard.curve, at_ms)
    else:
        curve = add_sample(heard.curve, at_ms, weight_kg, event.stable)
    return Heard(curve, follow(heard.trail, event, site.division_kg))


def end(heard: Heard) -> Prelude:
    """The deck is empty. How the line speaks is remembered; a contradiction was for that load."""
    return Prelude(trail=Trail((heard.trail.grammar,)))


def trace_of(heard: Heard, capture: Capture | None, site: SiteSettings) -> Trace:
    """The passage as the checks look at it, so far."""
    return Trace(
        curve=heard.curve,
        division_kg=site.division_kg,
        window=_window(capture),
        grammars=heard.trail.grammars,
        odd=heard.trail.odd,
        odd_kg=heard.trail.odd_kg,
    )


def moments(before: Settling, after: Settling) -> Iterator[When]:
    """What happened with a frame, while the load is on the deck."""
    if after.capture is None:
        return
    if before.capture is None:
        yield When.CAPTURED
    elif after.weight_kg is not None and 2 * after.weight_kg < after.capture.weight_kg:
        yield When.WAITS


def _window(capture: Capture | None) -> Window | None:
    if capture is None or capture.stability != STABLE:
        return None
    first, last = capture.window[0], capture.window[-1]
    return Window(capture.weight_kg, first.mono_ms, last.mono_ms)
