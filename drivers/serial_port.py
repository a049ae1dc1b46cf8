"""The one place where a port is opened, by address: a path, `usb:…`, `socket://`, `rfc2217://`.

Exclusive, DTR and RTS set before it opens (they reset some indicators and feed some converters),
what queued up before is dropped, every call is bounded, so that its reader wakes up, beats and can
stop. One thread reads a port and closes it: some adapters hang if closed under a pending read.
"""

import contextlib
import errno
import os
import termios
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import serial
from serial.tools.list_ports import comports

from drivers.network_port import READ_BYTES, READ_TIMEOUT_S, connect, keep_alive
from drivers.port_address import Adapter, Server, Usb, device_of, read_address
from drivers.port_holders import holders_of
from drivers.port_lost import PortLost

__all__ = ["Port", "PortLost", "PortSettings", "open_port"]

WRITE_TIMEOUT_S = 1.0
GONE_S = 0.3  # how long the name of an unplugged adapter may stay behind


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
    """An open port. Every call but `close` may raise PortLost."""

    def read(self) -> bytes:
        """What has arrived, within half a second; empty when nothing has."""

    def write(self, data: bytes) -> None:
        """Sends all of it."""

    def discard(self) -> None:
        """Drops what has arrived and was not read."""

    def close(self) -> None:
        """Lets go of the port; never raises."""


Lister = Callable[[], Iterable[Adapter]]

ERRNO_CODES = {
    errno.ENOENT: "P_ABSENT",
    errno.ENXIO: "P_ABSENT",
    errno.ENODEV: "P_ABSENT",
    errno.EBUSY: "P_BUSY",
    errno.EAGAIN: "P_BUSY",
    errno.EACCES: "P_DENIED",
    errno.EPERM: "P_DENIED",
    errno.EINVAL: "P_SETTINGS",
    errno.ENOTTY: "P_URL",
    errno.EISDIR: "P_URL",
    errno.ENOTDIR: "P_URL",
}
NO_DATA = "returned no data"  # pyserial's words for a line that is ready and gives nothing


def open_port(settings: PortSettings, present: Lister = comports) -> Port:
    """Opens it; `present` lists the adapters plugged in now. Errors: PortLost."""
    address = read_address(settings.url)
    if isinstance(address, Server):
        return connect(address) if address.scheme == "socket" else _open_remote(settings)
    device = device_of(address, present()) if isinstance(address, Usb) else address
    return _open_device(settings, device)


def _open_device(settings: PortSettings, device: str) -> Port:
    try:
        port: Any = serial.Serial()
        port.port = device
        # A second program on the port would steal bytes and nobody would know why.
        port.exclusive = True
        port.write_timeout = WRITE_TIMEOUT_S
        _set(port, settings)
        port.open()
    except ValueError as error:
        raise PortLost("P_SETTINGS", str(error)) from None
    except (OSError, termios.error) as error:
        code = ERRNO_CODES.get(_number(error), "P_VANISHED")
        told = holders_of(device) if code == "P_BUSY" else ()
        raise PortLost(code, ", ".join((str(error), *told))) from None
    return _SerialPort(port, device)


def _open_remote(settings: PortSettings) -> Port:
    """RFC 2217: the server sets its own port as we ask. Takes up to 11 s if it does not answer."""
    try:
        port: Any = serial.serial_for_url(settings.url, do_not_open=True)
        _set(port, settings)
        port.open()
        keep_alive(port._socket)  # noqa: SLF001 # pyserial gives no other way to its socket
    except ValueError as error:
        raise PortLost("P_SETTINGS", str(error)) from None
    except OSError as error:
        raise PortLost("P_UNREACHABLE", str(error)) from None
    return _SerialPort(port, None)


def _set(port: Any, settings: PortSettings) -> None:
    port.baudrate = settings.baud
    port.bytesize = settings.bytesize
    port.parity = settings.parity
    port.stopbits = settings.stopbits
    port.timeout = READ_TIMEOUT_S
    if settings.dtr is not None:
        port.dtr = settings.dtr
    if settings.rts is not None:
        port.rts = settings.rts


def _number(error: BaseException) -> int:
    """The system's error number: pyserial keeps it, or hides it in the error it stands for."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    if isinstance(error, termios.error):
        return int(error.args[0])
    return 0 if error.__context__ is None else _number(error.__context__)


class _SerialPort:
    """pyserial's port with every failure turned into PortLost. `device` None: in the network."""

    def __init__(self, port: Any, device: str | None) -> None:
        self._port = port
        self._device = device

    def read(self) -> bytes:
        try:
            first: bytes = self._port.read(1)
            if not first:
                return b""
            waiting = min(int(self._port.in_waiting), READ_BYTES)
            return first + (bytes(self._port.read(waiting)) if waiting else b"")
        except OSError as error:
            raise PortLost(self._code(error), str(error)) from None

    def write(self, data: bytes) -> None:
        try:
            # Not flushed: that wait has no bound, and the system sends what it has taken.
            self._port.write(data)
        except serial.SerialTimeoutException as error:
            raise PortLost("P_STUCK", str(error)) from None
        except OSError as error:
            raise PortLost("P_VANISHED", str(error)) from None

    def discard(self) -> None:
        try:
            self._port.reset_input_buffer()
        except (OSError, termios.error) as error:
            raise PortLost("P_VANISHED", str(error)) from None

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._port.close()

    def _code(self, error: OSError) -> str:
        # Either the adapter was pulled out, or a second reader was quicker: only the first takes
        # the device's name away.
        if NO_DATA in str(error) and self._device is not None and _stays(self._device):
            return "P_BUSY"
        return "P_VANISHED"


def _stays(device: str) -> bool:
    until = time.monotonic() + GONE_S
    while os.path.exists(device):
        if time.monotonic() > until:
            return True
        time.sleep(0.02)
    return False
