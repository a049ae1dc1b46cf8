"""Opens a printer: a serial or network port as all devices have them, or a USB printer's own file.

The kernel's `/dev/usb/lp0` is no terminal and knows no baud rate; it is written like a file, and
what it has to say comes within the time a port's read may take.
"""

import os
import select
from pathlib import Path

from drivers.port_lost import PortLost
from drivers.serial_port import Port, PortSettings, open_port

USB_PRINTERS = "/dev/usb/lp"
READ_S, WRITE_S, READ_BYTES = 0.5, 3.0, 64


def open_printer(settings: PortSettings) -> Port:
    """Errors: PortLost."""
    if settings.url.startswith(USB_PRINTERS):
        return UsbPrinter(Path(settings.url))
    return open_port(settings)


class UsbPrinter:
    """A printer behind the kernel's USB printer driver; every call is bounded."""

    def __init__(self, path: Path) -> None:
        try:
            self._file = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise PortLost("P_ABSENT", str(path)) from error
        except PermissionError as error:
            raise PortLost("P_DENIED", str(path)) from error
        except OSError as error:
            raise PortLost("P_BUSY", f"{path}: {error.strerror}") from error

    def read(self) -> bytes:
        try:
            ready, _, _ = select.select([self._file], [], [], READ_S)
            return os.read(self._file, READ_BYTES) if ready else b""
        except BlockingIOError:
            return b""
        except OSError as error:
            raise PortLost("P_VANISHED", str(error.strerror)) from error

    def write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            try:
                _, ready, _ = select.select([], [self._file], [], WRITE_S)
                if not ready:
                    raise PortLost("P_STUCK", "the printer takes no bytes")
                left = left[os.write(self._file, left) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise PortLost("P_VANISHED", str(error.strerror)) from error

    def discard(self) -> None:
        """Nothing waits in a printer."""

    def close(self) -> None:
        os.close(self._file)
