"""Parent tickets in the ledger: whose coal goods were made of, drawn upon once and no further.

A draw stands when its ticket is signed; it counts as what the ticket may take, later as what it
weighed, and no more when the ticket was closed unused. A waybill's record does not name its
parents: they are learnt when its own code is read.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from collector.schema import transaction
from collector.ticket_codes import Code
from collector.ticket_states import NAMES, SPENT, State
from collector.washery import MADE_FROM, Child, Draw, Source, drawn_kg
from weighbook.phrase import Phrase, Refusal

DELIVERED = (State.USED, State.RECEIVED, State.RECOVERED, State.CANCELLED)
LIVE = frozenset({State.ALLOCATED, State.RESERVED, State.FROZEN}) | SPENT
PARENTS = """
SELECT t.ticket_no, t.state, t.product, t.net_kg, coalesce(r.buyer, t.buyer) AS at_buyer,
  EXISTS (SELECT 1 FROM buyers_now b JOIN enterprises_now e USING (uscc)
    WHERE b.buyer = coalesce(r.buyer, t.buyer) AND e.enterprise = ?) AS came_here
FROM tickets t LEFT JOIN ticket_receipts r ON r.id =
  (SELECT min(id) FROM ticket_receipts f WHERE f.ticket_no = t.ticket_no)
WHERE t.ticket_no IN (SELECT value FROM json_each(?))"""
CHILDREN = """
SELECT p.parent, p.kg, t.state, t.net_kg, coalesce((SELECT sum(o.kg) FROM ticket_parents o
  WHERE o.ticket_no = p.ticket_no AND o.place < p.place), 0) AS before_kg
FROM ticket_parents p JOIN tickets t USING (ticket_no)
WHERE p.parent IN (SELECT value FROM json_each(?))"""


def find_sources(
    db: sqlite3.Connection, numbers: Sequence[str], product: str, enterprise: str
) -> tuple[Source, ...]:
    """What is left of each named parent, in order. Refusals E_COUNT, E_NO_TICKET, E_PARENT."""
    if len(set(numbers)) != len(numbers):
        raise parent_refused(
            "", Phrase("上游票写了两次", "a parent is named twice"), code="E_COUNT"
        )
    rows = db.execute(PARENTS, (enterprise, json.dumps(list(numbers)))).fetchall()
    found = {row["ticket_no"]: row for row in rows}
    for number in numbers:
        check_parent(number, found.get(number), product)
    left = left_of(db, {number: found[number]["net_kg"] for number in numbers})
    return tuple(Source(number, left[number]) for number in numbers)


def check_parent(number: str, row: sqlite3.Row | None, product: str) -> None:
    """Delivered to this washery, and of what this product is made of."""
    if row is None:
        why = Phrase("台账中没有此票", "the ledger has no such ticket")
        raise parent_refused(number, why, code="E_NO_TICKET")
    state = State(row["state"])
    if state not in DELIVERED or row["net_kg"] is None:
        known = NAMES[state]
        raise parent_refused(number, Phrase(f"现为“{known.zh}”", f"it is {known.en}"))
    if row["product"] not in MADE_FROM.get(product, ()):
        raise parent_refused(
            number,
            Phrase(
                f"{product} 不由 {row['product']} 制成",
                f"{product} is not made of {row['product']}",
            ),
        )
    if not row["came_here"]:
        raise parent_refused(
            number,
            Phrase(
                f"送往 {row['at_buyer'] or '—'}，不是本企业",
                f"it went to {row['at_buyer'] or '—'}, not to this enterprise",
            ),
        )


def left_of(db: sqlite3.Connection, net_kg: dict[str, int]) -> dict[str, int]:
    """What nobody has drawn of each load yet; never below zero."""
    children: dict[str, list[Child]] = {number: [] for number in net_kg}
    for row in db.execute(CHILDREN, (json.dumps(list(net_kg)),)):
        is_live = State(row["state"]) in LIVE
        child = Child(row["kg"], row["before_kg"], row["net_kg"], is_live)
        children[row["parent"]].append(child)
    return {number: max(0, kg - drawn_kg(children[number])) for number, kg in net_kg.items()}


def keep_parents(
    db: sqlite3.Connection, drawn: Iterable[tuple[str, Sequence[Draw]]], at_ms: int
) -> None:
    """Note what each ticket draws on."""
    db.executemany(
        "INSERT INTO ticket_parents VALUES (?, ?, ?, ?, ?)",
        (
            (number, draw.parent, place, draw.kg, at_ms)
            for number, draws in drawn
            for place, draw in enumerate(draws)
        ),
    )


def learn_parents(db: sqlite3.Connection, code: Code | None, at_ms: int) -> bool:
    """Whether a waybill's code told parents nobody knew; it must be the code that was used.

    Its load is taken from them in their order, as far as they go.
    """
    if code is None or not code.is_genuine or not code.ticket.parents:
        return False
    with transaction(db):
        row = db.execute(
            "SELECT net_kg, digest FROM tickets t WHERE ticket_no = ? AND message IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM ticket_parents p WHERE p.ticket_no = t.ticket_no)",
            (code.ticket.ticket_no,),
        ).fetchone()
        if row is None or row["digest"] not in code.digests:
            return False
        wanted, draws = row["net_kg"] or 0, list[Draw]()
        for parent in dict.fromkeys(code.ticket.parents):
            taken = min(wanted, load_left(db, parent))
            draws.append(Draw(parent, taken))
            wanted -= taken
        keep_parents(db, [(code.ticket.ticket_no, draws)], at_ms)
    return True


def load_left(db: sqlite3.Connection, number: str) -> int:
    row = db.execute("SELECT net_kg FROM tickets WHERE ticket_no = ?", (number,)).fetchone()
    kg = 0 if row is None else int(row["net_kg"] or 0)
    return left_of(db, {number: kg})[number]


def parent_refused(number: str, why: Phrase, code: str = "E_PARENT") -> Refusal:
    return Refusal(
        code,
        Phrase(f"上游票 {number} 不能用：{why.zh}。", f"Parent ticket {number}: {why.en}."),
        Phrase(
            "请写送到本企业、已使用的上游产品票。",
            "Name used tickets of loads that came to this enterprise.",
        ),
    )
