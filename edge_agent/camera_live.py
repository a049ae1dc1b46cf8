"""A stream, watched in real time through a reading process, as the agent does, for a trial.

The process reads, decodes and may hang; here its slot is looked at four times a second. Time begins
with the first look.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from drivers.cameras.judging.facts import NOT_FOUND, UNAUTHORISED, Packets
from drivers.cameras.picture_folder import decoded
from drivers.cameras.rates import packets_of
from drivers.cameras.reader import now_ms
from drivers.cameras.slot import NONE, Seen
from drivers.cameras.watcher import CameraWatcher
from edge_agent.camera_dark import Dark
from edge_agent.camera_media import Played, Shown, looked
from edge_agent.camera_trial import Trial

LOOK_S = 0.1
FINAL = (UNAUTHORISED, NOT_FOUND)  # asking again soon would only lock the account


class Times(NamedTuple):
    """How long to wait for a first packet, and to watch from then on, in seconds."""

    open_s: int
    watch_s: int


class Live:
    """One stream under watch. `opened_ms` None: no packet ever came."""

    def __init__(self, watcher: CameraWatcher, times: Times) -> None:
        self._watcher, self._times = watcher, times
        self._began_ms = now_ms()
        self._picture_ms = NONE
        self.opened_ms: int | None = None
        self.seen = Seen()
        self.ended_ms = 0

    def play(self, trial: Trial, dark: Dark, hour: int) -> Iterator[Played]:
        """Looks and pictures until the time is over."""
        until_ms = 1_000 * self._times.open_s
        while (at_ms := now_ms() - self._began_ms) < until_ms:
            self._watcher.tend(now_ms())
            self.seen = seen = self._watcher.seen()
            if self.opened_ms is None and seen.packet_ms != NONE:
                self.opened_ms = at_ms
                until_ms = at_ms + 1_000 * self._times.watch_s
            if self.opened_ms is not None:
                yield from self._look(trial, dark, hour)
            elif seen.state in FINAL:
                break
            self.ended_ms = at_ms
            time.sleep(LOOK_S)

    def _look(self, trial: Trial, dark: Dark, hour: int) -> Iterator[Played]:
        seen = self.seen
        if seen.picture_ms not in (NONE, self._picture_ms):
            self._picture_ms = seen.picture_ms
            jpeg = self._watcher.picture(now_ms())
            picture = None if jpeg is None else decoded(jpeg)
            if picture is not None:
                taken_ms = seen.picture_ms - self._began_ms
                keyframe = dark.keyframe(picture, taken_ms, jpeg)
                yield Shown(taken_ms, picture, trial.see(keyframe, taken_ms, hour))
        yield looked(self._shifted(packets_of(seen, now_ms())), trial, hour)

    def _shifted(self, packets: Packets) -> Packets:
        """In the watching's own time."""
        last_ms = packets.last_packet_ms
        return replace(
            packets,
            now_ms=packets.now_ms - self._began_ms,
            last_packet_ms=None if last_ms is None else last_ms - self._began_ms,
        )
