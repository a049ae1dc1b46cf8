"""What was refused, kept as evidence, bounded: nobody can fill the disk or block the queue with it.

A signed message that forks or breaks a book is kept whole. Anything else is kept up to 1 KiB. Of
one weighbridge and code at most 200 rows a day are kept; the rest is only counted in the log.
"""

import sqlite3

from collector.batches import Refused
from collector.ingest import BROKEN, FORK, UNKNOWN_DEVICE, Alert

ROWS_PER_DAY = 200
DAY_MS = 86_400_000
LARGEST_GARBAGE_BYTES = 1_024
LARGEST_EVIDENCE_BYTES = 65_536
# Signed by the weighbridge's own key, and yet nothing that can stand in a book.
UNFIT_CODES = frozenset({"E_SEQ", "E_RANGE"})
# A device nobody registered, or one that speaks for another.
UNKNOWN_CODES = frozenset({"E_KID", "E_SUBJECT", "E_TOPIC", "E_ROLE", "E_KEY_TIME"})


def keep_refused(db: sqlite3.Connection, weighbridge: str, refused: Refused, now_ms: int) -> bool:
    """Put it into quarantine; False if it is there already or today's bound is reached."""
    kept_today, same = db.execute(
        "SELECT count(*), coalesce(sum(digest = ?), 0) FROM quarantine"
        " WHERE weighbridge = ? AND code = ? AND received_ms >= ?",
        (refused.digest, weighbridge, refused.code, now_ms - DAY_MS),
    ).fetchone()
    if same or kept_today >= ROWS_PER_DAY:
        return False
    signed = refused.seq is not None
    largest = LARGEST_EVIDENCE_BYTES if signed else LARGEST_GARBAGE_BYTES
    db.execute(
        "INSERT INTO quarantine (weighbridge, epoch, seq, digest, code, message, received_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            *(weighbridge, refused.epoch, refused.seq, refused.digest, refused.code),
            *(refused.message[:largest], now_ms),
        ),
    )
    return True


def alert_of(refused: Refused) -> tuple[Alert, ...]:
    """The alert a refusal is worth, if it is more than noise."""
    if refused.code in (FORK, BROKEN):
        place = f"{refused.epoch}/{refused.seq} {refused.digest.hex()}"
        return (Alert(refused.code, place),)
    if refused.code in UNFIT_CODES:
        return (Alert(BROKEN, f"{refused.code} {refused.epoch}/{refused.seq}"),)
    if refused.code in UNKNOWN_CODES:
        return (Alert(UNKNOWN_DEVICE, f"{refused.code} {refused.digest.hex()}"),)
    return ()


def raise_alert(db: sqlite3.Connection, weighbridge: str, alert: Alert, now_ms: int) -> None:
    """Write it once: the same code with the same detail is the same alert."""
    db.execute(
        "INSERT INTO alerts (weighbridge, code, from_ms, to_ms, detail)"
        " SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS"
        " (SELECT 1 FROM alerts WHERE weighbridge = ? AND code = ? AND detail = ?)",
        (
            *(weighbridge, alert.code, now_ms, now_ms, alert.detail),
            *(weighbridge, alert.code, alert.detail),
        ),
    )
