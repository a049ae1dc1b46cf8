"""What a simulated device is and remembers: its form, its clock, its subscriptions."""

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from drivers.onvif.facts import EVENTS, MEDIA, MEDIA2, Login, Profile

TOKEN, DIGEST, EITHER = "token", "digest", "either"  # how it wants a login
LASTS_S = 60.0
MAX_WAITING = 100

MAIN = Profile("Profile_1", "mainStream", "H264", 1920, 1080, 25_000, 50)
SUB = Profile("Profile_2", "subStream", "H264", 640, 360, 25_000, 50)

Said = tuple[str, str, str, str]  # topic, source, operation, state


@dataclass(frozen=True)
class Form:
    """How it was made and set up. `named_host`: the host it believes to be itself."""

    name: str = "DECK EAST"
    model: str = "SIM-2CD3T47"
    login: Login | None = None
    wants: str = EITHER
    services: tuple[str, ...] = (MEDIA, MEDIA2, EVENTS)
    profiles: tuple[Profile, ...] = (MAIN, SUB)
    lists_services: bool = True
    refuses_times: bool = False
    named_host: str = "127.0.0.1"


class Gone(Exception):
    """A subscription it does not know, or no longer."""


class Subscriptions:
    """Queues of messages, each forgotten when it is not renewed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[Said]] = {}
        self._until_s: dict[str, float] = {}
        self._states: dict[tuple[str, str], str] = {}
        self._number = 0

    @property
    def count(self) -> int:
        return len(self._waiting)

    def subscribe(self) -> str:
        """The states there are come first, as the standard has it."""
        with self._changed:
            self._number += 1
            number = str(self._number)
            first = [(*key, "Initialized", state) for key, state in self._states.items()]
            self._waiting[number] = deque(first, MAX_WAITING)
            self._until_s[number] = time.monotonic() + LASTS_S
        return number

    def say(self, topic: str, source: str, state: str) -> None:
        """To every subscriber; no state is a pulse."""
        with self._changed:
            if state:
                self._states[topic, source] = state
            for waiting in self._waiting.values():
                waiting.append((topic, source, "Changed", state))
            self._changed.notify_all()

    def pull(self, number: str, wait_s: int) -> list[Said]:
        with self._changed:
            self._known(number)
            self._changed.wait_for(lambda: self._waiting.get(number), min(wait_s, 5))
            self._known(number)
            said = list(self._waiting[number])
            self._waiting[number].clear()
            return said

    def renew(self, number: str) -> None:
        with self._changed:
            self._known(number)
            self._until_s[number] = time.monotonic() + LASTS_S

    def unsubscribe(self, number: str) -> None:
        with self._changed:
            self._known(number)
            del self._waiting[number], self._until_s[number]

    def forget(self) -> None:
        """As after a restart."""
        with self._changed:
            self._waiting.clear()
            self._until_s.clear()
            self._changed.notify_all()

    def _known(self, number: str) -> None:
        if self._until_s.get(number, 0.0) < time.monotonic():
            self._waiting.pop(number, None)
            raise Gone(number)


@dataclass
class SimulatedDevice:
    """Its state; any thread may change it. `off_ms`: how far its clock is ahead."""

    form: Form
    port: int = 0
    off_ms: int = 0
    events: Subscriptions = field(default_factory=Subscriptions)

    def address(self, kind: str) -> str:
        """Of a service, as the device itself names it."""
        return f"http://{self.form.named_host}:{self.port}/onvif/{kind}_service"

    def stream(self, token: str) -> str:
        return f"rtsp://{self.form.named_host}:554/Streaming/Channels/{token}?profile=1&a=b"

    def snapshot(self, token: str) -> str:
        return f"http://{self.form.named_host}:{self.port}/onvif-http/snapshot?{token}"
