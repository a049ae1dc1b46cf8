"""The files by which somebody at the screen telephones: what is asked for, and the code.

They come through the inbox folder like every other letter. The nonce is made where a letter is
read, so nobody chooses his own challenge.
"""

import secrets

import msgspec

from edge_agent.clockwork import now
from edge_agent.events import PhoneAnswered, PhoneAsked
from weighbook.phone import NONCES, Ask

LONGEST_ANSWER = 64


def write_ask(ask: Ask) -> bytes:
    return msgspec.json.encode(ask)


def read_ask(data: bytes) -> PhoneAsked | None:
    """None for what is no request."""
    try:
        ask = msgspec.json.decode(data, type=Ask)
    except (ValueError, RecursionError):
        return None
    return PhoneAsked(now(), ask, secrets.randbelow(NONCES))


def read_code(data: bytes) -> PhoneAnswered:
    return PhoneAnswered(now(), data[:LONGEST_ANSWER].decode("utf-8", "replace").strip())
