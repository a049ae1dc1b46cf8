"""What people type after an option, brought to one form or refused before anything is signed.

Words are one line of text that can be printed, signed and shown anywhere; numbers are bounded, so
that nothing overflows behind the option; a plate is what the decks read on trucks.
"""

import re
import unicodedata
from collections.abc import Callable

import click

from weighbook.phrase import Phrase, Refusal

NAME_CHARACTERS = 60
PLACE_CHARACTERS = 24  # printed on every ticket and held by its code
REMARK_CHARACTERS = 200
SHOWN_CHARACTERS = 24  # of what was refused
PLATE_FORM = re.compile(r"[0-9A-Z\u4e00-\u9fff]{4,12}")
PLATE_SEPARATORS = str.maketrans("", "", " ·.-\u3000")
KID_FORM = re.compile(r"[0-9a-f]{16}", re.ASCII)

MANY_HOURS = click.IntRange(1, 8_760)  # a year
MANY_TRUCKS = click.IntRange(1, 100_000)
MANY_TONNES = click.IntRange(1, 10_000_000)
MANY_KG = click.IntRange(1, 1_000_000)
MANY_TICKETS = click.IntRange(1, 1_000_000)
TONNES_A_YEAR = click.IntRange(0, 1_000_000_000)
ORDER_NUMBER = click.IntRange(1, 2**31)


def words(longest: int, *, may_be_empty: bool = False) -> Callable[[str], str]:
    """One line of at most `longest` characters; Refusal E_TEXT for anything else."""

    def convert(typed: str) -> str:
        text = unicodedata.normalize("NFC", typed).strip()
        too_little = not text and not may_be_empty
        if too_little or len(text) > longest or not text.isprintable():
            start = typed[:SHOWN_CHARACTERS]
            raise Refusal(
                "E_TEXT",
                Phrase(
                    f"文字“{start}”为空、过长或含控制字符。",
                    f'The text "{start}" is empty, too long or not printable.',
                ),
                Phrase(f"请写一行，{longest} 字以内。", f"Write one line of up to {longest}."),
            )
        return text

    return convert


def plate(typed: str) -> str:
    """A number plate in the form the decks compare; Refusal E_PLATE for anything else."""
    known = read_plate(typed)
    if not PLATE_FORM.fullmatch(known):
        start = typed[:SHOWN_CHARACTERS]
        raise Refusal(
            "E_PLATE",
            Phrase(f"“{start}”不是车号。", f'"{start}" is not a number plate.'),
            Phrase("请写成 蒙K12345 的样子。", "Write it like 蒙K12345."),
        )
    return known


def read_plate(text: str) -> str:
    """Capitals without spaces and dots; whether it can be a plate is not decided here."""
    return unicodedata.normalize("NFKC", text).translate(PLATE_SEPARATORS).strip().upper()


def kid(typed: str) -> bytes:
    """A key id; Refusal E_KID for anything but sixteen hex digits."""
    if not KID_FORM.fullmatch(typed.lower()):
        start = typed[:SHOWN_CHARACTERS]
        raise Refusal(
            "E_KID",
            Phrase(f"“{start}”不是密钥号。", f'"{start}" is not a key id.'),
            Phrase("请写 16 位十六进制。", "Write sixteen hex digits."),
        )
    return bytes.fromhex(typed)


NAME = words(NAME_CHARACTERS)
PLACE = words(PLACE_CHARACTERS)
NOTE = words(NAME_CHARACTERS, may_be_empty=True)
REMARK = words(REMARK_CHARACTERS)
FREE_REMARK = words(REMARK_CHARACTERS, may_be_empty=True)
