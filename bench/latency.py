"""`latency`: how long a driver waits, from scan to verdict and from the settled weight to the slip.

Scan to verdict: the text of a ticket's QR code comes in while its truck stands weighed; signature,
validity and all rules are judged and the decision is made. Capture to slip: the frame that settles
the deck comes in; the picture is kept, the sale decided, signed and on disk, the barrier ordered,
the slip signed and written: nine syncs of the disk, one after the other. Beside them one bare
verification and one bare commit, which syncs once.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench.bare import BareTable, point_of, signed_of, verify
from bench.deck import Deck, open_deck
from bench.progress import Progress
from bench.result import Aim, Growth, Result
from bench.site import GROSS_KG, TARE_KG, Printed, found, grow, print_tickets
from bench.timing import percentile
from edge_agent import lane as agent
from edge_agent.acts import Write
from weighbook.phrase import Phrase
from weighbook.records import Kind
from weighbook.texts import read_text

VERDICT = Phrase("扫码到裁决 p{rank}", "scan to verdict, p{rank}")
SLIP = Phrase("稳定到磅单 p{rank}", "capture to slip, p{rank}")
BARE_VERIFY = Phrase("一次裸验签", "one bare verification")
BARE_COMMIT = Phrase("一次裸提交", "one bare commit")
LENGTH = Phrase("账簿条数", "records in the book")
MEASURING = Phrase("测量中，车次", "measuring, trucks")
AIM = Aim("measured", most=20.0)
RANKS = (50, 99)


@dataclass(frozen=True)
class Sizes:
    """`books`: records in the book before the trucks come; `trucks`: sold at each size."""

    books: tuple[int, ...] = (0, 1_000, 10_000)
    trucks: int = 200


@dataclass(frozen=True)
class Times:
    """Milliseconds of every truck."""

    verdict: list[float] = field(default_factory=list)
    slip: list[float] = field(default_factory=list)
    verify: list[float] = field(default_factory=list)
    commit: list[float] = field(default_factory=list)


FULL = Sizes()


def run(folder: Path, progress: Progress, sizes: Sizes = FULL) -> tuple[Result, ...]:
    """Trucks at every size of the book; the result is that of the longest."""
    measured = [
        (size, _measure(folder / str(size), size, sizes.trucks, progress)) for size in sizes.books
    ]
    times = measured[-1][1]
    results: list[Result] = []
    for what, name, ours, against, bare in (
        (VERDICT, "verdict", "verdict", BARE_VERIFY, "verify"),
        (SLIP, "slip", "slip", BARE_COMMIT, "commit"),
    ):
        for rank in RANKS:
            told = what.fill(rank=rank)
            points = tuple((size, percentile(getattr(t, ours), rank)) for size, t in measured)
            results.append(
                Result(
                    f"latency.{name}.p{rank}",
                    told,
                    "ms",
                    percentile(getattr(times, ours), rank),
                    against,
                    percentile(getattr(times, bare), rank),
                    AIM if rank == RANKS[-1] else None,
                    growth=(Growth(told, "ms", LENGTH, points),),
                )
            )
    return tuple(results)


def _measure(folder: Path, size: int, trucks: int, progress: Progress) -> Times:
    place = found(folder)
    grow(place, size, progress)
    tickets = print_tickets(place, trucks)
    point, times = point_of(place.bureau.key("ticket").public), Times()
    bare, deck = BareTable(folder / "bare.db"), open_deck(place)
    for number, ticket in enumerate(tickets):
        progress(MEASURING, number, trucks)
        times.verdict.append(_tare(deck, ticket))
        signed = signed_of(read_text(ticket.raw)[1])
        times.verify.append(_timed(partial(verify, signed, point)))
        times.slip.append(_sell(deck, ticket))
        row = bytes(deck.newest_bytes)
        times.commit.append(_timed(partial(bare.commit, row)))
    bare.close()
    deck.hands.book.close()
    place.bureau.close()
    return times


def _tare(deck: Deck, ticket: Printed) -> float:
    """The empty truck stands weighed and photographed; then its ticket is read."""
    deck.play(deck.drive_on(TARE_KG))
    deck.answer()
    event = deck.scan(ticket.raw)
    began = time.perf_counter()
    _, acts = agent.step(deck.lane, event)
    spent = time.perf_counter() - began
    assert any(isinstance(act, Write) and act.kind is Kind.TARE for act in acts), acts
    deck.play(event)
    deck.drive_off()
    return 1_000 * spent


def _sell(deck: Deck, ticket: Printed) -> float:
    """The loaded truck's ticket was read at the window; then its weight settles."""
    deck.play(deck.scan(ticket.raw))
    frame = deck.drive_on(GROSS_KG)
    before = deck.gate.opened
    began = time.perf_counter()
    deck.play(frame)
    deck.answer()
    spent = time.perf_counter() - began
    assert deck.gate.opened == before + 1
    deck.drive_off()
    return 1_000 * spent


def _timed(do: Callable[[], None]) -> float:
    began = time.perf_counter()
    do()
    return 1_000 * (time.perf_counter() - began)
