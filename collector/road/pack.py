"""What an inspector carries: keys, names, and what was revoked, as of a day. Plain data.

A pack is a picture of the bureau's knowledge at one moment: it says so, and everything judged by it
is judged as of then. It holds no secret and may be lost.
"""

import json
import sqlite3
from pathlib import Path
from typing import Any

from collector.home import Home
from collector.ticket_states import State
from weighbook import cbor
from weighbook.keys import ED25519, EDDSA, PublicKey
from weighbook.keyset import KeyEntry, KeyRing, KeySet
from weighbook.phrase import Phrase, Refusal

ROLES = ("ticket", "agent")
CLOSED = (State.VOID, State.LOST, State.FROZEN, State.RETURNED, State.DISPUTED, State.DESTROYED)
LARGEST_PACK_BYTES = 32 * 1024 * 1024
X = -2  # the label of a public key's first coordinate (RFC 9053)

Pack = dict[str, Any]


def make_pack(home: Home) -> Pack:
    """Everything the road needs, as of now."""
    return {
        "made_ms": home.now_ms(),
        "bureau": [home.config.bureau.name_zh, home.config.bureau.name_en],
        "keyset_version": home.keyset().version,
        "keys": [key_row(one) for one in home.keyset().entries if set(one.roles) & set(ROLES)],
        "enterprises": named(home.db, "SELECT enterprise, name_zh, name_en, state"
                                      " FROM enterprises_now"),
        "weighbridges": named(home.db, "SELECT weighbridge, name_zh, name_en, enterprise"
                                       " FROM weighbridges_now"),
        "products": named(home.db, "SELECT product, name_zh, name_en FROM products"),
        "closed": closed_tickets(home.db),
    }  # fmt: skip


def key_row(entry: KeyEntry) -> dict[str, Any]:
    """One key; `x` is the Ed25519 point, None for a key that a browser cannot check."""
    fields = cbor.decode(entry.key.cose_key, max_bytes=256)
    is_edwards = entry.key.alg in (EDDSA, ED25519)
    return {
        "kid": entry.key.kid.hex(),
        "alg": entry.key.alg,
        "cose_key": entry.key.cose_key.hex(),
        "x": fields[X].hex() if is_edwards else None,
        "roles": list(entry.roles),
        "subject": entry.subject,
        "from_s": entry.from_s,
        "to_s": entry.to_s,
        "revoked_at_s": entry.revoked_at_s,
    }


def named(db: sqlite3.Connection, question: str) -> dict[str, list[str]]:
    return {row[0]: list(row[1:]) for row in db.execute(question)}


def closed_tickets(db: sqlite3.Connection) -> dict[str, str]:
    """Signed tickets that must not travel, with their state."""
    rows = db.execute(
        "SELECT ticket_no, state FROM tickets WHERE message IS NOT NULL"
        " AND state IN (SELECT value FROM json_each(?)) ORDER BY ticket_no",
        (json.dumps(CLOSED),),
    )
    return {row["ticket_no"]: row["state"] for row in rows}


def ring_of(pack: Pack) -> KeyRing:
    """The keys of a pack. Errors: KeyError, ValueError, TypeError, Refusal."""
    entries = tuple(
        KeyEntry(
            PublicKey.read(bytes.fromhex(row["cose_key"])),
            tuple(row["roles"]),
            row["subject"],
            row["from_s"],
            row["to_s"],
            row["revoked_at_s"],
        )
        for row in pack["keys"]
    )
    return KeyRing(KeySet(int(pack["keyset_version"]), entries))


def read_pack(path: Path) -> Pack:
    """Refusal E_PACK for a file that is none."""
    try:
        if path.stat().st_size > LARGEST_PACK_BYTES:
            raise pack_refused(path)
        pack: Pack = json.loads(path.read_text(encoding="utf-8"))
        ring_of(pack)
        int(pack["made_ms"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise pack_refused(path) from error
    return pack


def pack_refused(path: Path) -> Refusal:
    return Refusal(
        "E_PACK",
        Phrase(f"{path} 不是稽查包。", f"{path} is not an inspector's pack."),
        Phrase("请用 collector road pack 生成。", "Make one with: collector road pack."),
    )
