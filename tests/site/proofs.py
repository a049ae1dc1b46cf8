"""What must hold of a book and of the bureau's copy, whatever was killed: plain assertions."""

from pathlib import Path

from tests.site.county import County
from tests.site.places import book_rows, count, digests
from tests.site.rig import opened_after
from weighbook.envelope import payload_of
from weighbook.records import Kind, Weighing, parse_record
from weighbook.verdict import verify_path

PASSES = {int(Kind.TARE), int(Kind.SALE)}


def book_is_whole(state: Path) -> int:
    """Signatures, chain, totals, tickets, orders, receipts, evidence; gives how many records."""
    verdict = verify_path(state / "book.db")
    assert verdict.ok, verdict.breaks[:5]
    return verdict.records


def barrier_followed_the_book(state: Path) -> int:
    """Each opening came after a record of its own that lets a truck pass; how many there were."""
    openings = opened_after(state / "barrier.log")  # before the book, which may be at work
    kinds = dict(book_rows(state, "SELECT seq, kind FROM records"))
    assert len(set(openings)) == len(openings), "one record opened the barrier twice"
    wrong = [seq for seq in openings if kinds.get(seq) not in PASSES]
    assert not wrong, f"the barrier opened without a record: {wrong}"
    return len(openings)


def bureau_agrees(county: County, weighbridge: str, state: Path) -> int:
    """What the bureau holds stands in the book, digest by digest; how many records it holds."""
    held = county.held(weighbridge)  # before the book: what it holds was there even earlier
    ours = digests(state)
    strange = [seq for seq, digest in held.items() if ours.get(seq) != digest]
    assert not strange, f"records the book does not know: {strange[:5]}"
    return len(held)


def receipts_promise_what_is_held(county: County, weighbridge: str, state: Path) -> None:
    """No receipt in the agent's hands, and none given out, is for more than is stored."""
    ours = book_rows(state, "SELECT max(seq) FROM receipts")[0][0] or 0
    query = "SELECT max(seq) FROM receipts WHERE weighbridge = ?"
    given = county.rows(query, weighbridge)[0][0] or 0
    assert ours <= given
    assert set(range(1, given + 1)) <= county.held(weighbridge).keys()


def bureau_holds_all(county: County, weighbridge: str, state: Path) -> None:
    """Everything, once, the same; and nobody was alarmed."""
    assert county.held(weighbridge) == digests(state)
    assert county.alerts(weighbridge) == []
    assert county.rows("SELECT code FROM quarantine WHERE weighbridge = ?", weighbridge) == []


def no_ticket_is_lost_or_used_twice(state: Path) -> int:
    """Each ticket was reserved once and sold once, by its own tare; how many wait for their load.

    A reservation that a kill had lost would have been made again.
    """
    query = "SELECT message FROM records WHERE kind IN (?, ?) ORDER BY seq"
    tares: dict[str, int] = {}
    sold: set[str] = set()
    for (message,) in book_rows(state, query, int(Kind.TARE), int(Kind.SALE)):
        record = parse_record(payload_of(bytes(message)))
        body = record.body
        assert isinstance(body, Weighing)
        assert body.ticket_no is not None
        if record.kind is Kind.TARE:
            assert body.ticket_no not in tares, f"{body.ticket_no} reserved again"
            tares[body.ticket_no] = record.seq
        else:
            assert body.ticket_no not in sold, f"{body.ticket_no} used twice"
            assert body.tare_seq == tares[body.ticket_no]
            sold.add(body.ticket_no)
    return len(tares.keys() - sold)


def sold_once(county: County, weighbridge: str, state: Path) -> int:
    """The bureau's ledger and the book know the same sales; how many there are."""
    sales = count(state, Kind.SALE)
    query = "SELECT count(*) FROM tickets WHERE weighbridge = ? AND state = 'USED'"
    assert county.rows(query, weighbridge) == [(sales,)]
    return sales
