"""`collector ticket`: from stock to cancelled, each step by whom it needs, each refusal named."""

from pathlib import Path

import pytest

from collector.home import open_home
from collector.ticket_ledger import post_record
from tests.collector.commands import BOTH, BY, Desk, registered_desk, ticketed_desk
from tests.collector.ledgers import weighed
from tests.collector.sites import ENTERPRISE, PLACE
from weighbook.records import Kind
from weighbook.tickets import open_ticket

GOODS = ("--weighbridge", PLACE, "--product", "RAW", "--max-net-kg", 35_000)
DAY_MS = 86_400_000
WHY = ("--reason", "写错")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return ticketed_desk(tmp_path)


def numbers(desk: Desk, *states: str) -> list[str]:
    home = open_home(desk.home)
    rows = home.db.execute("SELECT ticket_no, state FROM tickets ORDER BY ticket_no").fetchall()
    home.close()
    return [row["ticket_no"] for row in rows if row["state"] in states]


def sell(desk: Desk, number: str, at_ms: int) -> None:
    """What the deck's records do to a ticket."""
    home = open_home(desk.home)
    for seq, kind in ((1, Kind.TARE), (2, Kind.SALE)):
        post_record(home.db, weighed(home.db, number, kind, at_ms, seq), bytes([seq] * 32))
    home.close()


def test_a_signed_ticket_says_what_was_asked_for(desk: Desk) -> None:
    home = open_home(desk.home)
    message = home.db.execute("SELECT message FROM tickets WHERE state = 'ALLOCATED'").fetchone()
    ticket = open_ticket(message["message"], home.ring(), desk.wall.now_ms // 1000)
    assert (ticket.weighbridge, ticket.enterprise, ticket.product) == (PLACE, ENTERPRISE, "RAW")
    assert (ticket.max_net_kg, ticket.buyer, ticket.destination) == (35_000, "B01", "包头")
    assert ticket.expires_s - ticket.not_before_s == 72 * 3_600
    home.close()


def test_stock_comes_in_by_two_and_in_batches(desk: Desk) -> None:
    assert desk.refusal("ticket", "stock-in", "--count", 5, *BY) == "E_TWO_SIGNERS"
    same = (*BY, "--second", "officer-1")
    assert desk.refusal("ticket", "stock-in", "--count", 5, *same) == "E_TWO_SIGNERS"
    assert desk.refusal("ticket", "stock-in", "--count", 100_001, *BOTH) == "E_COUNT"
    assert "0002" in desk.told("ticket", "stock-in", "--count", 5, *BOTH)
    batch = ("ticket", "stock-in", "--count", 5, "--batch", 2)
    assert desk.refusal(*batch, *BOTH) == "E_RANGE_OVERLAP"


def test_the_years_batches_come_to_an_end(desk: Desk) -> None:
    desk.told("ticket", "stock-in", "--count", 1, "--batch", 9_999, *BOTH)
    assert desk.refusal("ticket", "stock-in", "--count", 1, *BOTH) == "E_RANGE_OVERLAP"


def test_only_what_is_in_stock_is_issued_and_only_to_the_active(desk: Desk) -> None:
    issue = ("ticket", "issue", "--count", 1, *BOTH)
    assert desk.refusal(*issue, "--enterprise", "E99") == "E_UNKNOWN"
    assert desk.refusal(*issue, "--enterprise", ENTERPRISE) == "E_SHORT"
    desk.told("enterprise", "change", ENTERPRISE, "--state", "suspended", *BY)
    assert desk.refusal(*issue, "--enterprise", ENTERPRISE) == "E_SUSPENDED"


def test_an_enterprise_holds_no_more_than_the_limit(desk: Desk) -> None:
    issue = ("ticket", "issue", "--enterprise", ENTERPRISE, "--count", 19_996)
    assert desk.refusal(*issue, *BOTH) == "E_QUOTA"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--weighbridge", "W99"), "E_UNKNOWN"),
        (("--product", "GOLD"), "E_PRODUCT"),
        (("--buyer", "B99"), "E_UNKNOWN"),
        (("--max-net-kg", 49_001), "E_LIMIT"),
        (("--hours", 745), "E_LIMIT"),
        (("--plate", "; drop"), "E_PLATE"),
        (("--destination", "煤" * 25), "E_TEXT"),
        (("--destination", "a\tb"), "E_TEXT"),
        (("--valid-from", "gestern"), "E_TIME"),
        (("--valid-from", "2020-01-01"), "E_DATE"),
        (("--valid-from", "2029-01-01"), "E_DATE"),
        (("--by", "nobody"), "E_OFFICER"),
        (("--count", 6), "E_SHORT"),
        (("--count", 0), "E_USAGE"),
    ],
)
def test_what_no_deck_could_honour_is_not_signed(
    tmp_path: Path, words: tuple[object, ...], code: str
) -> None:
    desk = registered_desk(tmp_path)
    desk.told("ticket", "stock-in", "--count", 5, *BOTH)
    desk.told("ticket", "issue", "--enterprise", ENTERPRISE, "--count", 5, *BOTH)
    assert desk.refusal("ticket", "allocate", *GOODS, "--count", 1, *BY, *words) == code
    assert len(numbers(desk, "ISSUED")) == 5


