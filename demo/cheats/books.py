"""Cheats with signed books that no honest agent would write: each function is one case.

The books are written with real keys, go through the collector's real intake and are judged by its
real rules.
"""

from typing import Any

from demo.cheats.paper_book import BEGIN_MS, HOUR_MS, LOAD, MONTH, PERIOD
from demo.cheats.waiting import must
from demo.cheats.yard import Yard
from weighbook.keys import SigningKey
from weighbook.orders import Action, Permit, Release, Suspend
from weighbook.records import Control, Kind

SUSPECT_PLATE = "蒙K70002"
NIGHT_MS = PERIOD.from_ms + 20 * 24 * HOUR_MS + 3 * HOUR_MS
PERMITS = 10


def c05b_one_ticket_at_two_weighbridges(yard: Yard) -> str:
    """The copy is sold elsewhere, by a book that should have refused it."""
    paper = yard.paper
    here, there = paper.book("WB-51"), paper.book("WB-52")
    ticket = paper.ticket("WB-51")
    paper.deliver(here, here.sell(*ticket))
    paper.deliver(there, there.sell(*ticket))
    return named(paper.findings("WB-52", "ledger notes"), "F-T03")


def c30b_a_record_with_another_before_it(yard: Yard) -> str:
    paper = yard.paper
    book = paper.book("WB-53")
    book.write(Kind.CONTROL, Control(bytes(8)))
    wrong = book.branch()
    wrong.messages[-1] += b"another"
    paper.deliver(book, [book.messages[-1], wrong.write(Kind.CONTROL, Control(bytes(8)))])
    return named(paper.alerts("WB-53"), "F-X04")


def c29b_two_records_at_one_place(yard: Yard) -> str:
    paper = yard.paper
    book = paper.book("WB-54")
    twin = book.branch()
    paper.deliver(book, [book.write(Kind.CONTROL, Control(b"first"))])
    paper.deliver(twin, [twin.write(Kind.CONTROL, Control(b"other"))])
    return named(paper.findings("WB-54", "forks"), "F-X03")


def c28b_a_slip_from_a_book_put_back(yard: Yard) -> str:
    """The mine stays off line; an inspector's phone has seen a slip that its book does not know."""
    paper = yard.paper
    book = paper.book("WB-66")
    book.sell(*paper.ticket("WB-66"))
    put_back = book.branch()
    sold = put_back.write(Kind.CONTROL, Control(b"before the image"))
    paper.deliver(put_back, [*put_back.messages[1:-1], sold])
    book.write(Kind.CONTROL, Control(b"as it was"))
    paper.scanned(book)
    return named(paper.alerts("WB-66"), "F-X03")


def c33_a_selective_upload(yard: Yard) -> str:
    """A sale is left out; the heartbeat says how far the book goes."""
    paper = yard.paper
    book = paper.book("WB-55")
    paper.deliver(book, book.sell(*paper.ticket("WB-55")))
    book.sell(*paper.ticket("WB-55"))
    rest = [book.write(Kind.CONTROL, Control(bytes(8)))]
    paper.deliver(book, rest)
    book.at_ms += 80 * HOUR_MS
    paper.deliver(book, [book.write(Kind.CONTROL, Control(bytes(8)))])
    paper.beat(book)
    return named(paper.findings("WB-55", "K4"), "F-X06")


def c34_a_stranger_in_its_name(yard: Yard) -> str:
    paper = yard.paper
    book = paper.book("WB-56")
    spoof = book.branch()
    spoof.key = SigningKey.generate()
    paper.deliver(spoof, spoof.sell(*paper.ticket("WB-56")))
    return named(paper.alerts("WB-56"), "F-X01")


def c35b_sold_while_suspended(yard: Yard) -> str:
    paper = yard.paper
    book = paper.book("WB-57")
    paper.order("WB-57", Action.SUSPEND, Suspend("查实：串票"))
    book.at_ms += HOUR_MS
    paper.deliver(book, book.sell(*paper.ticket("WB-57")))
    return named(paper.findings("WB-57", "K17"), "F-S01")


