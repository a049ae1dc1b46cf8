"""A simulated camera: MJPEG over HTTP, with the faults real ones have.

python -m drivers.cameras.simulator --port 8554 --name deck
control lines: off | on | freeze | live | stall | show PNG | hide | truck KG | truck none
| lamp on | lamp off | tamper NAME | tamper none | clock stop | clock run | quit
(NAME as in tampering.py; what is tampered with still shows the time)

`/stream.mjpg` is the stream, `/snapshot.jpg` one picture. Every frame is drawn and encoded once,
however many watch.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import cv2
import numpy as np

from drivers.cameras.http_stream import serve
from drivers.cameras.scene import Scene, Shown
from drivers.cameras.tampering import TAMPERINGS, tampered

JPEG_QUALITY = 80
JOIN_S = 3
FRAME_WAIT_S = 0.5
SHANGHAI = timezone(timedelta(hours=8))
EMPTY = Shown("")


@dataclass(frozen=True)
class Mood:
    """How the camera behaves now."""

    powered: bool = True
    frozen: bool = False
    stalled: bool = False
    shown: Shown = EMPTY
    tampering: str = ""
    clock: str = ""  # where it stands still; empty: it runs


class CameraSimulator:
    """One camera. Its methods are what may happen to a camera; any thread may call them."""

    def __init__(
        self, port: int = 0, name: str = "deck", size: tuple[int, int] = (1280, 720), fps: int = 10
    ) -> None:
        self.mood = Mood()
        self._scene = Scene(name, *size)
        self._pause_s = 1 / fps
        self._number = 0
        self._jpeg = b""
        self._fresh = threading.Condition()
        self._ended = threading.Event()
        self._server = serve(self.next_frame, port)
        self.port: int = self._server.server_address[1]
        self._threads = [
            threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True),
            threading.Thread(target=self._film, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/stream.mjpg"

    def off(self) -> None:
        """Power is cut: every connection breaks within half a second, no new one is answered."""
        self.mood = replace(self.mood, powered=False)

    def on(self) -> None:
        self.mood = replace(self.mood, powered=True)

    def freeze(self) -> None:
        """The same picture goes on being sent."""
        self.mood = replace(self.mood, frozen=True)

    def live(self) -> None:
        """Neither frozen nor stalled."""
        self.mood = replace(self.mood, frozen=False, stalled=False)

    def stall(self) -> None:
        """The connection stays open and brings nothing."""
        self.mood = replace(self.mood, stalled=True)

    def show(self, picture: Path) -> bool:
        """Hold a picture up to it; False if it is none."""
        held = cv2.imread(str(picture), cv2.IMREAD_COLOR)
        if held is None:
            return False
        pixels = np.asarray(held, np.uint8)
        self.mood = replace(self.mood, shown=replace(self.mood.shown, held=pixels))
        return True

    def hide(self) -> None:
        self.mood = replace(self.mood, shown=replace(self.mood.shown, held=None))

    def truck(self, kg: int | None) -> None:
        """A truck stands on the deck, or none."""
        self.mood = replace(self.mood, shown=replace(self.mood.shown, truck_kg=kg))

    def lamp(self, lit: bool) -> None:  # noqa: FBT001 # as a relay tells it
        """The lamp in its view is lit or dark; before this is said, there is none."""
        self.mood = replace(self.mood, shown=replace(self.mood.shown, lamp=lit))

    def tamper(self, how: str) -> None:
        """Something is done to its lens, by a name of TAMPERINGS; "": nothing."""
        self.mood = replace(self.mood, tampering=how)

    def clock(self, *, runs: bool) -> None:
        """The clock burned into its picture runs, or stands where it is."""
        self.mood = replace(self.mood, clock="" if runs else _local_time())

    def stop(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join(JOIN_S)

    def next_frame(self, after: int) -> tuple[int, bytes] | None:
        """The newest frame, later than `after`; None once the camera is off."""
        with self._fresh:
            while self.runs():
                if self._fresh.wait_for(lambda: self._sends(after), FRAME_WAIT_S):
                    return self._number, self._jpeg
        return None

    def _sends(self, after: int) -> bool:
        return self._number > after and not self.mood.stalled

    def runs(self) -> bool:
        return self.mood.powered and not self._ended.is_set()

    def _film(self) -> None:
        due = time.monotonic()
        while not self._ended.is_set():
            mood = self.mood
            if mood.powered and not mood.stalled:
                self._expose(mood)
            due = max(due + self._pause_s, time.monotonic() - self._pause_s)
            self._ended.wait(max(0.0, due - time.monotonic()))

    def _expose(self, mood: Mood) -> None:
        jpeg = self._jpeg
        if not mood.frozen or not jpeg:
            picture = self._scene.sensed(self._scene.view(mood.shown), self._number)
            if mood.tampering:
                picture = tampered(picture, mood.tampering)
            picture = self._scene.stamp(picture, mood.clock or _local_time())
            options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
            jpeg = bytes(cv2.imencode(".jpg", picture, options)[1])
        with self._fresh:
            self._number += 1
            self._jpeg = jpeg
            self._fresh.notify_all()


def _local_time() -> str:
    return datetime.now(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S.%f")[:-5]


def obey(camera: CameraSimulator, line: str) -> bool:
    """Carries out one control line; False ends the simulator."""
    word, _, rest = line.strip().partition(" ")
    if word == "quit":
        return False
    plain: dict[str, Callable[[], None]] = {
        "off": camera.off,
        "on": camera.on,
        "freeze": camera.freeze,
        "live": camera.live,
        "stall": camera.stall,
        "hide": camera.hide,
    }
    if word in plain:
        plain[word]()
    elif word == "show" and rest and camera.show(Path(rest)):
        pass
    elif word == "truck" and (rest == "none" or rest.isdigit()):
        camera.truck(None if rest == "none" else int(rest))
    elif word == "lamp" and rest in ("on", "off"):
        camera.lamp(rest == "on")
    elif word == "tamper" and (rest == "none" or rest in TAMPERINGS):
        camera.tamper("" if rest == "none" else rest)
    elif word == "clock" and rest in ("run", "stop"):
        camera.clock(runs=rest == "run")
    else:
        word = "?"
    _tell({"event": word, "line": line.strip()})
    return True


def _tell(event: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Films until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--name", default="deck")
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--height", type=int, default=720)
    parser.add_argument("--fps", type=int, default=10)
    given = parser.parse_args()
    camera = CameraSimulator(given.port, given.name, (given.width, given.height), given.fps)
    _tell({"event": "listening", "port": camera.port, "url": camera.url})
    for line in sys.stdin:
        if not obey(camera, line):
            break
    camera.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
