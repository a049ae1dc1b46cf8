"""A serial scanner: one code per line, ended by CR, LF or both; or, set so, by a pause.

Half of a code must never be taken for a code: a line longer than any code is dropped whole, and so
is a line that stops in the middle (the plug was moved), before the next scan could be joined to it.
Control characters around a code (STX, ETX, NUL, noise of a plug) are no part of it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from drivers.serial_port import Port

MAX_CODE_BYTES = 4_096
NO_CODE = (None,)
CONTROL = bytes(range(0x20)) + b"\x7f"  # not the blank: a code may end in one


class Framing(NamedTuple):
    """How the scanner marks a code. `ends`: "line", or "pause" for one that sends no line ends.

    `prefix` and `suffix` (an AIM identifier such as `]Q1`) are taken off; where one is set, what
    comes without it is no code.
    """

    ends: str = "line"
    prefix: bytes = b""
    suffix: bytes = b""


PLAIN = Framing()


class Lines(NamedTuple):
    """What has come of the line that is not ended yet; `overlong`: it is to be dropped."""

    kept: bytes = b""
    overlong: bool = False


def feed(lines: Lines, data: bytes) -> tuple[Lines, list[bytes]]:
    """Bytes in, whole lines out. Empty lines are none."""
    found: list[bytes] = []
    kept, overlong = lines
    *whole, rest = (kept + data.replace(b"\r", b"\n")).split(b"\n")
    for line in whole:
        if line and not overlong and len(line) <= MAX_CODE_BYTES:
            found.append(line)
        overlong = False
    if len(rest) > MAX_CODE_BYTES:
        rest, overlong = b"", True
    return Lines(rest if not overlong else b"", overlong), found


def pause(lines: Lines, framing: Framing) -> list[bytes]:
    """Nothing came for a while, so the line is over: a whole one only if pauses end lines here."""
    return [lines.kept] if framing.ends == "pause" and lines.kept and not lines.overlong else []


def code_of(line: bytes, framing: Framing) -> bytes | None:
    """The code in a line; None if there is none."""
    text = line.strip(CONTROL)
    prefix, suffix = framing.prefix.strip(CONTROL), framing.suffix.strip(CONTROL)
    marks = len(prefix) + len(suffix)
    if len(text) <= marks or not text.startswith(prefix) or not text.endswith(suffix):
        return None
    return text[len(prefix) : len(text) - len(suffix)]


def read_codes(port: Port, framing: Framing = PLAIN) -> Iterator[bytes | None]:
    """Codes as they come; None when a read brought none. Ends only by PortLost."""
    lines = Lines()
    while True:
        if data := port.read():
            lines, found = feed(lines, data)
        else:
            lines, found = Lines(), pause(lines, framing)
        codes = [code for line in found if (code := code_of(line, framing)) is not None]
        yield from codes or NO_CODE
