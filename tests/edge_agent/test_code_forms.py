"""The kind and form of a scanned text: whatever stands in it, it is named and never believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.code_forms import code_text, form_of, shown_text
from tests.edge_agent.story import AGENT, ENROLMENT, STRANGER, T0, ticket, ticket_code
from weighbook.orders import order_text
from weighbook.records import Totals
from weighbook.slips import Slip, sign_slip, slip_text

SLIP = Slip(
    "WB-01", 1, 12, bytes(16), Totals(3, 1), T0, "蒙K12345", "RAW", 33_680, "T", bytes(8)
)  # fmt: skip
GOOD = {
    "ticket": ticket_code(ticket()),
    "order": order_text(ENROLMENT).encode(),
    "slip": slip_text(sign_slip(SLIP, AGENT)).encode(),
}


@pytest.mark.parametrize("kind", GOOD)
def test_each_signed_kind_is_known_by_its_form(kind: str) -> None:
    form = form_of(GOOD[kind])
    assert (form.kind.en, form.whole) == (kind, True)


@pytest.mark.parametrize("kind", GOOD)
@pytest.mark.parametrize("other", ["WT1:", "WO1:", "WS1:"])
def test_one_kind_under_the_name_of_another_is_not_whole(kind: str, other: str) -> None:
    text = other.encode() + GOOD[kind][4:]
    assert form_of(text).whole is (text == GOOD[kind])


def test_a_form_says_what_is_in_it() -> None:
    assert form_of(GOOD["slip"]).says == "WB-01 #12 蒙K12345 33,680 kg"
    assert ticket().ticket_no in form_of(GOOD["ticket"]).says
    assert form_of(GOOD["order"]).says == "WB-01 #1 ENROL"


def test_a_stranger_s_signature_has_the_same_form() -> None:
    """Form is not trust: that is why the table says so."""
    assert form_of(ticket_code(ticket(), STRANGER)).whole is True


@pytest.mark.parametrize(
    ("text", "whole", "says"),
    [
        ("VP1:蒙K12345", None, "蒙K12345"),
        ("VP1:蒙k·12345:6\n", None, "蒙K12345 6 轴 / axles"),
        ("VP1:蒙K12345:x", False, "VP1:蒙K12345:x"),
    ],
)
def test_a_vehicle_card_has_no_signature(text: str, whole: bool | None, says: str) -> None:
    form = form_of(text.encode())
    assert (form.kind.zh, form.whole, form.says) == ("车辆卡", whole, says)


@given(st.binary(max_size=300))
def test_foreign_bytes_are_foreign_and_safe_to_show(raw: bytes) -> None:
    form = form_of(raw)
    assert form.kind.en == "foreign" or raw.strip()[:4] in (b"WT1:", b"WO1:", b"WS1:", b"VP1:")
    assert form.says.replace("\n", "").isprintable()


@given(st.sampled_from(sorted(GOOD)), st.integers(4, 200), st.characters(codec="ascii"))
def test_a_changed_text_is_never_an_error(kind: str, at: int, sign: str) -> None:
    text = bytearray(GOOD[kind])
    text[at : at + 1] = sign.encode()
    assert form_of(bytes(text)).kind.en == kind


def test_chinese_is_shown_whatever_the_encoding() -> None:
    assert code_text("煤矿票证".encode()) == code_text("煤矿票证".encode("gb18030")) == "煤矿票证"
    assert code_text(b"\xff\xff") == "\\xff\\xff"
    assert shown_text(b"x" * 999) == "x" * 48 + "…"
    assert shown_text(("煤" * 99).encode()).startswith("煤煤")
