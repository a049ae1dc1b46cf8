"""A recording or a folder of pictures, played to a trial by its own time, as fast as it goes.

A packet of a recording is due when the file says; a folder's pictures are a second apart, whatever
their names. Names that tell when a picture was taken are used for judging alone: by which hour's
light it is seen, and how old a reference is.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from drivers.cameras.judging.facts import Packets
from drivers.cameras.media_pace import RATE_MS, MediaPace
from drivers.cameras.picture_folder import PACE_S, PictureFolder, decoded, read_file
from drivers.cameras.picture_times import times_in
from drivers.cameras.recording import Came, Recording
from drivers.cameras.sources import Picture
from edge_agent.camera_dark import Dark
from edge_agent.camera_trial import Change, Trial

LOOK_MS = 250
FRAME_MS = round(1000 * PACE_S)
LAG_MS = 10_000  # how far a decoder may be behind its packets


class Shown(NamedTuple):
    """One picture as it was judged, with what it changed; `name` of a folder's file."""

    at_ms: int
    picture: Picture
    change: Change | None
    name: str = ""


class Looked(NamedTuple):
    """One look at the stream, with what it changed. A rate is known after five seconds."""

    at_ms: int
    age_ms: int | None
    fps_milli: int | None
    change: Change | None


class Unread(NamedTuple):
    """A file in a folder that holds no picture."""

    at_ms: int
    name: str


Played = Shown | Looked | Unread


def looked(packets: Packets, trial: Trial, hour: int) -> Looked:
    """One look, judged."""
    now_ms, last_ms = packets.now_ms, packets.last_packet_ms
    change = trial.look(packets, hour)
    flows_ms = trial.memory.flows_ms
    is_known = flows_ms is not None and now_ms - flows_ms >= RATE_MS
    age_ms = None if last_ms is None else now_ms - last_ms
    fps_milli = packets.packets_in_5s * 1_000_000 // RATE_MS if is_known else None
    return Looked(now_ms, age_ms, fps_milli, change)


class Looks:
    """Looks at a stream every quarter of a second of its own time."""

    def __init__(self, pace: MediaPace, trial: Trial, hour: int) -> None:
        self._pace, self._trial, self._hour = pace, trial, hour
        self._next_ms = 0
        self.judged_ms: int | None = None

    def until(self, at_ms: int) -> Iterator[Looked]:
        """Every look that is due by then."""
        while self._next_ms <= at_ms:
            now_ms, self._next_ms = self._next_ms, self._next_ms + LOOK_MS
            packets = self._pace.at(now_ms, self.judged_ms)
            yield looked(packets, self._trial, self._hour)


def play_recording(
    recording: Recording, trial: Trial, dark: Dark, hour: int, limit_ms: int | None
) -> Iterator[Played]:
    """Everything in the order of the file's time, until its end or the limit."""
    pace = MediaPace(recording.codec, recording.nominal_fps_milli)
    looks, newest_ms = Looks(pace, trial, hour), 0
    for item in recording.items():
        if limit_ms is not None and item.at_ms > limit_ms:
            break
        if isinstance(item, Came):
            pace.took(item.at_ms)
            newest_ms = item.at_ms
            yield from looks.until(newest_ms - LAG_MS)
            continue
        yield from looks.until(item.at_ms)
        looks.judged_ms = item.at_ms
        keyframe = dark.keyframe(item.picture, item.at_ms, item.payload)
        yield Shown(item.at_ms, item.picture, trial.see(keyframe, item.at_ms, hour))
    yield from looks.until(newest_ms)


def play_folder(
    folder: PictureFolder, trial: Trial, dark: Dark, hour: int, limit_ms: int | None
) -> Iterator[Played]:
    """Every picture; one that cannot be read is a second without any."""
    times = times_in([path.name for path in folder.paths])
    pace = MediaPace(folder.codec, folder.nominal_fps_milli)
    looks = Looks(pace, trial, hour)
    for number, path in enumerate(folder.paths):
        at_ms = number * FRAME_MS
        if limit_ms is not None and at_ms > limit_ms:
            break
        payload = read_file(path)
        picture = decoded(payload) if payload else None
        if picture is None:
            yield Unread(at_ms, path.name)
            yield from looks.until(at_ms)
            continue
        pace.took(at_ms)
        yield from looks.until(at_ms)
        taken_ms = at_ms if times is None else times[number]
        light = hour if times is None else datetime.fromtimestamp(taken_ms / 1000, tz=UTC).hour
        change = trial.see(dark.keyframe(picture, taken_ms, payload), at_ms, light)
        yield Shown(at_ms, picture, change, path.name)
