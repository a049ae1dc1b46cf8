"""A bureau and its enrolled weighbridge in one folder, made with the product's own parts.

`found` enrols it, `print_tickets` takes tickets through the real ledger, `fill` writes a plausible
trade into the book through `Book.append`. Benchmarks measure on what these leave behind.
"""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from bench.progress import Progress, unseen
from collector import registry
from collector.enrolment import Request, enrol
from collector.home import Home, create_home
from collector.ticket_entries import Stamp
from collector.ticket_ledger import Batch, Grant, allocate, issue, stock_in
from collector.uscc import check_character
from edge_agent.acts import Write
from edge_agent.book import Book, Context
from edge_agent.config import AgentConfig, CameraConfig
from edge_agent.enrolment import accept_bundle, make_request
from edge_agent.events import Moment
from edge_agent.scale_config import ScaleConfig
from edge_agent.site import Site
from edge_agent.tamper.limits import UNCHECKED
from weighbook.keys import SigningKey
from weighbook.phrase import Phrase
from weighbook.records import Body, CauseChange, Kind, ReceiptSeen, Weighing
from weighbook.tickets import ticket_text

BOOT_ID = bytes(16)
WEIGHBRIDGE, ENTERPRISE, PRODUCT = "WB-0001", "E01", "RAW"
DECK = f"{WEIGHBRIDGE}-DECK"
INDICATOR, CERTIFICATE = "XK3190-DS8 No.2026-117", "JD-2026-0417"
PLATE, AXLES = "蒙K12345", 6
TARE_KG, GROSS_KG = 15_240, 48_240
OFFICERS = ("officer-1", "officer-2")
TICKET_DAYS = 3
RECORDS_PER_TICKET = 4
MEMORY = Path("/dev/shm")  # a file system without a disk: filling is not what is measured

FILLING = Phrase("写入账簿", "filling the book")


@dataclass(frozen=True)
class Place:
    """One weighbridge and the bureau that enrolled it, both under `folder`."""

    folder: Path
    bureau: Home
    config: AgentConfig

    @property
    def site(self) -> Site:
        return Site(self.config.state)

    @property
    def key(self) -> SigningKey:
        return SigningKey.load(self.site.key)

    def book(self) -> Book:
        return Book(self.site.book, self.key, BOOT_ID)


@dataclass(frozen=True)
class Printed:
    """A ticket as the ledger allocated it: its number, and what a scanner reads off the paper."""

    ticket_no: str
    raw: bytes

    @property
    def digest(self) -> bytes:
        return sha256(self.raw).digest()


def found(folder: Path) -> Place:
    """A new bureau with one enterprise and one weighbridge, whose book holds its genesis."""
    home = create_home(folder / "home")
    now_ms = home.now_ms()
    code = "91150624MA0N0CD01"
    common = {"name_zh": "基准煤矿", "name_en": "Bench Mine", "by": OFFICERS[0], "state": "active"}
    enterprise = {
        "enterprise": ENTERPRISE,
        "uscc": code + check_character(code),
        "licence_no": "C1",
        "mine_zh": "基准煤矿",
        "capacity_t": 1_200_000,
    }
    registry.add(home.db, registry.ENTERPRISES, common | enterprise, now_ms)
    weighbridge = {
        "weighbridge": WEIGHBRIDGE,
        "enterprise": ENTERPRISE,
        "indicator": INDICATOR,
        "certificate": CERTIFICATE,
        "epoch": 0,
        "kid": None,
        "cose_key": None,
        "exception": "bench",
    }
    registry.add(home.db, registry.WEIGHBRIDGES, common | weighbridge, now_ms)
    config = AgentConfig(
        weighbridge=WEIGHBRIDGE,
        state_dir=str(folder / "state"),
        tamper=UNCHECKED,
        scale=ScaleConfig(port="none", protocol="yaohua-tf0", indicator=INDICATOR),
        camera=(CameraConfig(name=DECK, source="none"),),
    )
    make_request(config)
    place = Place(folder, home, config)
    request = Request(WEIGHBRIDGE, place.key.public, INDICATOR)
    accept_bundle(config, enrol(home, request, OFFICERS[0]))
    return place


