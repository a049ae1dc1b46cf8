"""Receipts, checkpoints and slips: who may say what about which book."""

from dataclasses import replace

import pytest

from tests.weighbook.keys import AGENT, BRIDGE, CHIP, COLLECTOR, OTHER_AGENT, RING
from tests.weighbook.refusing import refused
from tests.weighbook.sample import LEASE_MS, T0_MS, number_of
from weighbook import texts
from weighbook.keys import SigningKey
from weighbook.receipts import (
    Checkpoint,
    Receipt,
    open_checkpoint,
    open_receipt,
    sign_checkpoint,
    sign_receipt,
)
from weighbook.records import Totals
from weighbook.slips import Slip, open_slip, sign_slip, slip_text

RECEIPT = Receipt(BRIDGE, 1, 40, bytes(range(32)), T0_MS, 3, LEASE_MS)
CHECKPOINT = Checkpoint(
    weighbridge=BRIDGE,
    epoch=1,
    seq=40,
    head=bytes(range(32)),
    at_ms=T0_MS,
    order_number=3,
    lease_until_ms=LEASE_MS,
    tickets_reserved=1,
    tickets_used=12,
    causes=("CAMERA_LOST",),
    config=bytes(32),
    software="0.1.0",
    open=False,
)
SLIP = Slip(
    weighbridge=BRIDGE,
    epoch=1,
    seq=40,
    head=bytes(range(16)),
    totals=Totals(30, 12, 400_000, 2),
    at_ms=T0_MS,
    plate="蒙K12345",
    product="RAW",
    net_kg=33_680,
    ticket_no=number_of(1),
    check=bytes(8),
)


def test_a_receipt_comes_back_as_it_was() -> None:
    assert open_receipt(sign_receipt(RECEIPT, COLLECTOR), RING) == RECEIPT


def test_an_agent_cannot_receipt_its_own_book() -> None:
    assert refused(lambda: open_receipt(sign_receipt(RECEIPT, AGENT), RING)) == "E_ROLE"


@pytest.mark.parametrize("is_open", [True, False])
def test_a_checkpoint_comes_back_as_it_was(is_open: bool) -> None:
    wanted = replace(CHECKPOINT, open=is_open)
    assert open_checkpoint(sign_checkpoint(wanted, AGENT), RING) == wanted


def test_a_slip_comes_back_as_it_was_and_fits_its_text() -> None:
    message = sign_slip(SLIP, AGENT)
    assert open_slip(message, RING) == SLIP
    assert texts.read_text(slip_text(message)) == (texts.SLIP, message)
    assert len(slip_text(message)) <= 400


@pytest.mark.parametrize("key", [OTHER_AGENT, CHIP])
def test_no_weighbridge_speaks_for_another(key: SigningKey) -> None:
    slip, checkpoint = sign_slip(SLIP, key), sign_checkpoint(CHECKPOINT, key)
    assert refused(lambda: open_slip(slip, RING)) == "E_ROLE"
    assert refused(lambda: open_checkpoint(checkpoint, RING)) == "E_ROLE"


def test_the_collector_cannot_speak_for_a_weighbridge() -> None:
    assert refused(lambda: open_slip(sign_slip(SLIP, COLLECTOR), RING)) == "E_ROLE"
    checkpoint = sign_checkpoint(CHECKPOINT, COLLECTOR)
    assert refused(lambda: open_checkpoint(checkpoint, RING)) == "E_ROLE"


def test_one_of_them_is_never_taken_for_another() -> None:
    assert refused(lambda: open_slip(sign_checkpoint(CHECKPOINT, AGENT), RING)) == "E_TYP"
    assert refused(lambda: open_checkpoint(sign_slip(SLIP, AGENT), RING)) == "E_TYP"
    assert refused(lambda: open_receipt(sign_slip(SLIP, AGENT), RING)) == "E_TYP"


def test_oversize_is_refused_before_it_is_read() -> None:
    receipt = sign_receipt(replace(RECEIPT, weighbridge="x" * 512), COLLECTOR)
    slip = sign_slip(replace(SLIP, plate="x" * 1024), AGENT)
    checkpoint = sign_checkpoint(replace(CHECKPOINT, software="x" * 4096), AGENT)
    assert refused(lambda: open_receipt(receipt, RING)) == "E_OVERSIZE"
    assert refused(lambda: open_slip(slip, RING)) == "E_OVERSIZE"
    assert refused(lambda: open_checkpoint(checkpoint, RING)) == "E_OVERSIZE"
