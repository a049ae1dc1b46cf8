"""One load on the deck, from empty to empty: when it stands still, and what it weighs then.

EMPTY → ARRIVING → SETTLING → CAPTURED → LEAVING → EMPTY, exactly as in `TRANSITIONS`; there is no
other way. A stay gives one capture: the value the indicator showed most often in a window that
fulfils every condition of `is_settled`. A stay that never settles gives one capture too, flagged
unstable: it is evidence and never sold. The band is not widened by waiting.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from edge_agent.events import ScaleRead
from edge_agent.settings import SiteSettings

MAX_WINDOW = 256  # samples: three seconds at 80 frames a second

STABLE = 1
UNSTABLE = 2


class Stage(Enum):
    EMPTY = "empty"
    ARRIVING = "arriving"
    SETTLING = "settling"
    CAPTURED = "captured"
    LEAVING = "leaving"


class Sample(NamedTuple):
    mono_ms: int
    weight_kg: int
    raw: bytes
    stable: bool | None = None


class Capture(NamedTuple):
    """The weight of a stay. `stability`: STABLE or UNSTABLE; `window`: what it was read from."""

    weight_kg: int
    stability: int
    window: tuple[Sample, ...]


@dataclass(frozen=True)
class Settling:
    """`weight_kg` None: the newest frame held no weight. `zero_kg`: the last quiet empty deck;
    `is_zeroed`: it was seen since the last load left.
    """

    stage: Stage = Stage.EMPTY
    now_ms: int = 0
    weight_kg: int | None = None
    window: tuple[Sample, ...] = ()
    arrived_ms: int = 0
    light_since_ms: int | None = None
    capture: Capture | None = None
    zero_kg: int | None = None
    is_zeroed: bool = False


def feed(settling: Settling, event: ScaleRead, site: SiteSettings) -> Settling:
    """The state after one frame. At most one transition per frame."""
    seen = _look(settling, event, site)
    for condition, stage in TRANSITIONS[seen.stage]:
        if condition(seen, site):
            return _enter(seen, stage, site)
    return seen


def valid_weight(event: ScaleRead, site: SiteSettings) -> int | None:
    """The frame's weight, or None where it holds none or one the indicator cannot show."""
    weight = event.reading_kg
    return None if weight is None or weight % site.division_kg else weight


def is_loaded(settling: Settling, site: SiteSettings) -> bool:
    return settling.weight_kg is not None and settling.weight_kg >= site.present_kg


def is_light(settling: Settling, site: SiteSettings) -> bool:
    return settling.weight_kg is not None and settling.weight_kg < site.rearm_kg


def is_steady(settling: Settling, site: SiteSettings) -> bool:
    """The window, short as it may be, lies within two adjacent values."""
    weights = [sample.weight_kg for sample in settling.window]
    return len(weights) > 1 and max(weights) - min(weights) <= site.division_kg


def has_moved(settling: Settling, site: SiteSettings) -> bool:
    return not is_steady(settling, site)


def is_settled(settling: Settling, site: SiteSettings) -> bool:
    """Long enough, often enough, within one division, and not creeping."""
    window = settling.window
    return (
        len(window) >= site.stable_frames
        and window[-1].mono_ms - window[0].mono_ms >= site.stable_ms
        and is_steady(settling, site)
        and not _creeps(window, site)
    )


def takes_too_long(settling: Settling, site: SiteSettings) -> bool:
    return settling.now_ms - settling.arrived_ms >= site.settle_limit_ms


def is_back_unweighed(settling: Settling, site: SiteSettings) -> bool:
    return is_loaded(settling, site) and settling.capture is None


def is_back_weighed(settling: Settling, site: SiteSettings) -> bool:
    return is_loaded(settling, site) and settling.capture is not None


def is_cleared(settling: Settling, site: SiteSettings) -> bool:
    since = settling.light_since_ms
    return since is not None and settling.now_ms - since >= site.rearm_ms


Condition = Callable[[Settling, SiteSettings], bool]

