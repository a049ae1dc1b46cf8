"""Quotas: the tonnage an enterprise may sell, granted by two officers, used up by what is weighed.

Opening + granted - used + reversed = closing, per enterprise and month, in whole kilograms; what is
left is carried on, and a withdrawal is a grant below zero. Whether a quota limits the issue of
tickets is the county's policy, by default it does not; it never stops a sale at the deck.
"""

import sqlite3
from typing import NamedTuple

from collector.config import Quota
from collector.period import Period, read_month
from collector.schema import transaction
from collector.ticket_entries import Stamp, need_two
from collector.units import tonnes
from weighbook.phrase import Phrase, Refusal

LAST_MONTH = "2999-12"
UNSIGNED_HELD = """
SELECT count(*) FROM tickets WHERE enterprise = ? AND state IN ('ISSUED', 'FROZEN')
AND max_net_kg IS NULL"""
SIGNED_HELD = """
SELECT coalesce(sum(max_net_kg), 0) FROM tickets WHERE enterprise = ?
AND state IN ('ALLOCATED', 'RESERVED', 'FROZEN')"""
USED = """
SELECT coalesce(sum(net_kg), 0) FROM tickets WHERE enterprise = ?
AND used_at_ms >= ? AND used_at_ms < ?"""
REVERSED = """
SELECT coalesce(sum(t.net_kg), 0) FROM ticket_entries e JOIN tickets t USING (ticket_no)
WHERE e.move = 'write-off' AND t.enterprise = ? AND e.at_ms >= ? AND e.at_ms < ?"""


class Account(NamedTuple):
    """One enterprise's tonnage in one month."""

    enterprise: str
    month: str
    opening_kg: int
    granted_kg: int
    used_kg: int
    reversed_kg: int
    closing_kg: int


def account(db: sqlite3.Connection, enterprise: str, month: str) -> Account:
    """The month's account; the opening is all that came before it."""
    period = read_month(month)
    earlier = Period(month, 0, period.from_ms)
    opening_kg = granted(db, enterprise, "", month) + moved(db, enterprise, earlier)
    granted_kg = granted(db, enterprise, month, month + "~")
    used_kg, reversed_kg = (sum_of(db, sql, enterprise, period) for sql in (USED, REVERSED))
    closing_kg = opening_kg + granted_kg - used_kg + reversed_kg
    return Account(enterprise, month, opening_kg, granted_kg, used_kg, reversed_kg, closing_kg)


def accounts(db: sqlite3.Connection, month: str) -> list[Account]:
    """Those of everybody who was ever granted anything."""
    rows = db.execute("SELECT DISTINCT enterprise FROM quota_entries ORDER BY 1").fetchall()
    return [account(db, row["enterprise"], month) for row in rows]


def enter_quota(
    db: sqlite3.Connection, enterprise: str, grant: tuple[str, int], stamp: Stamp, reason: str
) -> Account:
    """Grant (month, kg), or withdraw when below zero; the account after it.

    Refusals: E_TWO_SIGNERS; E_QUOTA when more is withdrawn than is left.
    """
    need_two(stamp)
    month, kg = grant
    with transaction(db):
        db.execute(
            "INSERT INTO quota_entries (enterprise, month, kg, at_ms, by1, by2, source, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (enterprise, month, kg, *stamp, reason),
        )
        least_kg = min(low_points(db, enterprise, month))
        if kg < 0 and least_kg < 0:
            raise quota_refused(enterprise, least_kg - kg, -kg)
        return account(db, enterprise, month)


def low_points(db: sqlite3.Connection, enterprise: str, month: str) -> list[int]:
    """What is left just before each later grant, at the month's end, and at the end of all."""
    later = db.execute(
        "SELECT DISTINCT month FROM quota_entries WHERE enterprise = ? AND month > ?",
        (enterprise, month),
    ).fetchall()
    ends = [account(db, enterprise, end).closing_kg for end in (month, LAST_MONTH)]
    return [*ends, *(account(db, enterprise, row["month"]).opening_kg for row in later)]


def check_quota(
    db: sqlite3.Connection, enterprise: str, more_kg: int, month: str, rules: Quota
) -> None:
    """Refusal E_QUOTA if the county lets quotas limit and `more_kg` does not fit any more."""
    if not rules.limits or more_kg <= 0:
        return
    left_kg = account(db, enterprise, month).closing_kg - committed_kg(db, enterprise, rules)
    if more_kg > left_kg:
        raise quota_refused(enterprise, left_kg, more_kg)


def committed_kg(db: sqlite3.Connection, enterprise: str, rules: Quota) -> int:
    """What its unused tickets may still take: signed ones their limit, free ones a usual load."""
    free = db.execute(UNSIGNED_HELD, (enterprise,)).fetchone()[0]
    signed = db.execute(SIGNED_HELD, (enterprise,)).fetchone()[0]
    return int(free) * rules.kg_per_ticket + int(signed)


def granted(db: sqlite3.Connection, enterprise: str, first: str, before: str) -> int:
    row = db.execute(
        "SELECT coalesce(sum(kg), 0) FROM quota_entries WHERE enterprise = ?"
        " AND month >= ? AND month < ?",
        (enterprise, first, before),
    ).fetchone()
    return int(row[0])


def moved(db: sqlite3.Connection, enterprise: str, period: Period) -> int:
    used, back = (sum_of(db, sql, enterprise, period) for sql in (USED, REVERSED))
    return back - used


def sum_of(db: sqlite3.Connection, sql: str, enterprise: str, period: Period) -> int:
    return int(db.execute(sql, (enterprise, period.from_ms, period.to_ms)).fetchone()[0])


def quota_refused(enterprise: str, left_kg: int, asked_kg: int) -> Refusal:
    return Refusal(
        "E_QUOTA",
        Phrase(
            f"{enterprise} 配额余 {tonnes(left_kg)} 吨，此项需 {tonnes(asked_kg)} 吨。",
            f"{enterprise} has {tonnes(left_kg)} t of quota left; this takes {tonnes(asked_kg)} t.",
        ),
        Phrase(
            "请先核发配额：collector quota grant。",
            "Grant more first, with collector quota grant.",
        ),
    )
