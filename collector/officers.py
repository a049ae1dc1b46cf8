"""The bureau's officers: who may sign orders, with keys in the root-signed key set.

A new officer and a retired one both make a new key set version, which goes to every weighbridge as
a KEYSET order; a retired key stays listed, revoked from that moment, so old orders stay provable.
"""

from dataclasses import replace

from collector import orders
from collector.home import KEY_LEAD_S, Home, check_officer_id
from collector.schema import transaction
from weighbook.keys import SigningKey
from weighbook.keyset import KeyEntry
from weighbook.orders import Action, KeySetArgs
from weighbook.phrase import Phrase, Refusal

LEAST_OFFICERS = 2


def add_clerk(home: Home, clerk: str, name_zh: str, by: str) -> None:
    """Somebody who may ask and never signs: he has no key. Refusals as `add_officer`."""
    orders.check_officer(home.db, by)
    check_officer_id(clerk)
    check_new(home, clerk)
    with transaction(home.db):
        home.db.execute("INSERT INTO officers VALUES (?, ?, x'', 'clerk')", (clerk, name_zh))
        home.log(by, "clerk add", clerk, name_zh)


def check_new(home: Home, officer: str) -> None:
    if home.db.execute("SELECT 1 FROM officers WHERE officer = ?", (officer,)).fetchone():
        raise Refusal(
            "E_EXISTS",
            Phrase(f"经办人 {officer} 已登记。", f"The officer {officer} is registered already."),
            Phrase("请换一个编号。", "Choose another id."),
        )


def add_officer(home: Home, officer: str, name_zh: str, by: str) -> None:
    """A new officer with a key of his own; Refusals E_ID, E_EXISTS, E_OFFICER."""
    orders.check_officer(home.db, by)
    check_officer_id(officer)
    check_new(home, officer)
    key = SigningKey.generate()
    from_s = home.now_ms() // 1000 - KEY_LEAD_S
    key.save(home.path / "keys" / f"{officer}.pem")
    entry = KeyEntry(key.public, ("order",), officer, from_s, None, None)
    with transaction(home.db):
        home.db.execute(
            "INSERT INTO officers VALUES (?, ?, ?, 'order')", (officer, name_zh, key.public.kid)
        )
        spread(home, (*home.keyset().entries, entry), by)
        home.log(by, "officer add", officer, name_zh)


def retire_officer(home: Home, officer: str, by: str) -> None:
    """Revoke an officer's key from now on; Refusals E_OFFICER, E_TWO_OFFICERS."""
    orders.check_officer(home.db, by)
    orders.check_officer(home.db, officer)
    left = home.db.execute(
        "SELECT count(*) FROM officers WHERE roles = 'order' AND officer != ?", (officer,)
    ).fetchone()[0]
    if by == officer or left < LEAST_OFFICERS:
        raise Refusal(
            "E_TWO_OFFICERS",
            Phrase(
                "停用后至少须留两名经办人，且不得停用自己。",
                "Two officers must remain, and nobody retires himself.",
            ),
            Phrase(
                "请先增加一名经办人，由他人办理。",
                "Add an officer first and let another one do it.",
            ),
        )
    now_s = home.now_ms() // 1000
    entries = tuple(
        replace(entry, revoked_at_s=now_s)
        if entry.subject == officer and "order" in entry.roles
        else entry
        for entry in home.keyset().entries
    )
    with transaction(home.db):
        home.db.execute("UPDATE officers SET roles = '' WHERE officer = ?", (officer,))
        spread(home, entries, by)
        home.log(by, "officer retire", officer, "")


def spread(home: Home, entries: tuple[KeyEntry, ...], by: str) -> None:
    """Publish a key set and order every enrolled weighbridge to take it."""
    message = home.publish_keyset(entries)
    enrolled = home.db.execute("SELECT DISTINCT weighbridge FROM orders ORDER BY 1").fetchall()
    for row in enrolled:
        orders.issue(home, row["weighbridge"], Action.KEYSET, KeySetArgs(message), by=by)
