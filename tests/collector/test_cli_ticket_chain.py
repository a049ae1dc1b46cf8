"""From raw coal to goods by command: parents named, traced both ways, and the month shown."""

from pathlib import Path

import pytest

from collector.home import open_home
from collector.ticket_ledger import post_record
from collector.uscc import check_character
from tests.collector.commands import BOTH, BY, NAMES, Desk, registered_desk, write_request
from tests.collector.ledgers import weighed
from tests.collector.sites import ENTERPRISE, PLACE
from weighbook.records import Kind

WASHERY_USCC = "91150624MA0N0T2T0" + check_character("91150624MA0N0T2T0")
COUNT = ("--count", 2)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two loads of raw coal have gone from the mine to the washery."""
    desk = registered_desk(tmp_path)
    licence = ("--uscc", WASHERY_USCC, "--licence-no", "L2")
    desk.told("enterprise", "add", "E02", *NAMES, *licence, *BY)
    deck = ("--name-zh", "二号磅", "--name-en", "Deck two", "--indicator", "XK3190 78")
    files = ("--bundle", tmp_path / "bundle-2")
    request = write_request(tmp_path, "W02", "XK3190 78")
    desk.told("weighbridge", "add", "W02", "--enterprise", "E02", *deck, "--request", request,
              *files, *BY)  # fmt: skip
    place = ("--name-zh", "洗煤厂", "--name-en", "Washery", "--destination", "棋盘井")
    desk.told("buyer", "add", "B02", *place, "--uscc", WASHERY_USCC, *BY)
    desk.told("ticket", "stock-in", "--count", 4, *BOTH)
    for enterprise in (ENTERPRISE, "E02"):
        desk.told("ticket", "issue", "--enterprise", enterprise, *COUNT, *BOTH)
    raw = ("--product", "RAW", "--max-net-kg", 35_000, "--buyer", "B02", *COUNT)
    desk.told("ticket", "allocate", "--weighbridge", PLACE, *raw, *BY)
    for seq, number in enumerate(numbers(desk, ENTERPRISE), 1):
        sell(desk, number, seq, PLACE)
    return desk


def numbers(desk: Desk, enterprise: str) -> list[str]:
    home = open_home(desk.home)
    rows = home.db.execute(
        "SELECT ticket_no FROM tickets WHERE enterprise = ? ORDER BY 1", (enterprise,)
    ).fetchall()
    home.close()
    return [row["ticket_no"] for row in rows]


def sell(desk: Desk, number: str, seq: int, place: str) -> None:
    home = open_home(desk.home)
    sale = weighed(home.db, number, Kind.SALE, desk.wall.now_ms, seq, place)
    post_record(home.db, sale, bytes([seq]) * 32)
    home.close()


def allocate(*parents: str, product: str = "WASHED") -> tuple[object, ...]:
    named = [word for parent in parents for word in ("--parent", parent)]
    goods = ("--weighbridge", "W02", "--product", product, "--max-net-kg", 40_000)
    return ("ticket", "allocate", *goods, "--count", 1, *named, *BY)


def test_goods_name_their_parents_and_no_load_is_drawn_twice(desk: Desk) -> None:
    first, second = numbers(desk, ENTERPRISE)
    assert desk.refusal(*allocate(first)) == "E_PARENT_SPENT"
    assert desk.refusal(*allocate(first, second, product="RAW")) == "E_PARENT"
    desk.told(*allocate(first, second.lower()))
    assert desk.refusal(*allocate(first, second)) == "E_PARENT_SPENT"


def test_a_ticket_shows_what_it_draws_on(desk: Desk) -> None:
    first, second = numbers(desk, ENTERPRISE)
    desk.told(*allocate(first, second))
    goods = numbers(desk, "E02")[0]
    drawn = [(first, 33_380), (second, 6_620)]
    (row,) = desk.rows("ticket", "show", goods)
    assert [(one["parent"], one["kg"]) for one in row["parents"]] == drawn
    assert f"{second} 6.620" in desk.told("ticket", "show", goods)


def test_a_trace_goes_up_to_the_coal_and_down_to_the_goods(desk: Desk) -> None:
    first, second = numbers(desk, ENTERPRISE)
    desk.told(*allocate(first, second))
    goods = numbers(desk, "E02")[0]
    up = {row["subject"] for row in desk.rows("trace", goods) if row["what"] == "parent"}
    down = [row for row in desk.rows("trace", first) if row["what"] == "child"]
    assert up == {first, second}
    assert [(row["subject"], row["facts"]["drawn_kg"]) for row in down] == [(goods, 33_380)]
    shown = desk.told("trace", goods)
    assert "上游票 made from" in shown
    assert "取用 drawn 6.620 t" in shown


def test_the_month_of_a_washery_is_shown_and_judged(desk: Desk) -> None:
    first, second = numbers(desk, ENTERPRISE)
    chain = ("ticket", "chain", "E02", "--month", "2026-09")
    desk.told(*allocate(first, second))
    sell(desk, numbers(desk, "E02")[0], 1, "W02")
    (told,) = desk.rows(*chain)
    assert (told["input_kg"], told["output_kg"], told["ok"]) == (66_760, 33_380, True)
    assert told["lines"][0]["explained_kg"] == 33_380
    assert "500‰" in desk.told(*chain)
    assert desk.refusal("ticket", "chain", "E99", "--month", "2026-09") == "E_UNKNOWN"
    assert "0.000" in desk.told("ticket", "chain", "E02", "--month", "2025-01")


def test_more_goods_than_coal_is_an_exit_code(desk: Desk) -> None:
    desk.told("ticket", "stock-in", "--count", 9, *BOTH)
    desk.told("ticket", "issue", "--enterprise", "E02", "--count", 1, *BOTH)
    for seq in (1, 2, 3):
        desk.told(*allocate())
        sell(desk, numbers(desk, "E02")[seq - 1], seq, "W02")
    result = desk.run("ticket", "chain", "E02", "--month", "2026-09")
    assert result.exit_code == 1
    assert "F-R08" in result.stdout
