"""Orders: what the bureau signs for one weighbridge, numbered and chained in that one's stream.

Promises that an order is stored with its signature before anyone is told of it, that numbers have
no gaps, and that what relaxes a rule carries two different officers. Sending is not its business:
whoever speaks to the agents reads the `orders` table.
"""

import hashlib
import sqlite3
from typing import NamedTuple

from collector.home import Home
from collector.schema import transaction
from weighbook.envelope import payload_of
from weighbook.orders import NO_ORDER, RELAXING, Action, Args, Order, sign_order
from weighbook.phrase import Phrase, Refusal


class Stored(NamedTuple):
    """An order as the collector holds it."""

    weighbridge: str
    number: int
    action: str
    at_ms: int
    message: bytes
    digest: bytes
    by1: str
    by2: str | None
    applied_seq: int | None

    @property
    def payload(self) -> object:
        return payload_of(self.message)


def issue(
    home: Home,
    weighbridge: str,
    action: Action,
    args: Args,
    *,
    by: str,
    second: str | None = None,
    now_ms: int | None = None,
    not_before_ms: int | None = None,
    expires_ms: int | None = None,
) -> int:
    """Sign the next order of `weighbridge` and store it; returns its number.

    Refusals: E_TWO_SIGNERS (relaxing needs two different officers), E_OFFICER, E_NOT_ENROLLED,
    E_DATE, E_NO_KEY.
    """
    signers = check_signers(home, action, by, second)
    at_ms = home.now_ms() if now_ms is None else now_ms
    from_ms = at_ms if not_before_ms is None else not_before_ms
    if expires_ms is not None and expires_ms <= from_ms:
        raise Refusal(
            "E_DATE",
            Phrase("指令的截止不晚于其生效。", "The order would end before it begins."),
            Phrase("请改正起止时间。", "Correct the two times."),
        )
    with transaction(home.db):
        last = newest(home.db, weighbridge)
        if last is None and action is not Action.ENROL:
            raise not_enrolled(weighbridge)
        number = 1 if last is None else last.number + 1
        order = Order(
            stream=weighbridge,
            number=number,
            prev=NO_ORDER if last is None else last.digest,
            target=weighbridge,
            action=action,
            not_before_ms=from_ms,
            expires_ms=expires_ms,
            at_ms=at_ms,
            args=args,
        )
        message = sign_order(order, tuple(home.officer_key(officer) for officer in signers))
        store(home, order, message, signers)
    return number


def store(home: Home, order: Order, message: bytes, signers: tuple[str, ...]) -> None:
    second = signers[1] if len(signers) > 1 else None
    home.db.execute(
        "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
        (
            *(order.stream, order.number, str(order.action), order.at_ms, message),
            *(hashlib.sha256(message).digest(), signers[0], second),
        ),
    )
    detail = f"{order.stream} #{order.number}" + (f" + {second}" if second else "")
    home.log(signers[0], f"order {order.action}", order.target, detail)


def check_signers(home: Home, action: Action, by: str, second: str | None) -> tuple[str, ...]:
    """Who signs: one officer, two different ones where a rule is relaxed."""
    if action in RELAXING and (second is None or second == by):
        raise Refusal(
            "E_TWO_SIGNERS",
            Phrase(
                f"{action} 放宽规则，须由两名不同的经办人签署。",
                f"{action} relaxes a rule and needs two different officers.",
            ),
            Phrase("请用 --by 和 --second 写明两人。", "Name both with --by and --second."),
        )
    signers = (by,) if second is None or action not in RELAXING else (by, second)
    for officer in signers:
        check_officer(home.db, officer)
    return signers


def check_officer(db: sqlite3.Connection, officer: str) -> None:
    """Refusal E_OFFICER unless the officer is registered and may sign orders."""
    row = db.execute("SELECT roles FROM officers WHERE officer = ?", (officer,)).fetchone()
    if row is None or "order" not in row["roles"].split(","):
        raise Refusal(
            "E_OFFICER",
            Phrase(
                f"经办人 {officer} 未登记或已停用。",
                f"The officer {officer} is not registered or retired.",
            ),
            Phrase("请用 collector officer list 查看。", "See them with: collector officer list."),
        )


def newest(db: sqlite3.Connection, weighbridge: str) -> Stored | None:
    row = db.execute(
        "SELECT * FROM orders WHERE weighbridge = ? ORDER BY number DESC LIMIT 1", (weighbridge,)
    ).fetchone()
    return None if row is None else Stored(*row)


def find(db: sqlite3.Connection, weighbridge: str, number: int) -> Stored:
    """One order; Refusal E_NO_ORDER if there is none of that number."""
    row = db.execute(
        "SELECT * FROM orders WHERE weighbridge = ? AND number = ?", (weighbridge, number)
    ).fetchone()
    if row is None:
        raise Refusal(
            "E_NO_ORDER",
            Phrase(
                f"{weighbridge} 没有第 {number} 号指令。", f"{weighbridge} has no order {number}."
            ),
            Phrase("请用 collector order list 查看。", "See them with: collector order list."),
        )
    return Stored(*row)


def listed(db: sqlite3.Connection, weighbridge: str | None) -> list[Stored]:
    """The orders of one weighbridge, or of all, oldest first."""
    rows = db.execute(
        "SELECT * FROM orders WHERE ? IS NULL OR weighbridge = ? ORDER BY weighbridge, number",
        (weighbridge, weighbridge),
    )
    return [Stored(*row) for row in rows]


def not_enrolled(weighbridge: str) -> Refusal:
    return Refusal(
        "E_NOT_ENROLLED",
        Phrase(
            f"磅房 {weighbridge} 尚未登记密钥，无法接收指令。",
            f"{weighbridge} has no enrolled key and cannot take orders.",
        ),
        Phrase(
            "请先用 collector weighbridge enrol 登记。",
            "Enrol it first with: collector weighbridge enrol.",
        ),
    )
