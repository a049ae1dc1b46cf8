"""What stands in a QR code: a prefix that says what it is, then base45 of the message."""

from weighbook import base45
from weighbook.refusals import refuse

TICKET, ORDER, SLIP = "WT1:", "WO1:", "WS1:"
PREFIXES = (TICKET, ORDER, SLIP)
MAX_TEXT_CHARS = 4296  # what the largest QR code holds


def write_text(prefix: str, message: bytes) -> str:
    """The QR text of a message."""
    assert prefix in PREFIXES
    return prefix + base45.encode(message)


def read_text(text: str | bytes) -> tuple[str, bytes]:
    """(prefix, message) of a scanned text. Errors: Refusal E_ENVELOPE, E_OVERSIZE."""
    if isinstance(text, bytes):
        try:
            text = text.decode("ascii")
        except UnicodeDecodeError:
            raise refuse("E_ENVELOPE", "ASCII") from None
    text = text.strip("\r\n\t")
    if len(text) > MAX_TEXT_CHARS:
        raise refuse("E_OVERSIZE", f"{len(text)} > {MAX_TEXT_CHARS}")
    prefix = text[:4]
    if prefix not in PREFIXES:
        raise refuse("E_ENVELOPE", "prefix")
    return prefix, base45.decode(text[4:])