def test_a_plate_is_signed_in_the_form_the_decks_compare(desk: Desk) -> None:
    desk.told("ticket", "stock-in", "--count", 1, *BOTH)
    desk.told("ticket", "issue", "--enterprise", ENTERPRISE, "--count", 1, *BOTH)
    desk.told("ticket", "allocate", *GOODS, "--count", 1, "--plate", "蒙k·12345", *BY)
    (row,) = desk.rows("ticket", "show", numbers(desk, "ALLOCATED")[-1])
    assert row["plate"] == "蒙K12345"


@pytest.mark.parametrize(
    ("move", "state"),
    [("return", "RETURNED"), ("void", "VOID"), ("lost", "LOST"), ("freeze", "FROZEN")],
)
def test_what_leaves_circulation_is_revoked_at_its_deck(desk: Desk, move: str, state: str) -> None:
    first, *_ = numbers(desk, "ALLOCATED")
    assert "Signed 1 orders to the decks" in desk.told("ticket", move, first.lower(), *WHY, *BY)
    assert numbers(desk, state) == [first]
    order = desk.rows("order", "list")[-1]
    assert order["action"] == "REVOKE"


def test_a_batch_moves_as_a_whole(desk: Desk) -> None:
    batch = numbers(desk, "ALLOCATED")[0][:13]
    desk.told("ticket", "freeze", "--batch", batch, *WHY, *BY)
    assert len(numbers(desk, "FROZEN")) == 5
    assert desk.refusal("ticket", "thaw", "--batch", batch, *WHY, *BY) == "E_TWO_SIGNERS"
    desk.told("ticket", "thaw", "--batch", batch, *WHY, *BOTH)
    assert len(numbers(desk, "ALLOCATED")) == 5


def test_one_bad_number_moves_nothing(desk: Desk) -> None:
    first, *_ = numbers(desk, "ALLOCATED")
    assert desk.refusal("ticket", "void", first, "1" * 20, *WHY, *BY) == "E_NO_TICKET"
    assert desk.refusal("ticket", "void", first, first, *WHY, *BY) == "E_COUNT"
    assert desk.refusal("ticket", "void", *WHY, *BY) == "E_OPTIONS"
    assert desk.refusal("ticket", "write-off", first, *WHY, *BOTH) == "E_STATE"
    assert len(numbers(desk, "ALLOCATED")) == 5
    assert desk.rows("order", "list")[-1]["action"] == "ENROL"


def test_time_expires_tickets(desk: Desk) -> None:
    assert "0 expired" in desk.told("ticket", "expire")
    desk.wall.now_ms += 4 * DAY_MS
    assert "5 expired" in desk.told("ticket", "expire")


def test_a_truck_that_does_not_come_back_sets_its_ticket_free(desk: Desk) -> None:
    first, *_ = numbers(desk, "ALLOCATED")
    home = open_home(desk.home)
    post_record(home.db, weighed(home.db, first, Kind.TARE, desk.wall.now_ms, 1), bytes(32))
    home.close()
    desk.wall.now_ms += DAY_MS
    desk.told("ticket", "expire")
    assert numbers(desk, "RESERVED") == [first]
    desk.wall.now_ms += 1
    assert "1 set free" in desk.told("ticket", "expire")
    assert numbers(desk, "RESERVED") == []


