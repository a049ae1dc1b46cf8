"""The chain: what the next record must say about the one before, and where it does not."""

from collections.abc import Iterator
from dataclasses import dataclass

from weighbook.phrase import Phrase
from weighbook.records import Body, Kind, Record, Totals, Weighing

PASSES = frozenset({Kind.TARE, Kind.SALE, Kind.REFUSED, Kind.PASSAGE})

BREAKS: dict[str, Phrase] = {
    "B_PREV": Phrase("与前一条记录的摘要不符", "does not carry the digest of the record before"),
    "B_SEQ": Phrase("序号不连续", "the sequence number does not follow"),
    "B_EPOCH": Phrase("世代变了，但没有新的开账记录", "the epoch changes without a new genesis"),
    "B_TOTALS": Phrase("累计数与逐条相加不符", "running totals are not the sum of the records"),
    "B_TIME": Phrase("时间早于前一条记录", "the time lies before that of the record before"),
    "B_KIND": Phrase(
        "开账记录必须且只能是第一条", "the genesis must be the first record, and only that"
    ),
    "B_WEIGHBRIDGE": Phrase("磅房不是本账簿的磅房", "the weighbridge is not that of the book"),
    "B_ORDER": Phrase(
        "指令号倒退、不连续或与所存指令不符",
        "order numbers go back, leave a gap or do not match the orders",
    ),
    "B_RECEIPT": Phrase("回执与记录不符", "a receipt does not match the records"),
    "B_TAIL": Phrase(
        "回执证明尾部有记录被删除或重写", "a receipt proves that the tail was cut or rewritten"
    ),
    "B_KEY": Phrase("不是账簿当前的密钥所签", "it is not signed by the key the book is at"),
    "B_TICKET": Phrase("票证使用次数或绑定不对", "a ticket is used twice or against its binding"),
    "B_SUSPENDED": Phrase("停销期间有销售", "a sale was made while suspended"),
    "B_ATTACHMENT": Phrase("附件缺失", "an attachment is missing"),
    "B_ATTACHMENT_HASH": Phrase("附件内容与摘要不符", "an attachment is not what its name says"),
    "B_MANIFEST": Phrase("导出清单与文件不符", "the manifest does not match the files"),
    "B_UNREADABLE": Phrase("无法读取", "cannot be read"),
}


@dataclass(frozen=True)
class Break:
    """One thing wrong at one place; `seq` 0 is the book as a whole."""

    seq: int
    code: str
    words: Phrase

    @classmethod
    def of(cls, seq: int, code: str, detail: str = "") -> "Break":
        """A break with the words of its code."""
        words = BREAKS.get(code, BREAKS["B_UNREADABLE"])
        if detail:
            words = Phrase(f"{words.zh}：{detail}", f"{words.en}: {detail}")
        return cls(seq, code, words)


def add_to_totals(totals: Totals, kind: Kind, body: Body) -> Totals:
    """The running totals after a record of that kind and body."""
    if kind not in PASSES or not isinstance(body, Weighing):
        return totals
    sold = kind is Kind.SALE
    return Totals(
        totals.passages + 1,
        totals.sales + sold,
        totals.net_kg + (body.net_kg or 0 if sold else 0),
        totals.refusals + (kind is Kind.REFUSED),
    )


def begins(record: Record) -> Iterator[Break]:
    """What is wrong with a record as the first of its book."""
    if record.kind is not Kind.GENESIS:
        yield Break.of(record.seq, "B_KIND")
    if record.seq != 1:
        yield Break.of(record.seq, "B_SEQ", f"1 ≠ {record.seq}")
    if record.totals != Totals():
        yield Break.of(record.seq, "B_TOTALS")


def follows(before: Record, digest: bytes, record: Record) -> Iterator[Break]:
    """What is wrong with `record` right after `before`, whose whole message has that digest."""
    if record.weighbridge != before.weighbridge:
        yield Break.of(record.seq, "B_WEIGHBRIDGE", record.weighbridge)
    if record.prev != digest:
        yield Break.of(record.seq, "B_PREV")
    if record.seq != before.seq + 1:
        yield Break.of(record.seq, "B_SEQ", f"{before.seq} → {record.seq}")
    if record.epoch != before.epoch:
        yield Break.of(record.seq, "B_EPOCH", f"{before.epoch} → {record.epoch}")
    if record.kind is Kind.GENESIS:
        yield Break.of(record.seq, "B_KIND")
    if record.totals != add_to_totals(before.totals, record.kind, record.body):
        yield Break.of(record.seq, "B_TOTALS")
    if record.at_ms < before.at_ms and Kind.CLOCK not in (record.kind, before.kind):
        yield Break.of(record.seq, "B_TIME", f"{before.at_ms} → {record.at_ms}")
    if record.order_number < before.order_number:
        yield Break.of(record.seq, "B_ORDER", f"{before.order_number} → {record.order_number}")
