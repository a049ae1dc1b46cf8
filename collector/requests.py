"""Requests: somebody asks for an order, and an officer who did not ask approves it.

A mine or a clerk may ask, and then two officers approve; an officer who asks signs at once, and
one other approves. Everybody signs on his own, over the same order: if another order of that
weighbridge came between, the first signature is void and given anew. Entries are only added.
"""

import sqlite3

from collector import orders
from collector.home import Home
from collector.request_store import (
    APPROVED,
    LARGEST_DRAFT_BYTES,
    OFFICER,
    REFUSED,
    SIGNED,
    Asked,
    Entry,
    Request,
    enter,
    keep,
    read,
)
from collector.schema import transaction
from weighbook import cbor
from weighbook.envelope import Typ, join, sign_part
from weighbook.orders import RELAXING, Order, order_of, sign_order
from weighbook.phrase import Phrase, Refusal
from weighbook.schema import encode_fields

OPEN_MS = 24 * 3_600_000  # how long a request may be approved


def add(home: Home, asked: Asked) -> int:
    """Ask; an officer signs as he asks. Returns the request's number."""
    at_ms = home.now_ms()
    with transaction(home.db):
        if orders.newest(home.db, asked.weighbridge) is None:
            raise orders.not_enrolled(asked.weighbridge)
        number = keep(home.db, asked, at_ms)
        home.log(asked.by, f"request {asked.action}", asked.weighbridge, f"request {number}")
        if asked.role == OFFICER and asked.action in RELAXING:
            orders.check_officer(home.db, asked.by)
            sign_draft(home, read(home.db, number), asked.by)
    return number


def approve(home: Home, number: int, by: str) -> int | None:
    """Sign a request; the order's number once enough have, else None.

    Refusals: E_OWN_REQUEST, E_SIGNED, E_CLOSED, E_STALE, E_OFFICER and those of signing.
    """
    orders.check_officer(home.db, by)
    with transaction(home.db):
        request = read(home.db, number)
        check_open(request, home.now_ms())
        check_other(request, by)
        if request.asked.action not in RELAXING:
            return finish(home, request, by, None)
        first = signature_of(request)
        if first is None:
            sign_draft(home, request, by)
            return None
        check_fresh(home.db, request, first, by)
        return finish(home, request, by, first)


def renew(home: Home, number: int, by: str) -> None:
    """The first signature anew, after another order came between. Refusals as `approve`."""
    orders.check_officer(home.db, by)
    with transaction(home.db):
        request = read(home.db, number)
        check_open(request, home.now_ms())
        first = signature_of(request)
        if first is None or first.officer != by:
            raise Refusal(
                "E_SIGNED",
                Phrase(f"{by} 没有签过此申请。", f"{by} has not signed this request."),
                Phrase("请由首签人重签。", "Let its first signer do it."),
            )
        sign_draft(home, request, by)


def refuse(home: Home, number: int, by: str, note: str) -> None:
    """Nothing comes of it. Who asked may take it back by this, too."""
    orders.check_officer(home.db, by)
    with transaction(home.db):
        request = read(home.db, number)
        check_open(request, home.now_ms())
        enter(home, request, Entry(home.now_ms(), by, REFUSED, None, None, None, note))


def sign_draft(home: Home, request: Request, by: str) -> None:
    """The first signature, over the order as it would be the next."""
    draft = next_order(home, request)
    payload = encode_fields(draft)
    part = sign_part(payload, Typ.ORDER, home.officer_key(by))
    entry = Entry(home.now_ms(), by, SIGNED, cbor.encode(payload), part, draft.number, "")
    enter(home, request, entry)


def finish(home: Home, request: Request, by: str, first: Entry | None) -> int:
    """The last signature: the order is stored and on its way."""
    key = home.officer_key(by)
    signers: tuple[str, ...] = (by,)
    if first is None:
        order = next_order(home, request)
        message = sign_order(order, (key,))
    else:
        assert first.draft is not None
        assert first.part is not None
        payload = cbor.decode(first.draft, max_bytes=LARGEST_DRAFT_BYTES)
        order, signers = order_of(payload), (first.officer, by)
        message = join(payload, Typ.ORDER, (first.part, sign_part(payload, Typ.ORDER, key)))
    orders.store(home, order, message, signers)
    entry = Entry(home.now_ms(), by, APPROVED, None, None, order.number, "")
    enter(home, request, entry)
    return order.number


def next_order(home: Home, request: Request) -> Order:
    asked = request.asked
    last = orders.newest(home.db, asked.weighbridge)
    assert last is not None
    place, now_ms = asked.weighbridge, home.now_ms()
    times = (asked.from_ms, asked.expires_ms, now_ms)
    number, prev = last.number + 1, last.digest
    return Order(place, number, prev, place, asked.action, *times, asked.args)


def signature_of(request: Request) -> Entry | None:
    """The newest first signature."""
    return next((entry for entry in reversed(request.entries) if entry.step == SIGNED), None)


def check_open(request: Request, now_ms: int) -> None:
    if request.state != "open" or now_ms - request.at_ms > OPEN_MS:
        raise Refusal(
            "E_CLOSED",
            Phrase(
                f"第 {request.number} 号申请已办结或已过期。",
                f"Request {request.number} is settled or too old.",
            ),
            Phrase("请重新申请。", "Ask anew."),
        )


def check_other(request: Request, by: str) -> None:
    """Nobody approves what he asked for, or signs twice."""
    if request.asked.by == by:
        raise Refusal(
            "E_OWN_REQUEST",
            Phrase("不得批准自己的申请。", "Nobody approves his own request."),
            Phrase("请由另一名经办人办理。", "Let another officer do it."),
        )
    if any(entry.officer == by and entry.step == SIGNED for entry in request.entries):
        raise Refusal(
            "E_SIGNED",
            Phrase(f"{by} 已签过此申请。", f"{by} has signed this request already."),
            Phrase("请由另一名经办人批准。", "Let another officer approve it."),
        )


def check_fresh(db: sqlite3.Connection, request: Request, first: Entry, by: str) -> None:
    """The first signature counts while its order would still be the next."""
    last = orders.newest(db, request.asked.weighbridge)
    assert last is not None
    if first.number != last.number + 1:
        raise Refusal(
            "E_STALE",
            Phrase(
                f"首签后又签发了第 {last.number} 号指令。",
                f"Order {last.number} was signed since the first signature.",
            ),
            Phrase(
                f"请 {first.officer} 运行 collector request renew {request.number}，"
                f"再由 {by} 批准。",
                f"Let {first.officer} run: collector request renew {request.number}; then approve.",
            ),
        )
