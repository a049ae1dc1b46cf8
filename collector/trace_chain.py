"""Goods and their sources in a trace: the parent tickets upwards, what was made of them downwards.

A ticket's own contents stand here too where only its scanned code tells them (a waybill).
"""

import sqlite3
from collections.abc import Iterator

from collector.ticket_codes import Code
from collector.trace import SOUND, Archive, Event

MOST_STEPS = 200  # tickets shown of one chain
UP = (
    "SELECT p.parent AS number, p.kg, p.at_ms, t.* FROM ticket_parents p"
    " LEFT JOIN tickets t ON t.ticket_no = p.parent WHERE p.ticket_no = ? ORDER BY p.place"
)
DOWN = (
    "SELECT p.ticket_no AS number, p.kg, p.at_ms, t.* FROM ticket_parents p"
    " JOIN tickets t USING (ticket_no) WHERE p.parent = ? ORDER BY p.ticket_no"
)


def chain_events(archive: Archive, ticket_no: str) -> list[Event]:
    """Whose load this one was made from, and whose were made of it, step by step."""
    ways = (("parent", UP), ("child", DOWN))
    return [event for what, sql in ways for event in walk(archive.db, ticket_no, (what, sql))]


def walk(db: sqlite3.Connection, ticket_no: str, way: tuple[str, str]) -> Iterator[Event]:
    """One way along the chain, nearest first; a ticket is shown once."""
    what, sql = way
    waiting, seen = [ticket_no], {ticket_no}
    while waiting and len(seen) <= MOST_STEPS:
        here = waiting.pop(0)
        for row in db.execute(sql, (here,)).fetchall():
            if row["number"] not in seen:
                seen.add(row["number"])
                waiting.append(row["number"])
                yield link(what, here, row)


def link(what: str, here: str, row: sqlite3.Row) -> Event:
    facts = {
        "ticket_no": row["number"],
        "of": here,
        "drawn_kg": row["kg"],
        **{name: row[name] for name in ("product", "enterprise", "weighbridge", "net_kg")},
    }
    return Event(row["at_ms"], what, row["number"], row["enterprise"] or "", "", facts)


def code_event(code: Code) -> Event:
    """What a scanned code itself says, where the ledger has no signed ticket to show."""
    ticket = code.ticket
    names = ("enterprise", "weighbridge", "product", "max_net_kg", "plate", "expires_s")
    facts = {name: getattr(ticket, name) for name in names}
    facts |= {"parents": list(ticket.parents), "digest": code.digests[0].hex()}
    signed = SOUND if code.is_genuine else "E_SIG"
    at_ms = ticket.issued_s * 1000
    return Event(at_ms, "code", ticket.ticket_no, ticket.issuer, signed, facts)
