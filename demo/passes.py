"""How a truck crosses the weighbridge in the demo: empty, then loaded."""

from collections.abc import Callable

from demo.day import Day
from demo.mine import Truck
from weighbook.phrase import Phrase
from weighbook.records import Kind

PASS_LIMIT_S = 20


def sell(day: Day, truck: Truck, *, ticket: int) -> None:
    """Both passes of one sale."""
    tare(day, truck, ticket=ticket)
    gross(day, truck, ticket=ticket)


def tare(day: Day, truck: Truck, *, ticket: int) -> None:
    """The empty pass: the ticket is reserved and bound to the plate."""
    _pass(
        day,
        Kind.TARE,
        lambda: present(day, truck, truck.empty_kg, ticket),
        Phrase(
            "{plate} 空车 {kg} kg，票证已绑定车号，栏杆开启",
            "{plate} empty {kg} kg, ticket bound to the plate, barrier open",
        ),
        {"plate": truck.plate, "kg": truck.empty_kg},
    )


def gross(day: Day, truck: Truck, *, ticket: int) -> None:
    """The loaded pass: the sale."""
    _pass(
        day,
        Kind.SALE,
        lambda: present(day, truck, truck.loaded_kg, ticket),
        Phrase(
            "{plate} 重车 {kg} kg，净重 {net} kg，销售成立",
            "{plate} loaded {kg} kg, net {net} kg, sold",
        ),
        {"plate": truck.plate, "kg": truck.loaded_kg, "net": truck.loaded_kg - truck.empty_kg},
    )


def present(day: Day, truck: Truck, kg: int, ticket: int) -> None:
    """The truck drives on; the driver shows card and ticket."""
    day.mine.drive_on(kg, truck)
    day.mine.show_ticket(ticket)


def _pass(
    day: Day, kind: Kind, arrive: Callable[[], None], words: Phrase, facts: dict[str, object]
) -> None:
    before = day.mine.count(kind)
    arrive()
    done = day.mine.wait(lambda: day.mine.count(kind) > before, PASS_LIMIT_S)
    opened = day.mine.wait(day.mine.barrier_opened, 2)
    day.say.claim(words, true=done is not None and opened is not None, **facts)
    if done is None:
        day.say.quote(day.mine.last_words())
    day.mine.drive_off()