@pytest.mark.parametrize("tared", [False, True])
def test_a_frozen_ticket_thaws_to_what_it_was(desk: Desk, tared: bool) -> None:
    first, *_ = numbers(desk, "ALLOCATED")
    before = "RESERVED" if tared else "ALLOCATED"
    if tared:
        home = open_home(desk.home)
        post_record(home.db, weighed(home.db, first, Kind.TARE, desk.wall.now_ms, 1), bytes(32))
        home.close()
    desk.told("ticket", "freeze", first, *WHY, *BY)
    assert numbers(desk, "FROZEN") == [first]
    desk.told("ticket", "thaw", first, *WHY, *BOTH)
    assert first in numbers(desk, before)


def test_used_tickets_are_recovered_and_cancelled_once_their_month_is_judged(desk: Desk) -> None:
    first, *_ = numbers(desk, "ALLOCATED")
    sell(desk, first, desk.wall.now_ms)
    month = ("--month", "2026-09")
    assert "1 tickets" in desk.told("ticket", "recover", *month, *BY)
    cancel = ("ticket", "cancel", *month, *BOTH)
    assert desk.refusal(*cancel) == "E_PERIOD_OPEN"
    desk.run("reconcile", *month)
    assert desk.refusal(*cancel) == "E_PERIOD_OPEN"
    desk.wall.now_ms += 30 * DAY_MS
    assert desk.refusal(*cancel) == "E_PERIOD_OPEN"
    desk.run("reconcile", *month)
    assert desk.refusal("ticket", "cancel", *month, *BY) == "E_TWO_SIGNERS"
    assert "1 tickets" in desk.told(*cancel)
    assert numbers(desk, "CANCELLED") == [first]


@pytest.mark.parametrize("month", ["2026-13", "2026-9", "september", "1999-12"])
def test_a_month_that_is_none_is_refused(desk: Desk, month: str) -> None:
    assert desk.refusal("ticket", "recover", "--month", month, *BY) == "E_MONTH"


@pytest.fixture
def routed(tmp_path: Path) -> Desk:
    """Three tickets to allocate, and the way to one town approved."""
    desk = registered_desk(tmp_path)
    desk.told("ticket", "stock-in", "--count", 3, *BOTH)
    desk.told("ticket", "issue", "--enterprise", ENTERPRISE, "--count", 3, *BOTH)
    return settle(desk, "route_hours = {}", 'route_hours = { "乌海" = 8 }')


def settle(desk: Desk, before: str, after: str) -> Desk:
    path = desk.home / "collector.toml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return desk


ALLOCATE = ("ticket", "allocate", *GOODS, "--count", 1, *BY)
THERE = ("--destination", "乌海")


def hours_valid(desk: Desk, *words: object) -> int:
    desk.told(*ALLOCATE, *words)
    home = open_home(desk.home)
    query = "SELECT expires_s - not_before_s FROM tickets WHERE state = 'ALLOCATED' ORDER BY 1"
    seconds = int(home.db.execute(query).fetchone()[0])
    home.close()
    return seconds // 3_600


def test_c41_the_approved_route_says_how_long_a_ticket_is_valid(routed: Desk) -> None:
    assert hours_valid(routed, *THERE) == 8


def test_c41_a_shorter_time_may_be_typed_and_no_longer_one(routed: Desk) -> None:
    assert routed.refusal(*ALLOCATE, *THERE, "--hours", 9) == "E_ROUTE"
    assert hours_valid(routed, *THERE, "--hours", 6) == 6


def test_c41_a_county_may_ask_for_a_route_to_every_destination(routed: Desk) -> None:
    assert hours_valid(routed, "--destination", "榆林") == 72
    settle(routed, "routes_only = false", "routes_only = true")
    assert routed.refusal(*ALLOCATE, "--destination", "榆林") == "E_ROUTE"
    routed.told(*ALLOCATE, *THERE)
