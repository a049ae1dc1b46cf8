"""Another key for a weighbridge whose book goes on: enrolled beside the old, which ends after it.

Both count until the agent's own record, signed by the old key, has named the new one; then the old
one is retired as of that record. A lost key is an enrolment anew (`enrolment`).
"""

import sqlite3
from dataclasses import replace

from collector import orders, registry
from collector.enrolment import Request
from collector.home import KEY_LEAD_S, Home
from collector.schema import transaction
from weighbook.envelope import payload_of
from weighbook.keyset import KeyEntry
from weighbook.orders import Action, KeySetArgs
from weighbook.phrase import Phrase, Refusal
from weighbook.records import KeyChange, Kind, parse_record


def rekey(home: Home, request: Request, by: str) -> int:
    """Enrol the next key; the number of the order that tells the agent.

    Refusals: E_KEY_KNOWN, E_TWO_KEYS, E_NOT_ENROLLED, E_UNKNOWN.
    """
    registry.find(home.db, registry.WEIGHBRIDGES, request.weighbridge)
    entries = home.keyset().entries
    if any(entry.key.kid == request.key.kid for entry in entries):
        raise Refusal(
            "E_KEY_KNOWN",
            Phrase("此密钥已登记过。", "This key is enrolled already."),
            Phrase("请在磅房电脑上重新生成申请。", "Make a new request on the weighbridge PC."),
        )
    if len(live(entries, request.weighbridge)) > 1:
        raise Refusal(
            "E_TWO_KEYS",
            Phrase("上一次换钥还没有办完。", "The change of keys before is not finished."),
            Phrase(
                f"请先运行 collector weighbridge retire-key {request.weighbridge}。",
                f"First run: collector weighbridge retire-key {request.weighbridge}.",
            ),
        )
    from_s = home.now_ms() // 1000 - KEY_LEAD_S
    fresh = KeyEntry(request.key, ("agent",), request.weighbridge, from_s, None, None)
    with transaction(home.db):
        home.log(by, "weighbridge rekey", request.weighbridge, request.key.kid.hex())
        return tell(home, request.weighbridge, (*entries, fresh), by)


def retire_key(home: Home, weighbridge: str, by: str) -> bytes:
    """Retire the old key as of the record that names the new one; the retired key's id.

    Refusal E_KEY_WAITS while no such record has come.
    """
    entries = home.keyset().entries
    alive = live(entries, weighbridge)
    named = newest_change(home.db, weighbridge)
    if named is None or len(alive) < 2 or named[0] not in {each.key.cose_key for each in alive}:
        raise Refusal(
            "E_KEY_WAITS",
            Phrase("还没有收到换钥的记录。", "No record of a change of keys has come."),
            Phrase(
                "请在磅房运行 edge-agent enrol switch，联网后再试。",
                "Let them run edge-agent enrol switch, and try again when they are online.",
            ),
        )
    key, at_ms = named
    old = next(each for each in alive if each.key.cose_key != key)
    ended = replace(old, revoked_at_s=at_ms // 1000 + 1)
    kept = tuple(ended if each is old else each for each in entries)
    new = next(each for each in alive if each.key.cose_key == key)
    with transaction(home.db):
        tell(home, weighbridge, kept, by)
        row = registry.find(home.db, registry.WEIGHBRIDGES, weighbridge)
        now_ms = max(home.now_ms(), int(row["valid_from_ms"]) + 1)
        news = {"kid": new.key.kid, "cose_key": new.key.cose_key, "by": by}
        registry.change(home.db, registry.WEIGHBRIDGES, weighbridge, news, now_ms)
        home.log(by, "weighbridge retire-key", weighbridge, old.key.kid.hex())
    return old.key.kid


def live(entries: tuple[KeyEntry, ...], weighbridge: str) -> list[KeyEntry]:
    return [
        each
        for each in entries
        if each.subject == weighbridge and "agent" in each.roles and each.revoked_at_s is None
    ]


def tell(home: Home, weighbridge: str, entries: tuple[KeyEntry, ...], by: str) -> int:
    message = home.publish_keyset(entries)
    return orders.issue(home, weighbridge, Action.KEYSET, KeySetArgs(message), by=by)


def newest_change(db: sqlite3.Connection, weighbridge: str) -> tuple[bytes, int] | None:
    """The key the newest such record names, and its time."""
    row = db.execute(
        "SELECT message FROM records WHERE weighbridge = ? AND kind = ?"
        " ORDER BY epoch DESC, seq DESC LIMIT 1",
        (weighbridge, int(Kind.KEY)),
    ).fetchone()
    if row is None:
        return None
    record = parse_record(payload_of(row["message"]))
    assert isinstance(record.body, KeyChange)
    return record.body.key, record.at_ms
