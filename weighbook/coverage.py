"""How far a book is proven by somebody else's word: the collector's receipts.

A chain proves its inside and nothing about its tail, and nothing against whoever holds the key; a
receipt proves all that leads up to it. Nothing is claimed beyond the newest receipt that agrees,
and nothing at all from the first break on.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from weighbook.chain import Break
from weighbook.keyset import KeyRing
from weighbook.phrase import Phrase, Refusal
from weighbook.receipts import Receipt, open_receipt
from weighbook.records import Record

SHANGHAI = ZoneInfo("Asia/Shanghai")
# With these the record is not the one that was receipted; other breaks are about what it says.
INTEGRITY = frozenset(
    {"B_PREV", "B_SEQ", "B_EPOCH", "B_KIND", "B_WEIGHBRIDGE", "B_TAIL", "B_UNREADABLE"}
)
NOTHING = (0, bytes(32))  # a collector that has heard of a book and holds none of it


@dataclass(frozen=True)
class Coverage:
    """`proven`: the newest receipt all of whose records are whole; `broken_seq`: the first break

    of the chain, None if there is none; `last_seq`: where the book ends.
    """

    proven: Receipt | None
    broken_seq: int | None
    last_seq: int

    def in_words(self, *, root_from_book: bool) -> Phrase:
        """What is proven and what is not, for people."""
        said = [self._proven(), self._open()]
        if root_from_book:
            said.append(
                Phrase(
                    "根公钥取自账簿本身；要独立核对，请用另行取得的根公钥（--root）。",
                    "The root key came with the book; to check independently, pass one obtained"
                    " elsewhere (--root).",
                )
            )
        said = [phrase for phrase in said if phrase.en]
        return Phrase("".join(p.zh for p in said), " ".join(p.en for p in said))

    def _proven(self) -> Phrase:
        if self.proven is None:
            return Phrase(
                "没有可用的回执：尾部未被他人证明。",
                "No receipt that counts: nobody else vouches for any record.",
            )
        seq = self.proven.seq
        at = _clock_face(self.proven.at_ms)
        return Phrase(
            f"由 {at} 的回执证明至第 {seq} 条" + ("（全部）。" if seq >= self.last_seq else "。"),
            f"Proven to seq {seq} by the receipt of {at}"
            + (" (all of it)." if seq >= self.last_seq else "."),
        )

    def _open(self) -> Phrase:
        start = (self.proven.seq if self.proven else 0) + 1
        if self.broken_seq is not None:
            return Phrase(
                f"第 {self.broken_seq} 条起链条已断，{start} 之后均未证明。",
                f"The chain breaks at {self.broken_seq}; nothing from {start} on is proven.",
            )
        if start > self.last_seq:
            return Phrase("", "")
        return Phrase(
            f"{start}…{self.last_seq} 仅自洽。",
            f"{start}…{self.last_seq} only self-consistent.",
        )


def open_receipts(messages: Iterable[bytes], ring: KeyRing, breaks: list[Break]) -> list[Receipt]:
    """The receipts that a collector's key signed; every other message becomes a break."""
    receipts = []
    for message in messages:
        try:
            receipts.append(open_receipt(message, ring))
        except Refusal as refusal:
            breaks.append(Break(0, "B_RECEIPT", refusal.what))
    return receipts


def disagreements(
    receipts: Iterable[Receipt], digests: Mapping[tuple[int, int], bytes], last: Record | None
) -> Iterator[Break]:
    """Receipts that say otherwise than the book. `digests` by (epoch, seq)."""
    for receipt in receipts:
        held = digests.get((receipt.epoch, receipt.seq))
        if last is not None and receipt.weighbridge != last.weighbridge:
            yield Break.of(0, "B_RECEIPT", receipt.weighbridge)
        elif held == receipt.head or (receipt.seq, receipt.head) == NOTHING:
            continue
        elif held is not None:
            yield Break.of(receipt.seq, "B_TAIL", f"another head at {receipt.seq}")
        elif last is None or receipt.seq > last.seq:
            yield Break.of(receipt.seq, "B_TAIL", f"receipt for {receipt.seq}")
        else:
            yield Break.of(receipt.seq, "B_RECEIPT", f"no record {receipt.seq}")


def measure(
    receipts: Iterable[Receipt],
    digests: Mapping[tuple[int, int], bytes],
    last: Record | None,
    breaks: Iterable[Break],
) -> Coverage:
    """How far the book is proven, given all its breaks."""
    broken = min((b.seq for b in breaks if b.seq > 0 and _cuts(b.code)), default=None)
    agreeing = [
        receipt
        for receipt in receipts
        if digests.get((receipt.epoch, receipt.seq)) == receipt.head
        if last is not None and receipt.weighbridge == last.weighbridge
        if broken is None or receipt.seq < broken
    ]
    newest = max(agreeing, key=lambda receipt: receipt.seq, default=None)
    return Coverage(newest, broken, last.seq if last is not None else 0)


def _clock_face(at_ms: int) -> str:
    try:
        return datetime.fromtimestamp(at_ms / 1000, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError, OSError):
        return f"{at_ms} ms"


def _cuts(code: str) -> bool:
    return code in INTEGRITY or code.startswith("E_")
