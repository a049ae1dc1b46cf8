"""The collector's database: one SQLite file, WAL, `synchronous=FULL`.

`connect()` gives a plain `sqlite3.Connection` in autocommit mode with rows that answer by name;
writers wrap what belongs together in `transaction(db)`. Tables are plain; what may never change
(ticket entries, orders, records, the bureau's log) is held by triggers, so a bug or a person with
a SQL prompt meets a refusal. Registry rows are effective-dated: a change closes the standing row
(`valid_to_ms`) and adds one; the views `*_now` show the standing rows.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collector.schema_steps import FIRST, STEPS, newest, too_new, version_of

BUSY_TIMEOUT_MS = 10_000

REGISTRY = """
CREATE TABLE enterprises (
  enterprise TEXT NOT NULL, name_zh TEXT NOT NULL, name_en TEXT NOT NULL, uscc TEXT NOT NULL,
  licence_no TEXT NOT NULL, mine_zh TEXT NOT NULL, capacity_t INTEGER NOT NULL,
  state TEXT NOT NULL, valid_from_ms INTEGER NOT NULL, valid_to_ms INTEGER, by TEXT NOT NULL,
  PRIMARY KEY (enterprise, valid_from_ms));
CREATE TABLE weighbridges (
  weighbridge TEXT NOT NULL, enterprise TEXT NOT NULL, name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL, indicator TEXT NOT NULL, certificate TEXT NOT NULL,
  epoch INTEGER NOT NULL, kid BLOB, cose_key BLOB, state TEXT NOT NULL,
  valid_from_ms INTEGER NOT NULL, valid_to_ms INTEGER, by TEXT NOT NULL,
  exception TEXT, PRIMARY KEY (weighbridge, valid_from_ms));
CREATE TABLE cameras (
  camera TEXT NOT NULL, weighbridge TEXT NOT NULL, class TEXT NOT NULL,
  valid_from_ms INTEGER NOT NULL, valid_to_ms INTEGER, by TEXT NOT NULL,
  PRIMARY KEY (camera, valid_from_ms));
CREATE TABLE buyers (
  buyer TEXT NOT NULL, name_zh TEXT NOT NULL, name_en TEXT NOT NULL, uscc TEXT NOT NULL,
  destination TEXT NOT NULL, valid_from_ms INTEGER NOT NULL, valid_to_ms INTEGER,
  by TEXT NOT NULL, PRIMARY KEY (buyer, valid_from_ms));
CREATE TABLE products (
  product TEXT PRIMARY KEY, family TEXT NOT NULL, name_zh TEXT NOT NULL, name_en TEXT NOT NULL);
CREATE TABLE officers (
  officer TEXT PRIMARY KEY, name_zh TEXT NOT NULL, kid BLOB NOT NULL, roles TEXT NOT NULL);
CREATE TABLE mqtt_accounts (
  username TEXT PRIMARY KEY, weighbridge TEXT NOT NULL, password TEXT NOT NULL,
  created_ms INTEGER NOT NULL);
CREATE UNIQUE INDEX enterprise_now ON enterprises(enterprise) WHERE valid_to_ms IS NULL;
CREATE UNIQUE INDEX weighbridge_now ON weighbridges(weighbridge) WHERE valid_to_ms IS NULL;
CREATE UNIQUE INDEX camera_now ON cameras(camera) WHERE valid_to_ms IS NULL;
CREATE UNIQUE INDEX buyer_now ON buyers(buyer) WHERE valid_to_ms IS NULL;
CREATE VIEW enterprises_now AS SELECT * FROM enterprises WHERE valid_to_ms IS NULL;
CREATE VIEW weighbridges_now AS SELECT * FROM weighbridges WHERE valid_to_ms IS NULL;
CREATE VIEW cameras_now AS SELECT * FROM cameras WHERE valid_to_ms IS NULL;
CREATE VIEW buyers_now AS SELECT * FROM buyers WHERE valid_to_ms IS NULL;
"""

# A holder is 'bureau', an enterprise id, or 'enterprise/weighbridge'. One entry moves one ticket:
# minus one at (holder_from, from_state), plus one at (holder_to, to_state). The trigger refuses a
# move from where the ticket is not, and the CHECK a balance below zero.
TICKETS = """
CREATE TABLE tickets (
  ticket_no TEXT PRIMARY KEY, family TEXT NOT NULL, batch TEXT NOT NULL, state TEXT NOT NULL,
  enterprise TEXT, weighbridge TEXT, product TEXT, max_net_kg INTEGER, plate TEXT, buyer TEXT,
  destination TEXT, not_before_s INTEGER, expires_s INTEGER, message BLOB, digest BLOB,
  net_kg INTEGER, used_at_ms INTEGER, used_seq INTEGER) WITHOUT ROWID;
