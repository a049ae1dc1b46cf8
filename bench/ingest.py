"""`ingest`: payloads of the records topic into the collector's books, against bare verification.

The way is the writer's own (`RecordsStore.take`): taken apart, verified, judged against the head,
committed with the ticket ledger's entries. Ours and the baseline run in turns on one core, by the
clock (which a busy disk or machine stretches) and by processor time (the figure to plan with). Half
of the records move a ticket; the rest are causes and receipts.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bench.bare import point_of, signed_of, verify
from bench.progress import Progress
from bench.result import Aim, Growth, Result
from bench.site import RECORDS_PER_TICKET, WEIGHBRIDGE, Place, fill, found, print_tickets
from bench.timing import Paired, Turns, median, spend, time_turns
from collector.batches import Sender, read_batch
from collector.records_store import RecordsStore
from weighbook.keys import SIGNATURE_BYTES
from weighbook.phrase import Phrase

WHAT = Phrase(
    "验签并落盘的记录，每批 {size} 条", "records verified and durable, {size} to a payload"
)
AGAINST = Phrase("裸验签（libsodium，同一核）", "bare verifications (libsodium, same core)")
OPENSSL = Phrase("裸验签（OpenSSL，同一核）", "bare verifications (OpenSSL, same core)")
CPU_WHAT = Phrase(
    "同上，按处理器时间，每批 {size} 条", "the same by processor time, {size} to a payload"
)
COST = Phrase("每条耗时", "time per record")
CPU_COST = Phrase("每条处理器时间", "processor time per record")
SHARE = Phrase("与裸验签之比", "ratio to bare verification")
CPU_SHARE = Phrase("同上，按处理器时间", "the same by processor time")
SIZE = Phrase("每批条数", "records in a payload")
MEASURING = Phrase("测量中，记录", "measuring, records")
READING = Phrase("其中拆包、验签、解析", "of that, taking apart, verifying and reading")
AIM = Aim("ratio", least=0.7)
EPOCH, ROUNDS = 1, 5


@dataclass(frozen=True)
class Sizes:
    """`payloads`: (records in a payload, payloads per round), the one that counts last."""

    payloads: tuple[tuple[int, int], ...] = ((1, 20), (10, 10), (100, 4))
    rounds: int = 20

    @property
    def records(self) -> int:
        return sum(size * count for size, count in self.payloads) * self.rounds


FULL = Sizes()


def run(folder: Path, progress: Progress, sizes: Sizes = FULL) -> tuple[Result, ...]:
    """One book, sent in payloads of rising size."""
    place = found(folder)
    tickets = print_tickets(place, -(-sizes.records // RECORDS_PER_TICKET))
    fill(place, tickets, progress)
    book = place.book()
    messages = [line.message for line in book.lines()]
    book.close()
    with one_core():
        measured = _measure(place, messages, sizes, progress)
        newest = messages[-sizes.payloads[-1][0] :]
        openssl, reading = _openssl_rate(place, newest), _reading_rate(place, newest)
    place.bureau.close()
    size, turns = measured[-1]
    what, cpu_what = WHAT.fill(size=size), CPU_WHAT.fill(size=size)
    ours, bare = turns.wall.rates
    cpu_ours, cpu_bare = turns.cpu.rates
    growth = _growth([(size, turns.wall) for size, turns in measured], COST, SHARE)
    cpu_growth = _growth([(size, turns.cpu) for size, turns in measured], CPU_COST, CPU_SHARE)
    return (
        Result("ingest", what, "/s", ours, AGAINST, bare, AIM, turns.wall.spread, growth),
        Result(
            "ingest.cpu",
            cpu_what,
            "/s",
            cpu_ours,
            AGAINST,
            cpu_bare,
            AIM,
            turns.cpu.spread,
            cpu_growth,
        ),
        Result("ingest.reading", READING, "/s", reading, AGAINST, cpu_bare),
        Result("ingest.openssl", cpu_what, "/s", cpu_ours, OPENSSL, openssl),
    )


def _growth(
    measured: list[tuple[int, Paired]], cost: Phrase, share: Phrase
) -> tuple[Growth, Growth]:
    costs = tuple((size, 1e6 / paired.rates[0]) for size, paired in measured)
    shares = tuple((size, paired.rates[0] / paired.rates[1]) for size, paired in measured)
    return Growth(cost, "µs", SIZE, costs), Growth(share, "×", SIZE, shares)


def _measure(
    place: Place, messages: list[bytes], sizes: Sizes, progress: Progress
) -> list[tuple[int, Turns]]:
    store, point = RecordsStore(place.bureau), point_of(place.key.public)
    measured: list[tuple[int, Turns]] = []
    at = 0
    for size, count in sizes.payloads:
        progress(MEASURING, at, sizes.records)
        rounds = [messages[n : n + size * count] for n in _starts(at, size * count, sizes.rounds)]
        at += size * count * sizes.rounds
        payloads = [
            [b"".join(part[n : n + size]) for n in range(0, len(part), size)] for part in rounds
        ]
        signed = [[signed_of(message) for message in part] for part in rounds]

        def take(number: int, payloads: list[list[bytes]] = payloads) -> None:
            for payload in payloads[number]:
                taken = store.take(WEIGHBRIDGE, payload)
                assert not taken.refused, taken.refused[0].code

        def check(number: int, signed: list[list[bytes]] = signed) -> None:
            for one in signed[number]:
                verify(one, point)

        measured.append((size, time_turns(sizes.rounds, size * count, take, check)))
    return measured


def _starts(at: int, step: int, rounds: int) -> range:
    return range(at, at + step * rounds, step)


def _openssl_rate(place: Place, messages: list[bytes]) -> float:
    """Verifications a second of processor time by the other library at hand."""
    public = Ed25519PublicKey.from_public_bytes(point_of(place.key.public))
    signed = [signed_of(message) for message in messages]

    def check(_round: int) -> None:
        for one in signed:
            public.verify(one[:SIGNATURE_BYTES], one[SIGNATURE_BYTES:])

    return len(signed) / median([spend(check, number).cpu_s for number in range(ROUNDS)])


def _reading_rate(place: Place, messages: list[bytes]) -> float:
    """Records a second of processor time taken apart, verified and read, and then forgotten."""
    payload, ring = b"".join(messages), place.bureau.ring()
    sender = Sender(WEIGHBRIDGE, EPOCH)

    def read(_round: int) -> None:
        assert not read_batch(payload, sender, ring)[1]

    return len(messages) / median([spend(read, number).cpu_s for number in range(ROUNDS)])


@contextmanager
def one_core() -> Iterator[None]:
    """This process on one core only: neither side may borrow another."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
