"""A mine that sells raw coal to a washery, and the washery's own deck: tickets all the way."""

import sqlite3
from itertools import count

from collector import registry
from collector.ticket_ledger import Batch, Grant, allocate, issue, pick, stock_in
from collector.ticket_parents import find_sources
from collector.ticket_states import State
from collector.uscc import check_character
from collector.washery import share
from tests.collector.ledgers import KEY, START_MS, empty_ledger, post, stamp, weighed
from weighbook.records import Kind

MINE, WASHERY = "E01", "E02"
MINE_DECK, WASHERY_DECK = "W01", "W02"
USCC = {MINE: "91150624MA0N0T1T0", WASHERY: "91150624MA0N0T2T0"}
SEQS = count(1)


def washery_ledger() -> sqlite3.Connection:
    """Both enterprises, and the washery as a buyer."""
    db = empty_ledger()
    for enterprise, capacity_t in ((MINE, 1_200_000), (WASHERY, 0)):
        row = {
            **dict.fromkeys(("name_zh", "name_en", "licence_no", "mine_zh"), enterprise),
            "enterprise": enterprise,
            "uscc": USCC[enterprise] + check_character(USCC[enterprise]),
            "capacity_t": capacity_t,
            "state": "active",
            "by": "officer-1",
        }
        registry.add(db, registry.ENTERPRISES, row, 1)
    for buyer, enterprise in (("B-WASH", WASHERY), ("B-MINE", MINE)):
        row = {
            **dict.fromkeys(("name_zh", "name_en", "destination"), buyer),
            "buyer": buyer,
            "uscc": USCC[enterprise] + check_character(USCC[enterprise]),
            "by": "officer-1",
        }
        registry.add(db, registry.BUYERS, row, 1)
    numbers = stock_in(db, Batch("COAL", "150624", 26, 1), 60, stamp())
    issue(db, numbers[:30], MINE, stamp())
    issue(db, numbers[30:], WASHERY, stamp())
    return db


def raw(db: sqlite3.Connection, loads: int, buyer: str = "B-WASH", at_ms: int = START_MS,
        product: str = "RAW") -> list[str]:  # fmt: skip
    """So many loads of 33,380 kg sold by the mine."""
    grant = granted(MINE, MINE_DECK, product)._replace(buyer=buyer)
    numbers = pick(db, State.ISSUED, "COAL", MINE, loads)
    allocate(db, numbers, grant, KEY, stamp(at_ms))
    for number in numbers:
        sell(db, number, at_ms, MINE_DECK)
    return list(numbers)


def washed(db: sqlite3.Connection, parents: list[str], loads: int = 1, product: str = "WASHED",
           max_net_kg: int = 35_000) -> list[str]:  # fmt: skip
    """So many tickets of the washery, drawing on these parents; not used yet."""
    grant = granted(WASHERY, WASHERY_DECK, product)._replace(max_net_kg=max_net_kg)
    sources = find_sources(db, parents, product, WASHERY)
    drawn = share(sources, max_net_kg, loads) if parents else ()
    numbers = pick(db, State.ISSUED, "COAL", WASHERY, loads)
    allocate(db, numbers, grant, KEY, stamp(), drawn=drawn)
    return list(numbers)


def granted(enterprise: str, deck: str, product: str) -> Grant:
    begins_s = START_MS // 1_000
    times = (begins_s, begins_s + 60 * 86_400)
    return Grant("OTG-EB", "COAL", enterprise, deck, product, 35_000, *times)


def sell(db: sqlite3.Connection, number: str, at_ms: int, deck: str) -> None:
    post(db, weighed(db, number, Kind.SALE, at_ms, next(SEQS), deck))
