"""`weighbook.cddl` describes what the code really writes, and nothing else.

pycddl loses its way where a `.cbor` stands in a list, and in a choice of many maps it looks less
closely, so each layer is held against the rule of its own name.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycddl import Schema, ValidationError

from tests.weighbook import golden
from tests.weighbook.bodies import records
from tests.weighbook.keys import AGENT, OFFICERS, RING
from tests.weighbook.sample import sample_book
from tests.weighbook.test_orders import order
from weighbook import cbor
from weighbook.envelope import Typ, is_joint, open_message, payload_of
from weighbook.orders import Action, sign_order
from weighbook.records import Kind, encode_record

CDDL = files("weighbook").joinpath("weighbook.cddl").read_text(encoding="utf-8")
RULES = {kind: f"{kind.name.lower()}-record" for kind in Kind} | {
    Kind.TARE: "weighing-record",
    Kind.SALE: "weighing-record",
    Kind.REFUSED: "weighing-record",
    Kind.PASSAGE: "weighing-record",
    Kind.TEST: "weighing-record",
    Kind.ORDER: "order-seen-record",
    Kind.RECEIPT: "receipt-seen-record",
}


@lru_cache
def schema(rule: str) -> Schema:
    return Schema(f"root = {rule}\n{CDDL}")


def fits(rule: str, data: bytes) -> bool:
    try:
        schema(rule).validate_cbor(data)
    except ValidationError:
        return False
    return True


def layers(name: str, message: bytes) -> dict[str, bytes]:
    """The encoded parts of a message, by the rules they must fit."""
    protected, _, payload, signatures = cbor2.loads(message).value
    if not is_joint(message):
        return {"message": message, f"{name}-header": protected, name: payload}
    first = signatures[0][0]
    return {"message": message, "joint-header": protected, name: payload, "signer-header": first}


@pytest.mark.parametrize("name", golden.MESSAGES)
def test_a_message_of_every_typ_fits_its_rules(name: str) -> None:
    rules = dict.fromkeys(("sale", "stored tare", "evidence", "pruned"), "record")
    rule = ({"joint order": "order", "view order": "order"} | rules).get(name, name)
    for part, data in layers(rule, golden.MESSAGES[name].make()).items():
        assert fits(part, data), part


def test_every_record_and_paper_of_the_sample_fits() -> None:
    book = sample_book()
    for message, record in zip(book.messages, book.records, strict=True):
        assert fits(RULES[record.kind], cbor.encode(payload_of(message))), record.seq
        assert fits("record", cbor.encode(payload_of(message))), record.seq
    for name, papers in (("order", book.orders), ("receipt", book.receipts)):
        for paper in papers:
            assert all(fits(part, data) for part, data in layers(name, paper).items())


@pytest.mark.parametrize("action", Action)
def test_every_action_fits_its_rule(action: Action) -> None:
    payload = cbor.encode(payload_of(sign_order(order(action), OFFICERS)))
    assert fits(f"{action.lower()}-order", payload)
    others = set(Action) - {action}
    assert not any(fits(f"{other.lower()}-order", payload) for other in others)


# Free texts and fixed words differ in the schema; these kinds have only free ones.
FREE = (Kind.STARTED, Kind.STOPPED, Kind.DARK, Kind.CLOCK, Kind.CONFIG, Kind.CALIBRATION)


@pytest.mark.parametrize("kind", [*FREE, Kind.RECEIPT, Kind.CONTROL, Kind.CORRECTION, Kind.PRUNED])
@given(data=st.data())
@settings(max_examples=15)
def test_any_record_the_code_can_write_fits(kind: Kind, data: st.DataObject) -> None:
    assert fits(RULES[kind], cbor.encode(encode_record(data.draw(records(kind)))))


def sale() -> dict[int, Any]:
    book = sample_book()
    place = next(n for n, record in enumerate(book.records) if record.kind is Kind.SALE)
    return open_message(book.messages[place], Typ.RECORD, RING, at_s=None).payload


@pytest.mark.parametrize("key", [key for key in sale() if key != 11])
def test_a_record_without_one_of_its_fields_does_not_fit(key: int) -> None:
    payload = sale()
    del payload[key]
    assert not fits("weighing-record", cbor.encode(payload))


@pytest.mark.parametrize(
    "change",
    [
        {13: 1},
        {1: 2},
        {2: 1},
        {6: [-16, bytes(31)]},
        {6: [-44, bytes(32)]},
        {9: {1: 1, 2: 1, 3: 1}},
        {12: sale()[12] | {33: 1}},
        {12: sale()[12] | {9: 4}},
        {12: sale()[12] | {12: [["deck", bytes(31)]]}},
        {12: sale()[12] | {18: "perhaps"}},
        {12: sale()[12] | {4: "33680"}},
    ],
    ids=repr,
)
def test_a_record_with_a_field_amiss_does_not_fit(change: dict[int, Any]) -> None:
    assert not fits("weighing-record", cbor.encode(sale() | change))


def test_the_header_of_one_typ_does_not_fit_another() -> None:
    header = cbor2.loads(sample_book().messages[0]).value[0]
    names = [f"{typ.name.lower()}-header" for typ in Typ]
    assert [name for name in names if fits(name, header)] == ["record-header"]


def test_the_key_rule_fits_our_keys_alone() -> None:
    assert fits("cose-key", AGENT.public.cose_key)
    assert not fits("cose-key", cbor.encode({1: 1, 3: -8, -1: 6, -2: bytes(31)}))
