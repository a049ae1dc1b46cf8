"""How a collector's database came to be what it is: one step for each version after the first.

A step adds; nothing that was stored before is touched. A home made by a newer program is refused,
since an older one would leave out what the newer keeps.
"""

import sqlite3
from typing import NamedTuple

from weighbook.phrase import Phrase, Refusal


class Step(NamedTuple):
    """SQL, and those of its tables whose rows may never change."""

    sql: str
    append_only: tuple[str, ...] = ()


# The causes that stand now by weighbridge, as its records tell; how it stood when the bureau was
# last told; and what is to be told whom.
HALTS = """
CREATE TABLE standing_causes (
  weighbridge TEXT NOT NULL, code TEXT NOT NULL, subject TEXT NOT NULL, since_ms INTEGER NOT NULL,
  measured TEXT NOT NULL, bound TEXT NOT NULL, permit INTEGER, seq INTEGER NOT NULL,
  PRIMARY KEY (weighbridge, code, subject)) WITHOUT ROWID;
CREATE TABLE told_states (
  weighbridge TEXT PRIMARY KEY, state TEXT NOT NULL, causes TEXT NOT NULL,
  since_ms INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE outages (
  id INTEGER PRIMARY KEY AUTOINCREMENT, weighbridge TEXT NOT NULL, state TEXT NOT NULL,
  causes TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER);
CREATE INDEX outages_by_time ON outages(from_ms);
CREATE UNIQUE INDEX outage_now ON outages(weighbridge) WHERE to_ms IS NULL;
CREATE TABLE notices (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, target TEXT NOT NULL,
  subject TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL, tries INTEGER NOT NULL,
  due_ms INTEGER NOT NULL, sent_ms INTEGER, given_up_ms INTEGER, error TEXT);
CREATE INDEX notices_due ON notices(target, due_ms)
  WHERE sent_ms IS NULL AND given_up_ms IS NULL;
"""

# A case is its entries: each says what was done, by whom, on what day; the first opens it. An
# entry of a blacklist names the case that led to it.
CASES = """
CREATE TABLE case_entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, case_no TEXT NOT NULL, enterprise TEXT NOT NULL,
  step TEXT NOT NULL, at_ms INTEGER NOT NULL, by1 TEXT NOT NULL, by2 TEXT, facts TEXT NOT NULL);
CREATE INDEX case_entries_by_case ON case_entries(case_no, id);
CREATE INDEX case_entries_by_enterprise ON case_entries(enterprise, id);
CREATE TABLE blacklist_entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, enterprise TEXT NOT NULL, step TEXT NOT NULL,
  at_ms INTEGER NOT NULL, by1 TEXT NOT NULL, by2 TEXT, case_no TEXT, facts TEXT NOT NULL);
CREATE INDEX blacklist_by_enterprise ON blacklist_entries(enterprise, id);
CREATE TABLE draws (
  id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, announced_ms INTEGER NOT NULL,
  by1 TEXT NOT NULL, commitment BLOB NOT NULL, seed BLOB NOT NULL, drawn_ms INTEGER, result TEXT);
"""

# What inspectors scanned; the columns from `weighbridge` on are those of a genuine slip.
ROAD = """
CREATE TABLE road_scans (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, text TEXT NOT NULL,
  loaded_ms INTEGER NOT NULL, by1 TEXT NOT NULL, note TEXT NOT NULL, lat_micro INTEGER,
  lon_micro INTEGER, weighbridge TEXT, epoch INTEGER, seq INTEGER, head BLOB, sold_ms INTEGER,
  ticket_no TEXT, plate TEXT, UNIQUE (at_ms, text));
CREATE INDEX road_scans_by_record ON road_scans(weighbridge, epoch, seq);
"""

# The keys agreed on for codes by telephone; the orders whose codes were read out, and where a book
# says that one came so: `given` tells whether it is one of ours.
PHONE = """
CREATE TABLE phone_keys (
  weighbridge TEXT NOT NULL, epoch INTEGER NOT NULL, key BLOB NOT NULL,
  PRIMARY KEY (weighbridge, epoch));
CREATE TABLE phone_orders (
  weighbridge TEXT NOT NULL, number INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  challenge TEXT NOT NULL, digest BLOB NOT NULL, told TEXT NOT NULL,
  PRIMARY KEY (weighbridge, number), UNIQUE (weighbridge, challenge));
CREATE TABLE phone_answers (
  weighbridge TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  number INTEGER NOT NULL, given INTEGER NOT NULL, PRIMARY KEY (weighbridge, epoch, seq));
"""