def print_tickets(place: Place, count: int) -> tuple[Printed, ...]:
    """So many new tickets from stock to paper, for this weighbridge."""
    home = place.bureau
    at_ms = home.now_ms()
    batch = 1 + int(home.db.execute("SELECT count(DISTINCT batch) FROM tickets").fetchone()[0])
    stamp = Stamp(at_ms, *OFFICERS)
    numbers = stock_in(home.db, Batch("COAL", "150624", 26, batch), count, stamp)
    issue(home.db, numbers, ENTERPRISE, stamp)
    grant = Grant(
        issuer=home.config.bureau.issuer,
        family="COAL",
        enterprise=ENTERPRISE,
        weighbridge=WEIGHBRIDGE,
        product=PRODUCT,
        max_net_kg=GROSS_KG,
        not_before_s=at_ms // 1000 - 60,
        expires_s=at_ms // 1000 + TICKET_DAYS * 86_400,
    )
    allocate(home.db, numbers, grant, home.key("ticket"), stamp)
    rows = home.db.execute(
        "SELECT ticket_no, message FROM tickets WHERE batch = ? ORDER BY ticket_no",
        (numbers[0][:-7],),
    )
    return tuple(Printed(no, ticket_text(bytes(message)).encode()) for no, message in rows)


def grow(place: Place, records: int, progress: Progress = unseen) -> None:
    """Fill the book until it holds about so many records (tickets bring four each)."""
    book = place.book()
    missing = records - book.head.seq
    book.close()
    if missing >= RECORDS_PER_TICKET:
        fill(place, print_tickets(place, missing // RECORDS_PER_TICKET), progress)


def fill(place: Place, tickets: tuple[Printed, ...], progress: Progress = unseen) -> None:
    """The trade of these tickets into the book, in memory and then back to its disk."""
    origin = place.site.book
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as scratch:
        copy = Path(scratch) / origin.name
        shutil.copyfile(origin, copy)
        book = Book(copy, place.key, BOOT_ID)
        for done, (kind, body) in enumerate(trade(book.head.seq, tickets)):
            append(book, kind, body, place.bureau.now_ms())
            progress(FILLING, done, len(tickets) * RECORDS_PER_TICKET)
        book.close()
        shutil.copyfile(copy, origin)


def trade(seq: int, tickets: tuple[Printed, ...]) -> Iterator[tuple[Kind, Body]]:
    """What follows record `seq`: for every ticket a tare and its sale, a receipt for either."""
    for number, ticket in enumerate(tickets):
        plate = f"蒙K{number % 100_000:05}"
        tare_seq = seq + RECORDS_PER_TICKET * number + 1
        yield Kind.TARE, weighing(ticket, plate)
        raised = number % 2 == 0 and number + 1 < len(tickets)  # none stands at the end
        yield Kind.CAUSE, cause("raised" if raised else "cleared")
        yield Kind.SALE, weighing(ticket, plate, tare_seq)
        yield Kind.RECEIPT, ReceiptSeen(tare_seq, bytes(32), 0, 0)


def append(book: Book, kind: Kind, body: Body, at_ms: int) -> bytes:
    """One record more; its message."""
    return book.append(Write(kind, body, Moment(at_ms, at_ms)), Context(1, None, 0)).message


def cause(change: str) -> CauseChange:
    return CauseChange("CAMERA_LOST", DECK, change, 0, "2600 ms", "2500 ms")


def weighing(ticket: Printed, plate: str = PLATE, tare_seq: int | None = None) -> Weighing:
    """The body of a tare, or of the sale that follows the tare `tare_seq`."""
    sold = tare_seq is not None
    return Weighing(
        weight_kg=GROSS_KG if sold else TARE_KG,
        tare_kg=TARE_KG,
        gross_kg=GROSS_KG if sold else None,
        net_kg=GROSS_KG - TARE_KG if sold else None,
        peak_kg=GROSS_KG if sold else TARE_KG,
        division_kg=20,
        indicator=INDICATOR,
        certificate=CERTIFICATE,
        stability=1,
        curve=sha256(b"curve").digest(),
        frames=sha256(b"frames").digest(),
        pictures=((DECK, sha256(b"picture").digest()),),
        plate=plate,
        plate_source="card",
        ticket_plate=None,
        ticket_no=ticket.ticket_no,
        ticket_digest=ticket.digest,
        decision="accepted",
        reasons=(),
        operator="op-1",
        software="weighhouse 0.1.0",
        product=PRODUCT,
        enterprise=ENTERPRISE,
        began_ms=1_790_000_000_000,
        tare_seq=tare_seq,
        permits=(),
        axles=AXLES,
        halted=False,
    )
