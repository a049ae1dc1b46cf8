"""`tickets`: verdicts on tickets per second, and tickets put on paper per second.

A verdict: the text of a ticket's QR code comes in while its truck stands weighed; signature, keys,
validity and all rules are asked and the decision is made. Beside it the bare signature check of the
same message. Paper: A4 sheets as `collector ticket print` makes them, beside their codes alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import segno

from bench.bare import point_of, signed_of, verify
from bench.deck import Deck, open_deck
from bench.progress import Progress
from bench.result import Aim, Growth, Result
from bench.site import TARE_KG, Place, Printed, found, grow, print_tickets
from bench.timing import Paired, take_turns
from collector import printing
from collector.printing import Face
from collector.ticket_sheet import draw_sheets
from edge_agent import lane as agent
from edge_agent.acts import Write
from weighbook.phrase import Phrase
from weighbook.records import Kind
from weighbook.texts import read_text

VERDICTS = Phrase("票证裁决", "verdicts on tickets")
BARE_VERIFY = Phrase("只验签名", "bare signature checks")
PRINTED = Phrase("打印票证（A4）", "tickets on A4 sheets")
BARE_CODES = Phrase("只生成二维码", "their codes alone")
LENGTH = Phrase("账簿条数", "records in the book")
MANY = Phrase("张数", "tickets")
JUDGING = Phrase("裁决中，张", "judging, tickets")
PRINTING = Phrase("打印中，张", "printing, tickets")
# A queue of trucks asks for one in half a minute; more than this is never waited for.
AIM = Aim("measured", least=500.0)


@dataclass(frozen=True)
class Sizes:
    """`books`: records in the book; `papers`: tickets printed; both rising."""

    books: tuple[int, ...] = (0, 1_000, 10_000)
    tickets: int = 100
    rounds: int = 9
    papers: tuple[int, ...] = (100, 1_000, 10_000)


FULL = Sizes()


def run(folder: Path, progress: Progress, sizes: Sizes = FULL) -> tuple[Result, ...]:
    """Verdicts beside the longest book, and the largest number of sheets."""
    return (_verdicts(folder / "deck", progress, sizes), _papers(folder / "paper", progress, sizes))


def _verdicts(folder: Path, progress: Progress, sizes: Sizes) -> Result:
    measured: list[tuple[int, Paired]] = []
    for number, size in enumerate(sizes.books):
        progress(JUDGING, number * sizes.tickets, len(sizes.books) * sizes.tickets)
        place = found(folder / str(size))
        grow(place, size, progress)
        measured.append((size, _rate_of_verdicts(place, sizes)))
        place.bureau.close()
    points = tuple((size, paired.rates[0]) for size, paired in measured)
    growth = (Growth(VERDICTS, "/s", LENGTH, points),)
    longest = measured[-1][1]
    ours, bare = longest.rates
    return Result(
        "tickets.verdicts", VERDICTS, "/s", ours, BARE_VERIFY, bare, AIM, longest.spread, growth
    )


def _rate_of_verdicts(place: Place, sizes: Sizes) -> Paired:
    tickets = print_tickets(place, sizes.tickets)
    deck = open_deck(place)
    deck.play(deck.drive_on(TARE_KG))
    deck.answer()
    point = point_of(place.bureau.key("ticket").public)
    signed = [signed_of(read_text(ticket.raw)[1]) for ticket in tickets]
    paired = take_turns(
        sizes.rounds,
        len(tickets),
        lambda _: _judge_all(deck, tickets),
        lambda _: _verify_all(signed, point),
    )
    deck.hands.book.close()
    return paired


def _judge_all(deck: Deck, tickets: Sequence[Printed]) -> None:
    """The lane is left as it was, so that the next ticket meets the same truck."""
    for ticket in tickets:
        _, acts = agent.step(deck.lane, deck.scan(ticket.raw))
        assert any(isinstance(act, Write) and act.kind is Kind.TARE for act in acts), acts


def _verify_all(signed: Sequence[bytes], point: bytes) -> None:
    for one in signed:
        verify(one, point)


def _papers(folder: Path, progress: Progress, sizes: Sizes) -> Result:
    place = found(folder)
    print_tickets(place, sizes.papers[-1])
    home = place.bureau
    faces = printing.faces(home.db, home.config.bureau, [], weighbridge=place.config.weighbridge)
    home.close()
    font = printing.font_path()
    told = partial(_told, progress)
    measured = []
    for many in sizes.papers:
        some = faces[:many]
        draw, code = partial(_draw, some, font, told), partial(_code, some)
        measured.append((many, take_turns(1, many, draw, code)))
    points = tuple((many, paired.rates[0]) for many, paired in measured)
    ours, bare = measured[-1][1].rates
    growth = (Growth(PRINTED, "/s", MANY, points),)
    return Result("tickets.printed", PRINTED, "/s", ours, BARE_CODES, bare, None, None, growth)


def _draw(faces: Sequence[Face], font: Path, told: printing.Told, _round: int) -> None:
    draw_sheets(faces, font, told)


def _code(faces: Sequence[Face], _round: int) -> None:
    for face in faces:
        segno.make(face.text, error="q")


def _told(progress: Progress, faces: Sequence[Face]) -> Iterator[Face]:
    for number, face in enumerate(faces):
        progress(PRINTING, number, len(faces))
        yield face
