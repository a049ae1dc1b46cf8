"""A simulated camera that speaks real RTSP, with the faults real ones have; needs GStreamer.

    python -m drivers.cameras.rtsp_simulator --port 8554 [--codec h265] [--login USER:PASSWORD]

Control lines: play | stall | fps N | drop PERCENT | pace PERCENT | hang | wake | off | on
| password USER:PASSWORD | path /PATH | codec h264|h265 | gop FRAMES
| freeze | freeze clock-runs | freeze clock-stands | freeze packet | loop | loop clock-runs
| low | torn | TAMPERING | PASSING | truck KG | lamp on | lamp off | quit. TAMPERING and PASSING are
the names in tampering.py and passing.py. `play` is the good state: nothing stalled, frozen, looped
or tampered with; it leaves the lamp as it is.
"""

import argparse
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Protocol

from drivers.cameras.film import ENCODERS, Film, Form, Look, Unit
from drivers.cameras.looks import looked

SYSTEM_PYTHON = "/usr/bin/python3"  # GStreamer's bindings belong to it
SERVER = Path(__file__).with_name("rtsp_server.py")
PATH = "/stream"
STOP_S = 3
MAX_PACE = 1_000
SHANGHAI = timezone(timedelta(hours=8))


class Shoots(Protocol):
    """Whatever gives coded pictures; a Film, unless another is put in."""

    def unit(self, number: int, clock: str, look: Look) -> Unit: ...


class RtspCamera:
    """One camera. Its methods are what may happen to a camera; any thread may call them."""

    def __init__(
        self,
        name: str = "deck",
        form: Form | None = None,
        login: str | None = None,
        port: int = 0,
        film: Shoots | None = None,
    ) -> None:
        self.form = form or Form()
        self.port = port
        self.path = PATH
        self.look = Look()
        self._name = name
        self._lamp: bool | None = None
        self._login = login
        self._fps = float(self.form.fps)
        self._stalled = False
        self._film = film or Film(name, self.form)
        self._ended = threading.Event()
        self._busy = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self.on()
        self._thread = threading.Thread(target=self._expose, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        login = "" if self._login is None else f"{self._login}@"
        return f"rtsp://{login}127.0.0.1:{self.port}{self.path}"

    @property
    def is_on(self) -> bool:
        return self._server is not None

    def on(self) -> None:
        """Power: the server listens once this returns."""
        words = [SYSTEM_PYTHON, str(SERVER), str(self.port), self.form.codec, self.path]
        words += [] if self._login is None else [self._login]
        pipe = subprocess.PIPE
        server = subprocess.Popen(words, stdin=pipe, stdout=pipe, bufsize=0)
        assert server.stdout is not None
        said = server.stdout.readline().split()
        if len(said) != 2:
            raise RuntimeError("the RTSP server did not start; are GStreamer's packages there?")
        self.port = int(said[1])
        with self._busy:
            self._server = server

    def off(self) -> None:
        """No power: every connection breaks, no new one is answered."""
        with self._busy:
            server, self._server = self._server, None
        if server is not None:
            server.kill()
            server.communicate(timeout=STOP_S)

    def hang(self) -> None:
        """It stops answering; its connections stay open."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        self._signal(signal.SIGCONT)

    def drop(self, percent: int) -> None:
        """So many of its RTP packets are lost on the way."""
        self._send(b"drop %d\n" % percent)

    def pace(self, percent: int) -> None:
        """The stream's own time runs so fast; its pictures come as ever."""
        self._send(b"pace %d\n" % percent)

    def move_to(self, path: str) -> None:
        """Another path from now on; who is connected is thrown out."""
        self.off()
        self.path = path
        self.on()

    def recode(self, codec: str) -> None:
        """Another codec from now on, as after somebody changed its settings."""
        self.off()
        self.form = replace(self.form, codec=codec)
        self._film = Film(self._name, self.form)
        self.on()

    def password(self, login: str) -> None:
        """Another login from now on; who is connected is thrown out."""
        self.off()
        self._login = login
        self.on()

    def play(self) -> None:
        """All is well again."""
        self.look, self._stalled, self._fps = Look(), False, float(self.form.fps)

    def stall(self) -> None:
        """The session stays alive and brings nothing."""
        self._stalled = True

    def slow(self, fps: float) -> None:
        self._fps = fps

    def show(self, look: Look) -> None:
        """Frozen, looped, tampered with, of low resolution; or a truck."""
        self.look = look

    def lamp(self, lit: bool) -> None:  # noqa: FBT001 # as a relay tells it
        """The lamp in its view is lit or dark; before this is said, there is none."""
        self._lamp = lit

    def stop(self) -> None:
        self._ended.set()
        self.wake()
        self.off()
        self._thread.join(STOP_S)

    def _expose(self) -> None:
        due_s, number = time.monotonic(), 0
        while not self._ended.wait(max(0.0, due_s - time.monotonic())):
            pause_s = 1 / self._fps
            due_s = max(due_s, time.monotonic() - pause_s) + pause_s
            if self._stalled:
                continue
            clock = datetime.now(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S.%f")[:-5]
            look = self.look
            look = replace(look, shown=replace(look.shown, lamp=self._lamp))
            unit = self._film.unit(number, clock, look)
            number += 1
            self._send(b"au %d %d\n" % (unit.is_key, len(unit.payload)) + unit.payload)

    def _send(self, data: bytes) -> None:
        """To the server, if there is one; a hung one holds the film up, as in a camera."""
        server = self._server
        if server is not None and server.stdin is not None:
            left = memoryview(data)
            with suppress(OSError, ValueError):
                while left:
                    left = left[server.stdin.write(left) :]

    def _signal(self, number: signal.Signals) -> None:
        server = self._server
        if server is not None:
            server.send_signal(number)


def obey(camera: RtspCamera, line: str) -> bool:
    """Carries out one control line; False: it is not one."""
    word, _, rest = line.strip().partition(" ")
    look = looked(camera.look, word, rest)
    plain: dict[str, Callable[[], None]] = {
        "play": camera.play, "stall": camera.stall, "hang": camera.hang, "wake": camera.wake,
        "off": camera.off, "on": camera.on,
    }  # fmt: skip
    if word in plain and not rest:
        plain[word]()
    elif look is not None:
        camera.show(look)
    elif word == "lamp" and rest in ("on", "off"):
        camera.lamp(rest == "on")
    elif word == "fps" and rest.replace(".", "", 1).isdigit() and float(rest) > 0:
        camera.slow(float(rest))
    elif word == "drop" and rest.isdigit() and int(rest) <= 100:
        camera.drop(int(rest))
    elif word == "pace" and rest.isdigit() and 0 < int(rest) <= MAX_PACE:
        camera.pace(int(rest))
    elif word == "password" and ":" in rest:
        camera.password(rest)
    elif word == "path" and rest.startswith("/"):
        camera.move_to(rest)
    elif word == "codec" and rest in ENCODERS:
        camera.recode(rest)
    else:
        return False
    return True


def _tell(event: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(event, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Films until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", default="deck")
    parser.add_argument("--codec", choices=("h264", "h265"), default="h264")
    parser.add_argument("--login")
    for name, value in (("--port", 0), ("--width", 1280), ("--height", 720), ("--fps", 10)):
        parser.add_argument(name, type=int, default=value)
    given = parser.parse_args()
    form = Form(given.codec, (given.width, given.height), given.fps, 2 * given.fps)
    camera = RtspCamera(given.name, form, given.login, given.port)
    _tell({"event": "listening", "port": camera.port, "url": camera.url})
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        _tell({"event": "done" if obey(camera, line) else "?", "line": line.strip()})
    camera.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
