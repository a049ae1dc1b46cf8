"""From the collector's database to a month's analytic tables. Reads only; never writes.

Everything is cut to the period: what a closed month was judged by changes only if something late
arrives for that month. Records come by their time, causes and orders from the beginning, registry
rows as they stood at the month's end, ticket balances counted from the entries.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa

from collector import ledger_loading, order_loading
from collector.closing import Change, closed_times, fold_books
from collector.decoding import Owners, Stored, change_of, decode, totals_of
from collector.period import Period
from collector.tables import ROWS_PER_CHUNK, Row, as_arrow
from weighbook.records import Kind

SEEN_AFTER_MS = 72 * 3_600_000  # what was heard later than this after a month says nothing about it

STORED = """
SELECT r.weighbridge, r.epoch, r.seq, r.digest, r.at_ms, r.received_ms, r.message,
  (SELECT p.seq FROM records p WHERE p.weighbridge = r.weighbridge AND p.epoch = r.epoch
    AND p.seq < r.seq ORDER BY p.seq DESC LIMIT 1) AS before_seq,
  (SELECT p.digest FROM records p WHERE p.weighbridge = r.weighbridge AND p.epoch = r.epoch
    AND p.seq = r.seq - 1) AS before_digest
FROM records r"""


def load(db: sqlite3.Connection, period: Period) -> dict[str, pa.Table]:
    """All tables of `tables.SCHEMAS` for one month, from one consistent view of the database."""
    db.execute("BEGIN")
    try:
        return dict(read_tables(db, period))
    finally:
        db.execute("ROLLBACK")


def read_tables(db: sqlite3.Connection, period: Period) -> Iterator[tuple[str, pa.Table]]:
    registry = {name: list(rows(db, period)) for name, rows in REGISTRY}
    owners = Owners({row[0]: row[1] for row in registry["weighbridges"]})
    for name, lines in registry.items():
        yield name, as_arrow(name, lines)
    yield from gather(month_rows(db, period, owners))
    orders = order_loading.read_orders(db, period, owners)
    for name, lines in orders.items():
        yield name, as_arrow(name, lines)
    given = {(row[0], row[2]) for row in orders["permits"]}
    for name, lines in cause_rows(db, period, owners, given).items():
        yield name, as_arrow(name, lines)
    for name, lines in ledger_loading.read_ledger(db, period, owners).items():
        yield name, as_arrow(name, lines)
    spent = ledger_loading.spent_rows(db, period, owners, sales_counted(db, period))
    yield "spent", as_arrow("spent", spent)
    yield "heads", as_arrow("heads", head_rows(db, period, owners))
    yield "quarantine", as_arrow("quarantine", quarantine_rows(db, period, owners))
    yield "notes", as_arrow("notes", note_rows(db, period, owners))


def gather(pairs: Iterable[tuple[str, Row]]) -> Iterator[tuple[str, pa.Table]]:
    """Rows of several tables, mixed, as Arrow tables; never more than a chunk of each as Python."""
    waiting: dict[str, list[Row]] = defaultdict(list)
    parts: dict[str, list[pa.Table]] = defaultdict(list)
    for name, row in pairs:
        waiting[name].append(row)
        if len(waiting[name]) == ROWS_PER_CHUNK:
            parts[name].append(as_arrow(name, waiting.pop(name)))
    for name, lines in waiting.items():
        parts[name].append(as_arrow(name, lines))
    for name, tables in parts.items():
        yield name, pa.concat_tables(tables)


def month_rows(db: sqlite3.Connection, period: Period, owners: Owners) -> Iterator[tuple[str, Row]]:
    rows = db.execute(f"{STORED} WHERE r.at_ms >= ? AND r.at_ms < ?", period[1:])
    for row in rows:
        yield from decode(Stored(*row), owners, period)


def cause_rows(
    db: sqlite3.Connection, period: Period, owners: Owners, permits: set[tuple[str, int]]
) -> dict[str, list[Row]]:
    folded = fold_books(changes(db, period), permits)
    shown = [
        e
        for e in folded.episodes
        if e.from_ms < period.to_ms and (e.to_ms is None or e.to_ms > period.from_ms)
    ]
    return {
        "stretches": [(s[0], owners.of(s[0]), *s[1:6]) for s in folded.stretches],
        "episodes": [(e[0], owners.of(e[0]), *e[1:]) for e in shown],
        "closures": [
            (weighbridge, owners.of(weighbridge), from_ms, to_ms)
            for weighbridge, from_ms, to_ms in closed_times(folded.stretches, period)
        ],
    }


def changes(db: sqlite3.Connection, period: Period) -> Iterator[Change]:
    kinds = (int(Kind.CAUSE), int(Kind.ORDER))
    rows = db.execute(f"{STORED} WHERE r.at_ms < ? AND r.kind IN (?, ?)", (period.to_ms, *kinds))
    for row in rows:
        if change := change_of(Stored(*row)):
            yield change


def sales_counted(db: sqlite3.Connection, period: Period) -> dict[str, tuple[int, int]]:
    """Per weighbridge: the sales its books count at the month's end, and the newest record."""
    newest = (
        " JOIN (SELECT weighbridge, epoch, max(seq) AS seq FROM records WHERE at_ms < ?"
        " GROUP BY 1, 2) USING (weighbridge, epoch, seq)"
    )
    counted: dict[str, tuple[int, int]] = {}
    for row in db.execute(f"{STORED}{newest} ORDER BY 1, 2", (period.to_ms,)):
        stored = Stored(*row)
        sales, _ = counted.get(stored.weighbridge, (0, 0))
        counted[stored.weighbridge] = (sales + totals_of(stored), stored.seq)
    return counted


