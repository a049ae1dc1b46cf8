"""Orders on their way out: retained until the agent's record answers them, and applied once."""

from pathlib import Path

import pytest

from collector import orders
from tests.collector.receiving import SECOND_MS, UP, Desk
from tests.collector.sites import PLACE
from weighbook.orders import Action, Lift, open_order
from weighbook.records import Kind, OrderSeen


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def answer(desk: Desk, number: int, outcome: str = "applied", spent: bool = True) -> bytes:
    """The agent's record about an order; `spent` says whether the number counts as dealt with."""
    digest = orders.find(desk.home.db, PLACE, number).digest
    assert desk.book.last is not None
    desk.book.order_number = number if spent else number - 1
    return desk.book.write(Kind.ORDER, OrderSeen(number, digest, "SUSPEND", outcome, None))


def applied_seq(desk: Desk, number: int) -> int | None:
    return orders.find(desk.home.db, PLACE, number).applied_seq


def test_an_order_is_put_out_within_a_second_and_stays(desk: Desk) -> None:
    number = desk.suspend()
    desk.wait(SECOND_MS)
    message = desk.order(number)
    assert message is not None
    order, _ = open_order(message, desk.home.ring(), desk.home.now_ms() // 1000)
    assert (order.number, order.prev) == (2, desk.book.order)
    desk.wait(60 * SECOND_MS)
    assert desk.order(number) == message


def test_an_order_is_sent_once_in_a_connection_and_again_in_the_next(desk: Desk) -> None:
    number = desk.suspend()
    for _ in range(3):
        desk.wait(SECOND_MS)
    assert desk.broker.told.count(f"orders/{number}") == 1
    desk.writer.handle(UP)
    assert desk.broker.told.count(f"orders/{number}") == 2


def test_an_order_the_line_could_not_take_is_tried_again(desk: Desk) -> None:
    desk.broker.up = False
    number = desk.suspend()
    desk.wait(SECOND_MS)
    desk.broker.up = True
    desk.wait(SECOND_MS)
    assert desk.order(number) is not None


def test_orders_go_out_in_the_order_of_their_numbers_each_naming_the_one_before(desk: Desk) -> None:
    desk.suspend()
    orders.issue(desk.home, PLACE, Action.LIFT, Lift(2), by="officer-1", second="officer-2")
    desk.wait(SECOND_MS)
    assert desk.broker.told == ["orders/1", "orders/2", "orders/3"]
    chain = [orders.find(desk.home.db, PLACE, number) for number in (1, 2, 3)]
    opened = [open_order(o.message, desk.home.ring(), None)[0] for o in chain]
    assert [order.prev for order in opened[1:]] == [order.digest for order in chain[:2]]


def test_an_applied_order_is_taken_off_the_broker_and_stays_off(desk: Desk) -> None:
    number = desk.suspend()
    desk.wait(SECOND_MS)
    desk.send(*desk.book.fill(1), answer(desk, number))
    assert (desk.order(number), applied_seq(desk, number)) == (None, 3)
    desk.writer.handle(UP)
    desk.wait(60 * SECOND_MS)
    assert desk.order(number) is None


def test_an_order_cleared_by_a_killed_process_is_cleared_by_the_redelivery(desk: Desk) -> None:
    number = desk.suspend()
    desk.wait(SECOND_MS)
    kept, messages = dict(desk.broker.retained), [*desk.book.fill(1), answer(desk, number)]
    desk.writer._store.take(PLACE, b"".join(messages))  # and killed before it could say so
    desk.open()
    desk.broker.retained = kept
    desk.writer.handle(UP)
    desk.send(*messages)
    assert (desk.order(number), applied_seq(desk, number)) == (None, 3)


def test_the_first_answer_to_an_order_stands(desk: Desk) -> None:
    number = desk.suspend()
    desk.send(*desk.book.fill(1), answer(desk, number))
    desk.send(answer(desk, number))
    assert applied_seq(desk, number) == 3


def test_an_order_shown_too_early_is_still_awaited(desk: Desk) -> None:
    desk.suspend()
    second = desk.suspend()
    desk.wait(SECOND_MS)
    desk.send(*desk.book.fill(1), answer(desk, second, "refused", spent=False))
    assert desk.order(second) is not None
    assert applied_seq(desk, second) is None


def test_a_refused_order_whose_number_is_spent_is_taken_off(desk: Desk) -> None:
    number = desk.suspend()
    desk.wait(SECOND_MS)
    desk.send(*desk.book.fill(1), answer(desk, number, "refused"))
    assert desk.order(number) is None


def test_another_order_of_the_same_number_settles_nothing(desk: Desk) -> None:
    number = desk.suspend()
    desk.wait(SECOND_MS)
    desk.book.begin()
    foreign = OrderSeen(number, bytes(32), "SUSPEND", "applied")
    desk.book.order_number = number
    desk.send(desk.book.messages[0], desk.book.write(Kind.ORDER, foreign))
    assert desk.order(number) is not None


def test_the_enrolment_order_is_answered_by_the_genesis(desk: Desk) -> None:
    desk.wait(SECOND_MS)
    assert desk.order(1) is not None
    desk.send(desk.book.begin())
    assert (desk.order(1), applied_seq(desk, 1)) == (None, 1)
