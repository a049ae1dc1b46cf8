"""Plates and vehicle cards: many ways of writing, one form; what is none is None."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.plates import MAX_AXLES, MAX_CARD_BYTES, Vehicle, read_card, read_plate


@pytest.mark.parametrize(
    "text", ["蒙K12345", "蒙k12345", "蒙K·12345", " 蒙K 12345 ", "蒙K-12345", "蒙Ｋ１２３４５"]
)
def test_one_plate_is_one_plate_however_it_is_written(text: str) -> None:
    assert read_plate(text) == "蒙K12345"


@pytest.mark.parametrize(
    "text", ["", "蒙K1", "蒙K123451234512", "蒙K12345;", "蒙K/12345", "\0" * 6]
)
def test_what_is_no_plate_is_none(text: str) -> None:
    assert read_plate(text) is None


@given(st.text(max_size=20))
def test_reading_a_plate_again_changes_nothing(text: str) -> None:
    plate = read_plate(text)
    assert plate is None or read_plate(plate) == plate


@pytest.mark.parametrize(
    ("card", "vehicle"),
    [
        ("VP1:蒙K12345", Vehicle("蒙K12345", None)),
        ("VP1:蒙K12345:6", Vehicle("蒙K12345", 6)),
        ("VP1:蒙K12345:2", Vehicle("蒙K12345", 2)),
        ("VP1:蒙k 12345:12\r\n", Vehicle("蒙K12345", 12)),
    ],
)
def test_a_card_names_plate_and_axles(card: str, vehicle: Vehicle) -> None:
    assert read_card(card.encode()) == vehicle


@pytest.mark.parametrize(
    "card",
    [
        "VP1",
        "VP1:",
        "VP2:蒙K12345",
        "VP1:蒙K12345:1",
        "VP1:蒙K12345:13",
        "VP1:蒙K12345:six",
        "VP1:蒙K12345:-6",
        "VP1:蒙K12345:٦",
        "VP1:蒙K12345:",
        "VP1:蒙K12345:6:6",
        "VP1:" + "K" * MAX_CARD_BYTES,
    ],
)
def test_what_is_no_card_is_none(card: str) -> None:
    assert read_card(card.encode()) is None


@given(st.binary(max_size=80))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    vehicle = read_card(b"VP1:" + raw)
    assert vehicle is None or vehicle.axles is None or 2 <= vehicle.axles <= MAX_AXLES