def head_rows(db: sqlite3.Connection, period: Period, owners: Owners) -> Iterator[Row]:
    """The newest record held and the newest heard of, as far as that concerns the month."""
    horizon_ms = period.to_ms + SEEN_AFTER_MS
    rows = db.execute(
        "SELECT h.weighbridge, h.epoch, r.seq, h.max_seq, r.at_ms, h.seen_ms FROM heads h"
        " JOIN records r ON r.weighbridge = h.weighbridge AND r.epoch = h.epoch AND r.seq ="
        " (SELECT max(n.seq) FROM records n WHERE n.weighbridge = h.weighbridge"
        " AND n.epoch = h.epoch) ORDER BY 1, 2"
    )
    for weighbridge, epoch, seq, max_seq, at_ms, seen_ms in rows:
        point = (weighbridge, owners.of(weighbridge), epoch)
        if at_ms >= period.to_ms:
            yield (*point, 0, 0, period.to_ms, horizon_ms)
        else:
            yield (*point, seq, max_seq, at_ms, min(seen_ms, horizon_ms))


def quarantine_rows(db: sqlite3.Connection, period: Period, owners: Owners) -> Iterator[Row]:
    rows = db.execute(
        "SELECT id, coalesce(weighbridge, ''), epoch, seq, code, received_ms FROM quarantine"
        " WHERE received_ms >= ? AND received_ms < ? ORDER BY id",
        period[1:],
    )
    for row in rows:
        yield (row[0], row[1], owners.of(row[1]), *tuple(row)[2:])


def note_rows(db: sqlite3.Connection, period: Period, owners: Owners) -> Iterator[Row]:
    """Alerts of the month: what ingest, or posting a record to the ledger, found surprising."""
    rows = db.execute(
        "SELECT coalesce(weighbridge, ''), code, from_ms, detail FROM alerts"
        " WHERE from_ms >= ? AND from_ms < ? ORDER BY id",
        period[1:],
    )
    for weighbridge, code, at_ms, detail in rows:
        told = read_detail(detail)
        words = (str(told.get(key, "")) for key in ("subject", "measured"))
        source = str(told.get("source", detail))
        yield (weighbridge, owners.of(weighbridge), code, at_ms, *words, source)


def read_detail(detail: str) -> dict[str, Any]:
    try:
        told = json.loads(detail)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def registry_row(table: str, key: str, columns: str) -> str:
    """SQL for each key's row as it stood at the month's end, or its first row if it came later."""
    order = "(valid_from_ms < :to_ms) DESC, CASE WHEN valid_from_ms < :to_ms"
    return (  # the names are our own
        f"SELECT {columns} FROM (SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY"  # noqa: S608
        f" {order} THEN -valid_from_ms ELSE valid_from_ms END) AS place FROM {table})"
        f" WHERE place = 1 ORDER BY {key}"
    )


def enterprise_rows(db: sqlite3.Connection, period: Period) -> Iterable[Row]:
    columns = "enterprise, name_zh, uscc, licence_no, mine_zh, capacity_t"
    sql = registry_row("enterprises", "enterprise", columns)
    return map(tuple, db.execute(sql, {"to_ms": period.to_ms}))


def weighbridge_rows(db: sqlite3.Connection, period: Period) -> Iterable[Row]:
    columns = "weighbridge, enterprise, name_zh, certificate"
    sql = registry_row("weighbridges", "weighbridge", columns)
    return map(tuple, db.execute(sql, {"to_ms": period.to_ms}))


def product_rows(db: sqlite3.Connection, _period: Period) -> Iterable[Row]:
    sql = "SELECT product, family, name_zh FROM products ORDER BY product"
    return map(tuple, db.execute(sql))


REGISTRY = (
    ("enterprises", enterprise_rows),
    ("weighbridges", weighbridge_rows),
    ("products", product_rows),
)
