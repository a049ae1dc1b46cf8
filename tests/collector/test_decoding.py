"""Stored records as rows: what is signed is what is counted, and spoilt bytes are said to be."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.decoding import Owners, Stored, change_of, decode, loaded_kg, totals_of
from collector.period import read_month
from collector.tables import SCHEMAS
from tests.collector.sites import NOW_MS, PLACE, Book, weighing
from weighbook.envelope import digest
from weighbook.keys import SigningKey
from weighbook.records import (
    Body,
    CauseChange,
    Control,
    Dark,
    Kind,
    OrderSeen,
    Started,
    Totals,
    Weighing,
)

PERIOD = read_month("2026-09")
OWNERS = Owners({PLACE: "E01"})
BOOK = Book(SigningKey.generate(), bytes(32))
BOOK.fill(2)


def stored(kind: Kind, body: Body, **facts: Any) -> Stored:
    """The book's next record as it would lie in the database."""
    book = BOOK.branch()
    before = digest(book.messages[-1])
    message = book.write(kind, body)
    assert book.last is not None
    place = (PLACE, 1, book.last.seq, digest(message), book.last.at_ms)
    return Stored(*place, NOW_MS + 9_000, message, book.last.seq - 1, before)._replace(**facts)


def rows(item: Stored, table: str) -> list[dict[str, Any]]:
    names = [column.split(":")[0] for column in SCHEMAS[table].split()]
    found = (row for name, row in decode(item, OWNERS, PERIOD) if name == table)
    return [dict(zip(names, row, strict=True)) for row in found]


def only(item: Stored, table: str) -> dict[str, Any]:
    (row,) = rows(item, table)
    return row


SALE = weighing(ticket_no="1" + "0" * 19, reasons=("E_B", "E_A", "E_B"), permits=(7, 3))


def test_a_record_has_its_place_its_day_and_its_arrival() -> None:
    row = only(stored(Kind.CONTROL, Control(b"x")), "records")
    assert (row["weighbridge"], row["enterprise"], row["epoch"], row["seq"]) == (PLACE, "E01", 1, 4)
    assert (row["day"], row["received_ms"]) == ("2026-09-21", NOW_MS + 9_000)
    assert (row["kind"], row["missing_before"], row["intact"]) == (Kind.CONTROL, 0, 1)


def test_a_sale_is_counted_as_it_was_signed() -> None:
    row = only(stored(Kind.SALE, SALE), "weighings")
    assert (row["net_kg"], row["loaded_kg"], row["plate"]) == (25_000, 25_000, "蒙K12345")
    assert (row["family"], row["product"], row["ticket_no"]) == ("COAL", "COAL-1", SALE.ticket_no)
    assert row["halted"] == 0


def test_reasons_and_permits_are_rows_of_their_own_each_once() -> None:
    item = stored(Kind.SALE, SALE)
    assert [row["reason"] for row in rows(item, "reasons")] == ["E_A", "E_B"]
    permits = rows(item, "sale_permits")
    assert [(row["number"], row["net_kg"]) for row in permits] == [(3, 25_000), (7, 25_000)]


@pytest.mark.parametrize("kind", [Kind.TARE, Kind.REFUSED, Kind.PASSAGE])
def test_only_a_sale_draws_on_a_permit(kind: Kind) -> None:
    assert rows(stored(kind, SALE), "sale_permits") == []


def test_a_test_weighing_is_no_weighing() -> None:
    assert rows(stored(Kind.TEST, SALE), "weighings") == []


def test_software_is_named_by_whoever_names_it() -> None:
    started = Started("1.2.3", bytes(32), clean=True)
    assert only(stored(Kind.STARTED, started), "records")["software"] == "1.2.3"
    assert only(stored(Kind.SALE, SALE), "records")["software"] == "0.1.0"
    assert only(stored(Kind.CONTROL, Control(b"")), "records")["software"] == ""


