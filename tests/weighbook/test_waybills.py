"""Tickets a weighbridge signs for itself: its own key, its own batch, and nobody else's."""

from typing import Any

import pytest

from tests.edge_agent.story import AGENT, BRIDGE, KEYS, STRANGER, TICKETS, ticket
from weighbook.keys import SigningKey
from weighbook.keyset import KeyEntry, KeyRing
from weighbook.phrase import Refusal
from weighbook.tickets import make_ticket_no, sign_ticket
from weighbook.waybills import batch_of, open_waybill, serial_of

BATCH = 9_001
NUMBER = make_ticket_no("COAL", "150624", 26, BATCH, 42)
RING = KeyRing(KEYS, (KeyEntry(AGENT.public, ("agent",), BRIDGE, 0),))


def test_a_waybill_of_our_own_is_a_ticket() -> None:
    message = sign_ticket(ticket(ticket_no=NUMBER), AGENT)
    assert open_waybill(message, RING, None, BRIDGE, BATCH).ticket_no == NUMBER
    assert (batch_of(NUMBER), serial_of(NUMBER)) == (BATCH, 42)


@pytest.mark.parametrize("key", [STRANGER, TICKETS])
def test_nobody_else_signs_our_waybills(key: SigningKey) -> None:
    with pytest.raises(Refusal):
        open_waybill(sign_ticket(ticket(ticket_no=NUMBER), key), RING, None, BRIDGE, BATCH)


@pytest.mark.parametrize(
    "changes",
    [
        {"ticket_no": make_ticket_no("COAL", "150624", 26, 1, 42)},
        {"ticket_no": NUMBER, "weighbridge": "WB-02"},
    ],
)
def test_a_weighbridge_signs_in_its_own_batch_for_itself_alone(changes: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        open_waybill(sign_ticket(ticket(**changes), AGENT), RING, None, BRIDGE, BATCH)
    assert refused.value.code == "E_ROLE"
