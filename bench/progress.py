"""Progress of a benchmark on the error stream: shown only once it takes longer than two seconds."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

from weighbook.phrase import Phrase

Progress = Callable[[Phrase, int, int], None]

QUIET_S = 2.0
TERMINAL_EVERY_S, LOG_EVERY_S = 0.2, 5.0


def unseen(_what: Phrase, _done: int, _total: int) -> None:
    """Nobody watches."""


class ProgressLine:
    """One line that is written over on a terminal, and now and then a new one elsewhere."""

    def __init__(self, name: str, stream: TextIO = sys.stderr) -> None:
        self._name = name
        self._stream = stream
        self._over = stream.isatty()
        self._every_s = TERMINAL_EVERY_S if self._over else LOG_EVERY_S
        self._due = time.monotonic() + QUIET_S
        self._shown = False

    def __call__(self, what: Phrase, done: int, total: int) -> None:
        now = time.monotonic()
        if now < self._due:
            return
        self._due, self._shown = now + self._every_s, True
        text = f"{self._name}: {what.zh} / {what.en} {done:,}/{total:,}"
        self._stream.write(f"\r\x1b[K{text}" if self._over else f"{text}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Make room for what is printed next."""
        if self._over and self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
