"""Writes the alerts of `silence`: who was last heard when is read from heads and checkpoints."""

import sqlite3

from collector.schema import transaction
from collector.silence import DARK, Change, Watch, find_change

WATCHES = """
SELECT w.weighbridge,
  max(coalesce((SELECT max(seen_ms) FROM heads h WHERE h.weighbridge = w.weighbridge), 0),
      coalesce((SELECT seen_ms FROM checkpoints c WHERE c.weighbridge = w.weighbridge), 0)),
  (SELECT max(from_ms) FROM alerts a
    WHERE a.weighbridge = w.weighbridge AND a.code = ? AND a.to_ms IS NULL)
FROM weighbridges_now w WHERE w.state != 'retired'
"""


def read_watches(db: sqlite3.Connection) -> list[Watch]:
    """Every weighbridge that has spoken at least once and is not retired."""
    return [Watch(*row) for row in db.execute(WATCHES, (DARK,)) if row[1] > 0]


def watch_silence(
    db: sqlite3.Connection, listening_since_ms: int, now_ms: int, limit_ms: int
) -> tuple[Change, ...]:
    """Open and close the alerts F-H01 that are due; returns what was written."""
    found = (find_change(watch, listening_since_ms, now_ms, limit_ms) for watch in read_watches(db))
    changes = tuple(change for change in found if change is not None)
    if changes:
        with transaction(db):
            for change in changes:
                write_change(db, change)
    return changes


def write_change(db: sqlite3.Connection, change: Change) -> None:
    weighbridge, (from_ms, to_ms) = change
    if to_ms is None:
        db.execute(
            "INSERT INTO alerts (weighbridge, code, from_ms, to_ms, detail)"
            " VALUES (?, ?, ?, NULL, 'silent')",
            (weighbridge, DARK, from_ms),
        )
        return
    db.execute(
        "UPDATE alerts SET to_ms = ?"
        " WHERE weighbridge = ? AND code = ? AND from_ms = ? AND to_ms IS NULL",
        (to_ms, weighbridge, DARK, from_ms),
    )
