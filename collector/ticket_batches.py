"""Batches of ticket numbers: made, printed elsewhere or kept as data, and taken into stock.

A batch's list of numbers goes with it to the printer and comes back with the paper. Its hash is
kept when the numbers are made, and only a list with that hash brings them into stock, so nothing
was added, left out or exchanged on the way.
"""

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from collector.schema import transaction
from collector.ticket_entries import Stamp, count_refused, enter, need_two
from collector.ticket_states import State
from weighbook.phrase import Phrase, Refusal
from weighbook.tickets import FAMILIES, make_ticket_no

LARGEST_SERIAL = 999_999
LARGEST_LIST_BYTES = 64 * 1024 * 1024
HEADING = "weighhouse batch"
HEADING_FORM = re.compile(rb"weighhouse batch ([0-9]{13}) tickets [0-9]+\n")
MADE = ("generate", None, State.GENERATED)
TAKEN = ("stock-in", State.GENERATED, State.STOCKED)


class Batch(NamedTuple):
    """A run of numbers sharing their first thirteen digits."""

    family: str
    county: str
    year: int
    batch: int

    @property
    def name(self) -> str:
        return f"{FAMILIES[self.family]}{self.county}{self.year:02d}{self.batch:04d}"


def generate(db: sqlite3.Connection, batch: Batch, count: int, stamp: Stamp) -> bytes:
    """Make `count` new numbers of a new batch; their list.

    Refusals: E_TWO_SIGNERS, E_COUNT, E_RANGE_OVERLAP.
    """
    need_two(stamp)
    if not 0 < count <= LARGEST_SERIAL:
        raise count_refused(count)
    numbers = tuple(
        make_ticket_no(batch.family, batch.county, batch.year, batch.batch, serial)
        for serial in range(1, count + 1)
    )
    listed = write_list(batch.name, numbers)
    with transaction(db):
        if db.execute("SELECT 1 FROM tickets WHERE batch = ?", (batch.name,)).fetchone():
            raise Refusal(
                "E_RANGE_OVERLAP",
                Phrase(f"批次 {batch.name} 已入库。", f"Batch {batch.name} is already in stock."),
                Phrase("请换一个批次号。", "Choose another batch number."),
            )
        db.executemany(
            "INSERT INTO tickets (ticket_no, family, batch, state) VALUES (?, ?, ?, 'GENERATED')",
            ((number, batch.family, batch.name) for number in numbers),
        )
        db.execute(
            "INSERT INTO ticket_batches VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(batch.name, batch.family, count, hashlib.sha256(listed).digest()),
                *(stamp.at_ms, stamp.by1, stamp.by2, stamp.source),
            ),
        )
        enter(db, numbers, MADE, stamp)
    return listed


def stock_in(db: sqlite3.Connection, batch: Batch, count: int, stamp: Stamp) -> tuple[str, ...]:
    """Numbers that never leave the house: made and taken into stock at once; the numbers."""
    with transaction(db):
        return take_in(db, generate(db, batch, count, stamp), stamp)


def take_in(db: sqlite3.Connection, listed: bytes, stamp: Stamp) -> tuple[str, ...]:
    """Take the batch of this list into stock, spoilt ones aside; returns the numbers.

    Refusals: E_TWO_SIGNERS, E_BATCH_HASH, E_STATE when nothing of it is waiting.
    """
    need_two(stamp)
    found = HEADING_FORM.match(listed)
    name = found[1].decode() if found else ""
    row = db.execute("SELECT digest FROM ticket_batches WHERE batch = ?", (name,)).fetchone()
    if row is None or bytes(row["digest"]) != hashlib.sha256(listed).digest():
        raise hash_refused(name)
    with transaction(db):
        waiting = db.execute(
            "SELECT ticket_no FROM tickets WHERE batch = ? AND state = 'GENERATED'"
            " ORDER BY ticket_no",
            (name,),
        ).fetchall()
        if not waiting:
            raise Refusal(
                "E_STATE",
                Phrase(f"批次 {name} 已入库。", f"Batch {name} is in stock already."),
                Phrase("无需再办。", "There is nothing more to do."),
            )
        numbers = tuple(row["ticket_no"] for row in waiting)
        enter(db, numbers, TAKEN, stamp)
    return numbers


def write_list(name: str, numbers: Sequence[str]) -> bytes:
    """The list of a batch: its heading, then one number a line."""
    return "\n".join((f"{HEADING} {name} tickets {len(numbers)}", *numbers, "")).encode()


def hash_refused(name: str) -> Refusal:
    return Refusal(
        "E_BATCH_HASH",
        Phrase(
            f"清单与生成时的批次{f' {name} ' if name else ''}不符，未入库。",
            "The list is not that of the batch as it was made; nothing was stocked in.",
        ),
        Phrase(
            "请用生成时的原清单；实物不符的，先查明再办。",
            "Use the list made with it. If the paper differs, find out why first.",
        ),
    )
