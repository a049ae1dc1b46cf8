"""How fast packets come, and whether the stream's time runs like ours: pure, over arrivals."""

from collections import deque

from drivers.cameras.judging.facts import NOT_FOUND, UNAUTHORISED, UNDECODABLE, Packets
from drivers.cameras.slot import NO_DRIFT, NONE, Seen

RATE_MS = 5_000
DRIFT_MS = 10_000
MAX_REMEMBERED = 2_000  # 10 s at 200 frames a second
MAX_GOP_MS = 3_600_000


class Rates:
    """The arrivals of the last ten seconds, and the distance of the last two keyframes."""

    def __init__(self) -> None:
        self._arrivals: deque[tuple[int, int | None]] = deque(maxlen=MAX_REMEMBERED)
        self._recent: deque[int] = deque(maxlen=MAX_REMEMBERED)
        self._key: tuple[int, int | None] | None = None
        self.gop_ms: int | None = None

    def take(self, at_ms: int, stream_ms: int | None, *, is_key: bool) -> None:
        """One packet more."""
        self._arrivals.append((at_ms, stream_ms))
        while at_ms - self._arrivals[0][0] > DRIFT_MS:
            self._arrivals.popleft()
        self._recent.append(at_ms)
        while at_ms - self._recent[0] >= RATE_MS:
            self._recent.popleft()
        if is_key:
            self._take_key(at_ms, stream_ms)

    def begin(self) -> None:
        """The stream was opened again: its own time starts anew, ours and the count go on."""
        for place, (at_ms, _) in enumerate(self._arrivals):
            self._arrivals[place] = (at_ms, None)
        self._key, self.gop_ms = None, None

    @property
    def in_5s(self) -> int:
        """Packets in the five seconds up to the newest."""
        return len(self._recent)

    @property
    def drift_ms(self) -> int | None:
        """How far the stream's time ran ahead of ours; None before nine seconds are known."""
        if not self._arrivals:
            return None
        (first_ms, first), (last_ms, last) = self._arrivals[0], self._arrivals[-1]
        if first is None or last is None or last_ms - first_ms < DRIFT_MS * 9 // 10:
            return None
        return (last - first) - (last_ms - first_ms)

    def _take_key(self, at_ms: int, stream_ms: int | None) -> None:
        """By the stream's time where it has one: after opening, packets arrive in a burst."""
        before, self._key = self._key, (at_ms, stream_ms)
        if before is None:
            return
        known = stream_ms is not None and before[1] is not None and stream_ms > before[1]
        gop_ms = (stream_ms or 0) - (before[1] or 0) if known else at_ms - before[0]
        self.gop_ms = min(gop_ms, MAX_GOP_MS)


def packets_of(seen: Seen, now_ms: int) -> Packets:
    """What the judge is told of a stream. What came before is spread evenly over its time."""
    age_ms = RATE_MS if seen.packet_ms == NONE else min(max(0, now_ms - seen.packet_ms), RATE_MS)
    return Packets(
        now_ms,
        _known(seen.packet_ms),
        seen.in_5s * (RATE_MS - age_ms) // RATE_MS,
        _known(seen.nominal_fps_milli),
        _gop_ms(seen),
        seen.codec,
        None if seen.drift_ms == NO_DRIFT else seen.drift_ms,
        seen.state if seen.state in (UNAUTHORISED, NOT_FOUND, UNDECODABLE) else None,
    )


def _gop_ms(seen: Seen) -> int | None:
    """The last distance of two keyframes; longer, once it is longer since the last of them."""
    if seen.keyframe_ms == NONE or seen.packet_ms - seen.keyframe_ms <= seen.gop_ms:
        return _known(seen.gop_ms)
    return seen.packet_ms - seen.keyframe_ms


def _known(number: int) -> int | None:
    return None if number == NONE else number
