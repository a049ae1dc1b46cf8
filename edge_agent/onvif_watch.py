"""What cameras say of themselves over ONVIF, asked by a thread for each: clock, alarms.

A second witness. The clock is judged as any figure is; an alarm of the camera's own never closes
sales, it stands beside what the pictures show. A camera that does not answer, or refuses the
login, costs nothing but a line in the log: waits are bounded and repeats are seldom.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import structlog

from drivers.backoff import next_delay_ms
from drivers.cameras.judging.facts import DeviceClock
from drivers.cameras.rtsp_words import read_address
from drivers.onvif.alarms import Alarm, Alarms, heard, standing
from drivers.onvif.device import OnvifDevice
from drivers.onvif.events import LASTS_S, PullPoint
from drivers.onvif.facts import UNAUTHORISED, Login, OnvifFailed
from edge_agent.clockwork import mono_ms
from edge_agent.config import CameraConfig
from edge_agent.events import Verdict
from edge_agent.workers import Body, Stop

WRONG_MS = 5_000  # from here on the clock is asked more often, so that its cure is soon seen
RENEW_MS = 1_000 * LASTS_S // 2
SILENT_MS = 30_000
STALE_MS = 180_000
MAX_TEXT = 120

log = structlog.get_logger(__name__)


class Pace(NamedTuple):
    """How long from one question to the next, in ms."""

    clock: int = 60_000
    wrong_clock: int = 10_000
    pull: int = 1_000
    refused: int = 60_000  # a wrong password: cameras lock accounts


USUAL = Pace()


class Errand:
    """One thing asked again and again. `run` gives the pause until the next time."""

    def __init__(self, name: str, run: Callable[[int], int]) -> None:
        self.name = name
        self.run = run
        self.due_ms = 0
        self._failures = 0
        self._failing_ms: int | None = None
        self._is_told = False

    def succeeded(self, pause_ms: int, now_ms: int) -> bool:
        """True: it had been told lost, and is back."""
        was_told, self._is_told = self._is_told, False
        self._failures, self._failing_ms = 0, None
        self.due_ms = now_ms + pause_ms
        return was_told

    def failed(self, state: str, now_ms: int, pace: Pace) -> bool:
        """True once, when it is to be told."""
        refused = state == UNAUTHORISED
        self.due_ms = now_ms + (pace.refused if refused else next_delay_ms(self._failures))
        self._failures += 1
        self._failing_ms = now_ms if self._failing_ms is None else self._failing_ms
        tells = not self._is_told and (refused or now_ms - self._failing_ms >= SILENT_MS)
        self._is_told = self._is_told or tells
        return tells


class Witness:
    """One camera's. `run` is the body of its thread; any thread may read the rest."""

    def __init__(self, camera: CameraConfig, pace: Pace) -> None:
        self._name = camera.name
        self._pace = pace
        self._device = OnvifDevice(camera.onvif, login_of(camera.source))
        self._clock: DeviceClock | None = None
        self._point: PullPoint | None = None
        self._renewed_ms = 0
        self._alarms: Alarms = {}
        self._heard_ms: int | None = None
        self._errands = (Errand("clock", self._ask_clock), Errand("alarms", self._listen))

    def clock(self, now_ms: int) -> DeviceClock | None:
        clock = self._clock
        return clock if clock is not None and now_ms - clock.at_ms <= STALE_MS else None

    def alarms(self, now_ms: int) -> tuple[Alarm, ...]:
        """Those that stand; none when the camera has been silent for long."""
        if self._heard_ms is None or now_ms - self._heard_ms > SILENT_MS:
            return ()
        return tuple(standing(self._alarms, now_ms).values())

    def run(self, stop: Stop) -> None:
        """Asks until the end."""
        while not stop.is_set():
            errand = min(self._errands, key=lambda one: one.due_ms)
            if stop.wait(max(0, errand.due_ms - mono_ms()) / 1000):
                break
            self._do(errand)
        self._leave()

    def _do(self, errand: Errand) -> None:
        began_ms = mono_ms()
        try:
            pause_ms = errand.run(began_ms)
        except OnvifFailed as failed:
            if errand.failed(failed.state, mono_ms(), self._pace):
                why = {"state": failed.state, "detail": failed.detail}
                log.warning("a camera's ONVIF is silent", camera=self._name, of=errand.name, **why)
        else:
            if errand.succeeded(pause_ms, began_ms):
                log.info("a camera's ONVIF is heard again", camera=self._name, of=errand.name)

    def _ask_clock(self, now_ms: int) -> int:
        off_ms = self._device.off_ms()
        self._clock = DeviceClock(now_ms, off_ms)
        return self._pace.wrong_clock if abs(off_ms) > WRONG_MS else self._pace.clock

    def _listen(self, now_ms: int) -> int:
        """One pull, from a subscription that is made, or renewed, where it is due."""
        point, self._point = self._point, None  # whatever fails, it is made anew
        if point is None:
            point, self._renewed_ms = PullPoint(self._device), now_ms
            self._take({})
        elif now_ms - self._renewed_ms >= RENEW_MS:
            point.renew()
            self._renewed_ms = now_ms
        notices, alarms = point.pull(), self._alarms
        for notice in notices:
            alarms = heard(alarms, notice, now_ms)
        self._take(standing(alarms, now_ms))
        self._point, self._heard_ms = point, now_ms
        return self._pace.pull

    def _take(self, alarms: Alarms) -> None:
        """Says every change once."""
        known, self._alarms = self._alarms, alarms
        for key in alarms.keys() - known.keys():
            alarm = alarms[key]
            log.warning("a camera raises an alarm", camera=self._name, topic=key[0],
                        code=alarm.code)  # fmt: skip
        for key in known.keys() - alarms.keys():
            log.info("a camera's alarm has ended", camera=self._name, topic=key[0])

    def _leave(self) -> None:
        try:
            if self._point is not None:
                self._point.unsubscribe()
        except OnvifFailed as failed:
            log.info("a camera was not taken leave of", camera=self._name, state=failed.state)
        finally:
            self._device.close()


