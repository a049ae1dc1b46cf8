"""`collector import receipts`: a preview of what is wrong, and nothing half loaded by accident."""

from pathlib import Path

import pytest

from collector.home import open_home
from collector.ticket_ledger import post_record
from tests.collector.commands import BY, Desk, ticketed_desk
from tests.collector.ledgers import weighed
from weighbook.records import Kind


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """One of five tickets used."""
    desk = ticketed_desk(tmp_path)
    home = open_home(desk.home)
    sale = weighed(home.db, numbers(desk)[0], Kind.SALE, desk.wall.now_ms, 1)
    post_record(home.db, sale, bytes(32))
    home.close()
    return desk


def numbers(desk: Desk) -> list[str]:
    home = open_home(desk.home)
    rows = home.db.execute("SELECT ticket_no FROM tickets ORDER BY 1").fetchall()
    home.close()
    return [row["ticket_no"] for row in rows]


def write(desk: Desk, *rows: str) -> Path:
    path = desk.folder / "receipts.csv"
    path.write_text("\n".join(("ticket_no,net_kg,at,buyer", *rows)), encoding="utf-8")
    return path


def row(number: str, buyer: str = "B01", kg: str = "33000") -> str:
    return f"{number},{kg},2026-09-22T10:00,{buyer}"


def test_a_good_file_is_loaded(desk: Desk) -> None:
    path = write(desk, row(numbers(desk)[0]))
    assert "1 tickets received" in desk.told("import", "receipts", path, *BY)
    assert desk.rows("ticket", "show", numbers(desk)[0])[0]["state"] == "RECEIVED"


def test_a_file_with_wrong_rows_is_shown_and_not_loaded(desk: Desk) -> None:
    first, second, *_ = numbers(desk)
    path = write(desk, row(first), row(second, buyer="B99"), row(second, kg="33 t"))
    result = desk.run("import", "receipts", path, *BY)
    assert result.exit_code == 1
    assert "E_UNKNOWN" in result.stdout
    assert "E_KG" in result.stdout
    assert "2 rows are wrong; nothing was loaded" in result.stdout
    assert desk.rows("ticket", "show", first)[0]["state"] == "USED"
    partly = desk.run("import", "receipts", path, "--partly", *BY)
    assert "Loaded 1; 1 tickets received" in partly.stdout


def test_papers_are_recovered_by_a_file_of_codes(desk: Desk) -> None:
    first, second, *_ = numbers(desk)
    path = desk.folder / "papers.txt"
    path.write_text(f"{first}\n{second}\n{first}\n", encoding="ascii")
    result = desk.run("ticket", "recover", "--copies", path, *BY)
    assert result.exit_code == 1
    assert "1 recovered" in result.stdout
    assert "F-T06" in result.stdout
    assert "E_NOT_USED" in result.stdout
    assert desk.refusal("ticket", "recover", *BY) == "E_OPTIONS"
