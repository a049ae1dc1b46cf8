"""Cheats with trucks and loads at a deck that sells: each function is one case."""

from collector.home import wall_ms
from demo.cheats.room import GROSS_KG, TARE_KG, card
from demo.cheats.waiting import must
from demo.cheats.yard import ROOM, Yard
from weighbook.orders import Action, Lift, Suspend
from weighbook.records import Kind

TESTS = 4
HALT_S = 20.0


def c14_an_inflated_tare(yard: Yard) -> str:
    """Three honest loads are the truck's history; then it comes with its water tank full."""
    room, plate = yard.room, yard.plate()
    for paper in yard.county.tickets(ROOM, 3):
        room.sell(plate, paper)
    return room.tare(plate, yard.ticket(), TARE_KG + 600).body.reasons[0]


def c15_another_truck_at_the_gross(yard: Yard) -> str:
    paper, plate = yard.ticket(), yard.plate()
    yard.room.tare(plate, paper, axles=6)
    return yard.room.gross(plate, paper, 42_000, axles=5).body.reasons[0]


def c38_overload_and_weighed_again(yard: Yard) -> str:
    """Refused; what is weighed after unloading names the first try."""
    paper, plate = yard.ticket(max_net_kg=40_000), yard.plate()
    yard.room.tare(plate, paper)
    over = yard.room.weigh(50_000, card(plate), paper.code)
    sale = yard.room.gross(plate, paper, 48_900)
    must(sale.body.retry_of == over.seq, "the second weighing does not name the first")
    return over.body.reasons[0]


def c40_a_vehicle_that_cannot_carry_it(yard: Yard) -> str:
    paper, plate = yard.ticket(), yard.plate()
    yard.room.tare(plate, paper, 7_000, axles=2)
    return yard.room.refused(33_000, card(plate, 2), paper.code)


def c35_a_suspended_mine_goes_on(yard: Yard) -> str:
    room = yard.room
    yard.county.order(ROOM, Action.SUSPEND, Suspend("查实：无票"))
    room.agent.wait_for("ORDER", limit_s=HALT_S)
    number = int(next(iter(room.agent.subjects("ORDER"))))
    reason = room.let_pass(GROSS_KG, card(yard.plate()), yard.ticket().code)
    yard.county.order(ROOM, Action.LIFT, Lift(number))
    room.agent.wait(room.agent.is_open, HALT_S)
    return f"ORDER + {reason}"


def c47_loads_under_the_name_of_a_test(yard: Yard) -> str:
    """Whole loads cross in test mode, each with a ticket that is not taken."""
    room, paper = yard.room, yard.ticket()
    room.agent.command("test", "--minutes", "5")
    room.agent.wait(lambda: bool(room.agent.status().get("test_left_ms")))
    reasons = {room.let_pass(GROSS_KG, card(yard.plate()), paper.code) for _ in range(TESTS)}
    must(room.place.count(Kind.TEST) == TESTS, "not every test is in the book")
    room.agent.command("test", "--minutes", "0")
    room.agent.wait(lambda: not room.agent.status().get("test_left_ms"))
    room.sell(yard.plate(), paper)  # nobody has used it
    return " + ".join(reasons)


def c48_a_weight_typed_by_hand(yard: Yard) -> str:
    """A file in the inbox, and a figure held before the scanner: nothing makes a weight of them."""
    room, before, since_ms = yard.room, yard.room.place.head(), wall_ms()
    inbox = room.place.state / "inbox"
    inbox.mkdir(exist_ok=True)
    (inbox / "a.weight").write_text("48620\n", encoding="utf-8")
    room.show(b"48620")
    room.agent.wait(lambda: "E_CODE_UNKNOWN" in room.agent.told(since_ms))
    must(room.place.newest(before) is None, "a weighing was made of it")
    return "E_CODE_UNKNOWN"


def c50_coal_that_comes_in(yard: Yard) -> str:
    """A loaded truck as its own tare; then a light one as the gross of a heavier tare."""
    room, plate, paper = yard.room, yard.plate(), yard.ticket()
    first = room.refused(GROSS_KG, card(plate), paper.code)
    room.tare(plate, paper, 24_000)
    return f"{first} + {room.refused(TARE_KG, card(plate), paper.code)}"


def c55_a_plate_typed_over_the_card(yard: Yard) -> str:
    room, paper, typed, driven = yard.room, yard.ticket(), yard.plate(), yard.plate()
    before = room.place.head()
    room.drive_on(TARE_KG)
    room.show(card(driven))
    room.agent.wait(lambda: shown_plate(yard) == driven)
    room.agent.command("plate", typed)
    room.agent.wait(lambda: shown_plate(yard) == typed)
    room.show(paper.code)
    room.agent.wait(lambda: room.place.newest(before) is not None)
    room.drive_off()
    seen = room.place.newest(before)
    assert seen is not None
    must(seen.body.also_seen == ((driven, "card"),), "the plate of the card is not kept")
    return seen.body.reasons[0]


def c58_another_truck_for_a_ticket_that_dies(yard: Yard) -> str:
    """The honest way: before the tare another truck takes the ticket over, and says why."""
    room, named, takes = yard.room, yard.plate(), yard.plate()
    paper = yard.ticket(plate=named)
    before = room.place.head()
    room.drive_on(TARE_KG)
    room.agent.command("plate", takes, "--reason", "原车故障")
    room.agent.wait(lambda: shown_plate(yard) == takes)
    room.show(paper.code)
    room.agent.wait(lambda: room.place.newest(before) is not None)
    room.drive_off()
    seen = room.place.newest(before)
    assert seen is not None
    must(seen.kind is Kind.TARE, f"{seen.kind.name} {seen.body.reasons}")
    must(seen.body.note == "原车故障", "the reason is not kept")
    room.gross(takes, paper)
    return seen.body.reasons[0]


def shown_plate(yard: Yard) -> object:
    return yard.room.agent.status().get("deck", {}).get("plate")
