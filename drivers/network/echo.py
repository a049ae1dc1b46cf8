"""The bytes of an ICMP echo: what is asked, and whether an answer is ours. Pure (RFC 792, 4443)."""

import struct
from typing import NamedTuple

HEADER = struct.Struct("!BBHHH")
LEAST_IPV4_BYTES = 20
WORD = 0xFFFF


class Kind(NamedTuple):
    """The types of question and answer; `has_ip`: a raw socket hands the IP header out as well."""

    asks: int
    answers: int
    has_ip: bool


IPV4, IPV6 = Kind(8, 0, has_ip=True), Kind(128, 129, has_ip=False)


def question(kind: Kind, number: int, token: bytes) -> bytes:
    """One echo request. Where the system sets identifier or checksum, it sets them anew."""
    bare = HEADER.pack(kind.asks, 0, 0, number & WORD, 1) + token
    return HEADER.pack(kind.asks, 0, checksum(bare), number & WORD, 1) + token


def is_answer(data: bytes, kind: Kind, token: bytes, *, raw: bool) -> bool:
    """Whether these bytes answer the question that carried `token`."""
    if raw and kind.has_ip:
        data = data[_ip_bytes(data) :]
    if len(data) < HEADER.size:
        return False
    return data[0] == kind.answers and data[1] == 0 and data[HEADER.size :] == token


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    padded = data + bytes(len(data) % 2)
    total: int = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total > WORD:
        total = (total & WORD) + (total >> 16)
    return ~total & WORD


def _ip_bytes(data: bytes) -> int:
    return max(LEAST_IPV4_BYTES, 4 * (data[0] & 0x0F)) if data else LEAST_IPV4_BYTES