TRANSITIONS: dict[Stage, tuple[tuple[Condition, Stage], ...]] = {
    Stage.EMPTY: ((is_loaded, Stage.ARRIVING),),
    Stage.ARRIVING: (
        (is_light, Stage.LEAVING),
        (takes_too_long, Stage.CAPTURED),
        (is_steady, Stage.SETTLING),
    ),
    Stage.SETTLING: (
        (is_light, Stage.LEAVING),
        (is_settled, Stage.CAPTURED),
        (takes_too_long, Stage.CAPTURED),
        (has_moved, Stage.ARRIVING),
    ),
    Stage.CAPTURED: ((is_light, Stage.LEAVING),),
    Stage.LEAVING: (
        (is_back_unweighed, Stage.ARRIVING),
        (is_back_weighed, Stage.CAPTURED),
        (is_cleared, Stage.EMPTY),
    ),
}


def _look(settling: Settling, event: ScaleRead, site: SiteSettings) -> Settling:
    weight = valid_weight(event, site)
    now_ms = event.now.mono_ms
    gap = now_ms - settling.now_ms > site.frame_gap_ms
    light = weight is not None and weight < site.rearm_kg
    since = None if gap else settling.light_since_ms
    seen = Settling(  # `replace` would take half of the time of a frame
        stage=settling.stage,
        now_ms=now_ms,
        weight_kg=weight,
        window=_grow(() if gap else settling.window, event, site),
        arrived_ms=settling.arrived_ms,
        light_since_ms=(now_ms if since is None else since) if light else None,
        capture=settling.capture,
        zero_kg=settling.zero_kg,
        is_zeroed=settling.is_zeroed,
    )
    if seen.stage is Stage.EMPTY and light and is_settled(seen, site):
        return replace(seen, zero_kg=_mode(seen.window), is_zeroed=True)
    return seen


def _grow(window: tuple[Sample, ...], event: ScaleRead, site: SiteSettings) -> tuple[Sample, ...]:
    """The shortest newest run of frames that is long enough; empty after a frame that breaks it."""
    weight = valid_weight(event, site)
    if weight is None or event.stable is False:
        return ()
    grown = (*window, Sample(event.now.mono_ms, weight, event.raw, event.stable))[-MAX_WINDOW:]
    while (
        len(grown) > site.stable_frames and grown[-1].mono_ms - grown[1].mono_ms >= site.stable_ms
    ):
        grown = grown[1:]
    return grown


def _enter(settling: Settling, stage: Stage, site: SiteSettings) -> Settling:
    if stage is Stage.CAPTURED and settling.capture is None:
        stability = STABLE if is_settled(settling, site) else UNSTABLE
        weight = _mode(settling.window) if settling.window else settling.weight_kg
        if weight is None:
            # Nothing to show for the stay yet: stay and wait for a frame with a weight in it.
            return settling
        return replace(settling, stage=stage, capture=Capture(weight, stability, settling.window))
    if settling.stage is Stage.EMPTY:
        return replace(settling, stage=stage, arrived_ms=settling.now_ms, capture=None)
    if stage is Stage.EMPTY:
        rested = is_settled(settling, site)
        zero_kg = _mode(settling.window) if rested else settling.zero_kg
        return replace(settling, stage=stage, capture=None, zero_kg=zero_kg, is_zeroed=rested)
    return replace(settling, stage=stage)


def _mode(window: tuple[Sample, ...]) -> int | None:
    """The value shown most often; of equals, the one shown last."""
    counts = Counter(sample.weight_kg for sample in window)
    last = {sample.weight_kg: number for number, sample in enumerate(window)}
    return max(counts, key=lambda weight: (counts[weight], last[weight]), default=None)


def _creeps(window: tuple[Sample, ...], site: SiteSettings) -> bool:
    """Whether the least-squares slope is over the limit, in integers throughout."""
    count = len(window)
    times = [sample.mono_ms - window[0].mono_ms for sample in window]
    weights = [sample.weight_kg - window[0].weight_kg for sample in window]
    rise = count * sum(t * w for t, w in zip(times, weights, strict=True)) - sum(times) * sum(
        weights
    )
    run = count * sum(t * t for t in times) - sum(times) ** 2
    # kg/ms = rise/run; 1000 ms/s on the left, thousandths of a division on the right.
    return abs(rise) * 1_000 * 1_000 > site.slope_milli_d_per_s * site.division_kg * run
