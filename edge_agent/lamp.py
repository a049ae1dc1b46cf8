"""Lamps in the views: random patterns on a relay, and what every camera shows of them.

A thread of each lamp draws a pattern when its round begins, at a random time, switches the lamp,
and judges when the round is over; nobody is told before. Dark is its rest, at start and stop and
after any failure. A round in which the relay failed or was late says nothing of any camera: that is
a lost device, told as such.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping

import structlog

from drivers.backoff import next_delay_ms
from drivers.barriers.relay_board import RelayLamp, Writes
from drivers.cameras.judging.challenge import (
    SYMBOLS,
    Pattern,
    answered,
    drawn,
    held_ms,
    longest_gap_ms,
)
from drivers.cameras.judging.facts import Round
from drivers.serial_port import PortLost
from edge_agent.clockwork import mono_ms, now
from edge_agent.events import DeviceBack, DeviceLost, Event
from edge_agent.lamp_config import LampConfig
from edge_agent.workers import Body, Stop

MAX_SEEN = 256  # more keyframes than the longest round has
GAP_MEMORY_MS = 60_000
UNKNOWN_GAP_MS = 4_000  # of a camera that showed nothing yet: the longest that is allowed
LATE_MS = 500
HURRY_MS = 500
MAX_HURRIED = 8
MOST_PAUSE_MS = 10_000
UNSEEN_MS = 600_000
UNSEEN, LATE = "L_UNSEEN", "L_LATE"
MAX_LATE = 3  # rounds in a row, until it is told
ENTROPY_BYTES = 16

log = structlog.get_logger(__name__)


class Seen:
    """What one camera showed of its lamp."""

    def __init__(self, at_ms: int) -> None:
        self.keyframes: deque[tuple[int, int]] = deque(maxlen=MAX_SEEN)
        self.round: Round | None = None
        self.judged_ms = at_ms
        self.is_told = False


class Lamp:
    """One lamp. `run` is the body of its thread; any thread may call the rest."""

    def __init__(self, config: LampConfig, board: Writes, post: Callable[[Event], bool]) -> None:
        self._config = config
        self._relay = RelayLamp(board, config.channel)
        self._post = post
        self._busy = threading.Lock()
        self._seen = {name: Seen(mono_ms()) for name in config.cameras}
        self._failures = 0  # of the relay, in a row
        self._late = 0
        self._is_lost = False
        self._hurried = 0

    def see(self, camera: str, at_ms: int, lamp_milli: int) -> None:
        """A keyframe; one that was seen before says nothing."""
        with self._busy:
            keyframes = self._seen[camera].keyframes
            if not keyframes or keyframes[-1][0] < at_ms:
                keyframes.append((at_ms, lamp_milli))

    def round(self, camera: str) -> Round | None:
        """A round that has ended, once."""
        with self._busy:
            seen = self._seen[camera]
            ended, seen.round = seen.round, None
            return ended

    def run(self, stop: Stop) -> None:
        """Round after round until `stop`, and dark then."""
        try:
            while not stop.is_set():
                rests = self._darken()
                if not stop.wait(self._pause_ms(rests=rests) / 1_000) and rests:
                    self._play(stop)
        finally:
            self._darken()

    def _play(self, stop: Stop) -> None:
        pattern = self._drawn()
        shown = self._show(pattern, stop)
        if shown and self._is_lost:
            self._is_lost = False
            log.info("a lamp is back", lamp=self._config.name)
            self._post(DeviceBack(now(), self._config.name))
        # The last keyframe of a round is still on its way, or being looked at.
        if not stop.wait(max(pattern.settle_ms, pattern.symbol_ms // 2) / 1_000):
            self._judge(pattern, shown=shown)

    def _drawn(self) -> Pattern:
        at_ms, settle_ms = mono_ms(), self._config.settle_ms
        symbol_ms = held_ms(self._gap_ms(at_ms), settle_ms)
        return Pattern(drawn(os.urandom(ENTROPY_BYTES)), at_ms, symbol_ms, settle_ms)

    def _show(self, pattern: Pattern, stop: Stop) -> bool:
        """Whether every symbol was shown, and in time."""
        try:
            late_ms = 0
            for place, lit in enumerate(pattern.symbols):
                self._relay.show(lit=lit)
                late_ms = max(late_ms, mono_ms() - pattern.starts_ms(place))
                if stop.wait(max(0, pattern.starts_ms(place + 1) - mono_ms()) / 1_000):
                    return False
        except PortLost as lost:
            self._lose(lost.code)
            return False
        finally:
            self._darken()
        return self._in_time(late_ms)

    def _in_time(self, late_ms: int) -> bool:
        self._late = self._late + 1 if late_ms > LATE_MS else 0
        if self._late >= MAX_LATE:
            self._lose(LATE)
        return self._late == 0

    def _judge(self, pattern: Pattern, *, shown: bool) -> None:
        at_ms, rounds = mono_ms(), dict[str, Round]()
        with self._busy:
            for name, seen in self._seen.items():
                ended = Round(pattern.until_ms, None)
                rounds[name] = answered(pattern, tuple(seen.keyframes)) if shown else ended
                seen.round = rounds[name]
        is_wrong = any(ended.wrong for ended in rounds.values())
        self._hurried = self._hurried + 1 if is_wrong else 0
        if shown:
            self._tell_unseen(rounds, at_ms)

    def _tell_unseen(self, rounds: Mapping[str, Round], at_ms: int) -> None:
        """The lamp was lit, and a camera has not shown for long whether it sees it."""
        for name, ended in rounds.items():
            seen, device = self._seen[name], f"{self._config.name}@{name}"
            if ended.wrong is not None:
                seen.judged_ms = at_ms
            is_unseen = at_ms - seen.judged_ms > UNSEEN_MS
            if is_unseen and not seen.is_told:
                self._post(DeviceLost(now(), device, UNSEEN))
            elif seen.is_told and not is_unseen:
                self._post(DeviceBack(now(), device))
            seen.is_told = is_unseen

    def _gap_ms(self, at_ms: int) -> int:
        """Between keyframes, of the slowest camera that shows any."""
        with self._busy:
            seen = [tuple(one.keyframes) for one in self._seen.values()]
        gaps = [longest_gap_ms(one, at_ms - GAP_MEMORY_MS) for one in seen]
        return max((gap for gap in gaps if gap is not None), default=UNKNOWN_GAP_MS)

    def _pause_ms(self, *, rests: bool) -> int:
        """Nobody can tell when the next round begins; after a wrong one it does at once."""
        if not rests:
            return next_delay_ms(self._failures, MOST_PAUSE_MS)
        round_ms = SYMBOLS * held_ms(self._gap_ms(mono_ms()), self._config.settle_ms)
        most_ms = max(HURRY_MS, self._config.every_s * 1_000 - round_ms)
        if 0 < self._hurried <= MAX_HURRIED:
            most_ms = HURRY_MS
        return int.from_bytes(os.urandom(4), "big") % most_ms

    def _darken(self) -> bool:
        """To rest; False: the relay cannot be reached."""
        try:
            self._relay.show(lit=False)
        except PortLost as lost:
            self._failures += 1
            self._lose(lost.code)
            return False
        self._failures = 0
        return True

    def _lose(self, code: str) -> None:
        """Told once, until a whole round was shown again."""
        if not self._is_lost:
            self._is_lost = True
            log.warning("a lamp is lost", lamp=self._config.name, code=code)
            self._post(DeviceLost(now(), self._config.name, code))


class Lamps:
    """All lamps of a site, by the cameras that see them."""

    def __init__(self, lamps: tuple[tuple[LampConfig, Lamp], ...] = ()) -> None:
        self._lamps = lamps
        self._by_camera = {name: lamp for config, lamp in lamps for name in config.cameras}

    @property
    def bodies(self) -> tuple[tuple[str, Body], ...]:
        return tuple((f"lamp {config.name}", lamp.run) for config, lamp in self._lamps)

    def see(self, camera: str, at_ms: int, lamp_milli: int | None) -> None:
        lamp = self._by_camera.get(camera)
        if lamp is not None and lamp_milli is not None:
            lamp.see(camera, at_ms, lamp_milli)

    def round(self, camera: str) -> Round | None:
        lamp = self._by_camera.get(camera)
        return None if lamp is None else lamp.round(camera)
