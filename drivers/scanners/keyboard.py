"""A scanner that plays a keyboard ("wedge"): its keys are read from the kernel, not from a window.

Reading the input device itself (evdev) works without a desktop, whatever window has the focus, and
keeps what is scanned out of it: the device is grabbed. Keys are those of a US keyboard, which is
how such scanners leave the factory. Source: linux/input.h and input-event-codes.h.
"""

import contextlib
import errno
import fcntl
import os
import select
import stat
import struct
from pathlib import Path

from drivers.port_lost import PortLost
from drivers.serial_port import Port, PortSettings, open_port

DEVICES = "/dev/input/"
EVENT = struct.Struct("llHHi")  # seconds, microseconds, type, code, value
KEY, DOWN, UP, AGAIN = 1, 1, 0, 2
GRAB = 0x40044590  # EVIOCGRAB
READ_S, READ_EVENTS = 0.5, 256
SHIFTS = frozenset({42, 54})

ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
)
PLAIN: dict[int, str] = {28: "\n", 96: "\n", 57: " ", 15: "\t"}
SHIFTED: dict[int, str] = dict(PLAIN)
for _first, _plain, _shifted in ROWS:
    PLAIN |= dict(enumerate(_plain, _first))
    SHIFTED |= dict(enumerate(_shifted, _first))
# The number pad, which some scanners use for digits.
PLAIN |= dict(zip((71, 72, 73, 75, 76, 77, 79, 80, 81, 82), "7894561230", strict=True))
PLAIN |= {55: "*", 74: "-", 78: "+", 83: ".", 98: "/"}


class Keyboard:
    """An open input device, as a port: `read` gives the typed bytes. Errors: PortLost."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            self._grab(path)
        except FileNotFoundError as error:
            raise PortLost("P_ABSENT", str(path)) from error
        except PermissionError as error:
            raise PortLost("P_DENIED", str(path)) from error
        except OSError as error:
            raise PortLost("P_BUSY", f"{path}: {error.strerror}") from error
        self._rest = b""
        self._shifts: set[int] = set()

    def read(self) -> bytes:
        """What was typed, within half a second; empty when nothing was."""
        try:
            ready, _, _ = select.select([self._file], [], [], READ_S)
            data = os.read(self._file, READ_EVENTS * EVENT.size) if ready else b""
        except BlockingIOError:
            return b""
        except OSError as error:
            raise PortLost("P_VANISHED", str(error.strerror)) from error
        if ready and not data:
            raise PortLost("P_VANISHED", "the device has ended")
        return self._typed(data)

    def write(self, data: bytes) -> None:
        """A keyboard is told nothing."""

    def discard(self) -> None:
        """Drops what was typed and not read."""
        self._rest, self._shifts = b"", set()
        with contextlib.suppress(OSError):
            while os.read(self._file, READ_EVENTS * EVENT.size):
                pass

    def close(self) -> None:
        os.close(self._file)

    def _grab(self, path: Path) -> None:
        """Nobody else hears it; a pipe, as a simulator has, is nobody else's anyway."""
        if stat.S_ISCHR(os.fstat(self._file).st_mode):
            try:
                fcntl.ioctl(self._file, GRAB, 1)
            except OSError as error:
                os.close(self._file)
                code = "P_URL" if error.errno == errno.ENOTTY else "P_BUSY"
                raise PortLost(code, f"{path}: {error.strerror}") from error

    def _typed(self, data: bytes) -> bytes:
        data = self._rest + data
        whole = len(data) // EVENT.size * EVENT.size
        self._rest = data[whole:]
        text = []
        for _, _, kind, code, value in EVENT.iter_unpack(data[:whole]):
            if kind != KEY:
                continue
            if code in SHIFTS:
                (self._shifts.discard if value == UP else self._shifts.add)(code)
            elif value in (DOWN, AGAIN):
                text.append((SHIFTED if self._shifts else PLAIN).get(code, ""))
        return "".join(text).encode()


def open_scanner(settings: PortSettings) -> Port:
    """A scanner's port, whichever it is: an input device by its path, else as all ports.

    Errors: PortLost.
    """
    if settings.url.startswith(DEVICES):
        return Keyboard(Path(settings.url))
    return open_port(settings)


def keystrokes(text: str) -> bytes:
    """The events that type a text, for a simulated scanner. Errors: ValueError, no such key."""
    events = []
    for sign in text:
        plain = next((code for code, shown in PLAIN.items() if shown == sign), None)
        shifted = next((code for code, shown in SHIFTED.items() if shown == sign), None)
        code = plain if plain is not None else shifted
        if code is None:
            raise ValueError(f"no key types {sign!r}")
        held = [] if plain is not None else [42]
        for key, value in (*((k, DOWN) for k in held), (code, DOWN), (code, UP),
                           *((k, UP) for k in held)):  # fmt: skip
            events += [EVENT.pack(0, 0, KEY, key, value), EVENT.pack(0, 0, 0, 0, 0)]
    return b"".join(events)