CREATE INDEX tickets_by_place ON tickets(weighbridge, state);
CREATE INDEX tickets_by_state ON tickets(state, family, enterprise, ticket_no);
CREATE INDEX tickets_by_batch ON tickets(batch);
CREATE TABLE ticket_entries (
  entry_id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, day TEXT NOT NULL,
  family TEXT NOT NULL, ticket_no TEXT NOT NULL REFERENCES tickets, move TEXT NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL, holder_from TEXT, holder_to TEXT NOT NULL, by1 TEXT NOT NULL,
  by2 TEXT, source TEXT NOT NULL);
CREATE INDEX entries_by_ticket ON ticket_entries(ticket_no, entry_id);
CREATE INDEX entries_by_day ON ticket_entries(day, family, move);
CREATE INDEX entries_by_source ON ticket_entries(source);
CREATE TABLE ticket_balances (
  family TEXT NOT NULL, holder TEXT NOT NULL, state TEXT NOT NULL,
  count INTEGER NOT NULL CHECK (count >= 0), PRIMARY KEY (family, holder, state)) WITHOUT ROWID;
CREATE TRIGGER entry_starts_where_the_ticket_is BEFORE INSERT ON ticket_entries
  WHEN NEW.from_state IS NOT (SELECT e.to_state FROM ticket_entries e
    WHERE e.ticket_no = NEW.ticket_no ORDER BY e.entry_id DESC LIMIT 1)
  OR NEW.holder_from IS NOT (SELECT e.holder_to FROM ticket_entries e
    WHERE e.ticket_no = NEW.ticket_no ORDER BY e.entry_id DESC LIMIT 1)
  BEGIN SELECT RAISE(ABORT, 'E_STATE'); END;
CREATE TRIGGER entry_moves_the_balance AFTER INSERT ON ticket_entries BEGIN
  UPDATE ticket_balances SET count = count - 1 WHERE family = NEW.family
    AND holder = NEW.holder_from AND state = NEW.from_state;
  INSERT INTO ticket_balances VALUES (NEW.family, NEW.holder_to, NEW.to_state, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
  UPDATE tickets SET state = NEW.to_state WHERE ticket_no = NEW.ticket_no;
END;
CREATE TABLE periods (
  month TEXT PRIMARY KEY, reconciled_ms INTEGER NOT NULL, result TEXT NOT NULL);
"""

BOOKS = """
CREATE TABLE records (
  weighbridge TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, digest BLOB NOT NULL,
  kind INTEGER NOT NULL, at_ms INTEGER NOT NULL, received_ms INTEGER NOT NULL,
  message BLOB NOT NULL, PRIMARY KEY (weighbridge, epoch, seq));
CREATE INDEX records_by_time ON records(at_ms);
CREATE TABLE heads (
  weighbridge TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, digest BLOB NOT NULL,
  max_seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL, totals BLOB NOT NULL,
  order_number INTEGER NOT NULL, PRIMARY KEY (weighbridge, epoch));
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY AUTOINCREMENT, weighbridge TEXT, epoch INTEGER, seq INTEGER,
  digest BLOB NOT NULL, code TEXT NOT NULL, message BLOB NOT NULL, received_ms INTEGER NOT NULL);
CREATE INDEX quarantine_by_place ON quarantine(weighbridge, code, received_ms);
CREATE TABLE receipts (
  weighbridge TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  message BLOB NOT NULL);
CREATE INDEX receipts_by_place ON receipts(weighbridge, epoch, seq);
CREATE INDEX receipts_by_time ON receipts(weighbridge, at_ms);
CREATE TABLE checkpoints (
  weighbridge TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, seen_ms INTEGER NOT NULL,
  message BLOB NOT NULL);
CREATE TABLE orders (
  weighbridge TEXT NOT NULL, number INTEGER NOT NULL, action TEXT NOT NULL, at_ms INTEGER NOT NULL,
  message BLOB NOT NULL, digest BLOB NOT NULL, by1 TEXT NOT NULL, by2 TEXT, applied_seq INTEGER,
  PRIMARY KEY (weighbridge, number));
