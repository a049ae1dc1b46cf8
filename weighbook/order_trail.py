"""The bureau's orders beside a book: dense, chained, and obeyed by what the records say.

Pure; the audit's part that knows suspensions and enrolments.
"""

from collections.abc import Iterator

from weighbook.chain import Break
from weighbook.envelope import digest
from weighbook.keys import read_key
from weighbook.keyset import KeyRing
from weighbook.orders import NO_ORDER, Action, Enrol, Lift, Order, Suspend, open_order
from weighbook.phrase import Refusal
from weighbook.records import Genesis, Kind, Record


class OrderTrail:
    """The bureau's orders beside the book: dense, chained, and obeyed.

    They begin with number 1, or with the order that enrolled a weighbridge anew.
    """

    def __init__(self, ring: KeyRing, messages: tuple[bytes, ...], breaks: list[Break]) -> None:
        self._by_number: dict[int, tuple[Order, bytes]] = {}
        self._standing: dict[int, Suspend] = {}
        self._applied = 0
        before, expected = NO_ORDER, 1
        for message in messages:
            try:
                order, opened = open_order(message, ring, None)
            except Refusal as refusal:
                breaks.append(Break(0, "B_ORDER", refusal.what))
                before, expected = digest(message), expected + 1
                continue
            if expected == 1 and order.number > 1 and isinstance(order.args, Enrol):
                before, expected, self._applied = order.prev, order.number, order.number - 1
            if order.number != expected or order.prev != before:
                breaks.append(Break.of(0, "B_ORDER", f"number {order.number}"))
            self._by_number[order.number] = (order, opened.digest)
            before, expected = opened.digest, order.number + 1

    def enrolled(self, record: Record, body: Genesis, kid: bytes) -> Iterator[Break]:
        """The genesis must come from an enrolment order that is held, with the key it names."""
        for order, name in self._by_number.values():
            if name == body.order and isinstance(order.args, Enrol):
                said = order.args
                if (said.weighbridge, said.epoch) != (record.weighbridge, record.epoch):
                    yield Break.of(record.seq, "B_ORDER", "enrolment")
                if said.key != body.key or read_key(body.key).kid != kid:
                    yield Break.of(record.seq, "B_ORDER", "key of the enrolment")
                if record.prev != name:
                    yield Break.of(record.seq, "B_PREV")
                return
        yield Break.of(record.seq, "B_ORDER", "enrolment order is missing")

    def obeyed(self, record: Record) -> Iterator[Break]:
        """Applies what the record says it applied; a sale while suspended is a break."""
        for number in range(self._applied + 1, min(record.order_number, self._applied + 1000) + 1):
            held = self._by_number.get(number)
            if held is None:
                yield Break.of(record.seq, "B_ORDER", f"order {number} is missing")
            else:
                self._apply(held[0])
        self._applied = max(self._applied, record.order_number)
        if record.kind is Kind.SALE and any(
            suspend.until_ms is None or record.at_ms < suspend.until_ms
            for suspend in self._standing.values()
        ):
            yield Break.of(record.seq, "B_SUSPENDED")

    def _apply(self, order: Order) -> None:
        if order.action is Action.SUSPEND and isinstance(order.args, Suspend):
            self._standing[order.args.again or order.number] = order.args
        elif isinstance(order.args, Lift):
            self._standing.pop(order.args.order, None)
