"""What buyers weighed: rows of their CSV file, each held against the ledger, then kept.

Rows that do not fit are told with their line and kept out. A receipt makes a used ticket received;
one for a ticket whose sale has not come in waits, and is settled by the next file. Whether weights
agree is judged by the month (K13), not here.
"""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from collector.ingest import Alert
from collector.option_types import read_plate
from collector.quarantine import raise_alert
from collector.schema import transaction
from collector.session import read_instant
from collector.ticket_entries import Stamp, move
from weighbook.phrase import Phrase, Refusal
from weighbook.tickets import check_ticket_no

MOST_ROWS = 200_000
MOST_KG = 200_000
SHOWN_CHARACTERS = 24
CLONED = "F-T06"
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "ticket_no": ("ticket_no", "票号"),
    "net_kg": ("net_kg", "净重公斤"),
    "at": ("at", "到货时间"),
    "buyer": ("buyer", "购买方"),
    "plate": ("plate", "车号"),
    "paper": ("paper", "磅单号"),
}
NEEDED = ("ticket_no", "net_kg", "at", "buyer")


class Receipt(NamedTuple):
    line: int
    ticket_no: str
    buyer: str
    plate: str
    net_kg: int
    at_ms: int
    paper: str


class Problem(NamedTuple):
    """What is wrong in which row; line 1 is the heading."""

    line: int
    column: str
    code: str
    shown: str


class Loaded(NamedTuple):
    """How many were new, how many tickets were received, and which came in twice."""

    new: int
    received: int
    cloned: tuple[str, ...]


def read_rows(data: bytes) -> tuple[list[Receipt], list[Problem]]:
    """The receipts of a CSV file and what is wrong in the others. Refusal E_COLUMNS."""
    reader = csv.reader(io.StringIO(read_text(data), newline=""))
    receipts: list[Receipt] = []
    problems: list[Problem] = []
    try:
        columns = find_columns(next(reader, []))
        for line, row in enumerate(reader, 2):
            if line > MOST_ROWS:
                problems.append(Problem(line, "", "E_COUNT", str(MOST_ROWS)))
                break
            cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
            made = read_row(line, cells) if any(cells.values()) else None
            if isinstance(made, Receipt):
                receipts.append(made)
            elif made is not None:
                problems.append(made)
    except csv.Error as error:  # a cell longer than any cell is
        problems.append(Problem(reader.line_num, "", "E_ROW", str(error)))
    return receipts, problems


def read_text(data: bytes) -> str:
    """UTF-8 with or without a mark, else what Chinese spreadsheets write."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def find_columns(heading: Sequence[str]) -> dict[str, int]:
    """Which column is which, by its Chinese name or its key. Refusal E_COLUMNS."""
    found: dict[str, int] = {}
    for at, cell in enumerate(heading):
        words = set(cell.replace("(", " ").replace("（", " ").split()) | {cell.strip()}
        for name, known in HEADINGS.items():
            if name not in found and words & set(known):
                found[name] = at
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise Refusal(
            "E_COLUMNS",
            Phrase(
                f"表头缺少：{'、'.join(HEADINGS[name][1] for name in missing)}。",
                f"The heading lacks: {', '.join(missing)}.",
            ),
            Phrase(
                "第一行须有票号、净重公斤、到货时间、购买方。",
                "Its first line names ticket_no, net_kg, at and buyer.",
            ),
        )
    return found


def read_row(line: int, cells: Mapping[str, str]) -> Receipt | Problem:
    number, kg = cells["ticket_no"].lstrip("'").upper(), cells["net_kg"]
    if not check_ticket_no(number):
        return problem(line, "ticket_no", "E_TICKET_NO", cells)
    if not (kg.isascii() and kg.isdigit() and len(kg) < 8 and 0 < int(kg) <= MOST_KG):
        return problem(line, "net_kg", "E_KG", cells)
    try:
        at_ms = read_instant(cells["at"])
    except Refusal as refusal:
        return problem(line, "at", refusal.code, cells)
    plate, paper = read_plate(cells.get("plate", "")), cells.get("paper", "")
    return Receipt(line, number, cells["buyer"], plate, int(kg), at_ms, paper)


def problem(line: int, column: str, code: str, cells: Mapping[str, str]) -> Problem:
    return Problem(line, column, code, cells[column][:SHOWN_CHARACTERS])


def check_known(db: sqlite3.Connection, receipts: Sequence[Receipt]) -> Iterator[Problem]:
    """Rows about tickets nobody has, or of buyers nobody registered."""
    buyers = {row["buyer"] for row in db.execute("SELECT buyer FROM buyers_now")}
    numbers = json.dumps(sorted({one.ticket_no for one in receipts}))
    known = {
        row["ticket_no"]
        for row in db.execute(
            "SELECT ticket_no FROM tickets WHERE weighbridge IS NOT NULL"
            " AND ticket_no IN (SELECT value FROM json_each(?))",
            (numbers,),
        )
    }
    for one in receipts:
        if one.ticket_no not in known:
            yield Problem(one.line, "ticket_no", "E_NO_TICKET", one.ticket_no)
        if one.buyer not in buyers:
            yield Problem(one.line, "buyer", "E_UNKNOWN", one.buyer[:SHOWN_CHARACTERS])


def keep_receipts(db: sqlite3.Connection, receipts: Sequence[Receipt], stamp: Stamp) -> Loaded:
    """Keep what is new, note what came in twice, and settle what can be."""
    new = 0
    cloned: list[str] = []
    with transaction(db):
        for one in receipts:
            others = db.execute(
                "SELECT buyer, at_ms FROM ticket_receipts WHERE ticket_no = ?", (one.ticket_no,)
            ).fetchall()
            if (one.buyer, one.at_ms) in {tuple(row) for row in others}:
                continue
            db.execute(
                "INSERT INTO ticket_receipts (ticket_no, buyer, plate, net_kg, at_ms, paper,"
                " loaded_ms, by1) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*one[1:], stamp.at_ms, stamp.by1),
            )
            new += 1
            if others:
                cloned.append(one.ticket_no)
                note_clone(db, one, len(others) + 1, stamp)
        received = settle(db, stamp)
    return Loaded(new, received, tuple(cloned))


def note_clone(db: sqlite3.Connection, one: Receipt, count: int, stamp: Stamp) -> None:
    """One number covers one load: it cannot arrive twice."""
    row = db.execute(
        "SELECT weighbridge FROM tickets WHERE ticket_no = ?", (one.ticket_no,)
    ).fetchone()
    detail = {
        "code": CLONED,
        "subject": one.ticket_no,
        "measured": f"load {count}",
        "expected": "one load",
        "source": f"receipt {one.buyer} {one.at_ms}",
    }
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    raise_alert(db, row["weighbridge"] if row else "", Alert(CLONED, text), stamp.at_ms)


def settle(db: sqlite3.Connection, stamp: Stamp) -> int:
    """Used tickets whose goods came in are received now; how many."""
    rows = db.execute(
        "SELECT ticket_no FROM tickets t WHERE state = 'USED' AND EXISTS"
        " (SELECT 1 FROM ticket_receipts r WHERE r.ticket_no = t.ticket_no) ORDER BY 1"
    ).fetchall()
    if rows:
        move(db, [row["ticket_no"] for row in rows], "receive", stamp)
    return len(rows)