CREATE INDEX orders_open ON orders(weighbridge, number) WHERE applied_seq IS NULL;
CREATE TABLE keysets (version INTEGER PRIMARY KEY, message BLOB NOT NULL);
CREATE TABLE bureau_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, officer TEXT NOT NULL,
  action TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL);
CREATE TABLE alerts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, weighbridge TEXT, code TEXT NOT NULL,
  from_ms INTEGER NOT NULL, to_ms INTEGER, detail TEXT NOT NULL);
CREATE INDEX alerts_by_place ON alerts(weighbridge, code, from_ms);
"""

APPEND_ONLY = ("ticket_entries", "records", "receipts", "keysets", "bureau_log", "orders")
EFFECTIVE_DATED = ("enterprises", "weighbridges", "cameras", "buyers")
# The one column that may be filled in, once: the agent's answer beside the signed order, the end
# of a registry row.
CHANGEABLE = {"orders": "applied_seq"} | dict.fromkeys(EFFECTIVE_DATED, "valid_to_ms")
ABORT = "BEGIN SELECT RAISE(ABORT, 'E_APPEND_ONLY'); END;"


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """An open database; one connection belongs to one thread."""
    mode = "ro" if read_only else "rwc"
    db = sqlite3.connect(f"file:{path}?mode={mode}", uri=True, isolation_level=None)
    db.row_factory = sqlite3.Row
    db.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    db.execute("PRAGMA foreign_keys = ON")
    # Without it INSERT OR REPLACE would delete rows behind the triggers' back.
    db.execute("PRAGMA recursive_triggers = ON")
    if not read_only:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
    return db


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; inside an open transaction it joins that one."""
    if db.in_transaction:
        yield
        return
    try:
        db.execute("BEGIN IMMEDIATE")
        yield
        db.execute("COMMIT")
    except BaseException:
        # One that failed and stayed open would be joined by the next caller, and never end.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def create_tables(db: sqlite3.Connection) -> None:
    """Lay out an empty database."""
    db.executescript(f"BEGIN; {REGISTRY} {TICKETS} {BOOKS} COMMIT;")
    triggers = "".join(kept_triggers(db, table) for table in (*APPEND_ONLY, *EFFECTIVE_DATED))
    db.executescript(f"BEGIN; {triggers} PRAGMA user_version = {FIRST}; COMMIT;")
    upgrade(db)


def upgrade(db: sqlite3.Connection) -> None:
    """Bring a database up to this program's version, each step wholly or not at all.

    Errors: Refusal E_NEWER_HOME.
    """
    if version_of(db) > newest():
        raise too_new(version_of(db))
    while (version := version_of(db)) < newest():
        step = STEPS[version - FIRST]
        with transaction(db):
            # Another process may have taken this step while we waited.
            if version_of(db) == version:
                for statement in statements(step.sql):
                    db.execute(statement)
                for table in step.append_only:
                    for statement in statements(kept_triggers(db, table)):
                        db.execute(statement)
                db.execute(f"PRAGMA user_version = {version + 1}")


def statements(script: str) -> Iterator[str]:
    """One after the other: `executescript` would end the transaction it runs in."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip() != ";":
                yield statement
            statement = ""


def kept_triggers(db: sqlite3.Connection, table: str) -> str:
    """Refuse to delete a row, to put another in its place, or to change more than may change."""
    columns = db.execute(f"PRAGMA table_info({table})").fetchall()
    free = CHANGEABLE.get(table)
    fixed = [column["name"] for column in columns if column["name"] != free]
    key = [column["name"] for column in columns if column["pk"]]
    taken = [" AND ".join(f"{name} = NEW.{name}" for name in names) for names in (key, ["rowid"])]
    if table in EFFECTIVE_DATED:
        taken.append(f"{key[0]} = NEW.{key[0]} AND valid_to_ms IS NULL")
    exists = " OR ".join(f"EXISTS (SELECT 1 FROM {table} WHERE {on})" for on in taken if on)  # noqa: S608 - names of ours
    before, after = (", ".join(f"{row}.{name}" for name in fixed) for row in ("OLD", "NEW"))
    changed = f"OLD.{free} IS NOT NULL OR ({before}) IS NOT ({after})" if free else "1"
    return (
        f"CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table} {ABORT}"
        f"CREATE TRIGGER {table}_never_replaced BEFORE INSERT ON {table} WHEN {exists} {ABORT}"
        f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE ON {table} WHEN {changed} {ABORT}"
    )
