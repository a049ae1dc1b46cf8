"""What is due to be sent: a cursor on the book, moved forward only by receipts. Pure.

A broker's acknowledgement proves nothing, so a batch counts as sent but not as delivered; what is
not receipted in time is sent again, the pause doubling up to a bound. A receipt with a lower seq is
the collector asking for records again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

MAX_RECORDS = 100
MAX_BYTES = 32_768
WINDOW = 1_000  # records sent ahead of the newest receipt
FIRST_WAIT_MS = 10_000
LONGEST_WAIT_MS = 300_000


class Standing(NamedTuple):
    """Where the book and the collector stand, as the deciding thread last said."""

    head_seq: int
    received_seq: int  # of the newest receipt; 0 none
    received_at_ms: int
    next_order: int


@dataclass(frozen=True)
class Outbox:
    """`sent_seq`: up to where records were handed to the broker in this connection."""

    sent_seq: int = 0
    received_seq: int = 0
    received_at_ms: int = 0
    moved_ms: int = 0  # monotonic time of the last progress
    tries: int = 0

    def reconnected(self, mono_ms: int) -> "Outbox":
        """What the old connection swallowed is not known: begin at the receipt again."""
        return replace(self, sent_seq=self.received_seq, moved_ms=mono_ms)

    def hear(self, standing: Standing, mono_ms: int) -> "Outbox":
        """Take a newer receipt into account, forward or backward."""
        if standing.received_at_ms <= self.received_at_ms:
            return self
        back = standing.received_seq < self.received_seq
        seq = standing.received_seq
        return replace(
            self,
            sent_seq=seq if back else max(self.sent_seq, seq),
            received_seq=seq,
            received_at_ms=standing.received_at_ms,
            moved_ms=mono_ms,
            tries=0,
        )

    def wait_ms(self) -> int:
        return min(LONGEST_WAIT_MS, FIRST_WAIT_MS << min(self.tries, 8))

    def tick(self, mono_ms: int) -> "Outbox":
        """Send again what waited too long for its receipt."""
        waits = self.sent_seq > self.received_seq
        if not waits or mono_ms - self.moved_ms < self.wait_ms():
            return self
        return replace(self, sent_seq=self.received_seq, moved_ms=mono_ms, tries=self.tries + 1)

    def room(self, standing: Standing) -> int:
        """How many records may be sent now."""
        ahead = self.sent_seq - self.received_seq
        return max(0, min(standing.head_seq - self.sent_seq, WINDOW - ahead, MAX_RECORDS))

    def sent(self, seq: int, mono_ms: int) -> "Outbox":
        first = self.sent_seq == self.received_seq
        return replace(self, sent_seq=seq, moved_ms=mono_ms if first else self.moved_ms)


def fill_batch(rows: Iterable[tuple[int, bytes]]) -> tuple[int, bytes]:
    """(seq of the last record, payload) of the longest batch that fits; rows: seq and message.

    One record always fits: its size is bounded below the payload's.
    """
    last, parts, size = 0, list[bytes](), 0
    for seq, message in rows:
        if parts and size + len(message) > MAX_BYTES:
            break
        last, size = seq, size + len(message)
        parts.append(message)
    return last, b"".join(parts)
