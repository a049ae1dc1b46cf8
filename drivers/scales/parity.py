"""7-bit characters seen through an 8-bit port: the eighth bit is their parity.

A byte whose parity is wrong was damaged on the line; it becomes 7Fh (DEL), which no frame holds.
"""

DAMAGED = 0x7F


def _plain(byte: int, *, odd: bool) -> int:
    return byte & 0x7F if byte.bit_count() % 2 == odd else DAMAGED


TABLES = {
    "E": bytes(_plain(byte, odd=False) for byte in range(256)),
    "O": bytes(_plain(byte, odd=True) for byte in range(256)),
}
BACK = {
    parity: bytes(
        next((seen for seen in (b, b | 0x80) if table[seen] == b), b) if b < 0x80 else b
        for b in range(256)
    )
    for parity, table in TABLES.items()
}


def strip_parity(data: bytes, parity: str | None) -> bytes:
    """The characters without their parity; as they are where there is none to strip."""
    return data if parity is None else data.translate(TABLES[parity])


def add_parity(data: bytes, parity: str | None) -> bytes:
    """7-bit characters as an 8-bit port sees them."""
    return data if parity is None else data.translate(BACK[parity])
