"""What a camera itself says of tampering: which messages mean it, and what of it stands now.

Pure. `CODES` maps a part of the topic, whoever's prefix it has, to the cause it witnesses. A
message with a state stands until the other state comes; one without, which some makers send as a
pulse, for a minute.
"""

from collections.abc import Mapping
from typing import NamedTuple

from drivers.onvif.facts import Notice

PULSE_MS = 60_000
MAX_STANDING = 32
LOST, BLIND, MOVED = "CAMERA_LOST", "CAMERA_BLIND", "CAMERA_MOVED"

CODES: dict[str, str] = {
    "GlobalSceneChange": MOVED,
    "ImageTooBlurry": BLIND,
    "ImageTooDark": BLIND,
    "ImageTooBright": BLIND,
    "SignalLoss": LOST,
    "VideoLoss": LOST,
    "TamperDetector": BLIND,
    "TamperDetection": BLIND,
    "Tampering": BLIND,
}


class Alarm(NamedTuple):
    """`code`: the cause it witnesses. `until_ms`: the end of a pulse."""

    code: str
    topic: str
    source: str
    since_ms: int
    until_ms: int | None = None

    @property
    def name(self) -> str:
        """The part of the topic that says what it is."""
        return next(part for part in parts_of(self.topic) if part in CODES)


Alarms = Mapping[tuple[str, str], Alarm]


def code_of(topic: str) -> str | None:
    """The cause a topic witnesses; None: it is about something else."""
    return next((CODES[part] for part in parts_of(topic) if part in CODES), None)


def heard(alarms: Alarms, notice: Notice, now_ms: int) -> Alarms:
    """After one message. More alarms than a camera can have are left out."""
    code, key = code_of(notice.topic), (notice.topic, notice.source)
    if code is None:
        return alarms
    if notice.active is False:
        return {known: alarm for known, alarm in alarms.items() if known != key}
    until_ms = now_ms + PULSE_MS if notice.active is None else None
    since_ms = alarms[key].since_ms if key in alarms else now_ms
    if key not in alarms and len(alarms) >= MAX_STANDING:
        return alarms
    return {**alarms, key: Alarm(code, notice.topic, notice.source, since_ms, until_ms)}


def standing(alarms: Alarms, now_ms: int) -> Alarms:
    """Those that have not ended by themselves."""
    return {
        key: alarm
        for key, alarm in alarms.items()
        if alarm.until_ms is None or now_ms < alarm.until_ms
    }


def parts_of(topic: str) -> list[str]:
    """`tns1:VideoSource/GlobalSceneChange/ImagingService` without prefixes."""
    return [part.rpartition(":")[2] for part in topic.split("/")]
