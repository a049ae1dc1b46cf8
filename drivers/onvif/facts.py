"""What a device says of itself, as plain data, and why it could not be asked.

"No data" is None, never 0. Text is as the device sent it, only cut; whoever shows it makes it
harmless.
"""

from typing import NamedTuple

SILENT, REFUSED, BROKEN = "silent", "refused", "broken"  # no answer, no listener, a broken line
UNAUTHORISED, NOT_FOUND, REDIRECTED = "unauthorised", "not_found", "redirected"
OVERSIZED, UNREADABLE = "oversized", "unreadable"
FAULT, INCOMPLETE = "fault", "incomplete"  # it says no, or leaves out what was asked for

DEVICE, MEDIA, MEDIA2, EVENTS = "device", "media", "media2", "events"


class OnvifFailed(Exception):
    """A question without a usable answer; `state` is one of the words above."""

    def __init__(self, state: str, detail: str = "") -> None:
        super().__init__(f"{state}: {detail}" if detail else state)
        self.state = state
        self.detail = detail


class Login(NamedTuple):
    """An account. Its password is never part of what is printed."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.user!r}, '***')"


class Found(NamedTuple):
    """One answer to a search: who sent it, and what it says of itself before any login."""

    host: str
    addresses: tuple[str, ...]
    name: str | None
    hardware: str | None
    place: str | None


class Information(NamedTuple):
    maker: str | None
    model: str | None
    firmware: str | None
    serial: str | None


class Profile(NamedTuple):
    """One stream a device offers. `gop`: frames from keyframe to keyframe."""

    token: str
    name: str | None
    codec: str | None
    width: int | None
    height: int | None
    fps_milli: int | None
    gop: int | None
    stream: str | None = None
    snapshot: str | None = None

    @property
    def gop_ms(self) -> int | None:
        return self.gop * 1_000_000 // self.fps_milli if self.gop and self.fps_milli else None

    @property
    def pixels(self) -> int:
        return (self.width or 0) * (self.height or 0)


class Notice(NamedTuple):
    """One message of its event service. `active` None: something happened, and it has no state."""

    topic: str
    source: str
    active: bool | None
