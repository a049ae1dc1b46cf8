"""What the judge is told: keyframes, packets, and what stands around the camera.

Whoever reads the stream fills these in; the judge knows no clock, socket or decoder. All `…_ms`
are the reader's monotonic clock (the one that only runs forward) unless the name says otherwise.
"No data" is None, never 0.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

Picture = np.ndarray[Any, np.dtype[np.uint8]]

GREY_WIDTH = 480

FETCHED = ("jpeg", "picture")  # codecs of pictures fetched one by one, at our own pace
UNAUTHORISED, NOT_FOUND, UNDECODABLE = "unauthorised", "not_found", "undecodable"


@dataclass(frozen=True, eq=False)
class Keyframe:
    """One decoded keyframe (or one JPEG snapshot).

    `grey` is the whole picture, 480 wide, INTER_AREA. `is_colour_milli` is |mean B - mean R| in
    1/1000 grey level: near nothing under infrared. `clock` is the box of the burned-in clock at
    full resolution, grey; None where no box is calibrated. The hash is of the packet's bytes as
    they came. `gop_end` is the last frame of the group before, grey like `grey`, where somebody
    took the trouble to decode it (once a minute is enough).
    """

    at_ms: int
    width: int
    height: int
    is_colour_milli: int
    grey: Picture
    clock: Picture | None
    payload_sha256: bytes
    payload_bytes: int
    gop_end: Picture | None = None


@dataclass(frozen=True)
class Packets:
    """The stream at one look. `codec` is the demuxer's short name: h264, hevc, mjpeg; jpeg for
    snapshots.

    `nominal_fps_milli` is what the stream promises (1/1000 frame a second). `stream_drift_ms` is
    how far the stream's own time ran ahead of (+) or behind (-) ours over the last ten seconds.
    `refused` says why it could not be opened: one of the words above. `last_judged_ms`: the newest
    keyframe that was judged, where somebody else sees the keyframes; None where nobody says.
    """

    now_ms: int
    last_packet_ms: int | None
    packets_in_5s: int
    nominal_fps_milli: int | None
    gop_ms: int | None
    codec: str
    stream_drift_ms: int | None = None
    refused: str | None = None
    last_judged_ms: int | None = None


@dataclass(frozen=True)
class DeviceClock:
    """The camera's own time as it told it (ONVIF): how far off ours, asked at `at_ms`."""

    at_ms: int
    off_ms: int


@dataclass(frozen=True)
class Round:
    """One finished round of the lamp challenge: when it ended and how many symbols were wrong.

    `wrong` is None where the round could not be judged (no keyframe fell into a symbol).
    """

    ended_ms: int
    wrong: int | None


@dataclass(frozen=True)
class Surroundings:
    """What the rest of the site knows. The default knows nothing.

    `deck_empty` None: the scale is silent, or the camera does not look at the deck. `swing_ms`:
    when the weight last rose or fell by more than two tonnes. `others_dim`: other cameras lost
    contrast at the same time (dust, fog). `hour`: the hour of the local day, for baselines.
    """

    hour: int
    deck_empty: bool | None = None
    swing_ms: int | None = None
    others_dim: bool = False
    device_clock: DeviceClock | None = None
    challenge: Round | None = None