class OnvifWatch:
    """The witnesses of a site: one for each camera that has an ONVIF address."""

    def __init__(self, cameras: Iterable[CameraConfig] = (), pace: Pace = USUAL) -> None:
        self._witnesses = {one.name: Witness(one, pace) for one in cameras if one.onvif}

    @property
    def bodies(self) -> tuple[tuple[str, Body], ...]:
        return tuple((f"onvif {name}", one.run) for name, one in self._witnesses.items())

    def device_clock(self, camera: str) -> DeviceClock | None:
        """How far its clock is off; None where it is not known now."""
        witness = self._witnesses.get(camera)
        return None if witness is None else witness.clock(mono_ms())

    def tampered(self, camera: str) -> tuple[Alarm, ...]:
        """What it itself says is being done to it."""
        witness = self._witnesses.get(camera)
        return () if witness is None else witness.alarms(mono_ms())


def seconded(verdicts: Iterable[Verdict], alarms: Iterable[Alarm]) -> tuple[Verdict, ...]:
    """The verdicts, each fault with what the camera itself says of the same; none is added."""
    said: dict[str, list[str]] = {}
    for alarm in alarms:
        said.setdefault(alarm.code, []).append(alarm.name)
    return tuple(
        one
        if one.ok or one.code not in said
        else one._replace(measured=_with(one.measured, sorted(set(said[one.code]))))
        for one in verdicts
    )


def login_of(source: str) -> Login | None:
    """The account in a stream's address; it serves for ONVIF as well."""
    address = read_address(source)
    if address is None or address.login is None or not address.login[0]:
        return None
    return Login(*address.login)


def _with(measured: str, names: list[str]) -> str:
    """What the camera says is kept, whatever else is cut."""
    words = f"; camera: {', '.join(names)}"[:MAX_TEXT]
    return measured[: MAX_TEXT - len(words)] + words
