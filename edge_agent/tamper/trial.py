"""One stay put before the agent's own settling and checks, outside of any lane.

The same functions as at the deck, in the same order: frame → reading → settling → curve and trail →
checks at the capture, while a rest stays, when the deck is empty, and when its zero is known.
"""

from dataclasses import dataclass, field, replace
from functools import lru_cache

from drivers.scales.protocol import ScaleProtocol
from drivers.scales.reading import Reading, Weight, to_kg
from drivers.scales.scenario import Stay
from edge_agent.events import Moment, ScaleRead
from edge_agent.settings import SiteSettings
from edge_agent.settling import Capture, Settling, Stage, feed
from edge_agent.tamper.checks import When, examine
from edge_agent.tamper.seen_before import arrival
from edge_agent.tamper.shape import NO_MEMORY, Memory, Shape, remember
from edge_agent.tamper.trace import Suspicion
from edge_agent.witness import Heard, Prelude, begin, hear, listen, moments, trace_of


@dataclass
class Trial:
    """One weighbridge's checks over one stay after another; it remembers arrivals as an agent does.

    `found`: of the newest stay. `kg`: what it was captured at.
    """

    site: SiteSettings
    memory: Memory = NO_MEMORY
    found: tuple[Suspicion, ...] = ()
    kg: int | None = None
    _settling: Settling = field(default_factory=Settling)
    _prelude: Prelude = Prelude()
    _heard: Heard | None = None
    _zero_kg: int | None = None
    _shape: Shape | None = None

    def play(self, stay: Stay, protocol: ScaleProtocol) -> tuple[Suspicion, ...]:
        """All that is not right with this stay, each code once."""
        self.found, self.kg, self._shape = (), None, None
        self._settling, self._heard, self._prelude = Settling(), None, Prelude()
        for at_ms, raw in stay.frames:
            self._take(_event(at_ms, raw, protocol), stay.axles)
        return self.found

    def keep(self) -> None:
        """Remember the newest stay's arrival."""
        if self._shape is not None:
            most = self.site.tamper.replay_memory
            self.memory = remember(self.memory, self._shape, most)

    def _take(self, event: ScaleRead, axles: int | None) -> None:
        before = self._settling
        after = self._settling = feed(before, event, self.site)
        if before.stage is Stage.EMPTY and after.stage is not Stage.EMPTY:
            self._heard, self._zero_kg = begin(self._prelude), before.zero_kg
        if self._heard is None:
            self._prelude = listen(self._prelude, event, self.site)
        elif before.stage is not after.stage is Stage.EMPTY:
            self._ask(When.LEFT, self._heard, before.capture, axles)
            if after.is_zeroed:
                self._ask(When.ZEROED, self._heard, None, axles)
        elif after.stage is not Stage.EMPTY:
            self._heard = hear(self._heard, event, self.site)
            for when in moments(before, after):
                self._ask(when, self._heard, after.capture, axles)
        elif after.is_zeroed and not before.is_zeroed:
            self._ask(When.ZEROED, self._heard, None, axles)

    def _ask(self, when: When, heard: Heard, capture: Capture | None, axles: int | None) -> None:
        trace = replace(
            trace_of(heard, capture, self.site),
            has_left=when is When.LEFT,
            zero_kg=self._zero_kg,
            zero_after_kg=self._settling.zero_kg if when is When.ZEROED else None,
            axles=axles,
            memory=self.memory,
        )
        if when is When.CAPTURED and trace.window is not None:
            self.kg, self._shape = trace.window.kg, arrival(trace)
        known = {suspicion.code for suspicion in self.found}
        new = examine(trace, self.site.tamper, when)
        self.found += tuple(suspicion for suspicion in new if suspicion.code not in known)


def _event(at_ms: int, raw: bytes, protocol: ScaleProtocol) -> ScaleRead:
    reading, kg, decimals = _read(raw, protocol)
    if not isinstance(reading, Weight):
        return ScaleRead(Moment(at_ms, at_ms), None, None, reading.reason, raw)
    return ScaleRead(Moment(at_ms, at_ms), kg, reading.stable, None, raw, reading.unit, decimals)


@lru_cache(maxsize=65_536)
def _read(raw: bytes, protocol: ScaleProtocol) -> tuple[Reading, int | None, int | None]:
    reading = protocol.decode(raw)
    if not isinstance(reading, Weight):
        return reading, None, None
    return reading, to_kg(reading), len(reading.text.partition(".")[2])
