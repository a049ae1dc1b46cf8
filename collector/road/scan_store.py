"""Inspectors' scans in the database: loaded from their phones' files, held against the books.

A scan is kept whole, genuine or not; loading the same file twice changes nothing.
"""

import json
import sqlite3
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

from collector.home import Home
from collector.ingest import Alert
from collector.orders import check_officer
from collector.quarantine import raise_alert
from collector.road.check import TRAVEL_HOURS
from collector.road.witness import Exposed, Held, Scan, against_book, against_each_other
from collector.schema import transaction
from collector.ticket_codes import read_code
from collector.ticket_parents import learn_parents
from weighbook.envelope import payload_of
from weighbook.keyset import KeyRing
from weighbook.phrase import Phrase, Refusal
from weighbook.records import Weighing, parse_record
from weighbook.slips import open_slip
from weighbook.texts import SLIP, read_text

LARGEST_FILE_BYTES = 16 * 1024 * 1024
LARGEST_TEXT = 4_296
MOST_SCANS = 50_000


class Loaded(NamedTuple):
    new: int
    known: int
    unread: int
    exposed: tuple[Exposed, ...]


def load_scans(home: Home, path: Path, by: str) -> Loaded:
    """Take a phone's file in. Refusals: E_SCANS, E_OFFICER."""
    check_officer(home.db, by)
    rows = read_file(path)
    ring, new, unread = home.ring(), 0, 0
    with transaction(home.db):
        for row in rows:
            scan = scan_of(row, ring)
            unread += scan is None
            learn_parents(
                home.db, read_code(row["text"].encode("utf-8", "replace"), ring), home.now_ms()
            )
            new += keep(home.db, row, scan, by, home.now_ms())
        exposed = expose(home, home.now_ms())
        home.log(by, "road scans", path.name, f"{new} new of {len(rows)}")
    return Loaded(new, len(rows) - new, unread, exposed)


def read_file(path: Path) -> list[dict[str, Any]]:
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(LARGEST_FILE_BYTES))
        return rows_of(data["scans"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Refusal(
            "E_SCANS",
            Phrase(f"{path} 不是稽查扫码文件。", f"{path} is no file of scans."),
            Phrase("请用稽查页面导出的文件。", "Give what the inspector's page has saved."),
        ) from error


def rows_of(rows: Any) -> list[dict[str, Any]]:
    """Errors: ValueError, TypeError, KeyError."""
    if not isinstance(rows, list) or len(rows) > MOST_SCANS:
        raise ValueError("scans")
    return [checked(row) for row in rows]


def checked(row: Any) -> dict[str, Any]:
    """A row as the page writes it. Errors: ValueError, TypeError, KeyError."""
    text, at_ms = row["text"], row["at_ms"]
    places = (row.get("lat_micro"), row.get("lon_micro"))
    if not isinstance(text, str) or len(text) > LARGEST_TEXT or type(at_ms) is not int:
        raise ValueError("scan")
    if not 0 <= at_ms < 2**53 or any(p is not None and type(p) is not int for p in places):
        raise ValueError("scan")
    if any(p is not None and abs(p) > 180_000_000 for p in places):
        raise ValueError("scan")
    return {"text": text, "at_ms": at_ms, "lat_micro": places[0], "lon_micro": places[1],
            "note": str(row.get("note") or "")[:200]}  # fmt: skip


def scan_of(row: dict[str, Any], ring: KeyRing) -> Scan | None:
    """A genuine slip of ours; None for anything else."""
    try:
        prefix, message = read_text(row["text"])
        if prefix != SLIP:
            return None
        slip = open_slip(message, ring, None)
    except Refusal:
        return None
    return Scan(
        *(row["at_ms"], slip.weighbridge, slip.epoch, slip.seq, slip.head, slip.at_ms),
        *(slip.ticket_no, slip.plate, row["lat_micro"], row["lon_micro"]),
    )


def keep(
    db: sqlite3.Connection, row: dict[str, Any], scan: Scan | None, by: str, now_ms: int
) -> bool:
    """False if this very scan is held already."""
    known = db.execute(
        "SELECT 1 FROM road_scans WHERE at_ms = ? AND text = ?", (row["at_ms"], row["text"])
    ).fetchone()
    if known is not None:
        return False
    facts = (None,) * 7 if scan is None else (*scan[1:4], scan.head, *scan[5:8])
    db.execute(
        "INSERT INTO road_scans (at_ms, text, loaded_ms, by1, note, lat_micro, lon_micro,"
        " weighbridge, epoch, seq, head, sold_ms, ticket_no, plate)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(row["at_ms"], row["text"], now_ms, by, row["note"]),
            *(row["lat_micro"], row["lon_micro"], *facts),
        ),
    )
    return True


def expose(home: Home, now_ms: int) -> tuple[Exposed, ...]:
    """All scans against all books and each other; what is new becomes an alert.

    Called again later it also finds what a book that came in since then gives away.
    """
    scans = read_scans(home.db)
    found = [one for scan in scans for one in against_book(scan, held_at(home.db, scan))]
    by_ticket = sorted(scans, key=attrgetter("ticket_no"))
    for _, group in groupby(by_ticket, key=attrgetter("ticket_no")):
        found += against_each_other(group, TRAVEL_HOURS)
    return tuple(one for one in dict.fromkeys(found) if is_news(home.db, one, now_ms))


def is_news(db: sqlite3.Connection, exposed: Exposed, now_ms: int) -> bool:
    known = db.execute(
        "SELECT 1 FROM alerts WHERE weighbridge = ? AND code = ? AND detail = ?",
        (exposed.weighbridge, exposed.code, exposed.detail),
    ).fetchone()
    if known is not None:
        return False
    raise_alert(db, exposed.weighbridge, Alert(exposed.code, exposed.detail), now_ms)
    return True


def read_scans(db: sqlite3.Connection) -> list[Scan]:
    """The genuine ones."""
    rows = db.execute(
        "SELECT at_ms, weighbridge, epoch, seq, head, sold_ms, ticket_no, plate, lat_micro,"
        " lon_micro FROM road_scans WHERE weighbridge IS NOT NULL ORDER BY at_ms, id"
    )
    return [Scan(*row) for row in rows]


def held_at(db: sqlite3.Connection, scan: Scan) -> Held | None:
    row = db.execute(
        "SELECT digest, message FROM records WHERE weighbridge = ? AND epoch = ? AND seq = ?",
        (scan.weighbridge, scan.epoch, scan.seq),
    ).fetchone()
    if row is None:
        return None
    try:
        body = parse_record(payload_of(bytes(row["message"]))).body
    except Refusal:
        return None
    if not isinstance(body, Weighing):
        return Held(bytes(row["digest"]), None, None)
    return Held(bytes(row["digest"]), body.ticket_no, body.plate)


def texts_of(arguments: Iterable[str]) -> list[str]:
    """Scanned texts as given, or each line of a file that is named."""
    found: list[str] = []
    for argument in arguments:
        path = Path(argument)
        if len(argument) < 200 and path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            found += [line.strip() for line in lines if line.startswith(("WT1:", "WS1:"))]
        else:
            found.append(argument)
    return found
