"""Notices in the database: written with the change they tell, marked when they are taken.

One row per change and receiver. A row that is neither sent nor given up is owed, also after a
crash: a message may come twice, never not at all.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from collector import halts_store
from collector.config import Config
from collector.halts import State
from collector.notices import Change, Notice, Told, changes, common_notice, notice_of
from collector.outages import Limits, Outage, common_outages
from collector.schema import transaction
from weighbook.phrase import Phrase

RETRY_MS = (5_000, 15_000, 60_000, 300_000, 900_000)
GIVE_UP_MS = 24 * 3_600_000
KEPT_MS = 90 * 24 * 3_600_000
MOST_AT_ONCE = 50
COMMON, COMMON_REST_MS = "COMMON", 3_600_000
NAMES = """
SELECT w.weighbridge, e.name_zh || ' ' || w.name_zh, e.name_en || ', ' || w.name_en
FROM weighbridges_now w JOIN enterprises_now e USING (enterprise)
"""


class Owed(NamedTuple):
    """A notice that waits to be sent."""

    number: int
    tries: int
    notice: Notice


@dataclass(frozen=True)
class Receivers:
    """Who is told: names of targets in the settings, each with the states it wants to hear of."""

    targets: tuple[tuple[str, frozenset[str]], ...] = ()


def receivers_of(config: Config) -> Receivers:
    return Receivers(tuple((one.name, frozenset(one.what)) for one in config.notify))


def tell_changes(
    db: sqlite3.Connection, receivers: Receivers, now_ms: int, touched: Iterable[str] | None = None
) -> list[Notice]:
    """Compare, write down what is new, and owe it to everybody. Returns what was news.

    `touched`: only these weighbridges may have changed; None: any.
    """
    standings = [(name, standing) for name, _, standing in halts_store.standings(db, touched)]
    found = list(changes(standings, read_told(db)))
    if not found:
        return []
    names = {row[0]: Phrase(row[1], row[2]) for row in db.execute(NAMES)}
    news: list[Notice] = []
    with transaction(db):
        for change in found:
            keep_told(db, change)
            keep_outage(db, change, now_ms)
            if change.is_news:
                name = names.get(change.weighbridge, Phrase("", ""))
                news.append(notice_of(change, name, now_ms))
        news += common_news(db, now_ms)
        owe(db, receivers, news, now_ms)
    return news


def read_told(db: sqlite3.Connection) -> dict[str, Told]:
    rows = db.execute("SELECT weighbridge, state, causes, since_ms FROM told_states")
    return {name: Told(State(state), codes, since) for name, state, codes, since in rows}


def keep_told(db: sqlite3.Connection, change: Change) -> None:
    standing = change.standing
    db.execute(
        "INSERT OR REPLACE INTO told_states VALUES (?, ?, ?, ?)",
        (change.weighbridge, str(standing.state), standing.codes, standing.since_ms),
    )


def keep_outage(db: sqlite3.Connection, change: Change, now_ms: int) -> None:
    """An outage ends with any change, and a new one begins unless the deck sells."""
    standing = change.standing
    ended_ms = standing.since_ms if standing.state is State.OPEN else now_ms
    db.execute(
        "UPDATE outages SET to_ms = max(from_ms, ?) WHERE weighbridge = ? AND to_ms IS NULL",
        (ended_ms, change.weighbridge),
    )
    if standing.state is not State.OPEN:
        db.execute(
            "INSERT INTO outages (weighbridge, state, causes, from_ms) VALUES (?, ?, ?, ?)",
            (change.weighbridge, str(standing.state), standing.codes, standing.since_ms),
        )


def read_outages(db: sqlite3.Connection, from_ms: int) -> list[Outage]:
    """Those that had not ended by then."""
    rows = db.execute(
        "SELECT weighbridge, state, causes, from_ms, to_ms FROM outages"
        " WHERE to_ms IS NULL OR to_ms >= ? ORDER BY from_ms, id",
        (from_ms,),
    )
    return [Outage(*row) for row in rows]


def common_news(db: sqlite3.Connection, now_ms: int) -> list[Notice]:
    """Outages that began together and still last, unless one like it was told within the hour."""
    (sites,) = db.execute("SELECT count(*) FROM told_states").fetchone()
    lasting = [one for one in read_outages(db, now_ms) if one.to_ms is None]
    for group in common_outages(lasting, sites, Limits()):
        known = db.execute(
            "SELECT 1 FROM alerts WHERE code = ? AND from_ms >= ? LIMIT 1",
            (COMMON, group.from_ms - COMMON_REST_MS),
        ).fetchone()
        if known is None:
            count = len({one.weighbridge for one in group.outages})
            db.execute(
                "INSERT INTO alerts (weighbridge, code, from_ms, to_ms, detail)"
                " VALUES (NULL, ?, ?, ?, ?)",
                (COMMON, group.from_ms, now_ms, f"{count}/{sites}"),
            )
            return [common_notice(count, sites, group.from_ms, now_ms)]
    return []


def owe(db: sqlite3.Connection, receivers: Receivers, news: Sequence[Notice], now_ms: int) -> None:
    rows = (
        (one.at_ms, target, one.subject, one.what, packed(one), now_ms)
        for target, wanted in receivers.targets
        for one in news
        if one.what in wanted
    )
    db.executemany(
        "INSERT INTO notices (at_ms, target, subject, what, detail, tries, due_ms)"
        " VALUES (?, ?, ?, ?, ?, 0, ?)",
        rows,
    )


def read_owed(db: sqlite3.Connection, target: str, now_ms: int) -> list[Owed]:
    """What is due for a receiver, oldest first; nothing while the oldest of all still waits."""
    rows = db.execute(
        "SELECT id, tries, due_ms, detail FROM notices"
        " WHERE target = ? AND sent_ms IS NULL AND given_up_ms IS NULL ORDER BY id LIMIT ?",
        (target, MOST_AT_ONCE),
    ).fetchall()
    if not rows or rows[0][2] > now_ms:
        return []
    return [Owed(number, tries, unpacked(detail)) for number, tries, _, detail in rows]


def mark_sent(db: sqlite3.Connection, owed: Iterable[Owed], now_ms: int) -> None:
    db.executemany(
        "UPDATE notices SET sent_ms = ?, tries = tries + 1, error = NULL WHERE id = ?",
        ((now_ms, one.number) for one in owed),
    )
    db.execute("DELETE FROM notices WHERE sent_ms < ?", (now_ms - KEPT_MS,))


def mark_failed(db: sqlite3.Connection, owed: Iterable[Owed], fault: str, now_ms: int) -> None:
    """Try again later; what is a day old is given up, and stays to be seen."""
    for one in owed:
        pause_ms = RETRY_MS[min(one.tries, len(RETRY_MS) - 1)]
        given_up_ms = now_ms if now_ms - one.notice.at_ms >= GIVE_UP_MS else None
        db.execute(
            "UPDATE notices SET tries = tries + 1, due_ms = ?, error = ?, given_up_ms = ?"
            " WHERE id = ?",
            (now_ms + pause_ms, fault[:200], given_up_ms, one.number),
        )


def packed(notice: Notice) -> str:
    return json.dumps(notice, ensure_ascii=False)


def unpacked(detail: str) -> Notice:
    at_ms, subject, what, since_ms, enterprise, causes, (zh, en) = json.loads(detail)
    return Notice(at_ms, subject, what, since_ms, enterprise, tuple(causes), Phrase(zh, en))
