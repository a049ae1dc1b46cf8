"""A serial scanner: one code per line, ended by CR, LF or both.

A line longer than any code is dropped whole: half of a code must never be taken for a code.
"""

from collections.abc import Iterator
from typing import NamedTuple

from drivers.serial_port import Port

MAX_CODE_BYTES = 4_096


class Lines(NamedTuple):
    """What has come of the line that is not ended yet; `overlong`: it is to be dropped."""

    kept: bytes = b""
    overlong: bool = False


def feed(lines: Lines, data: bytes) -> tuple[Lines, list[bytes]]:
    """Bytes in, whole codes out. Empty lines are no codes."""
    codes: list[bytes] = []
    kept, overlong = lines
    *whole, rest = (kept + data.replace(b"\r", b"\n")).split(b"\n")
    for line in whole:
        if line and not overlong and len(line) <= MAX_CODE_BYTES:
            codes.append(line)
        overlong = False
    if len(rest) > MAX_CODE_BYTES:
        rest, overlong = b"", True
    return Lines(rest if not overlong else b"", overlong), codes


def read_codes(port: Port) -> Iterator[bytes | None]:
    """Codes as they come; None for a read without one, so that the caller can beat and stop.

    Ends only by PortLost.
    """
    lines = Lines()
    while True:
        data = port.read()
        if not data:
            yield None
            continue
        lines, codes = feed(lines, data)
        yield from codes or (None,)
