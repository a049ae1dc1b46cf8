"""Parent tickets: used, delivered here, of the right goods, and drawn upon once."""

import hashlib
import sqlite3

import pytest

from collector.buyer_receipts import Receipt, keep_receipts
from collector.ticket_codes import read_code
from collector.ticket_entries import move
from collector.ticket_parents import find_sources, learn_parents
from tests.collector.ledgers import KEY, START_MS, stamp
from tests.collector.washeries import (
    WASHERY,
    WASHERY_DECK,
    raw,
    sell,
    washed,
    washery_ledger,
)
from weighbook.keyset import KeyEntry, KeyRing, KeySet
from weighbook.phrase import Refusal
from weighbook.tickets import Ticket, make_ticket_no, open_ticket, sign_ticket, ticket_text

RING = KeyRing(KeySet(1, (KeyEntry(KEY.public, ("ticket", "agent"), WASHERY_DECK, 0, None, None),)))
NET_KG = 33_380


@pytest.fixture
def db() -> sqlite3.Connection:
    return washery_ledger()


def left(db: sqlite3.Connection, *numbers: str) -> list[int]:
    return [source.left_kg for source in find_sources(db, numbers, "WASHED", WASHERY)]


def refusal(db: sqlite3.Connection, *numbers: str, product: str = "WASHED") -> str:
    with pytest.raises(Refusal) as refused:
        find_sources(db, numbers, product, WASHERY)
    return refused.value.code


def test_what_was_delivered_may_be_drawn_upon(db: sqlite3.Connection) -> None:
    assert left(db, *raw(db, 2)) == [NET_KG, NET_KG]


def test_parents_are_signed_into_the_ticket(db: sqlite3.Connection) -> None:
    first, second = raw(db, 2)
    (number,) = washed(db, [first, second])
    row = db.execute("SELECT message FROM tickets WHERE ticket_no = ?", (number,)).fetchone()
    assert open_ticket(row["message"], RING, None).parents == (first, second)
    assert left(db, first, second) == [0, 2 * NET_KG - 35_000]


def test_a_load_is_not_drawn_upon_twice(db: sqlite3.Connection) -> None:
    first, second = raw(db, 2)
    washed(db, [first, second])
    with pytest.raises(Refusal, match="E_PARENT_SPENT"):
        washed(db, [first, second])
    washed(db, [first, second], max_net_kg=2 * NET_KG - 35_000)
    assert left(db, first, second) == [0, 0]


@pytest.mark.parametrize("name", ["void", "return", "lost", "expire"])
def test_a_ticket_closed_unused_gives_back_what_it_drew(db: sqlite3.Connection, name: str) -> None:
    parents = raw(db, 2)
    (number,) = washed(db, parents)
    move(db, [number], name, stamp())
    assert left(db, *parents) == [NET_KG, NET_KG]


def test_a_used_ticket_has_drawn_what_it_weighed(db: sqlite3.Connection) -> None:
    parents = raw(db, 2)
    (number,) = washed(db, parents)
    sell(db, number, START_MS, WASHERY_DECK)
    assert left(db, *parents) == [0, NET_KG]


def test_other_tickets_are_no_parents(db: sqlite3.Connection) -> None:
    elsewhere = raw(db, 1, buyer="B-MINE")
    gangue = raw(db, 1, product="GANGUE")
    (unused,) = washed(db, [])
    (number,) = raw(db, 1)
    assert refusal(db, make_ticket_no("COAL", "150624", 26, 9, 9)) == "E_NO_TICKET"
    assert refusal(db, *elsewhere) == "E_PARENT"
    assert refusal(db, *gangue) == "E_PARENT"
    assert refusal(db, unused) == "E_PARENT"
    assert refusal(db, number, number) == "E_COUNT"
    assert refusal(db, number, product="RAW") == "E_PARENT"


def test_a_receipt_says_where_a_load_really_went(db: sqlite3.Connection) -> None:
    (here,), (there,) = raw(db, 1, buyer="B-MINE"), raw(db, 1)
    rows = [
        Receipt(2, here, "B-WASH", "", NET_KG, START_MS, ""),
        Receipt(3, there, "B-MINE", "", NET_KG, START_MS, ""),
    ]
    keep_receipts(db, rows, stamp(START_MS + 9_000))
    assert left(db, here) == [NET_KG]
    assert refusal(db, there) == "E_PARENT"


def test_a_month_that_was_cancelled_still_has_its_coal(db: sqlite3.Connection) -> None:
    numbers = raw(db, 1)
    move(db, numbers, "recover", stamp())
    move(db, numbers, "cancel", stamp())
    assert left(db, *numbers) == [NET_KG]


def waybill(db: sqlite3.Connection, parents: tuple[str, ...], scanned: bytes | None = None) -> str:
    """The text of a waybill of the washery's own, used and in the ledger."""
    number = make_ticket_no("COAL", "150624", 26, 9_001, 1)
    times = (START_MS // 1_000 + 9_000, START_MS // 1_000, START_MS // 1_000)
    told = Ticket(
        WASHERY_DECK, *times, number, "COAL", WASHERY, WASHERY_DECK, "WASHED", 35_000,
        parents=parents,
    )  # fmt: skip
    text = ticket_text(sign_ticket(told, KEY))
    digest = scanned or hashlib.sha256(text.encode()).digest()
    db.execute(
        "INSERT INTO tickets (ticket_no, family, batch, state, enterprise, weighbridge, product,"
        " digest, net_kg) VALUES (?, 'COAL', ?, 'USED', ?, ?, 'WASHED', ?, 33000)",
        (number, number[:13], WASHERY, WASHERY_DECK, digest),
    )
    return text


def test_a_waybills_parents_are_learnt_from_its_own_code_once(db: sqlite3.Connection) -> None:
    parents = tuple(raw(db, 2))
    code = read_code(waybill(db, parents).encode(), RING)
    assert learn_parents(db, code, START_MS)
    assert not learn_parents(db, code, START_MS)
    assert left(db, *parents) == [NET_KG - 33_000, NET_KG]


@pytest.mark.parametrize("ring", [RING, KeyRing(KeySet(1, ()))])
def test_a_code_that_was_not_used_or_not_signed_teaches_nothing(
    db: sqlite3.Connection, ring: KeyRing
) -> None:
    parents = tuple(raw(db, 1))
    text = waybill(db, parents, bytes(32) if ring is RING else None)
    assert not learn_parents(db, read_code(text.encode(), ring), START_MS)
    assert left(db, *parents) == [NET_KG]
