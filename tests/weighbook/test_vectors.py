"""Frozen messages: today's code writes the same bytes, and opens those of then."""

import json
from typing import Any

import pytest

from tests.weighbook import golden
from tests.weighbook.keys import BRIDGE, KEYSET, RING, ROOT
from weighbook.calibrations import open_calibration
from weighbook.envelope import Typ, payload_of
from weighbook.keyset import open_keyset
from weighbook.orders import open_order
from weighbook.receipts import open_checkpoint, open_receipt
from weighbook.records import parse_record
from weighbook.slips import open_slip
from weighbook.tickets import open_ticket


def kept(name: str) -> dict[str, Any]:
    vector: dict[str, Any] = json.loads(golden.file_of(name).read_text(encoding="utf-8"))
    return vector


def kept_message(name: str) -> bytes:
    return bytes.fromhex(kept(name)["message"])


def test_there_is_a_vector_of_every_typ_and_no_stray_file() -> None:
    assert {golden.file_of(name) for name in golden.MESSAGES} == set(golden.VECTORS.iterdir())
    assert {message.typ for message in golden.MESSAGES.values()} == set(Typ)


@pytest.mark.parametrize("name", golden.MESSAGES)
def test_todays_code_writes_the_same_bytes(name: str) -> None:
    assert golden.vector(name) == kept(name)


@pytest.mark.parametrize("name", golden.MESSAGES)
def test_todays_code_opens_the_message_of_then(name: str) -> None:
    opened, then = golden.opened(name, kept_message(name)), kept(name)
    assert golden.as_json(opened.payload) == then["payload"]
    assert (list(opened.signers), opened.digest.hex()) == (then["signers"], then["sha256"])


def test_the_objects_in_them_are_read() -> None:
    ring, root = RING, ROOT.public
    assert open_ticket(kept_message("ticket"), ring, None).weighbridge == BRIDGE
    assert parse_record(payload_of(kept_message("sale"))).totals.sales == 1
    assert open_receipt(kept_message("receipt"), ring).seq == 40
    assert open_checkpoint(kept_message("checkpoint"), ring).tickets_used == 12
    assert open_order(kept_message("joint order"), ring, None)[0].number == 7
    assert open_slip(kept_message("slip"), ring).net_kg == 33_680
    assert open_keyset(kept_message("keyset"), root) == KEYSET
    assert open_calibration(kept_message("calibration"), ring).camera == "deck"
