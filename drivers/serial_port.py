"""The one place where a serial port is opened, by URL: a device path, `socket://`, `rfc2217://`.

Exclusive, DTR and RTS set before it opens (they reset some indicators and feed some converters),
every read bounded, so that its reader wakes up, beats and can stop.
"""

import contextlib
import errno
import os
from dataclasses import dataclass
from typing import Any, Protocol

import serial

READ_TIMEOUT_S = 0.5
READ_BYTES = 256


class PortLost(Exception):
    """The port cannot be used: P_ABSENT, P_BUSY, P_DENIED, P_URL, P_VANISHED."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class PortSettings:
    """Where the port is and how it is set; `dtr`/`rts` None leaves the line as the driver has
    it.
    """

    url: str
    baud: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: int = 1
    dtr: bool | None = None
    rts: bool | None = None


class Port(Protocol):
    """An open port. Every call may raise PortLost."""

    def read(self) -> bytes:
        """What has arrived, within half a second; empty when nothing has."""

    def write(self, data: bytes) -> None:
        """Sends all of it."""

    def close(self) -> None:
        """Lets go of the port; never raises."""


ERRNO_CODES = {
    errno.ENOENT: "P_ABSENT",
    errno.ENXIO: "P_ABSENT",
    errno.ENODEV: "P_ABSENT",
    errno.EBUSY: "P_BUSY",
    errno.EAGAIN: "P_BUSY",
    errno.EACCES: "P_DENIED",
    errno.EPERM: "P_DENIED",
}


def open_port(settings: PortSettings) -> Port:
    """Opens it. Errors: PortLost."""
    try:
        # exclusive: a second program on the port would steal bytes and nobody would know why.
        port: Any = serial.serial_for_url(settings.url, do_not_open=True)
        port.baudrate = settings.baud
        port.bytesize = settings.bytesize
        port.parity = settings.parity
        port.stopbits = settings.stopbits
        port.timeout = READ_TIMEOUT_S
        port.write_timeout = READ_TIMEOUT_S * 4
        if "://" not in settings.url:
            port.exclusive = True
        if settings.dtr is not None:
            port.dtr = settings.dtr
        if settings.rts is not None:
            port.rts = settings.rts
        port.open()
    except ValueError as error:
        raise PortLost("P_URL", str(error)) from None
    except OSError as error:
        raise PortLost(_code_of(error, settings.url), str(error)) from None
    return _SerialPort(port)


def _code_of(error: OSError, url: str) -> str:
    # pyserial wraps the system's error and keeps its number, or hides it in the text.
    if error.errno in ERRNO_CODES:
        return ERRNO_CODES[error.errno]
    if "exclusively lock" in str(error):
        return "P_BUSY"
    if "://" not in url and not os.path.exists(url):
        return "P_ABSENT"
    return "P_VANISHED"


class _SerialPort:
    """pyserial's port with every failure turned into PortLost."""

    def __init__(self, port: Any) -> None:
        self._port = port
        with contextlib.suppress(OSError, NotImplementedError):
            # What queued up before we came is old; it must not be taken for now.
            self._port.reset_input_buffer()

    def read(self) -> bytes:
        try:
            first: bytes = self._port.read(1)
            if not first:
                return b""
            waiting = min(int(self._port.in_waiting), READ_BYTES)
            return first + (bytes(self._port.read(waiting)) if waiting else b"")
        except (OSError, TypeError) as error:
            # TypeError: pyserial reading a descriptor that another thread closed.
            raise PortLost("P_VANISHED", str(error)) from None

    def write(self, data: bytes) -> None:
        try:
            self._port.write(data)
            self._port.flush()
        except (OSError, TypeError) as error:
            raise PortLost("P_VANISHED", str(error)) from None

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._port.close()
