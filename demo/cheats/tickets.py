"""Cheats with tickets at a deck that sells: each function is one case, and gives what answered."""

from demo.cheats.room import GROSS_KG, TARE_KG, card
from demo.cheats.waiting import must, wait_until
from demo.cheats.yard import ELSEWHERE, STRANGER, Yard
from weighbook.envelope import payload_of
from weighbook.keys import SigningKey
from weighbook.records import Kind
from weighbook.texts import read_text
from weighbook.tickets import Ticket, sign_ticket, ticket_of, ticket_text

BOOKED_S = 30.0


def c01_no_ticket(yard: Yard) -> str:
    return yard.room.let_pass(GROSS_KG)


def c03_used_again(yard: Yard) -> str:
    paper, plate = yard.ticket(), yard.plate()
    yard.room.sell(plate, paper)
    return yard.room.refused(TARE_KG, card(plate), paper.code)


def c04_at_another_weighbridge(yard: Yard) -> str:
    return yard.room.refused(TARE_KG, card(yard.plate()), yard.ticket(ELSEWHERE).code)


def c05_a_copy_on_a_second_truck(yard: Yard) -> str:
    paper = yard.ticket()
    yard.room.tare(yard.plate(), paper)
    return yard.room.refused(GROSS_KG, card(yard.plate()), paper.code)


def c06_forged_with_a_site_of_its_own(yard: Yard) -> str:
    """A real ticket signed by a stranger, and a code that leads to a site that looks right."""
    _, message = read_text(yard.ticket().code)
    real: Ticket = ticket_of(payload_of(message))
    forged = ticket_text(sign_ticket(real, SigningKey.generate())).encode()
    first = yard.room.refused(TARE_KG, card(yard.plate()), forged)
    address = b"https://otog-energy.example/verify?no=" + real.ticket_no.encode()
    return f"{first} + {yard.room.refused(TARE_KG, card(yard.plate()), address)}"


def c07_split_over_two_loads(yard: Yard) -> str:
    paper, plate = yard.ticket(), yard.plate()
    yard.room.tare(plate, paper)
    yard.room.gross(plate, paper, TARE_KG + 10_000)
    return yard.room.refused(TARE_KG, card(plate), paper.code)


def c08_several_tickets_on_one_truck(yard: Yard) -> str:
    plate = yard.plate()
    yard.room.tare(plate, yard.ticket())
    return yard.room.refused(TARE_KG, card(plate), yard.ticket().code)


def c09_of_another_mine(yard: Yard) -> str:
    strange = yard.ticket(STRANGER, enterprise="E02")
    before = yard.room.place.head()
    yard.room.refused(TARE_KG, card(yard.plate()), strange.code)
    seen = yard.room.place.newest(before)
    assert seen is not None
    return " + ".join(reason for reason in seen.body.reasons if reason.startswith("E_"))


def c10_two_versions_of_one_number(yard: Yard) -> str:
    """The second one is signed as well; the deck takes it, the ledger knows the first."""
    paper = yard.ticket()
    fatter = yard.county.second_version(paper, max_net_kg=60_000)
    yard.room.sell(yard.plate(), fatter)
    return alert_at_the_bureau(yard, "F-T06")


def c11_void_after_departure(yard: Yard) -> str:
    paper = yard.ticket()
    yard.room.sell(yard.plate(), paper)
    wait_until(lambda: yard.county.state_of(paper) == "USED", BOOKED_S)
    return yard.county.refusal_of("ticket", "void", paper.number, *WHY, "--by", "wang")


def c12_the_slip_printed_again(yard: Yard) -> str:
    """Three copies of one slip: each is marked on the paper and remarked in the book."""
    room = yard.room
    sale = room.sell(yard.plate(), yard.ticket())
    before = room.place.count(Kind.CORRECTION)
    for copy in range(1, 4):
        room.agent.command("slip", "reprint", str(sale.seq))
        room.agent.wait(lambda now=copy: room.place.count(Kind.CORRECTION) == before + now)  # type: ignore[misc]  # bound now
    must("REPRINTED" in room.agent.told(), "the operator was not told")
    return "REPRINTED"


def c52_used_then_reported_lost(yard: Yard) -> str:
    """A used one gives no credit, and a lost one is refused at the deck as soon as it knows."""
    paper, lost = yard.county.tickets("WB-1", 2)
    yard.room.sell(yard.plate(), paper)
    wait_until(lambda: yard.county.state_of(paper) == "USED", BOOKED_S)
    code = yard.county.refusal_of("ticket", "lost", paper.number, *WHY, "--by", "wang")
    yard.county.command("ticket", "lost", lost.number, *WHY, "--by", "wang")
    room = yard.room
    room.agent.wait(lambda: "REVOKE" in room.agent.told(), BOOKED_S)
    return f"{code} + {room.refused(TARE_KG, card(yard.plate()), lost.code)}"


def alert_at_the_bureau(yard: Yard, code: str, weighbridge: str = "WB-1") -> str:
    """Until the bureau has been told under that code."""
    wait_until(
        lambda: code in yard.county.alerts(weighbridge),
        BOOKED_S,
        lambda: sorted(yard.county.alerts(weighbridge)),
    )
    return code


WHY = ("--reason", "开错了")
