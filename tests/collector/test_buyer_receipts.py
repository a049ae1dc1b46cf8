"""Buyers' receipts: every row that does not fit is told, the rest makes tickets received."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.buyer_receipts import Loaded, Receipt, check_known, keep_receipts, read_rows
from collector.period import day_of
from collector.ticket_balance import residuals, use_identity
from tests.collector.ledgers import (
    START_MS,
    allocated,
    empty_ledger,
    post,
    stamp,
    state_of,
    weighed,
)
from weighbook.phrase import Refusal
from weighbook.records import Kind
from weighbook.tickets import make_ticket_no

NUMBER = make_ticket_no("COAL", "150624", 26, 1, 1)
HEADING = "票号,净重(公斤),到货时间,购买方,车号,磅单号"
ROW = f"{NUMBER},33000,2026-09-22 10:00,B01,蒙k·12345,S-7"
LATER = stamp(START_MS + 9_000_000)


def csv_of(*rows: str, heading: str = HEADING.replace("(公斤)", "公斤")) -> bytes:
    return "\r\n".join((heading, *rows)).encode("utf-8-sig")


def receipt(number: str, at_ms: int = START_MS, net_kg: int = 33_000) -> Receipt:
    return Receipt(2, number, "B01", "蒙K12345", net_kg, at_ms, "S-7")


def sold(db: sqlite3.Connection) -> str:
    number, *_ = allocated(db)
    post(db, weighed(db, number, Kind.SALE, START_MS, 1))
    return number


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    "heading",
    [
        "票号,净重公斤,到货时间,购买方,车号,磅单号",
        "票号 ticket_no,净重 net_kg,到货时间 at,购买方 buyer,车号 plate,磅单号 paper",
        "ticket_no,net_kg,at,buyer,plate,paper",
    ],
)
def test_a_row_is_read_under_either_name(encoding: str, heading: str) -> None:
    rows, problems = read_rows(f"{heading}\n{ROW}\n".encode(encoding))
    assert problems == []
    (row,) = rows
    assert (row.ticket_no, row.net_kg, row.plate, row.paper) == (NUMBER, 33_000, "蒙K12345", "S-7")
    assert day_of(row.at_ms) == "2026-09-22"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (ROW.replace(NUMBER, NUMBER[:-1]), "ticket_no", "E_TICKET_NO"),
        (ROW.replace("33000", "33.0"), "net_kg", "E_KG"),
        (ROW.replace("33000", "-1"), "net_kg", "E_KG"),
        (ROW.replace("33000", "0"), "net_kg", "E_KG"),
        (ROW.replace("33000", "３３０００"), "net_kg", "E_KG"),
        (ROW.replace("2026-09-22 10:00", "gestern"), "at", "E_TIME"),
        (NUMBER, "net_kg", "E_KG"),
    ],
)
def test_a_row_that_does_not_fit_says_where_and_why(row: str, column: str, code: str) -> None:
    rows, (problem,) = read_rows(csv_of(ROW, row))
    assert len(rows) == 1
    assert (problem.line, problem.column, problem.code) == (3, column, code)


@pytest.mark.parametrize("heading", ["", "票号,净重公斤", "a,b,c,d"])
def test_a_file_of_other_columns_is_refused(heading: str) -> None:
    with pytest.raises(Refusal, match="E_COLUMNS"):
        read_rows(csv_of(ROW, heading=heading))


@given(st.binary(max_size=300))
def test_noise_below_a_heading_is_told_by_line(noise: bytes) -> None:
    try:
        rows, problems = read_rows(csv_of() + b"\r\n" + noise)
    except Refusal as refusal:
        assert refusal.code == "E_COLUMNS"  # noqa: PT017 - the heading may be unreadable with it
        return
    assert rows == []
    assert all(problem.line > 1 for problem in problems)


def test_a_cell_without_end_is_told() -> None:
    rows, (problem,) = read_rows(csv_of(ROW, '"' + "9" * 200_000))
    assert (len(rows), problem.code) == (1, "E_ROW")


def test_a_used_ticket_becomes_received_and_the_books_agree() -> None:
    db = empty_ledger()
    number = sold(db)
    assert keep_receipts(db, [receipt(number)], LATER) == Loaded(1, 1, ())
    assert state_of(db, number) == "RECEIVED"
    assert (residuals(db), use_identity(db)["residual"]) == ({}, 0)


def test_a_receipt_that_comes_before_the_sale_is_settled_by_the_next_file() -> None:
    db = empty_ledger()
    number, *_ = allocated(db)
    assert keep_receipts(db, [receipt(number)], LATER) == Loaded(1, 0, ())
    post(db, weighed(db, number, Kind.SALE, START_MS, 1))
    assert keep_receipts(db, [], LATER) == Loaded(0, 1, ())


def test_the_same_row_again_is_nothing_new_and_another_load_is_a_clone() -> None:
    db = empty_ledger()
    number = sold(db)
    keep_receipts(db, [receipt(number)], LATER)
    assert keep_receipts(db, [receipt(number)], LATER) == Loaded(0, 0, ())
    again = keep_receipts(db, [receipt(number, START_MS + 1)], LATER)
    assert again == Loaded(1, 0, (number,))
    assert [row["code"] for row in db.execute("SELECT code FROM alerts")] == ["F-T06"]


def test_tickets_and_buyers_nobody_knows_are_told() -> None:
    codes = [one.code for one in check_known(empty_ledger(), [receipt(NUMBER)])]
    assert codes == ["E_NO_TICKET", "E_UNKNOWN"]