def c39_one_plate_at_two_mines(yard: Yard) -> str:
    paper = yard.paper
    here, there = paper.book("WB-58"), paper.book("WB-59")
    here.at_ms = there.at_ms
    for book in (here, there):
        paper.deliver(book, book.sell(*paper.ticket(book.weighbridge), plate=SUSPECT_PLATE))
    return named(paper.findings(SUSPECT_PLATE, "two places"), "F-V02")


def c49_weighings_without_a_truck(yard: Yard) -> str:
    """A signed sale with neither curve nor picture, to go with an invoice."""
    paper = yard.paper
    book = paper.book("WB-60")
    bare: dict[str, Any] = {"curve": None, "frames": None, "pictures": ()}
    paper.deliver(book, book.sell(*paper.ticket("WB-60"), **bare))
    return named(paper.findings("WB-60", "bare sales"), "F-W11")


def c51_a_storm_of_retries(yard: Yard) -> str:
    """The same records ten times: they count once, and nobody is alarmed."""
    paper = yard.paper
    book = paper.book("WB-61")
    sold = book.sell(*paper.ticket("WB-61"))
    known = [paper.deliver(book, sold) for _ in range(10)]
    must(known == [0] + [2] * 9, f"{known}")
    query = "SELECT count(*) FROM records WHERE weighbridge = 'WB-61' AND kind = 6"
    (sales,) = paper.home.db.execute(query).fetchone()
    must((sales, paper.alerts("WB-61")) == (1, set()), f"{sales} sales")
    return "NO_EFFECT"


def c53_tonnage_over_the_end_of_the_month(yard: Yard) -> str:
    """A load that leaves in the last millisecond, and one in the first of the next month."""
    paper = yard.paper
    book = paper.book("WB-62")
    book.at_ms = PERIOD.to_ms - 2 * 60_000 - 1
    paper.deliver(book, book.sell(*paper.ticket("WB-62")))
    must(book.at_ms == PERIOD.to_ms - 1, f"{book.at_ms}")
    query = "SELECT count(*) FROM records WHERE weighbridge = 'WB-62' AND at_ms >= ? AND at_ms < ?"
    (sales,) = paper.home.db.execute(f"{query} AND kind = 6", PERIOD[1:]).fetchone()
    paper.deliver(book, [book.write(Kind.PASSAGE, LOAD, after_ms=1)])
    (later,) = paper.home.db.execute(query, (PERIOD.to_ms, PERIOD.to_ms + 1)).fetchone()
    must((sales, later) == (1, 1), f"{sales}, {later}")
    return f"{MONTH} | 2026-08"


def c42b_a_load_that_never_arrives(yard: Yard) -> str:
    """The named buyer reports a later load, and never this one."""
    paper, hours_s = yard.paper, 3_600
    book = paper.book("WB-63")
    paper.buyer("B01")
    ends_s = BEGIN_MS // 1_000 + 10 * hours_s
    paper.deliver(book, book.sell(*paper.ticket("WB-63", buyer="B01", expires_s=ends_s)))
    later = paper.ticket("WB-63", buyer="B01")
    paper.deliver(book, book.sell(*later))
    paper.arrived(later[0], "B01", BEGIN_MS + 60 * HOUR_MS)
    return named(paper.findings("E01", "K13"), "F-R09")


def c45b_a_release_at_three_in_the_morning(yard: Yard) -> str:
    paper = yard.paper
    paper.book("WB-64")
    paper.now_ms = max(paper.now_ms, NIGHT_MS)
    paper.order("WB-64", Action.RELEASE, Release(("SCALE_SUSPECT",), "看过了"))
    return named(paper.of_staff(), "F-B02")


def c57_a_permit_every_night(yard: Yard) -> str:
    """Both officers sign, again and again."""
    paper = yard.paper
    paper.book("WB-65")
    permit = Permit(("CAMERA_LOST",), "人工拍照", 50, 2_000_000)
    for _ in range(PERMITS):
        paper.order("WB-65", Action.PERMIT, permit)
    return named(paper.of_staff(), "F-B04")


def named(found: set[str], code: str) -> str:
    """The code, if it is among them; else all that there is."""
    return code if code in found else " + ".join(sorted(found)) or "—"
