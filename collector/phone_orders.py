"""Orders by telephone, the bureau's side: the code for what a weighbridge asks, and its check.

The order is signed by two officers, numbered and stored before its code is read out; it follows
over the network and is known there for the same. What a book says came by telephone must be one of
these: anything else is a code the bureau never gave (F-X08).
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from typing import NamedTuple

from collector import orders
from collector.batches import Arrived
from collector.causes import check_causes
from collector.home import Home
from collector.ingest import Alert
from collector.schema import transaction
from weighbook import phone
from weighbook.orders import Action
from weighbook.phone import Ask, Call, Held
from weighbook.phrase import Phrase, Refusal
from weighbook.records import OrderSeen

NEVER_GIVEN = "F-X08"


class Given(NamedTuple):
    """What is read out, and the half-hour it is for."""

    number: int
    code: str
    step: int


class Caller(NamedTuple):
    """What the other end has read out: who, the order it holds, and its challenge."""

    weighbridge: str
    held: int
    challenge: str


def give(
    home: Home, caller: Caller, ask: Ask, words: str, signers: tuple[str, str | None]
) -> Given:
    """Sign, store, and only then work out the code to read out.

    Refusals: E_CHALLENGE, E_CHALLENGE_USED, E_PHONE_ASK, E_NO_PHONE, E_BEHIND and those of
    `orders.issue`.
    """
    challenge = phone.read_challenge(caller.challenge)
    check_ask(ask)
    secret, epoch = agreed(home, caller.weighbridge)
    now_ms = home.now_ms()
    step = phone.step_of(now_ms)
    with transaction(home.db):
        held = held_by(home.db, caller, epoch)
        check_unused(home.db, caller.weighbridge, challenge)
        last = orders.newest(home.db, caller.weighbridge)
        assert last is not None
        number = last.number + 1
        order = phone.phoned_order(ask, held, number, step, words)
        orders.issue(
            home,
            caller.weighbridge,
            ask.action,
            order.args,
            by=signers[0],
            second=signers[1],
            now_ms=now_ms,
            not_before_ms=order.not_before_ms,
            expires_ms=order.expires_ms,
        )
        digest = phone.digest_of(
            caller.weighbridge, number, str(ask.action), phone.note_of(ask, challenge, step)
        )
        home.db.execute(
            "INSERT INTO phone_orders VALUES (?, ?, ?, ?, ?, ?)",
            (caller.weighbridge, number, now_ms, challenge, digest, ask_text(ask)),
        )
    code = phone.respond(secret, Call(held, ask, challenge), number, step)
    return Given(number, code, step)


def ask_text(ask: Ask) -> str:
    return json.dumps(asdict(ask), ensure_ascii=False, separators=(",", ":"))


def check_ask(ask: Ask) -> None:
    check_causes(ask.causes, covered=ask.action is Action.PERMIT)
    if not phone.ask_fits(ask):
        most = phone.MOST_HOURS.get(ask.action, 0)
        raise Refusal(
            "E_PHONE_ASK",
            Phrase("这不能用电话办理。", "That is more than a telephone may give."),
            Phrase(
                f"最多 {most} 小时、{phone.MOST_TRUCKS} 车、{phone.MOST_KG // 1000} 吨；"
                "更多请用二维码或文件。",
                f"At most {most} hours, {phone.MOST_TRUCKS} trucks, {phone.MOST_KG // 1000} t;"
                " for more, send a QR code or a file.",
            ),
        )


def agreed(home: Home, weighbridge: str) -> tuple[bytes, int]:
    """The secret of a weighbridge's present epoch. Refusals E_NO_PHONE, E_NO_KEY."""
    row = home.db.execute(
        "SELECT p.key, p.epoch FROM phone_keys p JOIN weighbridges_now w"
        " ON w.weighbridge = p.weighbridge AND w.epoch = p.epoch WHERE p.weighbridge = ?",
        (weighbridge,),
    ).fetchone()
    if row is None:
        raise Refusal(
            "E_NO_PHONE",
            Phrase(
                f"磅房 {weighbridge} 登记时没有约定电话密钥。",
                f"{weighbridge} agreed on no key for the telephone when it was enrolled.",
            ),
            Phrase(
                "请改用二维码或文件；下次登记时会约定。",
                "Send a QR code or a file; its next enrolment agrees on one.",
            ),
        )
    return home.phone_key().secret(bytes(row["key"]), weighbridge, row["epoch"]), row["epoch"]


def held_by(db: sqlite3.Connection, caller: Caller, epoch: int) -> Held:
    """Where the caller stands. Refusal E_BEHIND if anything but other calls' orders is missing.

    A code is bound to the order that is held: who names a newer one than he has gets no use of it.
    """
    held = orders.find(db, caller.weighbridge, caller.held)
    missing = db.execute(
        "SELECT min(number) FROM orders WHERE weighbridge = ? AND number > ? AND number NOT IN"
        " (SELECT number FROM phone_orders WHERE weighbridge = ?)",
        (caller.weighbridge, caller.held, caller.weighbridge),
    ).fetchone()[0]
    if missing is not None:
        raise Refusal(
            "E_BEHIND",
            Phrase(
                f"磅房还没有收到第 {missing} 号指令。", f"The weighbridge lacks order {missing}."
            ),
            Phrase(
                "请先用二维码或文件送达，再重新致电。",
                "Have it brought as a QR code or a file first, then let them call again.",
            ),
        )
    return Held(caller.weighbridge, epoch, caller.held, held.digest)


def check_unused(db: sqlite3.Connection, weighbridge: str, challenge: str) -> None:
    row = db.execute(
        "SELECT number FROM phone_orders WHERE weighbridge = ? AND challenge = ?",
        (weighbridge, challenge),
    ).fetchone()
    if row is not None:
        raise Refusal(
            "E_CHALLENGE_USED",
            Phrase(
                f"此挑战码已用于第 {row['number']} 号指令。",
                f"That challenge was answered with order {row['number']}.",
            ),
            Phrase("请对方重新申请挑战码。", "Let them ask for a new challenge."),
        )


def check_calls(db: sqlite3.Connection, items: Iterable[Arrived]) -> list[Alert]:
    """Lay what came by telephone, as the books say, beside what was given; keep the answer."""
    alerts = []
    for record, _, _ in items:
        body = record.body
        if not isinstance(body, OrderSeen) or body.phoned is None:
            continue
        place = f"{record.epoch}/{record.seq}"
        said = phone.digest_of(record.weighbridge, body.number, body.action, body.phoned)
        given = db.execute(
            "SELECT 1 FROM phone_orders WHERE weighbridge = ? AND number = ? AND digest = ?",
            (record.weighbridge, body.number, said),
        ).fetchone()
        news = db.execute(
            "INSERT INTO phone_answers SELECT ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM"
            " phone_answers WHERE weighbridge = ? AND epoch = ? AND seq = ?)",
            (
                *(record.weighbridge, record.epoch, record.seq, body.number, given is not None),
                *(record.weighbridge, record.epoch, record.seq),
            ),
        )
        if given is None and news.rowcount:
            what = f"telephone order {body.number} {body.action} was never given: {place}"
            alerts.append(Alert(NEVER_GIVEN, what))
    return alerts
