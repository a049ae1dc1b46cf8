"""A slip as the bytes an ESC/POS printer takes: words, a QR code, and the cut.

The commands are python-escpos's; the words go out in the printer's own character set (Chinese ones
speak GB18030 after FS &), since its code pages have no Chinese. Pure: the same slip gives the same
bytes. Source for FS & and DLE EOT: Epson's ESC/POS command reference.
"""

from collections.abc import Sequence
from typing import NamedTuple

from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy

CHINESE_ON = b"\x1c&"
ASK_PAPER = b"\x10\x04\x04"  # DLE EOT 4: the paper sensor's state
PAPER_FIXED, PAPER_ENDED = 0x12, 0x60
FEED_LINES = 3


class PrinterForm(NamedTuple):
    """`native_qr`: the printer draws codes itself; else they are sent as pictures. `qr_dots`: the

    side of one module.
    """

    encoding: str = "gb18030"
    columns: int = 32
    native_qr: bool = True
    qr_dots: int = 4
    cuts: bool = True


def slip_bytes(lines: Sequence[str], code: str, form: PrinterForm) -> bytes:
    """One whole slip. What the character set has no sign for becomes a question mark."""
    chinese = CHINESE_ON if form.encoding.startswith("gb") else b""
    pieces = [piece for line in lines for piece in wrapped(line, form.columns)]
    words = b"".join(piece.encode(form.encoding, "replace") + b"\n" for piece in pieces)
    begin, end = Dummy(), Dummy()
    begin.hw("INIT")
    end.set(align="center")
    end.qr(code, ec=QR_ECLEVEL_M, size=form.qr_dots, native=form.native_qr)
    end.set(align="left")
    end.ln(FEED_LINES)
    if form.cuts:
        end.cut(feed=False)
    return bytes(begin.output) + chinese + words + bytes(end.output)


def wrapped(line: str, columns: int) -> list[str]:
    """The line in pieces that fit; a Chinese character takes two columns."""
    pieces, room = [""], columns
    for sign in line:
        width = 1 if ord(sign) < 0x2E80 else 2
        if width > room:
            pieces.append("")
            room = columns
        pieces[-1] += sign
        room -= width
    return pieces


def has_paper(answer: bytes) -> bool | None:
    """What an answer to ASK_PAPER says; None: none came, or it is no such answer."""
    known = [byte for byte in answer if byte & 0x93 == PAPER_FIXED]
    return None if not known else known[-1] & PAPER_ENDED == 0
