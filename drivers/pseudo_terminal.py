"""A pseudo-terminal under a fixed name: what every simulator speaks through."""

import contextlib
import os
import select
import tty
from pathlib import Path

READ_BYTES = 4096


class PseudoTerminal:
    """The simulator's end; the other end is opened by the agent at `link`."""

    def __init__(self, link: Path) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._link = link
        with contextlib.suppress(FileNotFoundError):
            link.unlink()
        link.symlink_to(os.ttyname(self._slave))

    def send(self, data: bytes) -> None:
        """Sends; what nobody reads is lost, as on a real line."""
        with contextlib.suppress(BlockingIOError):
            os.write(self._master, data)

    def receive(self, timeout_s: float) -> bytes:
        """What the other end wrote within the time; empty when nothing."""
        ready, _, _ = select.select([self._master], [], [], timeout_s)
        if not ready:
            return b""
        try:
            return os.read(self._master, READ_BYTES)
        except OSError:
            return b""

    def close(self) -> None:
        """Pulls the plug."""
        with contextlib.suppress(FileNotFoundError):
            self._link.unlink()
        for end in (self._slave, self._master):
            with contextlib.suppress(OSError):
                os.close(end)
