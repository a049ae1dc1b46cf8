"""`collector ticket show | balance | print`: looking changes nothing and shows all there is."""

from pathlib import Path

import pytest

from collector.home import open_home
from tests.collector.commands import BY, Desk, registered_desk, ticketed_desk
from tests.collector.sites import PLACE

WHY = ("--reason", "写错")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return ticketed_desk(tmp_path)


def numbers(desk: Desk) -> list[str]:
    home = open_home(desk.home)
    rows = home.db.execute("SELECT ticket_no FROM tickets ORDER BY ticket_no").fetchall()
    home.close()
    return [row["ticket_no"] for row in rows]


def test_a_ticket_is_shown_with_its_history_in_both_languages(desk: Desk) -> None:
    number = numbers(desk)[0]
    text = desk.told("ticket", "show", number.lower())
    assert number in text
    assert all(
        word in text
        for word in ("已配发 allocated", "入库", "stocked in", "包头", "35.000 吨 t", "officer-2")
    )


def test_every_fact_of_a_ticket_is_in_its_json(desk: Desk) -> None:
    (row,) = desk.rows("ticket", "show", numbers(desk)[0])
    assert (row["state"], row["max_net_kg"], row["net_kg"]) == ("ALLOCATED", 35_000, None)
    assert [entry["move"] for entry in row["entries"]] == [
        "generate",
        "stock-in",
        "issue",
        "allocate",
    ]


@pytest.mark.parametrize("number", ["1" * 20, "", "x", "'; DROP TABLE tickets --"])
def test_a_ticket_nobody_made_is_refused(desk: Desk, number: str) -> None:
    assert desk.refusal("ticket", "show", number) == "E_NO_TICKET"


def test_the_accounts_balance_and_are_read_by_people_and_programs(desk: Desk) -> None:
    rows = {row["holder"]: row for row in desk.rows("ticket", "balance")}
    assert {holder: row["closing"] for holder, row in rows.items()} == {
        "bureau": 0,
        "E01": 5,
        "E01/W01": 5,
    }
    assert rows["E01"]["flows"]["received"] == 5
    assert all(row["residual"] == 0 for row in rows.values())
    assert all(word in desk.told("ticket", "balance") for word in ("能源局", "领入 received 5"))


def test_a_ledger_that_does_not_balance_is_found(desk: Desk) -> None:
    home = open_home(desk.home)
    home.db.execute("UPDATE ticket_balances SET count = count + 1 WHERE state = 'ALLOCATED'")
    home.close()
    result = desk.run("ticket", "balance")
    assert result.exit_code == 1
    assert "台账不平" in result.stderr
    assert "E01/W01/ALLOCATED: 1" in result.stderr


@pytest.mark.parametrize(
    "words", [("--from", "2026-99-01"), ("--to", "20260901"), ("--from", "2026-10-01")]
)
def test_days_that_are_none_are_refused(desk: Desk, words: tuple[str, ...]) -> None:
    assert desk.refusal("ticket", "balance", *words) == "E_TIME"


def test_only_tickets_that_can_be_used_are_printed(desk: Desk) -> None:
    first, second, *_ = numbers(desk)
    desk.told("ticket", "void", first, *WHY, *BY)
    to = ("--to", desk.folder / "sheet.pdf")
    assert desk.refusal("ticket", "print", first, second, *to) == "E_STATE"
    assert desk.refusal("ticket", "print", "1" * 20, *to) == "E_NO_TICKET"
    assert not (desk.folder / "sheet.pdf").exists()
    assert "4" in desk.told("ticket", "print", "--weighbridge", PLACE, *to)


def test_printing_names_what_to_print_once(desk: Desk) -> None:
    to = ("--to", desk.folder / "sheet.pdf")
    assert desk.refusal("ticket", "print", *to) == "E_OPTIONS"
    both = (numbers(desk)[0], "--weighbridge", PLACE)
    assert desk.refusal("ticket", "print", *both, *to) == "E_OPTIONS"
    assert desk.refusal("ticket", "print", "--weighbridge", "W99", *to) == "E_UNKNOWN"
    assert desk.refusal("ticket", "print", "--batch", "nosuch", *to) == "E_COUNT"


def test_free_tickets_have_nothing_to_print(tmp_path: Path) -> None:
    desk = registered_desk(tmp_path)
    desk.told("ticket", "stock-in", "--count", 1, *BY, "--second", "officer-2")
    to = ("--to", desk.folder / "sheet.pdf")
    assert desk.refusal("ticket", "print", numbers(desk)[0], *to) == "E_NOT_SIGNED"


def test_pictures_are_named_by_their_tickets(desk: Desk) -> None:
    folder = desk.folder / "phones"
    desk.told("ticket", "print", "--batch", numbers(desk)[0][:13], "--to", folder)
    assert sorted(path.stem for path in folder.iterdir()) == numbers(desk)


def test_a_sheet_that_cannot_be_written_is_refused(desk: Desk) -> None:
    to = ("--to", desk.folder / "no" / "sheet.pdf")
    assert desk.refusal("ticket", "print", "--weighbridge", PLACE, *to) == "E_STORE"
