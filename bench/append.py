"""`append`: a sale signed, chained, committed and read back, against a bare commit of such a row.

Both write to the same disk with the same pragmas (WAL, synchronous FULL), in turns.
"""

from dataclasses import dataclass
from pathlib import Path

from bench.bare import BareTable
from bench.progress import Progress
from bench.result import Aim, Growth, Result
from bench.site import Place, Printed, append, found, grow, weighing
from bench.timing import Paired, take_turns
from weighbook.phrase import Phrase
from weighbook.records import Kind

WHAT = Phrase("签名、成链、落盘、回读", "appends: signed, chained, committed, read back")
AGAINST = Phrase("裸提交同样大小的一行", "bare commits of a row of that size")
COST = Phrase("每条耗时", "time per append")
LENGTH = Phrase("账簿条数", "records in the book")
SHARE = Phrase("与裸提交之比", "ratio to the bare commit")
MEASURING = Phrase("测量中，账簿条数", "measuring, records in the book")
AIM = Aim("ratio", least=0.7)
SAMPLE = Printed("1150624260001000001X", b"WT1:" + bytes(256))
DIGEST_BYTES = 32


@dataclass(frozen=True)
class Sizes:
    """`books`: how many records stand in the book when it is measured, rising."""

    books: tuple[int, ...] = (0, 1_000, 10_000)
    rounds: int = 40
    items: int = 25


FULL = Sizes()


def run(folder: Path, progress: Progress, sizes: Sizes = FULL) -> tuple[Result, ...]:
    """Appends at every size of the book; the result is that of the longest."""
    place = found(folder)
    measured: list[tuple[int, Paired]] = []
    for size in sizes.books:
        progress(MEASURING, size, sizes.books[-1])
        grow(place, size, progress)
        measured.append((size, _measure(place, sizes)))
    place.bureau.close()
    longest = measured[-1][1]
    ours, bare = longest.rates
    costs = tuple((size, 1_000 / paired.rates[0]) for size, paired in measured)
    shares = tuple((size, paired.rates[0] / paired.rates[1]) for size, paired in measured)
    growth = (Growth(COST, "ms", LENGTH, costs), Growth(SHARE, "×", LENGTH, shares))
    return (Result("append", WHAT, "/s", ours, AGAINST, bare, AIM, longest.spread, growth),)


def _measure(place: Place, sizes: Sizes) -> Paired:
    book, bare = place.book(), BareTable(place.folder / "bare.db")
    body = weighing(SAMPLE, tare_seq=1)
    row = bytes(len(append(book, Kind.SALE, body, place.bureau.now_ms())) + DIGEST_BYTES)

    def write(_round: int) -> None:
        for _ in range(sizes.items):
            append(book, Kind.SALE, body, place.bureau.now_ms())

    def commit(_round: int) -> None:
        for _ in range(sizes.items):
            bare.commit(row)

    try:
        return take_turns(sizes.rounds, sizes.items, write, commit)
    finally:
        book.close()
        bare.close()
