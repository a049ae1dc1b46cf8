"""Which weighbridges an ingest process serves: a set of buckets, its subscriptions, its client id.

Pure. A bucket is CRC-32 of the weighbridge id modulo 64. The client id follows from the set, so a
process that takes the place of a dead one gets the messages the dead one had not acknowledged.
"""

from weighbook import topics
from weighbook.phrase import Phrase, Refusal

WIDEST = topics.BUCKETS
LEAVES = ("records", "checkpoint")


def read_buckets(text: str) -> frozenset[int]:
    """`0-31,40` as a set; Refusal E_BUCKETS for anything that is not within 0-63."""
    found: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        ends = (first, last if dash else first)
        if not all(end.isascii() and end.isdecimal() and len(end) <= 2 for end in ends):
            raise buckets_refused(text)
        low, high = int(ends[0]), int(ends[1])
        if not low <= high < WIDEST:
            raise buckets_refused(text)
        found.update(range(low, high + 1))
    return frozenset(found)


def buckets_refused(text: str) -> Refusal:
    return Refusal(
        "E_BUCKETS",
        Phrase(f"分桶“{text}”不成立。", f'"{text}" names no buckets.'),
        Phrase("请写成 0-31 或 0-7,40 的样子,范围 0 至 63。", "Write it like 0-31 or 0-7,40."),
    )


def subscriptions(buckets: frozenset[int]) -> tuple[str, ...]:
    """What to subscribe to: one filter per leaf for all buckets, else one per bucket and leaf."""
    if len(buckets) == WIDEST:
        return tuple(f"{topics.ROOT}/+/+/{leaf}" for leaf in LEAVES)
    return tuple(
        f"{topics.ROOT}/{bucket:02x}/+/{leaf}" for bucket in sorted(buckets) for leaf in LEAVES
    )


def client_id(prefix: str, buckets: frozenset[int]) -> str:
    """Fixed for a set of buckets: its 64 bits in hex."""
    bits = sum(1 << bucket for bucket in buckets)
    return f"{prefix}-{bits:016x}"
