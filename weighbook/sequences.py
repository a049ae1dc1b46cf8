"""CBOR sequences (RFC 8742) on disk: signed messages one after the other, nothing between them.

Reading never fails and never loses a byte: what is no message comes out as an item of its own, up
to where the next one seems to begin, so that an audit can name it and go on.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from weighbook import cbor
from weighbook.cose import SIGN1_START, SIGN1_TAG, SIGN_TAG
from weighbook.phrase import Refusal


def read_sequence(path: Path) -> Iterator[bytes]:
    """The items of a file. Errors: OSError."""
    return items_of(path.read_bytes())


def items_of(data: bytes) -> Iterator[bytes]:
    """The items as their own bytes; joined they are `data` again."""
    at = 0
    while at < len(data):
        end = _item_end(data, at)
        yield data[at:end]
        at = end


def _item_end(data: bytes, at: int) -> int:
    for tag in (SIGN1_TAG, SIGN_TAG):
        if data.startswith(tag, at):
            try:
                return cbor.item_end(data, at + len(tag))
            except Refusal:
                break
    following = data.find(SIGN1_START, at + 1)
    return following if following > 0 else len(data)


def write_sequence(path: Path, messages: Iterable[bytes]) -> int:
    """Writes the messages durably and gives their number. Errors: OSError."""
    count = 0
    with path.open("wb") as file:
        for message in messages:
            file.write(message)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    return count