# The ledger's own books beside its entries. `deck_sessions`: which truck holds which ticket between
# tare and sale, up to the record in `deck_marks`; `ticket_batches`: what a batch must hash to when
# it comes into stock; `quota_entries`: tonnage granted (a withdrawal is below zero);
# `ticket_receipts`: what buyers weighed; `ticket_copies`: the papers that came back, by the file
# that lists them; `ticket_parents`: of which tickets' coal, and how much, goods were made.
LEDGER = """
CREATE TABLE deck_sessions (
  weighbridge TEXT NOT NULL, epoch INTEGER NOT NULL, plate TEXT NOT NULL, ticket_no TEXT NOT NULL,
  PRIMARY KEY (weighbridge, epoch, plate)) WITHOUT ROWID;
CREATE TABLE deck_marks (
  weighbridge TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (weighbridge, epoch)) WITHOUT ROWID;
CREATE TABLE ticket_batches (
  batch TEXT PRIMARY KEY, family TEXT NOT NULL, tickets INTEGER NOT NULL, digest BLOB NOT NULL,
  at_ms INTEGER NOT NULL, by1 TEXT NOT NULL, by2 TEXT NOT NULL, source TEXT NOT NULL);
CREATE TABLE quota_entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, enterprise TEXT NOT NULL, month TEXT NOT NULL,
  kg INTEGER NOT NULL, at_ms INTEGER NOT NULL, by1 TEXT NOT NULL, by2 TEXT NOT NULL,
  source TEXT NOT NULL, reason TEXT NOT NULL);
CREATE INDEX quota_by_enterprise ON quota_entries(enterprise, month);
CREATE TABLE ticket_receipts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ticket_no TEXT NOT NULL, buyer TEXT NOT NULL,
  plate TEXT NOT NULL, net_kg INTEGER NOT NULL, at_ms INTEGER NOT NULL, paper TEXT NOT NULL,
  loaded_ms INTEGER NOT NULL, by1 TEXT NOT NULL, UNIQUE (ticket_no, buyer, at_ms));
CREATE TABLE ticket_copies (
  file BLOB NOT NULL, line INTEGER NOT NULL, ticket_no TEXT NOT NULL, digest BLOB,
  at_ms INTEGER NOT NULL, by1 TEXT NOT NULL, PRIMARY KEY (file, line));
CREATE INDEX copies_by_ticket ON ticket_copies(ticket_no);
CREATE TABLE ticket_parents (
  ticket_no TEXT NOT NULL, parent TEXT NOT NULL, place INTEGER NOT NULL, kg INTEGER,
  at_ms INTEGER NOT NULL, PRIMARY KEY (ticket_no, parent));
CREATE INDEX parents_by_parent ON ticket_parents(parent, ticket_no);
"""
LEDGER_KEPT = (
    "ticket_batches",
    "quota_entries",
    "ticket_receipts",
    "ticket_copies",
    "ticket_parents",
)

# What is asked for, and what officers did with it; `draft` and `part`: the order as it was first
# signed, and that signature.
REQUESTS = """
CREATE TABLE requests (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, weighbridge TEXT NOT NULL,
  action TEXT NOT NULL, args BLOB NOT NULL, from_ms INTEGER NOT NULL, expires_ms INTEGER,
  by1 TEXT NOT NULL, role TEXT NOT NULL, words TEXT NOT NULL);
CREATE TABLE request_entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT, request INTEGER NOT NULL REFERENCES requests,
  at_ms INTEGER NOT NULL, officer TEXT NOT NULL, step TEXT NOT NULL, draft BLOB, part BLOB,
  number INTEGER, note TEXT NOT NULL);
CREATE INDEX request_entries_by_request ON request_entries(request, id);
"""

# The digest over a line of the bureau's log and all before it, signed where the key was at hand.
SEALS = """
CREATE TABLE log_seals (
  id INTEGER PRIMARY KEY, digest BLOB NOT NULL, message BLOB);
"""

STEPS: tuple[Step, ...] = (
    Step(HALTS),
    Step(CASES, ("case_entries", "blacklist_entries")),
    Step(ROAD, ("road_scans",)),
    Step(LEDGER, LEDGER_KEPT),
    Step(PHONE, ("phone_keys", "phone_orders", "phone_answers")),
    Step(REQUESTS, ("requests", "request_entries")),
    Step(SEALS, ("log_seals",)),
)
FIRST = 1


def version_of(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def newest() -> int:
    return FIRST + len(STEPS)


def too_new(found: int) -> Refusal:
    return Refusal(
        "E_NEWER_HOME",
        Phrase(
            f"数据库版本 {found} 新于本程序（{newest()}）。",
            f"The database is of version {found}, newer than this program's {newest()}.",
        ),
        Phrase("请升级 weighhouse 后再用。", "Install the newer weighhouse to use it."),
    )
