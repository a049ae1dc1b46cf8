"""The broker accounts of the registry: which weighbridge a user name and password speak for.

One account serves MQTT and the picture upload. Passwords are compared in constant time; an unknown
user costs the same comparison.
"""

import hmac
import sqlite3
from typing import NamedTuple


class Account(NamedTuple):
    username: str
    weighbridge: str
    password: str


def list_accounts(db: sqlite3.Connection) -> tuple[Account, ...]:
    """Every account, by name."""
    rows = db.execute("SELECT username, weighbridge, password FROM mqtt_accounts ORDER BY username")
    return tuple(Account(*row) for row in rows)


def find_weighbridge(db: sqlite3.Connection, username: str, password: str) -> str | None:
    """The weighbridge this name and password speak for; None if they do not fit."""
    row = db.execute(
        "SELECT weighbridge, password FROM mqtt_accounts WHERE username = ?", (username,)
    ).fetchone()
    weighbridge, expected = row if row is not None else (None, "")
    fits = hmac.compare_digest(password.encode(), str(expected).encode())
    return str(weighbridge) if fits and weighbridge is not None else None
