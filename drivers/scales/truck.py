"""A truck on the deck as a pure function of time: it rolls on axle by axle, idles, rolls off."""

import math
from dataclasses import dataclass

AXLE_SHARES = (0.14, 0.16, 0.16, 0.18, 0.18, 0.18)
FLICKER_PERIOD_MS = 730
RISES = 0.4  # of the time from axle to axle; for the rest, none is at the edge


@dataclass(frozen=True)
class Move:
    """One stay: from `began_ms`, `kg` rolls on within `ramp_ms`; it rolls off from `leaves_ms`
    on.
    """

    kg: int
    began_ms: int
    ramp_ms: int = 2_400
    leaves_ms: int | None = None


def weight_at(move: Move | None, now_ms: int, division_kg: int) -> int:
    """What the deck carries, in whole divisions."""
    if move is None:
        return 0
    share = _rolled_on(now_ms - move.began_ms, move.ramp_ms)
    if move.leaves_ms is not None:
        share = min(share, 1 - _rolled_on(now_ms - move.leaves_ms, move.ramp_ms))
    kg = move.kg * share
    rolling = 0 < share < 1
    if rolling:
        kg += division_kg * 1.5 * math.sin(now_ms / 90)
    divisions = math.floor(kg / division_kg + 0.5)
    if share == 1 and now_ms % FLICKER_PERIOD_MS < FLICKER_PERIOD_MS // 12:
        divisions += 1  # an idling engine shakes the last digit now and then
    return max(0, divisions) * division_kg


def is_moving(move: Move | None, now_ms: int) -> bool:
    """Whether the weight is changing right now."""
    if move is None:
        return False
    since = now_ms - (move.began_ms if move.leaves_ms is None else move.leaves_ms)
    return 0 <= since < move.ramp_ms


def _rolled_on(since_ms: int, ramp_ms: int) -> float:
    if since_ms <= 0:
        return 0.0
    if since_ms >= ramp_ms:
        return 1.0
    step = ramp_ms / len(AXLE_SHARES)
    whole = int(since_ms // step)
    part = (since_ms - whole * step) / step
    return sum(AXLE_SHARES[:whole]) + AXLE_SHARES[whole] * min(1.0, part / RISES)
