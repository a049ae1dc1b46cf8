"""E-waybills in the ledger: numbers a weighbridge drew itself, in the batch its policy gave it.

They enter through the same accounts as tickets, all steps at the moment of their first record, so
that every balance and identity holds in both regimes. A number of another batch, or without a
policy in force, stays what it was: unknown, and a finding.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from collector.ticket_entries import Stamp, enter
from collector.ticket_posting import Weighed
from collector.ticket_states import State
from weighbook.envelope import payload_of
from weighbook.orders import Action, Policy, order_of
from weighbook.tickets import FAMILY_NAMES, check_ticket_no
from weighbook.waybills import BATCH, batch_of

POLICY = "ewaybill_batch"
BY = "waybill"
STEPS = (
    ("generate", None, State.GENERATED),
    ("stock-in", State.GENERATED, State.STOCKED),
    ("issue", State.STOCKED, State.ISSUED),
    ("allocate", State.ISSUED, State.ALLOCATED),
)


class Drawn(NamedTuple):
    """A number as a record names it."""

    weighed: Weighed
    product: str | None


def admit(db: sqlite3.Connection, drawn: Sequence[Drawn]) -> list[str]:
    """Take unknown numbers of a weighbridge's own batch into the ledger; those taken."""
    new = {one.weighed.ticket_no: one for one in reversed(drawn)}
    for number in known_numbers(db, new):
        del new[number]
    taken = []
    for number, one in sorted(new.items()):
        if check_ticket_no(number) and is_own(db, one.weighed):
            enter_waybill(db, number, one)
            taken.append(number)
    return taken


def known_numbers(db: sqlite3.Connection, numbers: Iterable[str]) -> list[str]:
    rows = db.execute(
        "SELECT ticket_no FROM tickets WHERE ticket_no IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    )
    return [row["ticket_no"] for row in rows]


def is_own(db: sqlite3.Connection, weighed: Weighed) -> bool:
    """Whether policy, as signed by then, gave this batch to this weighbridge."""
    batch = 0
    rows = db.execute(
        "SELECT message FROM orders WHERE weighbridge = ? AND action = ? AND at_ms <= ?"
        " ORDER BY number",
        (weighed.weighbridge, Action.POLICY, weighed.at_ms),
    )
    for row in rows:
        args = order_of(payload_of(bytes(row["message"]))).args
        assert isinstance(args, Policy)
        batch = dict(args.values).get(POLICY, batch)
    return batch > 0 and batch_of(weighed.ticket_no) == batch


def enter_waybill(db: sqlite3.Connection, number: str, drawn: Drawn) -> None:
    weighed = drawn.weighed
    row = db.execute(
        "SELECT enterprise FROM weighbridges_now WHERE weighbridge = ?", (weighed.weighbridge,)
    ).fetchone()
    enterprise = None if row is None else row["enterprise"]
    family = FAMILY_NAMES[int(number[0])]
    batch = number[: BATCH.stop]
    db.execute(
        "INSERT INTO tickets (ticket_no, family, batch, state, enterprise, weighbridge, product,"
        " digest) VALUES (?, ?, ?, 'GENERATED', ?, NULL, ?, ?)",
        (number, family, batch, enterprise, drawn.product, weighed.digest),
    )
    stamp = Stamp(weighed.at_ms, BY, BY, BY)
    for step in STEPS[:3]:
        enter(db, (number,), step, stamp)
    db.execute(
        "UPDATE tickets SET weighbridge = ? WHERE ticket_no = ?", (weighed.weighbridge, number)
    )
    enter(db, (number,), STEPS[3], stamp)
