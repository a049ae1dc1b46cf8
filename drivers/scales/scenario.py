"""One weighbridge's line over many stays: honest ones, and any cheat on demand, as real frames.

Seeded and offline: `honest` and `cheat` give all frames of a stay at once, from 0 ms on, as they
would come over the line.
"""

from collections import deque
from typing import NamedTuple

import numpy as np

from drivers.scales.cheats import CHEATS, Shown, as_shown, respell
from drivers.scales.indicator import Display, Frame, encode
from drivers.scales.protocol import ScaleProtocol
from drivers.scales.traffic import Place, Traffic

HONEST = "honest"
KEPT = 400  # stays somebody on the line could have recorded
STUMBLES, LONG_STUMBLES = 0.01, 0.002  # stays in which the computer misses frames


class Stay(NamedTuple):
    """The frames of one stay on an otherwise empty deck.

    `axles` as on the vehicle's card; `kg`: what the truck really weighs, if there is one.
    """

    kind: str
    axles: int | None
    kg: float | None
    frames: tuple[Frame, ...]


class Line:
    """The frames of one indicator, stay after stay."""

    def __init__(self, place: Place, protocol: ScaleProtocol, seed: int) -> None:
        self.place = place
        self.protocol = protocol
        self._rng = np.random.default_rng(seed)
        self._traffic = Traffic(place, self._rng)
        self._heard: deque[Shown] = deque(maxlen=KEPT)

    def honest(self) -> Stay:
        """The next truck, or now and then a car."""
        shown = as_shown(self._traffic, self._traffic.any())
        self._heard.append(shown)
        return self._stay(HONEST, shown._replace(display=self._stumble(shown.display)))

    def cheat(self, kind: str) -> Stay:
        """A stay with that cheat of `CHEATS`."""
        return self._stay(kind, CHEATS[kind].play(self._traffic, list(self._heard)))

    def _stay(self, kind: str, shown: Shown) -> Stay:
        frames = encode(self.protocol, shown.display)
        if shown.respelt_ms is None:
            return Stay(kind, shown.axles, shown.kg, tuple(frames))
        at_ms = shown.respelt_ms
        respelt = (respell(self.protocol, f) if f.at_ms >= at_ms else f for f in frames)
        return Stay(kind, shown.axles, shown.kg, tuple(respelt))

    def _stumble(self, display: Display) -> Display:
        """Now and then some frames are lost on their way, by nobody's ill will."""
        chance = self._rng.uniform()
        if chance >= STUMBLES:
            return display
        lost_ms = self._rng.uniform(*((1_000, 2_500) if chance < LONG_STUMBLES else (150, 900)))
        from_ms = self._rng.uniform(0, display.at_ms[-1])
        kept = (display.at_ms < from_ms) | (display.at_ms >= from_ms + lost_ms)
        return Display(*(column[kept] for column in display))
