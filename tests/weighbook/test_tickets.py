"""Tickets: a number that shows its slips of the pen, and claims that come back as they were."""

from dataclasses import replace
from typing import Any

import cwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.weighbook.keys import AGENT, RING, TICKETS
from tests.weighbook.refusing import refused
from tests.weighbook.sample import ticket
from weighbook import texts
from weighbook.envelope import Typ, payload_of, sign
from weighbook.tickets import (
    CHECK_ALPHABET,
    FAMILIES,
    MAX_TICKET_BYTES,
    PRIVATE_CLAIM,
    check_character,
    check_ticket_no,
    make_ticket_no,
    open_ticket,
    sign_ticket,
    ticket_text,
)

NUMBERS = st.builds(
    make_ticket_no,
    st.sampled_from(sorted(FAMILIES)),
    st.just("150624"),
    st.integers(2024, 2099),
    st.integers(0, 9999),
    st.integers(0, 999_999),
)
SIGNED = sign_ticket(ticket(), TICKETS)


@given(NUMBERS)
def test_a_number_made_here_is_whole(number: str) -> None:
    assert len(number) == 20
    assert check_ticket_no(number)


@given(NUMBERS)
def test_every_single_substitution_is_detected(number: str) -> None:
    for at, old in enumerate(number):
        for new in CHECK_ALPHABET.replace(old, ""):
            assert not check_ticket_no(number[:at] + new + number[at + 1 :]), (at, new)


def test_the_check_character_is_that_of_the_standard() -> None:
    # GRid numbers use the same system; this is the published example of one.
    assert check_character("A12425GABC1234002") == "M"


def test_nearly_every_swap_of_neighbours_is_detected() -> None:
    # This system promises all substitutions, and only nearly all swaps.
    missed = total = 0
    for serial in range(0, 1_000_000, 997):
        number = make_ticket_no("COAL", "150624", 2026, serial % 9973, serial)
        for at in range(19):
            swapped = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
            total += swapped != number
            missed += swapped != number and check_ticket_no(swapped)
    assert missed / total < 0.01


@given(NUMBERS, st.integers(0, 19))
def test_a_digit_lost_or_doubled_is_detected(number: str, at: int) -> None:
    assert not check_ticket_no(number[:at] + number[at + 1 :])
    assert not check_ticket_no(number[:at] + number[at] + number[at:])


@pytest.mark.parametrize("text", ["", "0" * 19, "票" * 20, "a" * 20, " " * 20, "１" * 20])
def test_what_is_no_number_is_no_number(text: str) -> None:
    assert not check_ticket_no(text)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"plate": None},
        {"family": "NONCOAL", "buyer": "B-9", "destination": "河北省唐山市"},
        {"parents": ("1150624260012000009Z",)},
    ],
)
def test_a_ticket_comes_back_as_it_was(changes: dict[str, Any]) -> None:
    wanted = replace(ticket(), **changes)
    assert open_ticket(sign_ticket(wanted, TICKETS), RING, None) == wanted


def test_its_text_fits_a_small_qr_code_and_reads_back() -> None:
    text = ticket_text(SIGNED)
    assert texts.read_text(text) == (texts.TICKET, SIGNED)
    # Version 10 at level M holds 311 alphanumeric characters, version 15 holds 600.
    assert len(text) <= 400


def test_a_reader_of_cwt_finds_the_standard_claims() -> None:
    claims = cwt.Claims.new(payload_of(SIGNED))
    wanted = ticket()
    assert (claims.iss, claims.exp, claims.nbf) == (
        wanted.issuer,
        wanted.expires_s,
        wanted.not_before_s,
    )
    assert claims.cti == wanted.ticket_no


def test_only_a_ticket_key_makes_tickets() -> None:
    forged = sign(payload_of(SIGNED), Typ.TICKET, AGENT)
    assert refused(lambda: open_ticket(forged, RING, None)) == "E_ROLE"


def test_a_huge_ticket_is_refused_before_it_is_read() -> None:
    huge = sign_ticket(replace(ticket(), destination="x" * MAX_TICKET_BYTES), TICKETS)
    assert refused(lambda: open_ticket(huge, RING, None)) == "E_OVERSIZE"


LOAD = payload_of(SIGNED)[PRIVATE_CLAIM]


@pytest.mark.parametrize(
    "change",
    [
        {1: 5},
        {4: "soon"},
        {5: -1},
        {6: True},
        {7: b"1150624260012000001X"},
        {7: "text"},
        {7: b"\xff" * 20},
        {PRIVATE_CLAIM: None},
        {PRIVATE_CLAIM: LOAD | {1: 3}},
        {PRIVATE_CLAIM: LOAD | {5: 0}},
        {PRIVATE_CLAIM: LOAD | {9: ["a", 5]}},
    ],
)
def test_claims_that_make_no_ticket_are_refused(change: dict[int, Any]) -> None:
    message = sign(payload_of(SIGNED) | change, Typ.TICKET, TICKETS)
    assert refused(lambda: open_ticket(message, RING, None)) == "E_SCHEMA"