def test_what_is_unknown_stays_unknown() -> None:
    empty = weighing(plate=None, plate_source=None, product=None, tare_kg=None, net_kg=None)
    row = only(stored(Kind.PASSAGE, empty), "weighings")
    assert (row["plate"], row["product"], row["family"], row["ticket_no"]) == ("", "", "", "")
    assert (row["tare_kg"], row["net_kg"]) == (None, None)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"net_kg": 9}, 9),
        ({"net_kg": None, "gross_kg": 30, "weight_kg": 20, "peak_kg": 40}, 40),
        ({"net_kg": None, "gross_kg": None, "weight_kg": 20, "peak_kg": None}, 20),
        ({"net_kg": None, "gross_kg": None, "weight_kg": None, "peak_kg": None}, None),
        ({"net_kg": 0, "gross_kg": 30}, 0),
    ],
)
def test_the_load_is_the_net_or_the_most_that_was_seen(
    facts: dict[str, int | None], expected: int | None
) -> None:
    assert loaded_kg(weighing(**facts)) == expected


@pytest.mark.parametrize(
    ("from_ms", "to_ms", "shown"),
    [
        (PERIOD.from_ms - 10, PERIOD.from_ms + 10, True),
        (PERIOD.from_ms - 10, PERIOD.from_ms, False),
        (PERIOD.to_ms - 1, PERIOD.to_ms + 1, True),
        (PERIOD.to_ms, PERIOD.to_ms + 1, False),
    ],
)
def test_a_dark_interval_counts_in_every_month_it_touches(
    from_ms: int, to_ms: int, shown: bool
) -> None:
    item = stored(Kind.DARK, Dark(from_ms, to_ms, clean=False))
    assert bool(rows(item, "darks")) is shown


# Links.


@pytest.mark.parametrize(
    ("facts", "intact", "missing"),
    [
        ({}, 1, 0),
        ({"before_seq": 1, "before_digest": None}, 1, 2),
        ({"before_seq": None, "before_digest": None}, 1, 3),
        ({"before_digest": bytes(32)}, 0, 0),
        ({"digest": bytes(32)}, 0, 0),
        ({"epoch": 2}, 0, 0),
        ({"weighbridge": "W02"}, 0, 0),
    ],
)
def test_a_record_is_intact_if_it_hashes_sits_and_follows(
    facts: dict[str, Any], intact: int, missing: int
) -> None:
    row = only(stored(Kind.CONTROL, Control(b"x"), **facts), "records")
    assert (row["intact"], row["missing_before"]) == (intact, missing)


@given(st.data())
def test_a_spoilt_record_is_a_row_that_says_so_and_never_a_crash(data: st.DataObject) -> None:
    item = stored(Kind.SALE, SALE)
    spoilt = bytearray(item.message)
    spoilt[data.draw(st.integers(0, len(spoilt) - 1))] ^= data.draw(st.integers(1, 255))
    row = only(item._replace(message=bytes(spoilt)), "records")
    assert (row["intact"], row["seq"]) == (0, 4)


@given(st.binary(max_size=200))
def test_bytes_that_are_no_record_are_counted_as_spoilt(message: bytes) -> None:
    item = stored(Kind.CONTROL, Control(b"x"))._replace(message=message)
    assert only(item, "records")["intact"] == 0
    assert change_of(item) is None
    assert totals_of(item) == 0


# What spans records.


def test_causes_and_orders_are_changes_and_nothing_else_is() -> None:
    cause = CauseChange("CAMERA_LOST", "deck", "raised", 0, "-", "-")
    order = OrderSeen(1, bytes(32), "SUSPEND", "applied")
    for kind, body in ((Kind.CAUSE, cause), (Kind.ORDER, order)):
        change = change_of(stored(kind, body))
        assert change is not None
        assert change.body == body
    assert change_of(stored(Kind.CONTROL, Control(b""))) is None


def test_a_books_sales_are_what_its_newest_record_counts() -> None:
    book = BOOK.branch()
    assert book.last is not None
    book.last = replace(book.last, totals=Totals(5, 3, 9, 1))
    message = book.write(Kind.SALE, SALE)
    place = (PLACE, 1, 4, digest(message), book.at_ms, 0, message, 3, bytes(32))
    assert totals_of(Stored(*place)) == 4


def test_a_stranger_owns_nothing() -> None:
    assert OWNERS.of("W99") == ""


def test_every_weighing_kind_gives_one_row() -> None:
    for kind in (Kind.TARE, Kind.SALE, Kind.REFUSED, Kind.PASSAGE):
        assert isinstance(SALE, Weighing)
        assert len(rows(stored(kind, SALE), "weighings")) == 1
