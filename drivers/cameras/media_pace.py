"""What a judge is told of a recording's stream, at any moment of the recording's own time: pure."""

from bisect import bisect_right

from drivers.cameras.judging.facts import Packets

RATE_MS = 5_000
KEPT = 4_096


class MediaPace:
    """The packets of the last seconds: `took` them in order, then ask for any later moment."""

    def __init__(self, codec: str, nominal_fps_milli: int | None) -> None:
        self._codec, self._nominal = codec, nominal_fps_milli
        self._times: list[int] = []

    def took(self, at_ms: int) -> None:
        """One packet more."""
        self._times.append(at_ms)
        if len(self._times) > 2 * KEPT:
            del self._times[:KEPT]

    def at(self, now_ms: int, judged_ms: int | None) -> Packets:
        """The stream as it stood then. Its groups are the recorder's affair, and not told."""
        place = bisect_right(self._times, now_ms)
        return Packets(
            now_ms=now_ms,
            last_packet_ms=self._times[place - 1] if place else None,
            packets_in_5s=place - bisect_right(self._times, now_ms - RATE_MS),
            nominal_fps_milli=self._nominal,
            gop_ms=None,
            codec=self._codec,
            last_judged_ms=judged_ms,
        )
